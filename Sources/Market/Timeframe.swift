/// The length of a candle. Ordered from short to long.
@frozen
public enum Timeframe: UInt8, CaseIterable, Comparable, Hashable, Sendable {
  case m1, m3, m5, m15, m30, h1, h2, h4, h6, h8, h12, d1, d3, w1, month1

  public static func < (a: Timeframe, b: Timeframe) -> Bool { a.rawValue < b.rawValue }

  /// As it stands in the stream: `1m … 1M`.
  public var label: StaticString {
    switch self {
    case .m1: "1m"
    case .m3: "3m"
    case .m5: "5m"
    case .m15: "15m"
    case .m30: "30m"
    case .h1: "1h"
    case .h2: "2h"
    case .h4: "4h"
    case .h6: "6h"
    case .h8: "8h"
    case .h12: "12h"
    case .d1: "1d"
    case .d3: "3d"
    case .w1: "1w"
    case .month1: "1M"
    }
  }

  /// Reads a label; case-insensitive but for `m` (minutes) and `M` (month).
  @inlinable public init?(_ text: some Collection<UInt8>) {
    var amount = 0
    var unit: UInt8 = 0
    for (i, byte) in text.enumerated() {
      guard i < 3, unit == 0 else { return nil }
      if byte >= 48, byte <= 57 { amount = amount * 10 + Int(byte - 48) } else { unit = byte }
    }
    switch (amount, unit) {
    case (1, 0x6D): self = .m1
    case (3, 0x6D): self = .m3
    case (5, 0x6D): self = .m5
    case (15, 0x6D): self = .m15
    case (30, 0x6D): self = .m30
    case (1, 0x4D): self = .month1
    case (1, 0x68), (1, 0x48): self = .h1
    case (2, 0x68), (2, 0x48): self = .h2
    case (4, 0x68), (4, 0x48): self = .h4
    case (6, 0x68), (6, 0x48): self = .h6
    case (8, 0x68), (8, 0x48): self = .h8
    case (12, 0x68), (12, 0x48): self = .h12
    case (1, 0x64), (1, 0x44): self = .d1
    case (3, 0x64), (3, 0x44): self = .d3
    case (1, 0x77), (1, 0x57): self = .w1
    default: return nil
    }
  }

  public init?(_ text: String) { self.init(Array(text.utf8)) }

  /// Length in milliseconds; `nil` for the month, whose length varies.
  @inlinable public var fixedDuration: Int64? {
    self == .month1 ? nil : nominalDuration
  }

  /// Length in milliseconds, a month counted as 30 days. For comparing and for ages, never for finding a candle's end.
  @inlinable public var nominalDuration: Int64 {
    switch self {
    case .m1: Timestamp.minute
    case .m3: 3 * Timestamp.minute
    case .m5: 5 * Timestamp.minute
    case .m15: 15 * Timestamp.minute
    case .m30: 30 * Timestamp.minute
    case .h1: Timestamp.hour
    case .h2: 2 * Timestamp.hour
    case .h4: 4 * Timestamp.hour
    case .h6: 6 * Timestamp.hour
    case .h8: 8 * Timestamp.hour
    case .h12: 12 * Timestamp.hour
    case .d1: Timestamp.day
    case .d3: 3 * Timestamp.day
    case .w1: 7 * Timestamp.day
    case .month1: 30 * Timestamp.day
    }
  }

  /// The open of the candle that contains `time`. Weeks open Monday 00:00 UTC, months on the first; three-day candles count from 1970-01-01.
  public func open(containing time: Timestamp) -> Timestamp {
    switch self {
    case .month1:
      var day = CalendarDay(dayNumber: time.dayNumber)
      day.day = 1
      return Timestamp(day: day)
    case .w1:
      let day = time.dayNumber
      return Timestamp(milliseconds: Int64(day - CalendarDay.weekday(dayNumber: day)) * Timestamp.day)
    default:
      let length = nominalDuration
      return Timestamp(milliseconds: floorDivide(time.milliseconds, length) * length)
    }
  }

  /// The open of the next candle: the `close_time` of the candle that opens at `open`.
  public func next(afterOpen open: Timestamp) -> Timestamp {
    guard self == .month1 else { return open + nominalDuration }
    var day = CalendarDay(dayNumber: open.dayNumber)
    day.day = 1
    day.month += 1
    if day.month == 13 {
      day.month = 1
      day.year += 1
    }
    return Timestamp(day: day)
  }

  /// Whether a candle of this timeframe can be built from whole candles of `shorter`.
  public func isBuilt(from shorter: Timeframe) -> Bool {
    guard shorter < self else { return false }
    if self == .month1 { return shorter <= .d1 }
    return nominalDuration % shorter.nominalDuration == 0 && !(self == .w1 && shorter == .d3)
  }
}
