import Glibc
import Market
import Wire

/// The JSON body of a venue's answer, validated as a whole before anything is read from it. Values point into it.
struct VenueDocument: ~Copyable {
  let root: JSONValue
  private let text: ByteBuffer
  /// Has the body without its escapes, where it has any: then values point into that.
  private let scanner: RecordScanner

  init(_ body: Bytes) throws(VenueFault) {
    self = try VenueDocument.read(body)
  }

  private init(_ text: consuming ByteBuffer, _ scanner: consuming RecordScanner, _ root: JSONValue) {
    self.root = root
    self.text = text
    self.scanner = scanner
  }

  /// Reads the body as a line that holds it under one key.
  private static func read(_ body: Bytes) throws(VenueFault) -> VenueDocument {
    let key: StaticString = "{\"body\":"
    var text = ByteBuffer(capacity: body.count + key.utf8CodeUnitCount + 80)
    text.append(key)
    text.append(body)
    // What pretty-printing put between tokens becomes space.
    var at = text.end - body.count
    while let hit = memchr(at, 0x0A, text.end - at) {
      at = hit.assumingMemoryBound(to: UInt8.self)
      at[0] = 0x20
    }
    text.append("}")
    let line = text.bytes
    text.append("\n")
    var scanner = RecordScanner(keys: ["body"])
    guard scanner.scan(line) else {
      let fault = scanner.fault(in: line)
      throw .malformed("not JSON: \(fault.reason.rawValue), at byte \(max(0, fault.offset - key.utf8CodeUnitCount))")
    }
    let root = scanner[0]
    // Nothing but space may stand between the value and the closing brace.
    var rest = root.start + Int(root.length) + (root.kind == .string ? 1 : 0)
    let plain = scanner.record(line).plain
    let last = (plain.baseAddress ?? rest) + (plain.count - 1)
    while rest < last, rest[0] == 0x20 || rest[0] == 0x0D || rest[0] == 0x09 { rest += 1 }
    guard rest == last else { throw .malformed("not one JSON value") }
    return VenueDocument(text, scanner, root)
  }
}

extension JSONValue {
  /// This object's member, which must be there.
  func required(_ key: StaticString) throws(VenueFault) -> JSONValue {
    guard let value = member(key) else { throw .malformed("\"\(key)\" is missing") }
    return value
  }

  /// The text of a string; venues escape nothing that matters in names.
  func text(_ what: StaticString) throws(VenueFault) -> String {
    guard let text = string else { throw .malformed("\(what) is no string: \(excerpt)") }
    return text
  }

  /// A number that the venue writes as a string.
  @inline(__always)
  func decimal(_ what: StaticString) throws(VenueFault) -> Decimal {
    if kind == .string, !escaped, let number = Decimal(bytes) { return number }
    throw .malformed("\(what) is no number in quotes: \(excerpt)")
  }

  /// The same, where the venue may write an empty string or nothing for what does not apply.
  func optionalDecimal(_ key: StaticString) throws(VenueFault) -> Decimal? {
    guard let value = member(key), value.kind == .string, value.length > 0 else { return nil }
    return try value.decimal(key)
  }

  /// Epoch milliseconds, written as a number.
  @inline(__always)
  func numberTime(_ what: StaticString) throws(VenueFault) -> Timestamp {
    if kind == .number, let time = VenueDigits.time(bytes) { return time }
    throw .malformed("\(what) is no time in milliseconds: \(excerpt)")
  }

  /// Epoch milliseconds, written as a string.
  @inline(__always)
  func textTime(_ what: StaticString) throws(VenueFault) -> Timestamp {
    if kind == .string, let time = VenueDigits.time(bytes) { return time }
    throw .malformed("\(what) is no time in milliseconds, in quotes: \(excerpt)")
  }

  /// A whole number, written as a number.
  @inline(__always)
  func count(_ what: StaticString) throws(VenueFault) -> Int64 {
    if kind == .number, let count = VenueDigits.integer(bytes) { return count }
    throw .malformed("\(what) is no whole number: \(excerpt)")
  }

  var excerpt: String {
    kind == .string ? "\"\(bytes.prefix(40).map { String(UnicodeScalar($0)) }.joined())\"" : "\(Bytes(rebasing: bytes.prefix(40)).text)"
  }
}

enum VenueDigits {
  /// 2200-01-01: a venue whose clock stands later would have all candles until then asked for.
  private static let latest: Int64 = 7_258_118_400_000

  /// Milliseconds since 1970.
  @inline(__always)
  static func time(_ text: Bytes) -> Timestamp? { integer(text).flatMap { $0 < latest ? Timestamp(milliseconds: $0) : nil } }

  /// Up to 18 digits, nothing else.
  @inline(__always)
  static func integer(_ text: Bytes) -> Int64? {
    guard text.count >= 1, text.count <= 18 else { return nil }
    var value: Int64 = 0
    for byte in text {
      let digit = byte &- 0x30
      guard digit <= 9 else { return nil }
      value = value &* 10 &+ Int64(digit)
    }
    return value
  }
}
