/// Thresholds that turn indicator values into flags. Periods belong to the registry of indicators.
public struct IndicatorRules: Hashable, Sendable {
  /// `volume_spike`: volume at least this many times its average.
  public var volumeSpike = 2.0
  /// RSI at or below: oversold.
  public var rsiLow = 30.0
  /// RSI at or above: overbought.
  public var rsiHigh = 70.0

  public init() {}
}
