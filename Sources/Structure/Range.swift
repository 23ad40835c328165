import Market

/// The dealing range: from the leader of the newest run of external lows to that of highs, each extended by what was traded since.
struct RangeEnds {
  private var extremes = Sides<Double?>(both: nil)

  /// Takes an external pivot that leads its run. Up to its confirmation nothing was traded beyond it.
  mutating func refer(to confirmation: Swings.Confirmation) { extremes[confirmation.side] = confirmation.point.level }

  mutating func extend(_ bar: Bar) {
    if let high = extremes.bull { extremes.bull = max(high, bar.view.bull.high) }
    if let low = extremes.bear { extremes.bear = max(low, bar.view.bear.high) }
  }

  /// Where this close lies; `nil` until both ends are known, or while they are one price.
  func fact(_ bar: Bar) -> DealingRange? {
    guard let high = extremes.bull, let negatedLow = extremes.bear, high > -negatedLow else { return nil }
    let low = -negatedLow
    let position = (bar.view.bull.close - low) / (high - low)
    return DealingRange(
      high: high, low: low, position: position, zone: position > 0.5 ? .premium : position < 0.5 ? .discount : .equilibrium)
  }
}
