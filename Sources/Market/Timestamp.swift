/// An instant of event time: milliseconds since 1970-01-01T00:00:00Z. Analysis knows no other clock.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable {
  public var milliseconds: Int64

  @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  @inlinable public init(seconds: Int64) { milliseconds = seconds * 1000 }

  @inlinable public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
  @inlinable public static func + (a: Timestamp, milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: a.milliseconds + milliseconds)
  }
  /// The distance in milliseconds.
  @inlinable public static func - (a: Timestamp, b: Timestamp) -> Int64 { a.milliseconds - b.milliseconds }

  public static let distantPast = Timestamp(milliseconds: .min / 4)
  public static let distantFuture = Timestamp(milliseconds: .max / 4)

  /// Times and spans from outside are brought into these bounds, some 3,000 years on each side, so that no sum of a few of them overflows.
  public static let longestSpan: Int64 = 100_000_000_000_000

  /// A time that a file or a server told in milliseconds; what lies beyond the bounds becomes the nearer one.
  public init(clamping milliseconds: Double) {
    self.init(milliseconds: Int64(clamping: milliseconds, to: -Timestamp.longestSpan...Timestamp.longestSpan))
  }
  public init(clamping milliseconds: Int64) {
    self.init(milliseconds: min(max(-Timestamp.longestSpan, milliseconds), Timestamp.longestSpan))
  }

  /// A span in milliseconds; a negative one, or what is not a number, is none.
  public static func span(seconds: Double) -> Int64 { Int64(clamping: seconds * 1000, to: 0...longestSpan) }
  public static func span(hours: Double) -> Int64 { Int64(clamping: hours * Double(hour), to: 0...longestSpan) }

  public static let second: Int64 = 1000
  public static let minute: Int64 = 60_000
  public static let hour: Int64 = 3_600_000
  public static let day: Int64 = 86_400_000
}

/// A day of the proleptic Gregorian calendar, and the arithmetic between it and day numbers (days since 1970-01-01).
/// After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
public struct CalendarDay: Hashable, Sendable {
  public var year: Int
  /// 1…12
  public var month: Int
  /// 1…31
  public var day: Int

  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Years from 0 to 9999 and well beyond. After Cassio Neri and Lorenz Schneider, "Euclidean affine functions and their application to calendar
  /// algorithms", 2023: multiplications and shifts in place of most divisions.
  public init(dayNumber: Int) {
    let eras = 82
    let shifted = UInt32(truncatingIfNeeded: dayNumber + 719_468 + 146_097 * eras)
    let quarters = 4 &* shifted &+ 3
    let century = quarters / 146_097
    let dayOfCentury = (quarters % 146_097) / 4
    let product = 2_939_745 &* UInt64(4 &* dayOfCentury &+ 3)
    let dayOfYear = UInt32(truncatingIfNeeded: product) / 2_939_745 / 4
    let marchMonth = 2141 &* dayOfYear &+ 197_913
    let isNextYear = dayOfYear >= 306
    year = Int(100 &* century &+ UInt32(truncatingIfNeeded: product >> 32)) - 400 * eras + (isNextYear ? 1 : 0)
    month = Int(marchMonth >> 16) - (isNextYear ? 12 : 0)
    day = Int((marchMonth & 0xFFFF) / 2141) + 1
  }

  public var dayNumber: Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// 0 = Monday … 6 = Sunday.
  public static func weekday(dayNumber: Int) -> Int { ((dayNumber + 3) % 7 + 7) % 7 }
}

extension Timestamp {
  /// Days since 1970-01-01, rounded down.
  @inlinable public var dayNumber: Int { Int(floorDivide(milliseconds, Timestamp.day)) }

  public init(day: CalendarDay) { milliseconds = Int64(day.dayNumber) * Timestamp.day }
}

@inlinable func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
  let q = a / b
  return a % b < 0 ? q - 1 : q
}
