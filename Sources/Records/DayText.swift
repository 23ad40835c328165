import Glibc
import Market
import Wire

/// Writes times. The text of days written lately is kept, so that mostly only hour, minute and second are worked out.
public struct DayText {
  /// `YYYYMMDD`, by the low bits of the day's number.
  private var days = InlineArray<16, Day>(repeating: Day())

  private struct Day {
    var number = Int64.min
    var digits: UInt64 = 0
  }

  public init() {}

  /// Puts `2024-01-03T08:00:00Z`.
  @inline(__always)
  mutating func put(_ time: Timestamp, _ pen: inout BytePen) {
    let start = pen.end
    guard let (digits, seconds) = parts(of: time) else {
      pen.end += time.write(to: start)
      return
    }
    let raw = UnsafeMutableRawPointer(start)
    raw.storeBytes(of: UInt32(truncatingIfNeeded: digits), as: UInt32.self)
    start[4] = 0x2D
    raw.storeBytes(of: UInt16(truncatingIfNeeded: digits >> 32), toByteOffset: 5, as: UInt16.self)
    start[7] = 0x2D
    raw.storeBytes(of: UInt16(truncatingIfNeeded: digits >> 48), toByteOffset: 8, as: UInt16.self)
    start[10] = 0x54
    DayText.put(seconds / 3600, at: start + 11)
    start[13] = 0x3A
    DayText.put(seconds / 60 % 60, at: start + 14)
    start[16] = 0x3A
    DayText.put(seconds % 60, at: start + 17)
    start[19] = 0x5A
    pen.end = start + 20
  }

  /// Puts `20240103T080000Z`.
  @inline(__always)
  mutating func putCompact(_ time: Timestamp, _ pen: inout BytePen) {
    let start = pen.end
    guard let (digits, seconds) = parts(of: time) else {
      pen.end += time.write(to: start, dashes: false)
      return
    }
    UnsafeMutableRawPointer(start).storeBytes(of: digits, as: UInt64.self)
    start[8] = 0x54
    DayText.put(seconds / 3600, at: start + 9)
    DayText.put(seconds / 60 % 60, at: start + 11)
    DayText.put(seconds % 60, at: start + 13)
    start[15] = 0x5A
    pen.end = start + 16
  }

  /// The day's text and the second of the day; `nil` where there are milliseconds, and before 1970.
  @inline(__always)
  private mutating func parts(of time: Timestamp) -> (digits: UInt64, seconds: UInt32)? {
    let number = time.milliseconds / Timestamp.day
    let rest = time.milliseconds - number * Timestamp.day
    let seconds = UInt32(truncatingIfNeeded: rest / 1000)
    guard time.milliseconds >= 0, Int64(seconds) * 1000 == rest else { return nil }
    let place = Int(truncatingIfNeeded: number & 15)
    if days[place].number != number { days[place] = DayText.read(number) }
    return (days[place].digits, seconds)
  }

  @inline(__always)
  private static func put(_ value: UInt32, at place: UnsafeMutablePointer<UInt8>) {
    place[0] = UInt8(truncatingIfNeeded: 0x30 + value / 10)
    place[1] = UInt8(truncatingIfNeeded: 0x30 + value % 10)
  }

  @inline(never)
  private static func read(_ number: Int64) -> Day {
    var digits: UInt64 = 0
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Timestamp.textCapacity) { text in
      guard let start = text.baseAddress else { return }
      _ = Timestamp(dayNumber: Int(number)).write(to: start, dashes: false)
      digits = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self)
    }
    return Day(number: number, digits: digits)
  }
}
