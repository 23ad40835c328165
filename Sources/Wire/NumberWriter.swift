import CBytes
import Glibc

/// Doubles and integers as JSON numbers, without allocation.
///
/// x is scaled to N digits before the point, with N − 1 − ⌊log₁₀ x⌋ decimal places, and rounded. One multiplication of doubles is off by less than
/// 2^-18 there, which decides on which side of a half the value lies unless it is that near to one; then exact integers decide.
public enum NumberWriter {
  public static let significantDigits = 10
  @usableFromInline static let digitLimit: Int64 = 10_000_000_000

  /// At most 10 significant digits, correctly rounded (half to even), no trailing zeros. Writes up to 40 bytes at `p`; returns the end.
  @inlinable @inline(__always)
  public static func write(_ x: Double, to p: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    let bits = x.bitPattern
    // 2^-43 (1.1e-13) … 2^53 (9e15).
    let binary = Int(truncatingIfNeeded: (bits &>> 52) & 0x7ff) &- 980
    guard UInt(bitPattern: binary) < 96 else { return writeExactly(x, to: p) }
    p[0] = 0x2D
    let digits = p + Int(truncatingIfNeeded: bits &>> 63)
    let magnitude = x.magnitude
    // ⌊log₁₀ 2^e⌋ is exact or one low; one comparison settles it.
    var power = cbytes_decimal_exponent(binary)
    power = power &+ (magnitude >= cbytes_double_power(power &+ 1) ? 1 : 0)
    let scaled = magnitude * cbytes_double_power(significantDigits &- 1 &- power)
    let value = cbytes_nearest(scaled)
    guard (scaled - Double(value)).magnitude < 0.4999, value < digitLimit else { return writeExactly(x, to: p) }
    return digits + Int(cbytes_put_decimal(digits, UInt64(bitPattern: value), power &+ 1))
  }

  /// The same by integers: x = m·2^e as m·5^q·2^(e+q) fits 128 bits, so adding half and shifting rounds correctly. And zero, the very large, the very
  /// small, and what is no number at all (written as 0; the buffer notes it).
  @usableFromInline @inline(never)
  static func writeExactly(_ x: Double, to p: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    let magnitude = x.magnitude
    guard x.isFinite, magnitude > 0 else {
      p[0] = 0x30
      return p + 1
    }
    guard magnitude >= 1e-13, magnitude < 9.9e15 else { return p + Int(cbytes_put_general(p, x, Int32(significantDigits))) }
    p[0] = 0x2D
    let digits = p + (x < 0 ? 1 : 0)
    let bits = magnitude.bitPattern
    let exponent = Int(bits >> 52)
    let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52)
    var power = ((exponent - 1023) * 78913) >> 18
    if magnitude >= cbytes_double_power(power + 1) { power += 1 }
    let scale = significantDigits - 1 - power
    var value = scale >= 0 ? scaledUp(mantissa, exponent, scale) : scaledDown(magnitude, -scale)
    if value >= UInt64(digitLimit) {
      value /= 10
      power += 1
    }
    return digits + Int(cbytes_put_decimal(digits, value, power + 1))
  }

  private static func scaledUp(_ mantissa: UInt64, _ exponent: Int, _ scale: Int) -> UInt64 {
    let product = UInt128(mantissa) * UInt128(cbytes_power_of_five(scale))
    let shift = 1075 - exponent - scale  // at most 91 for what comes here
    guard shift > 0 else { return UInt64(truncatingIfNeeded: product << UInt128(-shift)) }
    let half = (UInt128(1) << UInt128(shift - 1)) - 1 + ((product >> UInt128(shift)) & 1)
    return UInt64(truncatingIfNeeded: (product + half) >> UInt128(shift))
  }

  private static func scaledDown(_ x: Double, _ places: Int) -> UInt64 {
    let whole = UInt64(Int64(known: x))
    let hasFraction = x != Double(whole)
    let divisor = cbytes_power_of_ten(places)
    let (quotient, rest) = whole.quotientAndRemainder(dividingBy: divisor)
    let doubled = rest * 2
    let up = doubled > divisor || (doubled == divisor && (hasFraction || quotient & 1 == 1))
    return quotient + (up ? 1 : 0)
  }

  @inlinable
  public static func write(_ x: Int, to p: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    var p = p
    if x < 0 {
      p[0] = 0x2D
      p += 1
    }
    var rest = x.magnitude
    var length = 1
    while length < 20, rest >= UInt(cbytes_power_of_ten(length)) { length += 1 }
    var i = length
    repeat {
      i -= 1
      p[i] = UInt8(truncatingIfNeeded: 48 + rest % 10)
      rest /= 10
    } while i > 0
    return p + length
  }

  /// The shortest digits that read back as the same double; whole numbers without `.0`.
  public static func writeShortest(_ x: Double, to p: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    guard x.isFinite else {
      p[0] = 0x30
      return p + 1
    }
    var sink = ASCIISink(end: p)
    x.write(to: &sink)
    return sink.end - p > 2 && sink.end[-1] == 0x30 && sink.end[-2] == 0x2E ? sink.end - 2 : sink.end
  }
}

/// Takes the standard library's digits without a String.
private struct ASCIISink: TextOutputStream {
  var end: UnsafeMutablePointer<UInt8>

  mutating func write(_ string: String) {
    var string = string
    string.withUTF8 { copy($0) }
  }

  mutating func _writeASCII(_ bytes: UnsafeBufferPointer<UInt8>) { copy(bytes) }

  private mutating func copy(_ bytes: Bytes) {
    guard let from = bytes.baseAddress else { return }
    memcpy(end, from, bytes.count)
    end += bytes.count
  }
}
