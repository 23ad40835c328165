extension Gate {
  static let spread = Gate(
    name: "spread", meaning: "where the stream carries an order book or a ticker: its spread is at most `maximum_spread_bps`"
  ) { candidate in
    guard let spread = candidate.state.spread else { return .skipped(candidate.explains ? "no order book" : nil) }
    guard candidate.isFresh(candidate.state.quotedAt) else { return .skipped(candidate.explains ? "the order book is old" : nil) }
    let limit = candidate.board.rules.maximumSpread
    return spread > limit ? .failed(.spread, spread, of: limit) : .passed(spread, of: limit)
  }
}
