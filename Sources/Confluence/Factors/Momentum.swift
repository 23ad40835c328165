import Market

extension Factor {
  /// Strength in a trend, exhaustion in a range: one or the other by the symbol's regime, never both.
  static let momentum = Factor(
    name: "momentum",
    meaning: """
      planning timeframe; in a trend: 0.7 · ADX from 15 (0) to 35 (1) with the directional movement on this side + 0.3 · MACD histogram on this \
      side; in a range: 0.6 · RSI from 50 (0) to the profile's bound against the crowd (1) + 0.4 · place in the Bollinger band from its middle (0) \
      to its edge (1)
      """
  ) { candidate in
    guard let values = candidate.planning?.indicators else { return .absent("no planning timeframe") }
    let sign = candidate.direction.sign
    if candidate.regime.trend != nil {
      guard let adx = values.adx, let plus = values.plusDI, let minus = values.minusDI, let histogram = values.macdHistogram else {
        return .absent("no trend strength yet")
      }
      let moves = sign * (plus - minus) > 0
      let turns = sign * histogram > 0
      return candidate.reading(
        (moves ? 0.7 * ramp(adx, from: 15, to: 35) : 0) + (turns ? 0.3 : 0),
        "in a trend: ADX \(text(adx)), +DI \(text(plus)), -DI \(text(minus)), MACD histogram \(turns ? "with" : "against") this side")
    }
    guard let rsi = values.rsi else { return .absent("no oscillator yet") }
    let rules = candidate.board.profile.indicators
    let reach = candidate.direction == .bull ? 50 - rules.rsiLow : rules.rsiHigh - 50
    let stretch = ramp(sign * (50 - rsi), from: 0, to: reach)
    let place = values.bbPercent.map { ramp(sign * (0.5 - $0), from: 0, to: 0.5) }
    return candidate.reading(
      0.6 * stretch + 0.4 * (place ?? 0),
      "in a range: RSI \(text(rsi)), Bollinger place \(values.bbPercent.map(text) ?? "unknown")")
  }
}
