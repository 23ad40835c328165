/// A line of JSON with as few escapes as there can be: characters stand for themselves, but for quotes, backslashes and
/// control characters. Never longer than the line.
@usableFromInline
struct PlainSpelling: ~Copyable {
  private var buffer = ByteBuffer(capacity: 0)

  /// - Parameter line: valid JSON.
  /// - Returns: the same text, with a newline and readable bytes behind it; valid until the next call.
  mutating func respell(_ line: Bytes) -> Bytes {
    buffer.truncate(to: 0)
    buffer.reserve(line.count + 1)
    var i = 0
    while i < line.count { i = PlainSpelling.step(line, i, into: &buffer) }
    buffer.append(0x0A)
    return Bytes(start: buffer.start, count: buffer.count - 1)
  }

  /// How many bytes of `line` spell the first `place` bytes of its plain spelling.
  @usableFromInline
  static func offset(in line: Bytes, of place: Int) -> Int {
    var spelt = ByteBuffer(capacity: line.count)
    var i = 0
    while i < line.count, spelt.count < place { i = step(line, i, into: &spelt) }
    return i
  }

  /// Writes the byte or the escape at `i`; returns what is behind it.
  private static func step(_ line: Bytes, _ i: Int, into out: inout ByteBuffer) -> Int {
    guard line[i] == 0x5C, let start = line.baseAddress else {
      out.append(line[i])
      return i + 1
    }
    switch line[i + 1] {
    case 0x2F: out.append(0x2F)
    case 0x75:
      var unit = hexadecimalUnit(start + i + 2) ?? 0xFFFD
      let isPair = unit & 0xFC00 == 0xD800
      if isPair { unit = 0x10000 + (unit & 0x3FF) << 10 + ((hexadecimalUnit(start + i + 8) ?? 0) & 0x3FF) }
      append(Unicode.Scalar(unit) ?? "\u{FFFD}", &out)
      return i + (isPair ? 12 : 6)
    default:
      out.append(0x5C)
      out.append(line[i + 1])
    }
    return i + 2
  }

  private static func append(_ scalar: Unicode.Scalar, _ out: inout ByteBuffer) {
    switch scalar {
    case "\u{8}": out.append("\\b")
    case "\t": out.append("\\t")
    case "\n": out.append("\\n")
    case "\u{C}": out.append("\\f")
    case "\r": out.append("\\r")
    case "\"", "\\":
      out.append(0x5C)
      out.append(UInt8(scalar.value))
    case "\0"..<" ":
      out.append(scalar.value < 16 ? "\\u000" : "\\u001")
      out.append("0123456789abcdef".utf8.dropFirst(Int(scalar.value & 15)).first ?? 0x30)
    default: for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { out.append(byte) }
    }
  }
}
