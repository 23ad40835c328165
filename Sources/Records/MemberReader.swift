import Market
import Stage
import Structure
import Wire

/// The wanted members of one object inside a record, by place in a list of keys, and what is said of one that is missing or wrong. Unknown keys are
/// left alone; of a repeated one the last counts.
struct MemberReader {
  private let table: MemberTable
  /// By place: the least and the greatest number that the field takes.
  private let limits: [ClosedRange<Double>]
  private var owner: JSONValue?
  private var times = TimeReader()

  /// - Parameter fields: the table of the objects, whose limits are demanded of their numbers.
  init(_ keys: [StaticString], of fields: [Field] = []) {
    table = MemberTable(keys)
    limits = keys.map { key in fields.first { $0.key == "\(key)" }?.kind.limits.range ?? Limits().range }
  }

  /// Finds the members of `object`; what is no object is refused under the name `what`.
  mutating func read(_ object: JSONValue, of record: Record, _ what: StaticString) throws(StageError) {
    guard object.read(into: table) else { throw noObject(object, record, what) }
    owner = object
  }

  /// Finds the members of the next element of a list; false at its end.
  mutating func next(_ items: inout ArrayElements, of record: Record, _ what: StaticString) throws(StageError) -> Bool {
    guard let object = items.next(into: table) else { return false }
    guard object.kind == .object else { throw noObject(object, record, what) }
    owner = object
    return true
  }

  private func noObject(_ value: JSONValue, _ record: Record, _ what: StaticString) -> StageError {
    .data("wrong-type", "\(what) holds something that is no object", offset: record.offset(of: value))
  }

  subscript(place: Int) -> JSONValue { table[place] }

  func optionalNumber(_ place: Int, _ record: Record) throws(StageError) -> Double? {
    let value = table[place]
    return value.exists ? try number(place, record) : nil
  }

  func number(_ place: Int, _ record: Record) throws(StageError) -> Double {
    guard let number = table[place].number else { throw wrong(place, "a number", record) }
    if limits[place].contains(number) { return number }
    throw outOfRange(place, record)
  }

  func integer(_ place: Int, _ record: Record) throws(StageError) -> Int {
    guard let number = table[place].integer else { throw wrong(place, "a whole number", record) }
    if limits[place].contains(Double(number)) { return number }
    throw outOfRange(place, record)
  }

  private func outOfRange(_ place: Int, _ record: Record) -> StageError {
    let value = table[place]
    let range = limits[place]
    let low = range.lowerBound == -.greatestFiniteMagnitude ? "" : " below \(Limits.text(range.lowerBound))"
    let high = range.upperBound == .greatestFiniteMagnitude ? "" : " above \(Limits.text(range.upperBound))"
    let bounds = low.isEmpty || high.isEmpty ? low + high : "\(low) or\(high)"
    return .data("out-of-range", "\"\(table.keys[place])\" must not be\(bounds), and is \(value.bytes.text)", offset: record.offset(of: value))
  }

  func flag(_ place: Int, _ record: Record) throws(StageError) -> Bool {
    guard let flag = table[place].flag else { throw wrong(place, "true or false", record) }
    return flag
  }

  /// What is absent is false.
  func optionalFlag(_ place: Int, _ record: Record) throws(StageError) -> Bool { table[place].exists ? try flag(place, record) : false }

  mutating func time(_ place: Int, _ record: Record) throws(StageError) -> Timestamp {
    guard let time = times.time(table[place]) else { throw wrong(place, "a time", record) }
    return time
  }

  mutating func optionalTime(_ place: Int, _ record: Record) throws(StageError) -> Timestamp? {
    table[place].exists ? try time(place, record) : nil
  }

  func string(_ place: Int, _ record: Record) throws(StageError) -> String {
    guard let text = table[place].string else { throw wrong(place, "a string", record) }
    return text
  }

  /// A name (an id), checked.
  func identity(_ place: Int, _ record: Record, _ identity: Identity = .name) throws(StageError) -> String {
    let text = try string(place, record)
    try record.check(table[place], table.keys[place], identity)
    return text
  }

  func id(_ place: Int, _ record: Record) throws(StageError) -> FactID {
    guard table[place].kind == .string, let id = FactID(table[place].bytes) else {
      throw wrong(place, "an id like ob-4h-bull-20240103T080000Z", record)
    }
    return id
  }

  func optionalID(_ place: Int, _ record: Record) throws(StageError) -> FactID? { table[place].exists ? try id(place, record) : nil }

  /// The case whose word stands here.
  func word<Word: CaseIterable>(_ place: Int, _ label: (Word) -> StaticString, _ record: Record) throws(StageError) -> Word {
    guard let word = optionalWord(table[place], label) else {
      throw wrong(place, "one of " + Word.allCases.map { "\(label($0))" }.joined(separator: ", "), record)
    }
    return word
  }

  private func optionalWord<Word: CaseIterable>(_ value: JSONValue, _ label: (Word) -> StaticString) -> Word? {
    for word in Word.allCases where value.equals(label(word)) { return word }
    return nil
  }

  func wrong(_ place: Int, _ expected: String, _ record: Record) -> StageError {
    let value = table[place]
    guard value.exists else {
      return .data("missing-key", "an object lacks \"\(table.keys[place])\"", offset: owner.map { record.offset(of: $0) })
    }
    return .data("wrong-type", "\"\(table.keys[place])\" must be \(expected)", offset: record.offset(of: value))
  }
}
