import Delivery
import Market
import Wire

/// A line of the journal that no outbox writes, or one that was altered.
struct JournalDamage: Error {
  /// Bytes before the fault in its line.
  var offset: Int
  var text: String
}

/// What one line of the journal says.
enum JournalLine {
  case letter(OutboxEntry)
  case step(key: String, JournalStep)
}

enum JournalStep {
  case trying(isRepeat: Bool)
  case later(detail: String?)
  case split
  case part(number: String?)
  case done(Receipt.Status, detail: String?, number: String?, attempts: Int?, isUnsure: Bool)
}

/// A checksum over the bytes of a journal from its first one on. Each line ends with the value before its own `sum`, so that a line that is altered,
/// taken out or put in shows at the next line that has one. Lines of older versions have none.
struct JournalSum {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// FNV-1a, 64 bits.
  mutating func add(_ bytes: Bytes) { for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 } }

  private static let key: StaticString = ",\"sum\":\""
  /// The key, sixteen digits, the quote and the brace.
  private static var length: Int { key.utf8CodeUnitCount + 18 }

  /// Passes over a line that was read; false when it says another sum than that of the bytes before it.
  mutating func follow(_ line: Bytes) -> Bool {
    let body = line.count - JournalSum.length
    let hasSum = body > 0 && Bytes(rebasing: line[body...]).starts(with: JournalSum.key.bytes)
    add(Bytes(rebasing: line[..<(hasSum ? body : line.count)]))
    let isRight = !hasSum || Bytes(rebasing: line[(body + JournalSum.key.utf8CodeUnitCount)..<(line.count - 2)]).text == hexadecimal
    if hasSum { add(Bytes(rebasing: line[body...])) }
    end()
    return isRight
  }

  /// Writes a line, which ends with a brace, with its sum and a line break behind it.
  mutating func seal(_ line: Bytes, into out: inout ByteBuffer) {
    let start = out.count
    out.append(Bytes(rebasing: line.dropLast()))
    add(Bytes(rebasing: line.dropLast()))
    out.append(JournalSum.key.bytes)
    out.append(hexadecimal)
    out.append("\"}")
    add(Bytes(rebasing: out.bytes[(start + line.count - 1)...]))
    end()
    out.append(0x0A)
  }

  private mutating func end() { value = (value ^ 0x0A) &* 0x100_0000_01B3 }

  private var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

/// Reads lines of the journal, each to the last of its values: whatever the outbox goes by must be there and make sense.
struct JournalReader: ~Copyable {
  private var scanner = RecordScanner(keys: [
    "type", "key", "covers", "trigger", "time", "kind", "priority", "silent", "expires", "parts", "record", "at", "unsure", "outcome", "number",
    "detail",
    "attempts", "sum",
  ])
  private enum Key {
    static let type = 0, key = 1, covers = 2, trigger = 3, time = 4, kind = 5, priority = 6, silent = 7, expires = 8, parts = 9, record = 10, at = 11
    static let unsure = 12, outcome = 13, number = 14, detail = 15, attempts = 16, sum = 17
  }
  private var line = Bytes(start: nil, count: 0)

  mutating func read(_ line: Bytes) throws(JournalDamage) -> JournalLine {
    guard scanner.scan(line) else {
      let fault = scanner.fault(in: line)
      throw JournalDamage(offset: fault.offset, text: fault.reason.rawValue)
    }
    self.line = line
    let sum = scanner[Key.sum]
    guard !sum.exists || (sum.kind == .string && line.count >= 18 && scanner.record(line).offset(of: sum) == line.count - 18) else {
      throw wrong(Key.sum, "sum", "the last of the line")
    }
    guard let type = scanner[Key.type].string else { throw wrong(Key.type, "type", "the name of a step") }
    guard let key = scanner[Key.key].string, !key.isEmpty else { throw wrong(Key.key, "key", "the key of a message") }
    let at = try time(Key.at, "at")
    let detail = try text(Key.detail, "detail")
    let number = try text(Key.number, "number")
    let isUnsure = try flag(Key.unsure, "unsure")
    switch type {
    case "letter": return .letter(try letter(key, at))
    case "trying": return .step(key: key, .trying(isRepeat: isUnsure))
    case "later": return .step(key: key, .later(detail: detail))
    case "split": return .step(key: key, .split)
    case "part": return .step(key: key, .part(number: number))
    case "done":
      guard let outcome = scanner[Key.outcome].string.flatMap({ Receipt.Status(rawValue: $0) }) else {
        throw wrong(Key.outcome, "outcome", "an outcome")
      }
      let attempts = scanner[Key.attempts]
      guard !attempts.exists || attempts.integer.map({ (0...1_000_000_000).contains($0) }) ?? false else {
        throw wrong(Key.attempts, "attempts", "a count")
      }
      return .step(key: key, .done(outcome, detail: detail, number: number, attempts: attempts.integer, isUnsure: isUnsure))
    default: throw wrong(Key.type, "type", "the name of a step")
    }
  }

  private func letter(_ key: String, _ at: Timestamp?) throws(JournalDamage) -> OutboxEntry {
    var entry = OutboxEntry(key: key)
    if scanner[Key.covers].exists {
      guard scanner[Key.covers].kind == .array else { throw wrong(Key.covers, "covers", "a list of keys") }
      for item in scanner[Key.covers].elements {
        guard let key = item.string else { throw wrong(Key.covers, "covers", "a list of keys") }
        entry.covers.append(key)
      }
    }
    entry.trigger = try text(Key.trigger, "trigger")
    guard let time = try time(Key.time, "time") else { throw wrong(Key.time, "time", "a time") }
    entry.time = time
    guard let kind = scanner[Key.kind].string.flatMap({ MessageKind(rawValue: $0) }) else { throw wrong(Key.kind, "kind", "a kind of message") }
    entry.kind = kind
    guard let priority = Signal.Priority.allCases.first(where: { scanner[Key.priority].equals($0.label) }) else {
      throw wrong(Key.priority, "priority", "high, medium or low")
    }
    entry.priority = priority
    entry.isSilent = try flag(Key.silent, "silent")
    entry.expires = try self.time(Key.expires, "expires")
    guard scanner[Key.parts].kind == .array else { throw wrong(Key.parts, "parts", "a list of texts") }
    for part in scanner[Key.parts].elements { entry.parts.append(try read(part)) }
    entry.record = try text(Key.record, "record")
    guard let at else { throw wrong(Key.at, "at", "a time") }
    entry.posted = at
    return entry
  }

  private func read(_ part: JSONValue) throws(JournalDamage) -> OutboxEntry.Part {
    guard let text = part.member("text")?.string else { throw wrong(Key.parts, "parts", "a list of texts") }
    guard let photos = part.member("photos") else { return OutboxEntry.Part(text: text) }
    var found = OutboxEntry.Part(text: text)
    for photo in photos.elements {
      guard let path = photo.member("path")?.string, let caption = photo.member("caption")?.string else {
        throw wrong(Key.parts, "parts", "a list of texts with pictures")
      }
      found.photos.append(Letter.Photo(path: path, caption: caption))
    }
    guard !found.photos.isEmpty else { throw wrong(Key.parts, "parts", "a list of texts with pictures") }
    return found
  }

  private func text(_ key: Int, _ name: String) throws(JournalDamage) -> String? {
    guard scanner[key].exists else { return nil }
    guard let text = scanner[key].string else { throw wrong(key, name, "a text") }
    return text
  }

  private func flag(_ key: Int, _ name: String) throws(JournalDamage) -> Bool {
    guard scanner[key].exists else { return false }
    guard let flag = scanner[key].flag else { throw wrong(key, name, "true or false") }
    return flag
  }

  /// Milliseconds; no sum or difference of two such times overflows.
  private func time(_ key: Int, _ name: String) throws(JournalDamage) -> Timestamp? {
    guard scanner[key].exists else { return nil }
    guard let number = scanner[key].integer, (-(1 << 61)...(1 << 61)).contains(number) else { throw wrong(key, name, "a time in milliseconds") }
    return Timestamp(milliseconds: Int64(number))
  }

  private func wrong(_ key: Int, _ name: String, _ expected: String) -> JournalDamage {
    let value = scanner[key]
    guard value.exists else { return JournalDamage(offset: 0, text: "the line has no \"\(name)\"") }
    return JournalDamage(offset: scanner.record(line).offset(of: value), text: "\"\(name)\" is not \(expected)")
  }
}
