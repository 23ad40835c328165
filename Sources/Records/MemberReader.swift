import Market
import Stage
import Structure
import Wire

/// The wanted members of one object inside a record, by place in a list of keys. Objects written in the order of the list, as this project's
/// encoders write them, are read without searching. Unknown keys are left alone; of a repeated one the last counts.
struct MemberReader {
  private let keys: [StaticString]
  private var slots: [JSONValue] = []
  private var owner: JSONValue?
  private var times = TimeReader()

  init(_ keys: [StaticString]) { self.keys = keys }

  /// Finds the members of `object`; what is no object is refused under the name `what`.
  mutating func read(_ object: JSONValue, of record: Record, _ what: StaticString) throws(StageError) {
    guard object.kind == .object else { throw .data("wrong-type", "\(what) holds something that is no object", offset: record.offset(of: object)) }
    owner = object
    let nothing = JSONValue(start: object.start, length: 0, kind: .missing)
    if slots.isEmpty { slots = Array(repeating: nothing, count: keys.count) }
    for i in slots.indices { slots[i] = nothing }
    var next = 0
    var members = object.members
    while let (key, value) = members.next() {
      if next < keys.count, key.equals(keys[next]) {
        slots[next] = value
        next += 1
      } else if let place = place(of: key, from: next) {
        slots[place] = value
        next = place + 1
      }
    }
  }

  /// Behind `next` first: what an encoder leaves out is passed over.
  private func place(of key: Bytes, from next: Int) -> Int? {
    for place in min(next, keys.count)..<keys.count where key.equals(keys[place]) { return place }
    for place in 0..<min(next, keys.count) where key.equals(keys[place]) { return place }
    return nil
  }

  subscript(place: Int) -> JSONValue { slots[place] }

  func optionalNumber(_ place: Int, _ record: Record) throws(StageError) -> Double? {
    let value = slots[place]
    guard value.exists else { return nil }
    guard let number = value.number else { throw wrong(place, "a number", record) }
    return number
  }

  func number(_ place: Int, _ record: Record) throws(StageError) -> Double {
    guard let number = slots[place].number else { throw wrong(place, "a number", record) }
    return number
  }

  func integer(_ place: Int, _ record: Record) throws(StageError) -> Int {
    guard let number = slots[place].integer else { throw wrong(place, "a whole number", record) }
    return number
  }

  func flag(_ place: Int, _ record: Record) throws(StageError) -> Bool {
    guard let flag = slots[place].flag else { throw wrong(place, "true or false", record) }
    return flag
  }

  /// What is absent is false.
  func optionalFlag(_ place: Int, _ record: Record) throws(StageError) -> Bool { slots[place].exists ? try flag(place, record) : false }

  mutating func time(_ place: Int, _ record: Record) throws(StageError) -> Timestamp {
    guard let time = times.time(slots[place]) else { throw wrong(place, "a time", record) }
    return time
  }

  mutating func optionalTime(_ place: Int, _ record: Record) throws(StageError) -> Timestamp? {
    slots[place].exists ? try time(place, record) : nil
  }

  func string(_ place: Int, _ record: Record) throws(StageError) -> String {
    guard let text = slots[place].string else { throw wrong(place, "a string", record) }
    return text
  }

  func id(_ place: Int, _ record: Record) throws(StageError) -> FactID {
    guard slots[place].kind == .string, let id = FactID(slots[place].bytes) else {
      throw wrong(place, "an id like ob-4h-bull-20240103T080000Z", record)
    }
    return id
  }

  func optionalID(_ place: Int, _ record: Record) throws(StageError) -> FactID? { slots[place].exists ? try id(place, record) : nil }

  /// The case whose word stands here.
  func word<Word: CaseIterable>(_ place: Int, _ label: (Word) -> StaticString, _ record: Record) throws(StageError) -> Word {
    guard let word = optionalWord(slots[place], label) else {
      throw wrong(place, "one of " + Word.allCases.map { "\(label($0))" }.joined(separator: ", "), record)
    }
    return word
  }

  private func optionalWord<Word: CaseIterable>(_ value: JSONValue, _ label: (Word) -> StaticString) -> Word? {
    for word in Word.allCases where value.equals(label(word)) { return word }
    return nil
  }

  func wrong(_ place: Int, _ expected: String, _ record: Record) -> StageError {
    let value = slots[place]
    guard value.exists else {
      return .data("missing-key", "an object lacks \"\(keys[place])\"", offset: owner.map { record.offset(of: $0) })
    }
    return .data("wrong-type", "\"\(keys[place])\" must be \(expected)", offset: record.offset(of: value))
  }
}
