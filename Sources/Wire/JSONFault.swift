/// What is wrong with a line, and where. The careful second reading of a line that the scanner refused: bounds-checked, byte by byte.
public struct JSONFault: Error, Equatable {
  public enum Reason: String, Sendable {
    case notAnObject = "a line must be one JSON object"
    case endsEarly = "the line ends inside the object"
    case trailing = "something follows the object"
    case badString = "a control character or a broken escape in a string"
    case badUTF8 = "bytes that are not UTF-8"
    case badNumber = "not a JSON number"
    case numberRange = "a number beyond the range of doubles"
    case badLiteral = "neither a string, number, object, array, true, false nor null"
    case expectedKey = "a quoted key was expected"
    case expectedColon = "a colon was expected"
    case expectedComma = "a comma or the closing bracket was expected"
    case tooDeep = "nested more than 64 deep"
    case duplicateKey = "a key stands twice"
  }
  public var reason: Reason
  /// Bytes before the fault, from the start of the line.
  public var offset: Int

  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// The first fault of `line` as a record; `nil` where the grammar is kept.
  public static func locate(in line: Bytes) -> JSONFault? {
    var reading = CarefulReading(line)
    return reading.fault()
  }
}

private struct CarefulReading {
  private let bytes: Bytes
  private var i = 0

  init(_ line: Bytes) { bytes = line }

  mutating func fault() -> JSONFault? {
    if let bad = UTF8Check.firstFault(in: bytes) { return JSONFault(.badUTF8, at: bad) }
    do throws(JSONFault) {
      space()
      guard peek == 0x7B else { throw JSONFault(.notAnObject, at: i) }
      try value(depth: 0)
      space()
      if i < bytes.count { throw JSONFault(.trailing, at: i) }
      return nil
    } catch {
      return error
    }
  }

  private var peek: UInt8? { i < bytes.count ? bytes[i] : nil }

  private mutating func space() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0D { i += 1 }
  }

  private mutating func value(depth: Int) throws(JSONFault) {
    switch peek {
    case nil: throw JSONFault(.endsEarly, at: i)
    case 0x7B, 0x5B:
      if depth > nestingLimit { throw JSONFault(.tooDeep, at: i) }
      try container(isObject: peek == 0x7B, depth: depth)
    case 0x22: try string()
    case .some(0x2D), .some(0x30...0x39): try number()
    default: try literal()
    }
  }

  private mutating func container(isObject: Bool, depth: Int) throws(JSONFault) {
    let close: UInt8 = isObject ? 0x7D : 0x5D
    i += 1
    space()
    if peek == close {
      i += 1
      return
    }
    while true {
      if isObject {
        guard let first = peek else { throw JSONFault(.endsEarly, at: i) }
        guard first == 0x22 else { throw JSONFault(.expectedKey, at: i) }
        try string()
        space()
        guard let colon = peek else { throw JSONFault(.endsEarly, at: i) }
        guard colon == 0x3A else { throw JSONFault(.expectedColon, at: i) }
        i += 1
        space()
      }
      try value(depth: depth + 1)
      space()
      switch peek {
      case nil: throw JSONFault(.endsEarly, at: i)
      case 0x2C:
        i += 1
        space()
      case close:
        i += 1
        return
      default: throw JSONFault(.expectedComma, at: i)
      }
    }
  }

  private mutating func string() throws(JSONFault) {
    i += 1
    while let byte = peek {
      switch byte {
      case 0x22:
        i += 1
        return
      case 0x5C: try escape()
      case 0..<0x20: throw JSONFault(.badString, at: i)
      default: i += 1
      }
    }
    throw JSONFault(.endsEarly, at: i)
  }

  private mutating func escape() throws(JSONFault) {
    guard i + 1 < bytes.count else { throw JSONFault(.endsEarly, at: bytes.count) }
    switch bytes[i + 1] {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: i += 2
    case 0x75:
      let unit = try hexadecimal(at: i + 2)
      if unit & 0xFC00 == 0xDC00 { throw JSONFault(.badString, at: i) }
      guard unit & 0xFC00 == 0xD800 else {
        i += 6
        return
      }
      guard i + 7 < bytes.count, bytes[i + 6] == 0x5C, bytes[i + 7] == 0x75, try hexadecimal(at: i + 8) & 0xFC00 == 0xDC00 else {
        throw JSONFault(.badString, at: i)
      }
      i += 12
    default: throw JSONFault(.badString, at: i)
    }
  }

  private func hexadecimal(at start: Int) throws(JSONFault) -> Int {
    guard start + 4 <= bytes.count else { throw JSONFault(.endsEarly, at: bytes.count) }
    guard let unit = bytes.baseAddress.flatMap({ hexadecimalUnit($0 + start) }) else { throw JSONFault(.badString, at: i) }
    return Int(unit)
  }

  private mutating func digits() -> Bool {
    let start = i
    while let byte = peek, byte >= 0x30, byte <= 0x39 { i += 1 }
    return i > start
  }

  private mutating func number() throws(JSONFault) {
    let start = i
    if peek == 0x2D { i += 1 }
    if peek == 0x30 {
      i += 1
    } else if !digits() {
      throw JSONFault(.badNumber, at: start)
    }
    if let byte = peek, byte >= 0x30, byte <= 0x39 { throw JSONFault(.badNumber, at: start) }
    if peek == 0x2E {
      i += 1
      if !digits() { throw JSONFault(.badNumber, at: start) }
    }
    if peek == 0x65 || peek == 0x45 {
      i += 1
      if peek == 0x2B || peek == 0x2D { i += 1 }
      if !digits() { throw JSONFault(.badNumber, at: start) }
    }
  }

  private mutating func literal() throws(JSONFault) {
    for word: StaticString in ["true", "false", "null"] {
      let n = word.utf8CodeUnitCount
      if i + n <= bytes.count, Bytes(rebasing: bytes[i..<i + n]).equals(word) {
        i += n
        return
      }
    }
    // A word cut off by the end of the line reads as an early end.
    throw JSONFault(.badLiteral, at: i)
  }
}
