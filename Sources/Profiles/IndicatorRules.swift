/// Which indicators a profile carries, which of them it cannot do without, and the thresholds that turn values into flags.
public struct IndicatorRules: Hashable, Sendable {
  /// What is written, in this order, as the registry names it: an indicator, one of its values, or either with parameters (`ema_200`, `rsi:7`);
  /// `@4h` limits one to that timeframe and shorter ones.
  public var bundle = [
    "ready", "rsi", "stoch_rsi", "mfi", "macd", "adx", "ema_20", "ema_50", "ema_200@4h", "bb", "zscore", "atr", "atr_percent",
    "realized_volatility", "obv", "vwap", "volume_ratio", "volume_spike",
  ]
  /// The values that must have settled before a candle is `ready`. Those that a timeframe does not carry are not asked for.
  public var needed = ["rsi", "macd", "adx", "ema_20", "ema_50", "bb", "atr", "volume_ratio"]
  /// `volume_spike`: volume above this many times its average.
  public var volumeSpike = 2.0
  /// RSI at or below: oversold.
  public var rsiLow = 30.0
  /// RSI at or above: overbought.
  public var rsiHigh = 70.0

  public init() {}
}
