import Glibc
import Market
import Wire

/// Writes times that lie close together: the day's text is kept, so that only hour, minute and second are worked out.
public struct DayText {
  private var start = Timestamp.distantPast
  /// `"YYYY-MM-DDT00:00:00Z"`, quotes included.
  private var text: (UInt64, UInt64, UInt64) = (0, 0, 0)
  private static let length = 22

  public init() {}

  /// The field `name` with this time.
  @inline(__always)
  public mutating func write(_ name: StaticString, _ time: Timestamp, into out: inout ByteBuffer) {
    var rest = time - start
    if rest < 0 || rest >= Timestamp.day {
      read(time)
      rest = time - start
    }
    guard rest % 1000 == 0 else { return out.field(name, time) }
    out.key(name)
    out.reserve(DayText.length + 2)
    let end = out.end
    UnsafeMutableRawPointer(end).storeBytes(of: text, as: (UInt64, UInt64, UInt64).self)
    let seconds = Int(truncatingIfNeeded: rest / 1000)
    DayText.put(seconds / 3600, at: end + 12)
    DayText.put(seconds / 60 % 60, at: end + 15)
    DayText.put(seconds % 60, at: end + 18)
    out.advance(to: end + DayText.length)
  }

  @inline(__always)
  private static func put(_ value: Int, at place: UnsafeMutablePointer<UInt8>) {
    place[0] = UInt8(truncatingIfNeeded: 0x30 + value / 10)
    place[1] = UInt8(truncatingIfNeeded: 0x30 + value % 10)
  }

  private mutating func read(_ time: Timestamp) {
    start = Timestamp(dayNumber: time.dayNumber)
    withUnsafeMutableBytes(of: &text) { bytes in
      guard let first = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      first[0] = 0x22
      let count = start.write(to: first + 1)
      first[1 + count] = 0x22
    }
  }
}
