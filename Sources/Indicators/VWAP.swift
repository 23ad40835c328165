import Market

/// Volume-weighted average price since midnight UTC.
///
/// Absent until the first day that is seen from its beginning: a sum that starts at noon is another number under the same name.
public struct VWAP: Indicator {
  public static let card = IndicatorCard(
    name: "vwap", title: "Volume-weighted average price of the day", outputs: [.init("vwap", unit: "price")], parameters: [],
    formula: "Σ typical·volume / Σ volume over the candles that opened since 00:00 UTC", seed: "at the first candle that opens a day",
    degenerate: "absent while the day has no volume; on timeframes of a day and longer", gap: .continues,
    source: "definition; TA-Lib VWAP without the anchor",
    longest: .h12)

  private var day: Int?
  private var started = false
  private var value = 0.0
  private var volume = 0.0

  public init(_ parameters: [Double]) {}

  public var lookback: Int { 0 }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    let today = bar.openTime.dayNumber
    if today != day {
      started = started || day != nil || bar.openTime == Timestamp(milliseconds: Int64(today) * Timestamp.day)
      day = today
      value = 0
      volume = 0
    }
    value += bar.typical * bar.volume
    volume += bar.volume
    values[0] = started && volume > 0 ? value / volume : .nan
  }
}
