import Market
import Stage
import Structure
import Wire

/// Where an object departs from its table.
public struct TableFault {
  /// `missing-key`, `wrong-type`, `bad-name`, `out-of-range`, `contradiction`, `duplicate-key`, `number-range`, `unknown-key` or `null`.
  public var code: String
  /// `smc.order_blocks[0].touches`
  public var path: String
  public var message: String
  /// The value at fault, or the object that lacks a key.
  public var value: JSONValue
}

extension RecordTable {
  /// Returns a table without fields for a type that no table describes: it checks what holds for every line.
  public static func unknown(_ type: String) -> RecordTable { RecordTable(type, "A record of a type that no table has.", []) }

  /// Where an object departs from the table: one sentence each, naming the field by its path. Empty when it fits.
  /// `strict` also refuses keys the table does not have: for testing encoders.
  public func violations(in value: JSONValue, strict: Bool = false) -> [String] {
    faults(in: value, strict: strict).map { "\($0.path) \($0.message)" }
  }

  /// Refuses what departs from the table, naming the first fault: for readers of records that are rare.
  public func demand(_ value: JSONValue, of record: Record) throws(StageError) {
    guard let fault = faults(in: value).first else { return }
    throw .data(fault.code, "\"\(fault.path)\" \(fault.message)", offset: record.offset(of: fault.value))
  }

  public func faults(in value: JSONValue, strict: Bool = false) -> [TableFault] {
    var check = TableCheck(strict: strict, path: [.name(type)])
    check.check(value, .object(fields, rules: rules))
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
  /// Which fields of a table an object has, a bit each.
  struct Seen {
    private var words = InlineArray<8, UInt64>(repeating: 0)

    /// - Returns: whether it was new.
    mutating func insert(_ index: Int) -> Bool {
      let bit: UInt64 = 1 << UInt64(index & 63)
      defer { words[index >> 6] |= bit }
      return words[index >> 6] & bit == 0
    }

    func contains(_ index: Int) -> Bool { words[index >> 6] & 1 << UInt64(index & 63) != 0 }
  }
  let strict: Bool
  var path: [Step]
  var found: [TableFault] = []

  mutating func object(_ value: JSONValue, _ fields: [Field], _ rules: [Rule]) {
    var seen = Seen()
    var next = 0
    var unknown: Set<[UInt8]> = []
    let before = found.count
    for (key, member) in value.members {
      path.append(.key(key))
      defer { path.removeLast() }
      guard let index = TableCheck.position(of: key, in: fields, from: next) else {
        if !unknown.insert(Array(key)).inserted { add("duplicate-key", "stands twice", member) }
        if strict, !key.equals("type") { add("unknown-key", "is not in the table", member) }
        foreign(member)
        continue
      }
      next = index + 1
      if !seen.insert(index) { add("duplicate-key", "stands twice", member) }
      check(member, fields[index].kind)
    }
    for (index, field) in fields.enumerated() where field.isRequired && !seen.contains(index) { lacks(field.key, value) }
    // What a rule says follows from fields that are right by themselves.
    guard found.count == before else { return }
    for rule in rules {
      guard let breach = rule.breach(in: value) else { continue }
      path.append(.name(breach.path))
      add("contradiction", breach.message, breach.value)
      path.removeLast()
    }
  }

  private mutating func lacks(_ key: String, _ object: JSONValue) {
    path.append(.name(key))
    add("missing-key", "is missing", object)
    path.removeLast()
  }

  private static func position(of key: Bytes, in fields: [Field], from next: Int) -> Int? {
    for index in next..<max(next, fields.count) where key.spells(fields[index].key) { return index }
    for index in 0..<min(next, fields.count) where key.spells(fields[index].key) { return index }
    return nil
  }

  mutating func check(_ value: JSONValue, _ kind: Field.Kind) {
    let fits: Bool
    switch kind {
    case .characters(let range):
      fits = value.kind == .string
      if fits { characters(value, range) }
    case .numeric(let limits):
      let number = value.number
      fits = limits.isWhole ? number?.rounded() == number && number != nil : number != nil
      if fits, let number, !limits.contains(number) { add("out-of-range", "must be \(limits.text), not \(value.bytes.text)", value) }
    case .identity(let identity):
      fits = value.kind == .string
      if fits, let fault = identity.fault(in: value) {
        add("bad-name", "\(fault.text(identity)): it must be \(identity.rule)", value)
      }
    case .boolean: fits = value.flag != nil
    case .scalar: fits = value.kind == .string || value.number != nil || value.flag != nil
    case .yes: fits = value.flag == true
    case .fact: fits = value.kind == .string && FactID(value.bytes) != nil
    case .time: fits = value.kind == .string && Timestamp(value.bytes) != nil
    case .choice(let words): fits = value.kind == .string && words.contains { value.bytes.spells($0) }
    case .object(let fields, let rules):
      fits = value.kind == .object
      if fits { object(value, fields, rules) }
    case .variant(let key, let variants):
      fits = value.kind == .object
      if fits { variant(value, key, variants) }
    case .array(let element, let least, let most):
      fits = value.kind == .array
      if fits { list(value, element, least, most) }
    case .tuple(let elements):
      fits = value.kind == .array && value.elements.reduce(0) { count, _ in count + 1 } == elements.count
      if fits { tuple(value, elements) }
    case .map(let element, let keys):
      fits = value.kind == .object
      if fits { map(value, element, keys) }
    case .any:
      fits = true
      foreign(value)
    }
    if fits { return }
    let quote = value.kind == .string ? "\"" : ""
    let shown = value.bytes.count <= 40 ? quote + value.bytes.text + quote : value.kind.name
    add(value.bytes.equals("null") ? "null" : "wrong-type", "must be \(kind.name), not \(shown)", value)
  }

  private mutating func characters(_ value: JSONValue, _ range: ClosedRange<Int>) {
    if value.bytes.isEmpty, range.lowerBound > 0 { return add("out-of-range", "is empty", value) }
    // No character has less than a byte.
    guard value.bytes.count > range.upperBound, let count = value.string?.unicodeScalars.count, count > range.upperBound else { return }
    add("out-of-range", "has \(count) characters, more than \(range.upperBound)", value)
  }

  private mutating func variant(_ value: JSONValue, _ key: String, _ variants: [Field.Variant]) {
    guard let word = value.member(named: key) else { return lacks(key, value) }
    if word.kind == .string, let variant = variants.first(where: { word.bytes.spells($0.word) }) {
      return object(value, variant.fields, variant.rules)
    }
    path.append(.name(key))
    check(word, .choice(variants.map(\.word)))
    path.removeLast()
  }

  private mutating func list(_ value: JSONValue, _ element: Field.Kind, _ least: Int, _ most: Int) {
    var count = 0
    for item in value.elements {
      path.append(.index(count))
      check(item, element)
      path.removeLast()
      count += 1
    }
    if count < least { add("out-of-range", count == 0 ? "is empty" : "has \(count) elements, fewer than \(least)", value) }
    if count > most { add("out-of-range", "has \(count) elements, more than \(most)", value) }
  }

  private mutating func tuple(_ value: JSONValue, _ elements: [Field.Kind]) {
    for (i, (item, element)) in zip(value.elements, elements).enumerated() {
      path.append(.index(i))
      check(item, element)
      path.removeLast()
    }
  }

  private mutating func map(_ value: JSONValue, _ element: Field.Kind, _ keys: Field.Kind) {
    var seen: Set<[UInt8]> = []
    for (key, item) in value.members {
      path.append(.key(key))
      if !seen.insert(Array(key)).inserted { add("duplicate-key", "stands twice", item) }
      if let start = key.baseAddress {
        let name = JSONValue(start: start, length: key.count, kind: .string, escaped: key.contains(0x5C))
        check(name, keys)
      }
      check(item, element)
      path.removeLast()
    }
  }

  /// What no table knows is held to the laws of every line: what does not exist is an absent key, each key stands once, numbers are doubles.
  private mutating func foreign(_ value: JSONValue) {
    switch value.kind {
    case .literal: if value.bytes.equals("null") { add("null", "is null: what does not exist is an absent key", value) }
    case .number: if value.number == nil { add("number-range", "is beyond the numbers of 64 bits", value) }
    case .object:
      var seen: Set<[UInt8]> = []
      for (key, member) in value.members {
        path.append(.key(key))
        if !seen.insert(Array(key)).inserted { add("duplicate-key", "stands twice", member) }
        foreign(member)
        path.removeLast()
      }
    case .array:
      for (i, item) in value.elements.enumerated() {
        path.append(.index(i))
        foreign(item)
        path.removeLast()
      }
    default: break
    }
  }

  private mutating func add(_ code: String, _ message: String, _ value: JSONValue) {
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
