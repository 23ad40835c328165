import Wire

/// What a stage says when it cannot go on: a stable code for programs, a sentence for people, and where in the line it happened.
public struct StageError: Error {
  public var exit: ExitCode
  /// Stable, in kebab-case: `bad-json`, `missing-key`, `out-of-order`.
  public var code: String
  public var message: String
  /// What to do next.
  public var hint: String?
  /// Bytes before the fault in the line being read.
  public var offset: Int?
  /// The line being read, where the driver does not know it: a source opens its files itself.
  public var place: Place?

  public init(_ exit: ExitCode, _ code: String, _ message: String, hint: String? = nil, offset: Int? = nil, place: Place? = nil) {
    self.exit = exit
    self.code = code
    self.message = message
    self.hint = hint
    self.offset = offset
    self.place = place
  }

  public static func usage(_ message: String, hint: String? = nil) -> StageError {
    StageError(.usage, "usage", message, hint: hint)
  }

  public static func data(_ code: String, _ message: String, hint: String? = nil, offset: Int? = nil) -> StageError {
    StageError(.badData, code, message, hint: hint, offset: offset)
  }

  public init(_ fault: JSONFault) {
    let code =
      switch fault.reason {
      case .badUTF8: "bad-utf8"
      case .tooDeep: "too-deep"
      case .duplicateKey: "duplicate-key"
      case .numberRange: "number-range"
      default: "bad-json"
      }
    self.init(.badData, code, fault.reason.rawValue, offset: fault.offset)
  }
}

extension Record {
  /// The value at `key`, which must be there.
  @inlinable
  public func required(_ key: Int) throws(StageError) -> JSONValue {
    let value = self[key]
    if value.exists { return value }
    throw missing(key)
  }

  /// The finite number at `key`.
  @inlinable
  public func number(_ key: Int) throws(StageError) -> Double {
    let value = self[key]
    if let number = value.number { return number }
    throw wrong(key, "a number")
  }

  /// The string at `key`, escapes undone.
  public func string(_ key: Int) throws(StageError) -> String {
    if let string = self[key].string { return string }
    throw wrong(key, "a string")
  }

  /// The bytes of the string at `key`, to tell it from others. What a name may not hold is escaped in them.
  @inlinable @inline(__always)
  public func text(_ key: Int) throws(StageError) -> Bytes {
    let value = self[key]
    if value.kind == .string { return value.bytes }
    throw wrong(key, "a string")
  }

  public func optionalNumber(_ key: Int) throws(StageError) -> Double? {
    self[key].exists ? try number(key) : nil
  }

  public func optionalString(_ key: Int) throws(StageError) -> String? {
    self[key].exists ? try string(key) : nil
  }

  /// The error for a value at `key` that is missing, or not `expected`.
  public func wrong(_ key: Int, _ expected: String) -> StageError {
    let value = self[key]
    guard value.exists else { return missing(key) }
    let shown = value.bytes.count <= 40 ? value.bytes.text : "a value of \(value.bytes.count) bytes"
    return .data("wrong-type", "\"\(name(key))\" must be \(expected), not \(shown)", offset: offset(of: value))
  }

  @usableFromInline func missing(_ key: Int) -> StageError {
    .data("missing-key", "the record has no \"\(name(key))\"", offset: body)
  }
}
