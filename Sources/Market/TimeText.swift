extension Timestamp {
  /// As the stream writes it: `2024-01-03T08:00:00Z`, milliseconds only when they are not zero.
  public var text: String { text(dashes: true) }

  /// As ids write it: `20240103T080000Z`.
  public var compactText: String { text(dashes: false) }

  private func text(dashes: Bool) -> String {
    let day = CalendarDay(dayNumber: dayNumber)
    let rest = Int(milliseconds - Int64(dayNumber) * Timestamp.day)
    return String(unsafeUninitializedCapacity: 32) { buffer in
      var length = 0
      func put(_ byte: UInt8) {
        buffer[length] = byte
        length += 1
      }
      func put(_ value: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
          put(UInt8(48 + value / divisor % 10))
          divisor /= 10
        }
      }
      put(max(0, day.year), width: 4)
      if dashes { put(0x2D) }
      put(day.month, width: 2)
      if dashes { put(0x2D) }
      put(day.day, width: 2)
      put(0x54)
      put(rest / 3_600_000, width: 2)
      if dashes { put(0x3A) }
      put(rest / 60_000 % 60, width: 2)
      if dashes { put(0x3A) }
      put(rest / 1000 % 60, width: 2)
      if rest % 1000 != 0 {
        put(0x2E)
        put(rest % 1000, width: 3)
      }
      put(0x5A)
      return length
    }
  }
}
