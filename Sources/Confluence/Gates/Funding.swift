import Market

extension Gate {
  static let funding = Gate(
    name: "funding",
    meaning: """
      where the stream tells a perpetual's funding: what this side pays at one of them is at most `maximum_funding_bps`; the value is below zero for \
      the side that receives
      """
  ) { candidate in
    guard let rate = candidate.state.fundingRate else { return .skipped(candidate.explains ? "no funding" : nil) }
    if let at = candidate.state.fundingAt, candidate.now - at > Timestamp.day { return .skipped(candidate.explains ? "the funding is old" : nil) }
    let value = candidate.direction.sign * rate * 10_000
    let limit = candidate.board.rules.maximumFunding
    return value > limit ? .failed(.funding, value, of: limit) : .passed(value, of: limit)
  }
}
