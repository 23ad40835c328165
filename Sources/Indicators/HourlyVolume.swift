import Market

/// Volume against what is usual at this hour of the day.
///
/// Volume has a daily rhythm: a quiet night's candle can be loud for its hour. The usual volume of an hour is the smoothed mean volume per candle of that
/// hour on earlier days, today's excluded.
public struct HourlyVolume: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "hourly_volume", title: "Volume against its hour of the day", outputs: [.init("hourly_volume_ratio", unit: "multiple of the usual")],
    parameters: [.bars("days", 10, from: 1)],
    formula: "volume / Wilder average over days of the mean volume per candle in the same UTC hour",
    seed: "after the hour was seen on `days` earlier days (the lookback counts candles of one hour): simple mean of those",
    degenerate: "absent while the hour never had volume; on timeframes longer than an hour", gap: .continues, source: "definition", longest: .h1)

  private let hours: UnsafeMutablePointer<SmoothedAverage>
  private let days: Int
  /// Hours since 1970, and of the day.
  private var hour = Int.min
  private var hourOfDay = 0
  private var sum = 0.0
  private var count = 0.0

  public init(_ parameters: [Double]) {
    days = Int(known: parameters[0])
    hours = .allocate(capacity: 24)
    hours.initialize(repeating: .wilder(days), count: 24)
  }

  deinit { hours.deallocate() }

  public var lookback: Int { 24 * days }
  public var settled: Int { lookback + 24 * hours[0].fading(to: 0.01) }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    let day = bar.openTime.dayNumber
    let ofDay = Int((bar.openTime.milliseconds - Int64(day) * Timestamp.day) / Timestamp.hour)
    let now = day * 24 + ofDay
    if now != hour {
      if count > 0 { hours[hourOfDay].add(sum / count) }
      hour = now
      hourOfDay = ofDay
      sum = 0
      count = 0
    }
    sum += bar.volume
    count += 1
    let usual = hours[ofDay].value
    values[0] = usual > 0 ? bar.volume / usual : .nan
  }
}
