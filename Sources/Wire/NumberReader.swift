import CBytes

/// JSON numbers as doubles, exactly rounded. Short ones are two integers and a division; the rest goes the long way round.
public enum NumberReader {
  /// Reads the number at `p` and moves `p` behind it; `nil` where the grammar is broken or the value is no finite double.
  /// The number must be followed by a byte that no number holds, and 16 bytes must be readable.
  @inlinable @inline(__always)
  public static func read(_ p: inout BytePointer) -> Double? {
    let negative = p[0] == 0x2D
    let start = p + (negative ? 1 : 0)
    let ascii: UInt64 = 0x3030_3030_3030_3030
    let word = load64(start) ^ ascii
    let stop = ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
    if stop == 0 {
      guard let value = longInteger(start, word) else { return readSlowly(&p) }
      p = value.end
      return negative ? -value.number : value.number
    }
    let whole = stop.trailingZeroBitCount &>> 3
    // No digit before the point, or a leading zero with more behind it.
    if whole == 0 || (start[0] == 0x30 && whole > 1) { return readSlowly(&p) }
    let integer = word &<< UInt64(truncatingIfNeeded: 64 &- 8 &* whole)
    var end = start + whole
    var value: Double
    if end[0] == 0x2E {
      let fraction = load64(end + 1) ^ ascii
      let fractionStop = ((fraction &+ 0x7676_7676_7676_7676) | fraction) & 0x8080_8080_8080_8080
      let places = fractionStop == 0 ? 8 : fractionStop.trailingZeroBitCount &>> 3
      if places == 0 { return nil }
      let parts = cbytes_two_integers(integer, fraction &<< UInt64(truncatingIfNeeded: 64 &- 8 &* places))
      let mantissa = (parts & 0xFFFF_FFFF) &* cbytes_power_of_ten(places) &+ (parts &>> 32)
      end += places &+ 1
      value = Double(Int64(bitPattern: mantissa)) / cbytes_double_power(places)
    } else {
      value = Double(Int64(bitPattern: eightDigits(integer)))
    }
    let next = end[0]
    if next != 0x2C, next &- 48 <= 9 || next | 0x20 == 0x65 { return readSlowly(&p) }
    p = end
    return negative ? -value : value
  }

  /// A whole number of 8 to 15 digits, as epoch times are; `first` are its first eight digit values.
  @inlinable @inline(__always)
  static func longInteger(_ start: BytePointer, _ first: UInt64) -> (number: Double, end: BytePointer)? {
    let rest = load64(start + 8) ^ 0x3030_3030_3030_3030
    let stop = ((rest &+ 0x7676_7676_7676_7676) | rest) & 0x8080_8080_8080_8080
    let count = stop.trailingZeroBitCount &>> 3
    guard stop != 0, count > 0, start[0] != 0x30 else { return nil }
    let end = start + 8 + count
    let next = end[0]
    if next != 0x2C, next == 0x2E || next | 0x20 == 0x65 { return nil }
    let parts = cbytes_two_integers(first, rest &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count))
    return (Double(Int64(bitPattern: (parts & 0xFFFF_FFFF) &* cbytes_power_of_ten(count) &+ (parts &>> 32))), end)
  }

  /// Eight digit values, first digit in the lowest byte.
  @inlinable @inline(__always)
  static func eightDigits(_ digits: UInt64) -> UInt64 {
    let pairs = (digits &* 10) &+ (digits &>> 8)
    return
      (((pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064)
      &+ (((pairs &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001)) &>> 32
  }

  /// What the eight digits at `p` are worth; `nil` where one of them is none.
  /// - Parameter framed: the first and the last byte are something else, and count as zeros.
  @inlinable
  public static func eightDigits(_ p: BytePointer, framed: Bool = false) -> Int? {
    let mask: UInt64 = framed ? 0x00FF_FFFF_FFFF_FF00 : ~0
    let word = (load64(p) ^ 0x3030_3030_3030_3030) & mask
    guard ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080 == 0 else { return nil }
    return Int(eightDigits(word))
  }

  @usableFromInline @inline(never)
  static func readSlowly(_ p: inout BytePointer) -> Double? {
    let start = p
    var q = p
    let negative = q[0] == 0x2D
    if negative { q += 1 }
    var mantissa: UInt64 = 0
    let firstDigit = q
    guard q[0] &- 48 <= 9 else { return nil }
    if q[0] == 0x30 {
      q += 1
      if q[0] &- 48 <= 9 { return nil }
    } else {
      while q[0] &- 48 <= 9 {
        mantissa = mantissa &* 10 &+ UInt64(q[0] &- 48)
        q += 1
      }
    }
    var digits = q - firstDigit
    var exponent = 0
    if q[0] == 0x2E {
      q += 1
      let firstPlace = q
      guard q[0] &- 48 <= 9 else { return nil }
      while q[0] &- 48 <= 9 {
        mantissa = mantissa &* 10 &+ UInt64(q[0] &- 48)
        q += 1
      }
      digits += q - firstPlace
      exponent = firstPlace - q
    }
    if q[0] | 0x20 == 0x65 {
      q += 1
      let down = q[0] == 0x2D
      if down || q[0] == 0x2B { q += 1 }
      guard q[0] &- 48 <= 9 else { return nil }
      var power = 0
      while q[0] &- 48 <= 9 {
        if power < 100_000 { power = power * 10 + Int(q[0] &- 48) }
        q += 1
      }
      exponent += down ? -power : power
    }
    p = q
    // Exact while mantissa and power of ten are both exact doubles.
    if digits <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let m = Double(mantissa)
      let value = exponent < 0 ? m / exactPower(-exponent) : m * exactPower(exponent)
      return negative ? -value : value
    }
    let value = cbytes_read_double(start)
    return value.isFinite ? value : nil
  }

  private static func exactPower(_ n: Int) -> Double { cbytes_double_power(n) }

  /// Moves `p` behind the number there without computing it; false where the grammar is broken. 32 bytes must be readable.
  @inlinable @inline(__always)
  static func skip(_ p: inout BytePointer) -> Bool {
    let start = p + (p[0] == 0x2D ? 1 : 0)
    let whole = digits(at: start)
    if whole == 0 || whole == 8 || (whole > 1 && start[0] == 0x30) { return skipSlowly(&p) }
    var end = start + whole
    if end[0] == 0x2E {
      var places = digits(at: end + 1)
      if places == 8 { places += digits(at: end + 9) }
      if places == 0 || places == 16 { return skipSlowly(&p) }
      end += places &+ 1
    }
    if end[0] | 0x20 == 0x65 { return skipSlowly(&p) }
    p = end
    return true
  }

  /// How many of the eight bytes at `p` are digits before the first that is none.
  @inlinable @inline(__always)
  static func digits(at p: BytePointer) -> Int {
    let word = load64(p) ^ 0x3030_3030_3030_3030
    let stop = ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
    return stop.trailingZeroBitCount &>> 3
  }

  @usableFromInline @inline(never)
  static func skipSlowly(_ p: inout BytePointer) -> Bool {
    var q = p
    if q[0] == 0x2D { q += 1 }
    if q[0] == 0x30 {
      q += 1
    } else {
      guard q[0] &- 48 <= 9 else { return false }
      repeat { q += 1 } while q[0] &- 48 <= 9
    }
    if q[0] == 0x2E {
      q += 1
      guard q[0] &- 48 <= 9 else { return false }
      repeat { q += 1 } while q[0] &- 48 <= 9
    }
    if q[0] | 0x20 == 0x65 {
      q += 1
      if q[0] == 0x2B || q[0] == 0x2D { q += 1 }
      guard q[0] &- 48 <= 9 else { return false }
      repeat { q += 1 } while q[0] &- 48 <= 9
    }
    p = q
    return true
  }
}
