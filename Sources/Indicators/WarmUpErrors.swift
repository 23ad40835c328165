/// Measured by `WarmUpTests` (SS_RECORD=1 writes this file): on seeded synthetic walks, the worst difference between the values of a history of so many
/// candles and those of a long one, in percent of the value, or of its usual size where it comes near 0. NaN: no value yet.
extension IndicatorRegistry {
  public static let warmUpLengths = [20, 30, 40, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200]
  public static let warmUpErrors: [String: [Double]] = [
    "adx": [.nan, 110.0, 58.0, 42.0, 6.3, 1.2, 0.045, 0.001, 0, 0, 0, 0, 0],
    "atr": [7.5, 3.6, 1.8, 0.83, 0.13, 0.021, 0.00059, 0, 0, 0, 0, 0, 0],
    "atr_percent": [7.9, 3.6, 1.8, 0.83, 0.13, 0.021, 0.00053, 0, 0, 0, 0, 0, 0],
    "ema": [2.1, 0.79, 0.29, 0.11, 0.0087, 0.00071, 0, 0, 0, 0, 0, 0, 0],
    "keltner": [2.5, 0.9, 0.33, 0.12, 0.0099, 0.0008, 0, 0, 0, 0, 0, 0, 0],
    "macd": [.nan, .nan, 160.0, 65.0, 12.0, 1.9, 0.022, 0.00086, 0, 0, 0, 0, 0],
    "psar": [5.0, 2.2, 1.7, 0.91, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    "rsi": [28.0, 17.0, 7.4, 2.7, 0.54, 0.094, 0.0021, 0, 0, 0, 0, 0, 0],
    "stoch_rsi": [.nan, .nan, 36.0, 13.0, 3.5, 0.35, 0.013, 0, 0, 0, 0, 0, 0],
    "supertrend": [17.0, 16.0, 13.0, 9.6, 0.011, 0.0015, 0, 0, 0, 0, 0, 0, 0],
  ]
}
