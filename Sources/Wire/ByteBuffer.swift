import CBytes
import Glibc

/// A growing run of bytes, and the way JSON gets into it.
///
/// Commas take care of themselves: whatever begins a key or a value looks at the byte before it, and writes a comma unless that byte opens
/// an object or an array, ends a key, or ends a line.
public struct ByteBuffer: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  @usableFromInline var used = 0
  /// Set when a value that is no finite number was to be written; JSON has none, so this is an internal error of the caller.
  public private(set) var sawNonFinite = false

  /// Bytes that may be touched behind the last one reserved.
  @usableFromInline static let spare = 64

  public init(capacity: Int = 4096) {
    self.capacity = capacity
    base = .allocate(capacity: capacity + ByteBuffer.spare)
    base.initialize(repeating: 0, count: capacity + ByteBuffer.spare)
  }

  deinit { base.deallocate() }

  @inlinable public var count: Int { used }
  @inlinable public var start: BytePointer { BytePointer(base) }
  /// All bytes; valid until the buffer changes.
  @inlinable public var bytes: Bytes { Bytes(start: base, count: used) }
  public var text: String { bytes.text }

  @inlinable public mutating func truncate(to count: Int) { used = count }

  /// Takes `n` bytes off the front.
  public mutating func removeFirst(_ n: Int) {
    memmove(base, base + n, used - n)
    used -= n
  }

  /// Makes room for `n` more bytes.
  @inlinable @inline(__always)
  public mutating func reserve(_ n: Int) {
    if capacity - used < n { grow(n) }
  }

  @usableFromInline @inline(never)
  mutating func grow(_ n: Int) {
    let size = max(capacity * 2, used + n)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size + ByteBuffer.spare)
    memcpy(larger, base, used)
    base.deallocate()
    base = larger
    capacity = size
  }

  /// Where the next byte goes. Reserve first, then store, then `advance`.
  @inlinable @inline(__always)
  public var end: UnsafeMutablePointer<UInt8> { base + used }

  @inlinable @inline(__always)
  public mutating func advance(to end: UnsafeMutablePointer<UInt8>) { used = end - base }

  @inlinable @inline(__always)
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    base[used] = byte
    used += 1
  }

  @inlinable @inline(__always)
  public mutating func append(_ bytes: Bytes) {
    reserve(bytes.count)
    if let from = bytes.baseAddress { memcpy(base + used, from, bytes.count) }
    used += bytes.count
  }

  @inlinable @inline(__always)
  public mutating func append(_ text: StaticString) { append(text.bytes) }

  @_disfavoredOverload
  public mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  // MARK: JSON

  /// A comma, where the byte before asks for one.
  @inlinable @inline(__always)
  public mutating func separate() {
    guard used > 0 else { return }
    switch base[used - 1] {
    case 0x7B, 0x5B, 0x3A, 0x0A: return  // { [ : and the end of the line before
    default: append(0x2C)
    }
  }

  @inlinable @inline(__always)
  public mutating func key(_ name: StaticString) {
    separate()
    reserve(name.utf8CodeUnitCount + 3)
    append(0x22)
    append(name.bytes)
    append(0x22)
    append(0x3A)
  }

  /// A key that is not a literal.
  @_disfavoredOverload
  public mutating func key(_ name: String) {
    value(name)
    append(0x3A)
  }

  @inlinable public mutating func beginObject() {
    separate()
    append(0x7B)
  }
  @inlinable public mutating func endObject() { append(0x7D) }
  @inlinable public mutating func beginArray() {
    separate()
    append(0x5B)
  }
  @inlinable public mutating func endArray() { append(0x5D) }

  /// A literal known to need no escaping.
  @inlinable public mutating func value(_ text: StaticString) {
    separate()
    append(0x22)
    append(text.bytes)
    append(0x22)
  }

  public mutating func value(_ text: String) {
    // A string that is in one piece, as all of Swift's own are, is read where it lies.
    if text.utf8.withContiguousStorageIfAvailable({ value(unescaped: $0) }) != nil { return }
    var text = text
    text.withUTF8 { value(unescaped: $0) }
  }

  /// Text that is already escaped, as it stood between the quotes of another JSON string.
  @inlinable public mutating func value(escaped bytes: Bytes) {
    separate()
    append(0x22)
    append(bytes)
    append(0x22)
  }

  /// Valid UTF-8 of any content.
  public mutating func value(unescaped bytes: Bytes) {
    separate()
    if ByteBuffer.isPlain(bytes) {
      return write(room: bytes.count + 2) { pen in
        pen.put(0x22)
        pen.put(bytes)
        pen.put(0x22)
      }
    }
    append(0x22)
    for byte in bytes {
      switch byte {
      case 0x22, 0x5C:
        append(0x5C)
        append(byte)
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20:
        append("\\u00")
        append(ByteBuffer.hexadecimal(byte >> 4))
        append(ByteBuffer.hexadecimal(byte & 15))
      default: append(byte)
      }
    }
    append(0x22)
  }

  /// Whether no byte needs escaping: eight at a time, the last eight overlapping.
  private static func isPlain(_ bytes: Bytes) -> Bool {
    guard let start = bytes.baseAddress, bytes.count >= 8 else { return bytes.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C } }
    var i = 0
    while i < bytes.count {
      // Of a byte x, x − n borrows into the high bit where x < n, unless x has that bit itself.
      let word = load64(start + min(i, bytes.count - 8))
      let ones: UInt64 = 0x0101_0101_0101_0101
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5C)
      let found = ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
      if found & (ones &* 0x80) != 0 { return false }
      i += 8
    }
    return true
  }

  private static func hexadecimal(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }

  /// JSON text of any kind, as it stands.
  @inlinable public mutating func value(raw bytes: Bytes) {
    separate()
    append(bytes)
  }

  @inlinable public mutating func value(_ flag: Bool) {
    separate()
    append(flag ? "true" : "false")
  }

  @inlinable public mutating func value(_ number: Int) {
    separate()
    append(integer: number)
  }

  /// At most 10 significant digits, correctly rounded, without trailing zeros.
  @inlinable @inline(__always)
  public mutating func value(_ number: Double) {
    separate()
    append(number: number)
  }

  @inlinable @inline(__always)
  public mutating func append(number: Double) {
    reserve(48)
    used = NumberWriter.write(number, to: base + used) - base
    if !number.isFinite { noteNonFinite() }
  }

  @usableFromInline @inline(never) mutating func noteNonFinite() { sawNonFinite = true }

  /// The shortest digits that read back as the same double.
  public mutating func append(shortest number: Double) {
    reserve(48)
    used = NumberWriter.writeShortest(number, to: base + used) - base
    if !number.isFinite { noteNonFinite() }
  }

  @inlinable public mutating func append(integer: Int) {
    reserve(24)
    used = NumberWriter.write(integer, to: base + used) - base
  }

  // MARK: Fields

  // A literal is static text, not a String: so it is copied, not looked through for what needs escaping.

  @inlinable public mutating func field(_ name: StaticString, _ text: StaticString) {
    key(name)
    value(text)
  }
  @_disfavoredOverload
  @inlinable public mutating func field(_ name: StaticString, _ text: String) {
    key(name)
    value(text)
  }
  @inlinable public mutating func field(_ name: StaticString, _ number: Double) {
    key(name)
    value(number)
  }
  @inlinable public mutating func field(_ name: StaticString, _ number: Int) {
    key(name)
    value(number)
  }
  @inlinable public mutating func field(_ name: StaticString, _ flag: Bool) {
    key(name)
    value(flag)
  }
  /// What does not exist is an absent key.
  @inlinable public mutating func field(_ name: StaticString, _ number: Double?) {
    if let number { field(name, number) }
  }
  @_disfavoredOverload
  @inlinable public mutating func field(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }
}
