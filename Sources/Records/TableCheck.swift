import Market
import Wire

extension RecordTable {
  /// Where an object departs from the table: one sentence each, naming the field by its path. Empty when it fits.
  /// `strict` also refuses keys the table does not have: for testing encoders.
  public func violations(in value: JSONValue, strict: Bool = false) -> [String] {
    var found: [String] = []
    check(value, fields, at: type, strict, &found)
    return found
  }
}

private func check(_ value: JSONValue, _ fields: [Field], at path: String, _ strict: Bool, _ found: inout [String]) {
  var seen: Set<String> = []
  for (key, member) in value.members {
    let name = key.text
    if !seen.insert(name).inserted { found.append("\(path).\(name) stands twice") }
    if let field = fields.first(where: { $0.key == name }) {
      check(member, field.kind, at: "\(path).\(name)", strict, &found)
    } else if strict, name != "type" {
      found.append("\(path).\(name) is not in the table")
    }
  }
  for field in fields where field.isRequired && !seen.contains(field.key) { found.append("\(path).\(field.key) is missing") }
}

private func check(_ value: JSONValue, _ kind: Field.Kind, at path: String, _ strict: Bool, _ found: inout [String]) {
  let fits: Bool
  switch kind {
  case .string: fits = value.kind == .string
  case .number: fits = value.number != nil
  case .integer: fits = value.integer != nil
  case .boolean: fits = value.flag != nil
  case .time: fits = value.string.flatMap { Timestamp($0) } != nil
  case .choice(let words): fits = value.string.map(words.contains) ?? false
  case .object(let fields):
    fits = value.kind == .object
    if fits { check(value, fields, at: path, strict, &found) }
  case .array(let element):
    fits = value.kind == .array
    for (i, item) in value.elements.enumerated() { check(item, element, at: "\(path)[\(i)]", strict, &found) }
  case .map(let element):
    fits = value.kind == .object
    for (key, item) in value.members { check(item, element, at: "\(path).\(key.text)", strict, &found) }
  case .any: fits = true
  }
  if !fits { found.append("\(path) does not fit the table: \(value.bytes.count <= 40 ? value.bytes.text : "\(value.kind)")") }
}
