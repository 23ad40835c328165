extension Timestamp {
  /// Room that `write(to:)` needs.
  public static let textCapacity = 32

  /// Reads ISO-8601 (`2024-01-01T00:00:00.250Z`, also a date alone, a space for the `T`, no seconds, an offset such as `+02:00`; no zone means UTC) or an
  /// epoch number in seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude: below 1e11, 1e14, 1e17. Finer digits are cut.
  /// - Returns: `nil` for anything else, also for a date that is not in the calendar.
  public init?(_ text: UnsafeBufferPointer<UInt8>) {
    if let epoch = Timestamp.integer(text) {
      self.init(epoch: epoch)
    } else {
      var reader = ISOReader(text: text)
      guard let time = reader.read() else { return nil }
      self = time
    }
  }

  public init?(_ text: String) {
    var text = text
    guard let time = text.withUTF8({ Timestamp($0) }) else { return nil }
    self = time
  }

  /// An epoch number whose unit is told by its magnitude.
  @inline(__always)
  public init(epoch: Int64) {
    // What most venues and all files of this project write.
    if epoch >= 100_000_000_000, epoch < 100_000_000_000_000 {
      self.init(milliseconds: epoch)
    } else {
      self.init(anyEpoch: epoch)
    }
  }

  private init(anyEpoch epoch: Int64) {
    switch epoch.magnitude {
    case ..<100_000_000_000: milliseconds = epoch * 1000
    case ..<100_000_000_000_000: milliseconds = epoch
    case ..<100_000_000_000_000_000: milliseconds = floorDivide(epoch, 1000)
    default: milliseconds = floorDivide(epoch, 1_000_000)
    }
  }

  /// As the stream writes it: `2024-01-03T08:00:00Z`, milliseconds only when they are not zero.
  public var text: String { text(dashes: true) }

  /// As ids write it: `20240103T080000Z`.
  public var compactText: String { text(dashes: false) }

  private func text(dashes: Bool) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Timestamp.textCapacity) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      return String(decoding: UnsafeBufferPointer(start: start, count: write(to: start, dashes: dashes)), as: UTF8.self)
    }
  }

  /// Writes `text`, or without dashes `compactText`, at `start`, which has room for `textCapacity` bytes.
  /// - Returns: the number of bytes written. Years outside 0…9999 are clamped to that range, as no market has them.
  public func write(to start: UnsafeMutablePointer<UInt8>, dashes: Bool = true) -> Int {
    let dayNumber = self.dayNumber
    let day = CalendarDay(dayNumber: dayNumber)
    let rest = Int(milliseconds - Int64(dayNumber) * Timestamp.day)
    let year = min(max(day.year, 0), 9999)
    var cursor = start
    pair(year / 100, &cursor)
    pair(year % 100, &cursor)
    if dashes { byte(0x2D, &cursor) }
    pair(day.month, &cursor)
    if dashes { byte(0x2D, &cursor) }
    pair(day.day, &cursor)
    byte(0x54, &cursor)
    pair(rest / 3_600_000, &cursor)
    if dashes { byte(0x3A, &cursor) }
    pair(rest / 60_000 % 60, &cursor)
    if dashes { byte(0x3A, &cursor) }
    pair(rest / 1000 % 60, &cursor)
    let fraction = rest % 1000
    if fraction != 0 {
      byte(0x2E, &cursor)
      byte(0x30 + UInt8(truncatingIfNeeded: fraction / 100), &cursor)
      pair(fraction % 100, &cursor)
    }
    byte(0x5A, &cursor)
    return cursor - start
  }

  private func pair(_ value: Int, _ cursor: inout UnsafeMutablePointer<UInt8>) {
    byte(0x30 + UInt8(truncatingIfNeeded: value / 10), &cursor)
    byte(0x30 + UInt8(truncatingIfNeeded: value % 10), &cursor)
  }

  private func byte(_ value: UInt8, _ cursor: inout UnsafeMutablePointer<UInt8>) {
    cursor[0] = value
    cursor += 1
  }

  private static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    let negative = text.first == 0x2D
    let digits = negative ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.count <= 18 + (digits.first == 0x31 ? 1 : 0) else { return nil }
    var value: Int64 = 0
    for byte in digits {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value &* 10 &+ Int64(byte &- 0x30)
    }
    return negative ? -value : value
  }
}

/// Walks an ISO-8601 text from left to right.
private struct ISOReader {
  let text: UnsafeBufferPointer<UInt8>
  var index = 0

  init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

  mutating func read() -> Timestamp? {
    guard let century = pair(), let yearOfCentury = pair(), skip(0x2D), let month = pair(), skip(0x2D), let day = pair() else { return nil }
    let date = CalendarDay(year: century * 100 + yearOfCentury, month: month, day: day)
    guard CalendarDay(dayNumber: date.dayNumber) == date else { return nil }
    var time = Timestamp(day: date)
    if index == text.count { return time }
    guard skip(0x54) || skip(0x20) || skip(0x74), let hour = pair(), hour < 24, skip(0x3A), let minute = pair(), minute < 60 else { return nil }
    time = time + Int64(hour) * Timestamp.hour + Int64(minute) * Timestamp.minute
    if skip(0x3A) {
      guard let second = pair(), second < 60 else { return nil }
      time = time + Int64(second) * Timestamp.second
      if skip(0x2E) {
        guard let fraction = milliseconds() else { return nil }
        time = time + fraction
      }
    }
    guard let offset = zone() else { return nil }
    return index == text.count ? time + -offset : nil
  }

  /// The digits after the point, cut to milliseconds.
  private mutating func milliseconds() -> Int64? {
    var value: Int64 = 0
    var unit: Int64 = 100
    let start = index
    while index < text.count, text[index] >= 0x30, text[index] <= 0x39 {
      value += Int64(text[index] - 0x30) * unit
      unit /= 10
      index += 1
    }
    return index > start ? value : nil
  }

  /// The offset from UTC in milliseconds; none or `Z` is zero.
  private mutating func zone() -> Int64? {
    if index == text.count || skip(0x5A) || skip(0x7A) { return 0 }
    let sign: Int64 = skip(0x2B) ? 1 : -1
    guard sign == 1 || skip(0x2D), let hour = pair(), hour < 24 else { return nil }
    _ = skip(0x3A)
    guard let minute = index == text.count ? 0 : pair(), minute < 60 else { return nil }
    return sign * (Int64(hour) * Timestamp.hour + Int64(minute) * Timestamp.minute)
  }

  private mutating func pair() -> Int? {
    guard index + 1 < text.count else { return nil }
    let (tens, units) = (text[index], text[index + 1])
    guard tens >= 0x30, tens <= 0x39, units >= 0x30, units <= 0x39 else { return nil }
    index += 2
    return Int(tens - 0x30) * 10 + Int(units - 0x30)
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard index < text.count, text[index] == byte else { return false }
    index += 1
    return true
  }
}
