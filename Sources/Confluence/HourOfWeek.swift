import Market

/// How much a symbol usually moves in each hour of the week (UTC): the range of its hourly candles in their ATR, over the last
/// twenty weeks. It reads prices and ATR alone, which every line carries; 168 × 20 numbers a symbol.
struct HourOfWeek {
  static let weeks = 20
  /// Samples of an hour below which nothing is said of it.
  static let least = 4
  private static let hours = 168

  private var ranges = [Float](repeating: 0, count: hours * weeks)
  private var counts = [Int](repeating: 0, count: hours)
  /// Of the ranges kept, over all hours.
  private var total = 0.0
  private var kept = 0

  /// 0 is Monday 00:00–01:00.
  private static func hour(of time: Timestamp) -> Int {
    CalendarDay.weekday(dayNumber: time.dayNumber) * 24 + Int((time.milliseconds - Int64(time.dayNumber) * Timestamp.day) / Timestamp.hour)
  }

  /// One hourly candle, and the ATR at its close.
  mutating func add(_ candle: Candle, atr: Double?) {
    guard let atr, atr > 0 else { return }
    let hour = Self.hour(of: candle.openTime)
    let place = hour * Self.weeks + counts[hour] % Self.weeks
    let range = Float((candle.high - candle.low) / atr)
    if counts[hour] >= Self.weeks { total -= Double(ranges[place]) } else { kept += 1 }
    ranges[place] = range
    counts[hour] += 1
    total += Double(range)
  }

  /// Mean range of the hour that begins at or before `time`, over the mean of all hours; `nil` while it has too few samples.
  func relativeRange(at time: Timestamp) -> Double? {
    let hour = Self.hour(of: time)
    let count = min(counts[hour], Self.weeks)
    guard count >= Self.least, total > 0 else { return nil }
    let sum = ranges[(hour * Self.weeks)..<(hour * Self.weeks + count)].reduce(0.0) { $0 + Double($1) }
    return sum / Double(count) / (total / Double(kept))
  }
}
