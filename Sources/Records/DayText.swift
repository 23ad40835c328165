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
    guard let (digits, clock) = parts(of: time) else {
      pen.end += time.write(to: pen.end)
      return
    }
    let start = UnsafeMutableRawPointer(pen.end)
    start.storeBytes(of: digits & 0xFFFF_FFFF | 0x2D00_002D_0000_0000 | (digits >> 32 & 0xFFFF) << 40, as: UInt64.self)
    start.storeBytes(of: UInt32(truncatingIfNeeded: digits >> 48) | 0x54_0000, toByteOffset: 8, as: UInt32.self)
    let hourToSecond = DayText.digits(clock.hour | clock.minute << 24 | clock.second << 48, tens: 0x0F_0000_0F00_000F)
    start.storeBytes(of: hourToSecond &+ 0x3030_3A30_303A_3030, toByteOffset: 11, as: UInt64.self)
    start.storeBytes(of: 0x5A, toByteOffset: 19, as: UInt8.self)
    pen.end += 20
  }

  /// Puts `20240103T080000Z`.
  @inline(__always)
  mutating func putCompact(_ time: Timestamp, _ pen: inout BytePen) {
    guard let (digits, clock) = parts(of: time) else {
      pen.end += time.write(to: pen.end, dashes: false)
      return
    }
    let start = UnsafeMutableRawPointer(pen.end)
    start.storeBytes(of: digits, as: UInt64.self)
    let hourToSecond = DayText.digits(clock.hour | clock.minute << 16 | clock.second << 32, tens: 0x0F_000F_000F)
    start.storeBytes(of: (hourToSecond &+ 0x5A_3030_3030_3030) << 8 | 0x54, toByteOffset: 8, as: UInt64.self)
    pen.end += 16
  }

  /// The day's text, and the time of day; `nil` where there are milliseconds, and before 1970.
  @inline(__always)
  private mutating func parts(of time: Timestamp) -> (digits: UInt64, clock: (hour: UInt64, minute: UInt64, second: UInt64))? {
    let milliseconds = UInt64(bitPattern: time.milliseconds)
    let seconds = milliseconds / 1000
    guard time.milliseconds >= 0, seconds &* 1000 == milliseconds else { return nil }
    let number = seconds / 86_400
    let place = Int(truncatingIfNeeded: number & 15)
    if days[place].number != Int64(bitPattern: number) { days[place] = DayText.read(Int64(bitPattern: number)) }
    let rest = UInt32(truncatingIfNeeded: seconds &- number &* 86_400)
    let minutes = rest / 60
    let hour = minutes / 60
    return (days[place].digits, (UInt64(hour), UInt64(minutes &- hour &* 60), UInt64(rest &- minutes &* 60)))
  }

  /// Of each number below 60 its two digits as two bytes, the first digit lowest; `tens` has ones where a number has its tens, the lowest four bits.
  /// v · 103 / 1024 is v / 10 there, and v · 256 − 2559 · tens is units · 256 + tens.
  @inline(__always)
  private static func digits(_ numbers: UInt64, tens: UInt64) -> UInt64 {
    (numbers << 8) &- ((numbers &* 103) >> 10 & tens) &* 2559
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
