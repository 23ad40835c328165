import Market

extension Factor {
  /// Whether the market moves enough to pay its costs, and not so much that nothing holds. The same for both directions.
  static let volatilityCost = Factor(
    name: "volatility_cost",
    meaning: """
      0.5 · ATR percent within the middle of the symbol's own history (1 between its first and last fifth, falling to 0 at the ends) + \
      0.5 · cost of a round trip over one ATR of the planning timeframe, from 0.5 (0) to 0.05 (1)
      """
  ) { candidate in
    guard let atrPercent = candidate.planning?.indicators.atrPercent, atrPercent > 0 else { return .absent("no ATR yet") }
    let kind = candidate.state.symbol.kind
    let fees = candidate.state.instrument.map { ($0.makerFee, $0.takerFee) } ?? Instrument.defaultFees(kind)
    let costPercent = 100 * (fees.0 + fees.1) + candidate.board.profile.plan.slippage / 100
    let share = costPercent / atrPercent
    let rank = candidate.regime.volatilityRank
    let middle = rank.map { min(1, min($0, 1 - $0) / 0.2) } ?? 0
    return candidate.reading(
      0.5 * middle + 0.5 * ramp(share, from: 0.5, to: 0.05),
      """
      ATR \(text(atrPercent)) % of price, \(rank.map { "rank \(text($0)) of its own history" } ?? "its history too short to rank"), \
      costs \(text(share)) of an ATR
      """)
  }
}
