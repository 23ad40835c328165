import Quoting

/// Why a template cannot be used.
public struct TemplateFault: Error, Equatable {
  /// 1-based.
  public var line: Int
  public var text: String
}

/// A text with `{{name}}` where a field goes, and `{{#name}} … {{/name}}` around what is repeated for each item of a list, or shown only where a
/// field is not empty. A line that holds nothing but such a mark leaves no line. Values are escaped; the text around them is markup.
public struct Template: Sendable {
  indirect enum Part: Sendable {
    case text(String)
    case field(String, line: Int)
    case section(String, [Part], line: Int)
  }

  let parts: [Part]

  public init(_ text: String) throws(TemplateFault) {
    var reader = TemplateReader(Array(text.utf8))
    parts = try reader.parts(until: nil)
  }

  /// Refuses names that nothing will have a value for.
  public func check(_ vocabulary: Vocabulary) throws(TemplateFault) { try Template.check(parts, vocabulary, within: nil) }

  private static func check(_ parts: [Part], _ vocabulary: Vocabulary, within section: String?) throws(TemplateFault) {
    for part in parts {
      switch part {
      case .text: continue
      case .field(let name, let line):
        if !vocabulary.fields(section).contains(name), !vocabulary.fields.contains(name) { throw unknown(name, line, vocabulary, section) }
      case .section(let name, let inner, let line):
        if vocabulary.lists[name] != nil, section == nil {
          try check(inner, vocabulary, within: name)
        } else if vocabulary.fields(section).contains(name) || vocabulary.fields.contains(name) {
          try check(inner, vocabulary, within: section)
        } else {
          throw unknown(name, line, vocabulary, section)
        }
      }
    }
  }

  private static func unknown(_ name: String, _ line: Int, _ vocabulary: Vocabulary, _ section: String?) -> TemplateFault {
    let known = vocabulary.fields(section) + (section == nil ? vocabulary.lists.keys.sorted() : vocabulary.fields)
    return TemplateFault(line: line, text: "there is no field \"\(name)\" here; there are \(known.joined(separator: ", "))")
  }

  /// The text with its fields filled in. A field that is not there is a fault with its name.
  public func filled(_ fields: Fields) throws(TemplateFault) -> String {
    var out = ""
    try Template.fill(parts, fields, item: nil, into: &out)
    while out.last == "\n" { out.removeLast() }
    return out
  }

  private static func fill(_ parts: [Part], _ fields: Fields, item: [Fields.Field]?, into out: inout String) throws(TemplateFault) {
    for part in parts {
      switch part {
      case .text(let text): out += text
      case .field(let name, let line):
        guard let value = item.flatMap({ Fields.value(name, $0) }) ?? Fields.value(name, fields.texts) else {
          throw TemplateFault(line: line, text: "there is no field \"\(name)\"")
        }
        out += Quoting.telegram(value)
      case .section(let name, let inner, let line):
        if item == nil, let items = fields.lists.first(where: { $0.name == name })?.items {
          for item in items { try fill(inner, fields, item: item, into: &out) }
        } else if let value = item.flatMap({ Fields.value(name, $0) }) ?? Fields.value(name, fields.texts) {
          if !value.isEmpty { try fill(inner, fields, item: item, into: &out) }
        } else {
          throw TemplateFault(line: line, text: "there is no field \"\(name)\"")
        }
      }
    }
  }
}

/// Names that a template of one kind may use.
public struct Vocabulary: Sendable {
  public var fields: [String]
  public var lists: [String: [String]]

  func fields(_ section: String?) -> [String] { section.flatMap { lists[$0] } ?? fields }
}

/// What a template is filled with. What does not exist is empty, never missing.
public struct Fields: Sendable {
  struct Field: Sendable {
    var name: String
    var value: String
  }
  struct List: Sendable {
    var name: String
    var items: [[Field]]
  }

  var texts: [Field] = []
  var lists: [List] = []

  public init() {}

  public mutating func set(_ name: String, _ value: String) { texts.append(Field(name: name, value: value)) }

  mutating func set(_ name: String, rows: [PlanSheet.Row]) {
    let items = rows.map { [Field(name: "label", value: $0.label), Field(name: "value", value: $0.value), Field(name: "note", value: $0.note)] }
    lists.append(List(name: name, items: items))
  }

  mutating func set(_ name: String, paragraphs: [String]) {
    lists.append(List(name: name, items: paragraphs.map { [Field(name: "text", value: $0)] }))
  }

  static func value(_ name: String, _ fields: [Field]) -> String? { fields.first { $0.name == name }?.value }
}

private struct TemplateReader {
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func parts(until end: String?) throws(TemplateFault) -> [Template.Part] {
    var parts: [Template.Part] = []
    var text = place
    let began = line
    while place < bytes.count {
      guard bytes[place] == 0x7B, place + 1 < bytes.count, bytes[place + 1] == 0x7B else {
        if bytes[place] == 0x0A { line += 1 }
        place += 1
        continue
      }
      let start = place
      guard let close = closing() else { throw TemplateFault(line: line, text: "\"{{\" without \"}}\"") }
      let name = String(decoding: bytes[(start + 2)..<close], as: UTF8.self).filter { $0 != " " }
      let isMark = name.first == "#" || name.first == "/"
      // A mark alone on its line takes the line with it.
      let isAlone = isMark && (start == 0 || bytes[start - 1] == 0x0A) && (close + 2 == bytes.count || bytes[close + 2] == 0x0A)
      place = close + 2
      if text < start { parts.append(.text(String(decoding: bytes[text..<start], as: UTF8.self))) }
      let here = line
      if isAlone, place < bytes.count {
        place += 1
        line += 1
      }
      let word = String(name.dropFirst(isMark ? 1 : 0))
      if word.isEmpty { throw TemplateFault(line: here, text: "a name is missing between \"{{\" and \"}}\"") }
      if name.first == "/" {
        guard word == end else { throw TemplateFault(line: here, text: "{{/\(word)}} closes nothing") }
        return parts
      }
      parts.append(name.first == "#" ? .section(word, try self.parts(until: word), line: here) : .field(word, line: here))
      text = place
    }
    if let end { throw TemplateFault(line: began, text: "{{#\(end)}} is never closed") }
    if text < bytes.count { parts.append(.text(String(decoding: bytes[text...], as: UTF8.self))) }
    return parts
  }

  private func closing() -> Int? {
    var at = place + 2
    while at + 1 < bytes.count, bytes[at] != 0x0A {
      if bytes[at] == 0x7D, bytes[at + 1] == 0x7D { return at }
      at += 1
    }
    return nil
  }
}
