/// An exact decimal number, `mantissa / 10^scale`: what a venue or a file said, digit for digit, trailing zeros included.
///
/// Values compare by size, so `1.0 == 1`; `write(to:)` gives back the digits that were read.
@frozen
public struct Decimal: Sendable {
  public var mantissa: Int128
  /// Digits after the point, 0…`maximumScale`.
  public var scale: UInt8

  public static let maximumScale: UInt8 = 30
  /// Significant digits that are read; more is refused.
  public static let maximumDigits = 36
  /// Room that `write(to:)` needs.
  public static let textCapacity = 48

  public static let zero = Decimal(mantissa: 0, scale: 0)

  @inlinable public init(mantissa: Int128, scale: UInt8) {
    self.mantissa = mantissa
    self.scale = scale
  }

  /// Reads `12`, `-0.50`, `1.5e-7`; an exponent is resolved into digits and places.
  /// - Returns: `nil` for anything that is not such a number, and for one with too many digits or places.
  @inlinable public init?(_ text: UnsafeBufferPointer<UInt8>) {
    var index = 0
    let count = text.count
    let negative = count > 0 && text[0] == 0x2D
    if negative { index = 1 }
    var low: UInt64 = 0
    var point = -1
    let start = index
    // Nineteen digits fit a word; a longer number takes the slow path.
    let fast = min(count, index + 19)
    while index < fast {
      let byte = text[index]
      if byte == 0x2E {
        if point >= 0 { return nil }
        point = index
      } else {
        let digit = byte &- 0x30
        if digit > 9 { break }
        low = low &* 10 &+ UInt64(digit)
      }
      index += 1
    }
    if index == count, index - start > (point < 0 ? 0 : 1) {
      let places = point < 0 ? 0 : count - point - 1
      mantissa = negative ? -Int128(low) : Int128(low)
      scale = UInt8(truncatingIfNeeded: places)
      return
    }
    guard let value = Decimal.general(UnsafeBufferPointer(rebasing: text[start...]), negative: negative) else { return nil }
    self = value
  }

  public init?(_ text: String) {
    var text = text
    guard let value = text.withUTF8({ Decimal($0) }) else { return nil }
    self = value
  }

  /// The same rules without the limit of one word, and with an exponent.
  @usableFromInline static func general(_ text: UnsafeBufferPointer<UInt8>, negative: Bool) -> Decimal? {
    var mantissa: Int128 = 0
    var significant = 0
    var places = 0
    var point = false
    var digits = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte == 0x2E, !point {
        point = true
      } else if byte >= 0x30, byte <= 0x39 {
        if significant > 0 || byte != 0x30 { significant += 1 }
        guard significant <= maximumDigits else { return nil }
        mantissa = mantissa * 10 + Int128(byte - 0x30)
        digits += 1
        if point { places += 1 }
      } else {
        break
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    if index < text.count {
      guard text[index] | 0x20 == 0x65, let exponent = exponent(text[(index + 1)...]) else { return nil }
      places -= exponent
    }
    while places < 0 {
      significant += mantissa == 0 ? 0 : 1
      guard significant <= maximumDigits else { return nil }
      mantissa *= 10
      places += 1
    }
    guard places <= Int(maximumScale) else { return nil }
    return Decimal(mantissa: negative ? -mantissa : mantissa, scale: UInt8(places))
  }

  private static func exponent(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    let signed = text.first == 0x2D || text.first == 0x2B
    let digits = signed ? text.dropFirst() : text
    guard !digits.isEmpty, digits.count <= 3 else { return nil }
    var value = 0
    for byte in digits {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    guard value <= 80 else { return nil }
    return text.first == 0x2D ? -value : value
  }
}

extension Decimal: Comparable {
  @inlinable public static func == (a: Decimal, b: Decimal) -> Bool {
    a.scale == b.scale ? a.mantissa == b.mantissa : order(a, b) == 0
  }

  @inlinable public static func < (a: Decimal, b: Decimal) -> Bool {
    a.scale == b.scale ? a.mantissa < b.mantissa : order(a, b) < 0
  }

  /// −1, 0 or 1, exact at any pair of scales.
  @usableFromInline static func order(_ a: Decimal, _ b: Decimal) -> Int {
    if a.scale > b.scale { return -order(b, a) }
    let (left, overflow) = a.mantissa.multipliedReportingOverflow(by: powersOfTen[Int(b.scale - a.scale)])
    // What no longer fits is larger than anything that does.
    if overflow { return a.mantissa < 0 ? -1 : 1 }
    return left < b.mantissa ? -1 : left > b.mantissa ? 1 : 0
  }

  @usableFromInline static let powersOfTen: [Int128] = (0...Int(maximumScale)).map { places in
    (0..<places).reduce(Int128(1)) { power, _ in power * 10 }
  }
}

extension Decimal {
  /// The exact sum; `nil` when it would need more than 38 digits.
  @inlinable public func adding(_ other: Decimal) -> Decimal? {
    if scale == other.scale {
      let (sum, overflow) = mantissa.addingReportingOverflow(other.mantissa)
      return overflow ? nil : Decimal(mantissa: sum, scale: scale)
    }
    return addingAtOtherScale(other)
  }

  @usableFromInline func addingAtOtherScale(_ other: Decimal) -> Decimal? {
    if scale > other.scale { return other.addingAtOtherScale(self) }
    let (lifted, tooLarge) = mantissa.multipliedReportingOverflow(by: Decimal.powersOfTen[Int(other.scale - scale)])
    let (sum, overflow) = lifted.addingReportingOverflow(other.mantissa)
    return tooLarge || overflow ? nil : Decimal(mantissa: sum, scale: other.scale)
  }

  /// The same value without trailing zeros after the point.
  @inlinable public var trimmed: Decimal {
    var value = self
    while value.scale > 0 {
      let (quotient, rest) = value.mantissa.quotientAndRemainder(dividingBy: 10)
      guard rest == 0 else { break }
      value.mantissa = quotient
      value.scale -= 1
    }
    return value
  }

  /// The whole number; `nil` for a fraction, and beyond 64 bits.
  public var integer: Int64? {
    let whole = trimmed
    return whole.scale == 0 ? Int64(exactly: whole.mantissa) : nil
  }

  /// The nearest double, up to one unit in the last place beyond 2^53.
  public var double: Double { Double(mantissa) / Double(Decimal.powersOfTen[Int(scale)]) }

  public var text: String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Decimal.textCapacity) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      return String(decoding: UnsafeBufferPointer(start: start, count: write(to: start)), as: UTF8.self)
    }
  }

  /// Writes plain digits, never an exponent, at `start`, which has room for `textCapacity` bytes.
  /// - Returns: the number of bytes written.
  @inlinable public func write(to start: UnsafeMutablePointer<UInt8>) -> Int {
    var cursor = start
    if mantissa < 0 {
      cursor[0] = 0x2D
      cursor += 1
    }
    let magnitude = mantissa.magnitude
    guard magnitude <= UInt128(UInt64.max) else { return writeWide(magnitude, from: start, at: cursor) }
    return Decimal.write(UInt64(truncatingIfNeeded: magnitude), places: Int(scale), at: cursor) - start
  }

  /// Writes `digits / 10^places`. Digits come from the right, so their number is counted first.
  @inlinable static func write(_ digits: UInt64, places: Int, at start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    var length = 1
    var bound: UInt64 = 10
    while length < 20, digits >= bound {
      length += 1
      bound = length < 20 ? bound &* 10 : bound
    }
    let whole = max(1, length - places)
    let end = start + whole + (places > 0 ? places + 1 : 0)
    var rest = digits
    var cursor = end
    if places > 0 {
      for _ in 0..<places {
        cursor -= 1
        let next = rest / 10
        cursor[0] = 0x30 &+ UInt8(truncatingIfNeeded: rest &- next &* 10)
        rest = next
      }
      cursor -= 1
      cursor[0] = 0x2E
    }
    for _ in 0..<whole {
      cursor -= 1
      let next = rest / 10
      cursor[0] = 0x30 &+ UInt8(truncatingIfNeeded: rest &- next &* 10)
      rest = next
    }
    return end
  }

  @usableFromInline func writeWide(_ magnitude: UInt128, from start: UnsafeMutablePointer<UInt8>, at cursor: UnsafeMutablePointer<UInt8>) -> Int {
    var backward: [UInt8] = []
    var rest = magnitude
    var place = 0
    while rest > 0 || place <= Int(scale) {
      if place == Int(scale), scale > 0 { backward.append(0x2E) }
      backward.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
      place += 1
    }
    for (index, byte) in backward.reversed().enumerated() { cursor[index] = byte }
    return cursor - start + backward.count
  }
}
