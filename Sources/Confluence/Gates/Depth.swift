extension Gate {
  static let depth = Gate(
    name: "depth",
    meaning: """
      where the stream carries an order book: on the side that its stop would trade into (bids of a LONG, asks of a SHORT), orders worth at least \
      `minimum_depth` rest within `depth_reach_bps` of the middle
      """
  ) { candidate in
    guard let depth = candidate.state.depth else { return .skipped(candidate.explains ? "no order book" : nil) }
    guard candidate.isFresh(candidate.state.quotedAt) else { return .skipped(candidate.explains ? "the order book is old" : nil) }
    let value = candidate.direction == .bull ? depth.bids : depth.asks
    let limit = candidate.board.rules.minimumDepth
    return value < limit ? .failed(.depth, value, of: limit) : .passed(value, of: limit)
  }
}
