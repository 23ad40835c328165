import Market
import Wire

/// Where an object departs from its table.
public struct TableFault {
  /// `missing-key`, `wrong-type`, `duplicate-key`, `unknown-key` or `null`.
  public var code: StaticString
  /// `smc.order_blocks[0].touches`
  public var path: String
  public var message: String
  /// The value at fault, or the object that lacks a key.
  public var value: JSONValue
}

extension RecordTable {
  /// Where an object departs from the table: one sentence each, naming the field by its path. Empty when it fits.
  /// `strict` also refuses keys the table does not have: for testing encoders.
  public func violations(in value: JSONValue, strict: Bool = false) -> [String] {
    faults(in: value, strict: strict).map { "\($0.path) \($0.message)" }
  }

  public func faults(in value: JSONValue, strict: Bool = false) -> [TableFault] {
    var check = TableCheck(strict: strict, path: [.name(type)])
    check.object(value, fields)
    return check.found
  }
}

/// Walks an object and its table side by side. Keys mostly stand in the table's order, so each is looked for behind the one before.
private struct TableCheck {
  enum Step {
    case name(String)
    case key(Bytes)
    case index(Int)
  }
  let strict: Bool
  var path: [Step]
  var found: [TableFault] = []

  mutating func object(_ value: JSONValue, _ fields: [Field]) {
    // One bit a field; tables are shorter than this.
    var seen: (UInt64, UInt64) = (0, 0)
    var next = 0
    var unknown: Set<[UInt8]> = []
    for (key, member) in value.members {
      path.append(.key(key))
      defer { path.removeLast() }
      guard let index = TableCheck.position(of: key, in: fields, from: next) else {
        if !unknown.insert(Array(key)).inserted { add("duplicate-key", "stands twice", member) }
        if strict, !key.equals("type") { add("unknown-key", "is not in the table", member) }
        refuseNull(member)
        continue
      }
      next = index + 1
      let bit: UInt64 = 1 << UInt64(index & 63)
      if (index < 64 ? seen.0 : seen.1) & bit != 0 { add("duplicate-key", "stands twice", member) }
      if index < 64 { seen.0 |= bit } else { seen.1 |= bit }
      check(member, fields[index].kind)
    }
    for (index, field) in fields.enumerated() where field.isRequired && index < 128 {
      guard (index < 64 ? seen.0 : seen.1) & (1 << UInt64(index & 63)) == 0 else { continue }
      path.append(.name(field.key))
      add("missing-key", "is missing", value)
      path.removeLast()
    }
  }

  private static func position(of key: Bytes, in fields: [Field], from next: Int) -> Int? {
    for index in next..<max(next, fields.count) where fields[index].key.utf8.elementsEqual(key) { return index }
    for index in 0..<min(next, fields.count) where fields[index].key.utf8.elementsEqual(key) { return index }
    return nil
  }

  private mutating func check(_ value: JSONValue, _ kind: Field.Kind) {
    let fits: Bool
    switch kind {
    case .string: fits = value.kind == .string
    case .number: fits = value.number != nil
    case .integer: fits = value.integer != nil
    case .boolean: fits = value.flag != nil
    case .time: fits = value.kind == .string && Timestamp(value.bytes) != nil
    case .choice(let words): fits = value.kind == .string && words.contains { $0.utf8.elementsEqual(value.bytes) }
    case .object(let fields):
      fits = value.kind == .object
      if fits { object(value, fields) }
    case .array(let element):
      fits = value.kind == .array
      for (i, item) in value.elements.enumerated() {
        path.append(.index(i))
        check(item, element)
        path.removeLast()
      }
    case .map(let element):
      fits = value.kind == .object
      for (key, item) in value.members {
        path.append(.key(key))
        check(item, element)
        path.removeLast()
      }
    case .any:
      fits = true
      refuseNull(value)
    }
    if fits { return }
    let quote = value.kind == .string ? "\"" : ""
    let shown = value.bytes.count <= 40 ? quote + value.bytes.text + quote : value.kind.name
    add(value.bytes.equals("null") ? "null" : "wrong-type", "must be \(TableCheck.name(kind)), not \(shown)", value)
  }

  /// What does not exist is an absent key, in what nobody knows as well.
  private mutating func refuseNull(_ value: JSONValue) {
    switch value.kind {
    case .literal: if value.bytes.equals("null") { add("null", "is null: what does not exist is an absent key", value) }
    case .object:
      for (key, member) in value.members {
        path.append(.key(key))
        refuseNull(member)
        path.removeLast()
      }
    case .array:
      for (i, item) in value.elements.enumerated() {
        path.append(.index(i))
        refuseNull(item)
        path.removeLast()
      }
    default: break
    }
  }

  private static func name(_ kind: Field.Kind) -> String {
    switch kind {
    case .string: "a string"
    case .number: "a number"
    case .integer: "a whole number"
    case .boolean: "true or false"
    case .time: "a time in ISO-8601, UTC"
    case .choice(let words): "one of \(words.prefix(16).joined(separator: " "))\(words.count > 16 ? " …" : "")"
    case .object, .map: "an object"
    case .array: "an array"
    case .any: "anything"
    }
  }

  private mutating func add(_ code: StaticString, _ message: String, _ value: JSONValue) {
    var text = ""
    for step in path {
      switch step {
      case .name(let name): text += text.isEmpty ? name : ".\(name)"
      case .key(let key): text += text.isEmpty ? key.text : ".\(key.text)"
      case .index(let index): text += "[\(index)]"
      }
    }
    found.append(TableFault(code: code, path: text, message: message, value: value))
  }
}
