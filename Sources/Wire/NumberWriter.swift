import CBytes
import Glibc

/// Doubles and integers as JSON numbers, without allocation.
///
/// x = m·2^e is scaled to N digits as m·5^q·2^(e+q): with q = N − 1 − ⌊log₁₀ x⌋ the product fits 128 bits, so adding half and shifting rounds
/// correctly (half to even) without a table beyond 5^0…5^27.
public enum NumberWriter {
  public static let significantDigits = 10
  @usableFromInline static let digitLimit: UInt64 = 10_000_000_000

  /// At most 10 significant digits, no trailing zeros. Writes up to 40 bytes at `p`; returns the end.
  @inlinable @inline(__always)
  public static func write(_ x: Double, to p: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    let bits = x.bitPattern
    let exponent = Int(truncatingIfNeeded: (bits &>> 52) & 0x7ff)
    // 2^-24 (6e-8) … 2^33 (8.6e9): what a price stage prints.
    guard exponent &- 999 < 57, exponent >= 999 else { return writeUncommon(x, to: p) }
    p[0] = 0x2D
    let digits = p + Int(truncatingIfNeeded: bits &>> 63)
    let mantissa = (bits & ((1 &<< 52) &- 1)) | (1 &<< 52)
    // ⌊log₁₀ 2^e⌋ is exact or one low; one comparison settles it.
    var power = ((exponent &- 1023) &* 78913) &>> 18
    power = power &+ (x.magnitude >= cbytes_double_power(power &+ 1) ? 1 : 0)
    let scale = significantDigits &- 1 &- power
    let shift = 1075 &- exponent &- scale
    guard shift > 0, shift < 64 else { return writeUncommon(x, to: p) }
    let (high, low) = mantissa.multipliedFullWidth(by: cbytes_power_of_five(scale))
    let s = UInt64(truncatingIfNeeded: shift)
    let half = ((1 &<< (s &- 1)) &- 1) &+ ((low &>> s) & 1)
    let (rounded, carry) = low.addingReportingOverflow(half)
    var value = ((high &+ (carry ? 1 : 0)) &<< (64 &- s)) | (rounded &>> s)
    if value >= digitLimit {
      value /= 10
      power = power &+ 1
    }
    return digits + Int(cbytes_put_decimal(digits, value, power &+ 1))
  }

  /// Zero, the very large, the very small, and what is no number at all (written as 0; the buffer notes it).
  @usableFromInline @inline(never)
  static func writeUncommon(_ x: Double, to p: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
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
    if value >= digitLimit {
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
    let whole = UInt64(x)
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
