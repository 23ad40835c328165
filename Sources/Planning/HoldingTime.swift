import Market

/// How long a plan is expected to take, and the style that follows from it.
///
/// Price is taken as a random walk between stop and target: it leaves an interval after a·b/σ² bars on average (gambler's ruin), and the
/// range of a bar is σ·√(8/π) on average (Feller 1951), so that σ² = π/8 ATR². A plan expected to be over within four hours is a scalp,
/// one that lasts a day or more a swing.
struct HoldingTime {
  static let scalpBelowHours = 4.0
  static let swingFromHours = 24.0

  let expectedHours: Double
  let holdHours: Double

  /// - Parameters: distances of stop and mean target in ATR of `timeframe`; `holdBars` bounds the expectation.
  init(stop: Double, target: Double, timeframe: Timeframe, holdBars: Int) {
    let hours = Double(timeframe.nominalDuration) / Double(Timestamp.hour)
    holdHours = Double(holdBars) * hours
    expectedHours = rounded(min(stop * target * 8 / .pi, Double(holdBars)) * hours, places: 10)
  }

  var setupType: TradePlan.SetupType {
    expectedHours < Self.scalpBelowHours ? .scalp : expectedHours < Self.swingFromHours ? .intraday : .swing
  }
}
