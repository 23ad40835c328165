import Market
import Stage
import Wire

/// Reads the stream's times. Neighbouring lines share their day, so the day is worked out once and remembered by its ten bytes.
public struct TimeReader {
  private var dayText: (UInt64, UInt16) = (0, 0)
  private var day: Int64 = 0

  public init() {}

  /// The time at `key`: ISO-8601 text, or an epoch number in seconds, milliseconds, microseconds or nanoseconds.
  @inline(__always)
  public mutating func time(_ record: Record, _ key: Int) throws(StageError) -> Timestamp {
    if let time = time(record[key]) { return time }
    throw record.wrong(key, "a time (ISO-8601 UTC, or an epoch number)")
  }

  /// The time that a value holds; `nil` when it holds none.
  @inline(__always)
  public mutating func time(_ value: JSONValue) -> Timestamp? {
    if value.kind == .string {
      if value.length == 20, let time = plain(value.start) { return time }
      return Timestamp(value.bytes)
    }
    guard let number = value.number, number.magnitude < 9e18 else { return nil }
    let whole = Int64(known: number)
    return Double(whole) == number ? Timestamp(epoch: whole) : nil
  }

  /// `YYYY-MM-DDTHH:MM:SSZ`.
  @inline(__always)
  private mutating func plain(_ p: BytePointer) -> Timestamp? {
    let text = (UnsafeRawPointer(p).loadUnaligned(as: UInt64.self), UnsafeRawPointer(p + 8).loadUnaligned(as: UInt16.self))
    guard p[10] == 0x54, p[13] == 0x3A, p[16] == 0x3A, p[19] == 0x5A else { return nil }
    if text != dayText {
      guard let time = Timestamp(Bytes(start: p, count: 10)) else { return nil }
      day = time.milliseconds
      dayText = text
    }
    guard let hour = pair(p + 11), let minute = pair(p + 14), let second = pair(p + 17), hour < 24, minute < 60, second < 60 else {
      return nil
    }
    return Timestamp(milliseconds: day + ((hour * 60 + minute) * 60 + second) * 1000)
  }

  @inline(__always)
  private func pair(_ p: BytePointer) -> Int64? {
    let tens = p[0] &- 48
    let units = p[1] &- 48
    return tens <= 9 && units <= 9 ? Int64(tens) * 10 + Int64(units) : nil
  }
}

extension ByteBuffer {
  /// A time as the stream writes it, quoted.
  public mutating func value(_ time: Timestamp) {
    separate()
    reserve(Timestamp.textCapacity + 2)
    append(0x22)
    let end = end
    advance(to: end + time.write(to: end))
    append(0x22)
  }

  public mutating func field(_ name: StaticString, _ time: Timestamp) {
    key(name)
    value(time)
  }

  public mutating func field(_ name: StaticString, _ time: Timestamp?) {
    if let time { field(name, time) }
  }
}
