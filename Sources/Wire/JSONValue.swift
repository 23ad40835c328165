import CBytes
import Glibc

/// One value inside a line that the scanner has validated. Points into the line.
@frozen
public struct JSONValue {
  public enum Kind: UInt8, Sendable {
    case missing, string, number, object, array, literal

    public var name: String { ["nothing", "string", "number", "object", "array", "literal"][Int(rawValue)] }
  }
  /// A string's bytes are those between its quotes.
  public var start: BytePointer
  public var length: Int32
  public var kind: Kind
  /// Whether a string holds escapes.
  public var escaped: Bool
  /// A wanted number's value; computed on demand elsewhere.
  @usableFromInline var parsed: Double

  @inlinable
  public init(start: BytePointer, length: Int, kind: Kind, escaped: Bool = false, parsed: Double = .nan) {
    self.start = start
    self.length = Int32(truncatingIfNeeded: length)
    self.kind = kind
    self.escaped = escaped
    self.parsed = parsed
  }

  @inlinable public var exists: Bool { kind != .missing }
  /// The bytes as they stand in the line. A missing value has none, because its place may still be that of an earlier line.
  @inlinable public var bytes: Bytes { Bytes(start: start, count: kind == .missing ? 0 : Int(length)) }

  /// The number here; `nil` when it is none, or beyond the doubles.
  @inlinable public var number: Double? {
    @inline(__always) get { kind == .number && parsed == parsed ? parsed : numberRead }
  }

  @usableFromInline var numberRead: Double? {
    guard kind == .number else { return nil }
    var p = start
    return NumberReader.read(&p)
  }

  @inlinable public var integer: Int? { number.flatMap { Int(exactly: $0) } }

  public var flag: Bool? {
    guard kind == .literal else { return nil }
    return bytes.equals("true") ? true : bytes.equals("false") ? false : nil
  }

  /// The string here, its escapes undone.
  public var string: String? {
    guard kind == .string else { return nil }
    return escaped ? String(decoding: JSONValue.unescape(bytes), as: UTF8.self) : bytes.text
  }

  /// Whether this is the string `text`.
  @inlinable public func equals(_ text: StaticString) -> Bool {
    guard kind == .string else { return false }
    return escaped ? equalsUnescaped(text) : bytes.equals(text)
  }

  @usableFromInline func equalsUnescaped(_ text: StaticString) -> Bool {
    JSONValue.unescape(bytes).withUnsafeBufferPointer { $0.equals(text) }
  }

  public var members: ObjectMembers { ObjectMembers(of: self) }
  public var elements: ArrayElements { ArrayElements(of: self) }

  /// The first member of this object called `key`.
  public func member(_ key: StaticString) -> JSONValue? {
    var members = members
    while let member = members.next() {
      if member.key.equals(key) { return member.value }
    }
    return nil
  }

  static func unescape(_ bytes: Bytes) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var i = 0
    while i < bytes.count {
      guard bytes[i] == 0x5C, let base = bytes.baseAddress else {
        out.append(bytes[i])
        i += 1
        continue
      }
      switch bytes[i + 1] {
      case 0x62: out.append(0x08)
      case 0x66: out.append(0x0C)
      case 0x6E: out.append(0x0A)
      case 0x72: out.append(0x0D)
      case 0x74: out.append(0x09)
      case 0x75:
        var code = hexadecimalUnit(base + i + 2) ?? 0xFFFD
        if code & 0xFC00 == 0xD800, let low = hexadecimalUnit(base + i + 8) {
          code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
          i += 6
        }
        out.append(contentsOf: Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8))
        i += 4
      default: out.append(bytes[i + 1])
      }
      i += 2
    }
    return out
  }
}

/// The value that begins at `p`, in text already validated; moves `p` behind it.
@usableFromInline
func takeValue(_ p: inout BytePointer) -> JSONValue {
  let start = p
  switch p[0] {
  case 0x22:
    var escaped = false
    let end = skipString(p + 1, &escaped) ?? p + 1
    p = end + 1
    return JSONValue(start: start + 1, length: end - start - 1, kind: .string, escaped: escaped)
  case 0x7B, 0x5B:
    var escaped = false
    _ = skipContainer(&p, &escaped)
    return JSONValue(start: start, length: p - start, kind: start[0] == 0x7B ? .object : .array)
  case 0x2D, 0x30...0x39:
    // Out of range it has no value, but an end.
    let number = NumberReader.read(&p)
    if number == nil {
      p = start
      _ = NumberReader.skip(&p)
    }
    return JSONValue(start: start, length: p - start, kind: .number, parsed: number ?? .nan)
  default:
    _ = skipLiteral(&p)
    return JSONValue(start: start, length: p - start, kind: .literal)
  }
}

/// The members of an object, in order. Yields nothing for anything else.
public struct ObjectMembers: Sequence, IteratorProtocol {
  @usableFromInline var p: BytePointer
  @usableFromInline var open: Bool

  @inlinable init(of value: JSONValue) {
    p = value.start
    open = value.kind == .object
    guard open else { return }
    p += 1
    skipSpace(&p)
    open = p[0] != 0x7D
  }

  public mutating func next() -> (key: Bytes, value: JSONValue)? {
    guard open else { return nil }
    var escaped = false
    let keyStart = p + 1
    guard let keyEnd = skipString(keyStart, &escaped) else { return nil }
    p = keyEnd + 1
    skipSpace(&p)
    p += 1
    skipSpace(&p)
    let value = takeValue(&p)
    skipSpace(&p)
    open = p[0] == 0x2C
    p += 1
    skipSpace(&p)
    return (Bytes(start: keyStart, count: keyEnd - keyStart), value)
  }
}

/// The elements of an array, in order. Yields nothing for anything else.
public struct ArrayElements: Sequence, IteratorProtocol {
  @usableFromInline var p: BytePointer
  @usableFromInline var open: Bool

  @inlinable init(of value: JSONValue) {
    p = value.start
    open = value.kind == .array
    guard open else { return }
    p += 1
    skipSpace(&p)
    open = p[0] != 0x5D
  }

  public mutating func next() -> JSONValue? {
    guard open else { return nil }
    let value = takeValue(&p)
    skipSpace(&p)
    open = p[0] == 0x2C
    p += 1
    skipSpace(&p)
    return value
  }
}
