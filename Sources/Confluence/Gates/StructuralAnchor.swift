extension Gate {
  static let structuralAnchor = Gate(
    name: "structural_anchor",
    meaning: """
      a block or gap of this side, strong enough and not worn out, on the planning timeframe or longer, within `anchor_distance_atr` of price; the \
      value is that distance
      """
  ) { candidate in
    let limit = candidate.board.rules.anchorDistance
    if let anchor = candidate.anchor { return .passed(anchor.distance, of: limit) }
    if let watched = candidate.watched {
      return .failed(
        .notReady, watched.distance, of: limit,
        candidate.explains ? ["price is ", text(watched.distance), " ATR from ", watched.zone.id.text].joined() : nil)
    }
    return .failed(.noAnchor, nil, of: limit)
  }
}
