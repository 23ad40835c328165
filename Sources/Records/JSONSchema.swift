import Market
import Structure
import Wire

extension RecordTable {
  /// JSON Schema 2020-12, one line, keys in the table's order. Unknown keys are allowed: the stream only ever grows.
  public var jsonSchema: String {
    var out = ByteBuffer()
    out.beginObject()
    out.field("$schema", "https://json-schema.org/draft/2020-12/schema")
    out.field("$id", "snipersight:\(type)")
    out.field("title", type)
    out.field("description", about)
    out.encodeSchema(.object(appendedTo == nil ? [Field("type", .choice([type]), "the record's type")] + fields : fields, rules: rules))
    out.endObject()
    return out.text + "\n"
  }
}

extension ByteBuffer {
  /// What the schema cannot say by itself stands in `$comment`, a sentence for each rule.
  private mutating func encodeObjectSchema(_ fields: [Field], _ rules: [Rule]) {
    field("type", "object")
    if !rules.isEmpty { field("$comment", rules.map(\.description).joined(separator: "; ")) }
    key("properties")
    beginObject()
    for entry in fields {
      key(entry.key)
      beginObject()
      field("description", entry.unit.map { "\(entry.about) [\($0)]" } ?? entry.about)
      encodeSchema(entry.kind)
      endObject()
    }
    endObject()
    key("required")
    beginArray()
    for entry in fields where entry.isRequired { value(entry.key) }
    endArray()
  }

  fileprivate mutating func encodeSchema(_ kind: Field.Kind) {
    switch kind {
    case .characters(let range):
      field("type", "string")
      if range.lowerBound > 0 { field("minLength", range.lowerBound) }
      field("maxLength", range.upperBound)
    case .numeric(let limits):
      field("type", limits.isWhole ? "integer" : "number")
      if let minimum = limits.minimum { field(limits.excludesMinimum ? "exclusiveMinimum" : "minimum", exact: minimum) }
      if let maximum = limits.maximum { field("maximum", exact: maximum) }
    case .identity(let identity): encodeSchema(identity)
    case .boolean: field("type", "boolean")
    case .scalar:
      key("type")
      beginArray()
      for type in ["string", "number", "boolean"] { value(type) }
      endArray()
    case .yes:
      key("const")
      value(true)
    case .fact:
      field("type", "string")
      field("pattern", FactID.pattern)
    case .time:
      field("type", "string")
      field("format", "date-time")
    case .choice(let words):
      key("enum")
      beginArray()
      for word in words { value(word) }
      endArray()
    case .object(let fields, let rules): encodeObjectSchema(fields, rules)
    case .variant(_, let variants):
      field("type", "object")
      key("oneOf")
      beginArray()
      for variant in variants {
        beginObject()
        encodeObjectSchema(variant.fields, variant.rules)
        endObject()
      }
      endArray()
    case .array(let element, let least, let most):
      field("type", "array")
      if least > 0 { field("minItems", least) }
      if most < .max { field("maxItems", most) }
      key("items")
      beginObject()
      encodeSchema(element)
      endObject()
    case .tuple(let elements):
      field("type", "array")
      field("minItems", elements.count)
      field("maxItems", elements.count)
      key("prefixItems")
      beginArray()
      for element in elements {
        beginObject()
        encodeSchema(element)
        endObject()
      }
      endArray()
    case .map(let value, let keys):
      field("type", "object")
      key("propertyNames")
      beginObject()
      encodeSchema(keys)
      endObject()
      key("additionalProperties")
      beginObject()
      encodeSchema(value)
      endObject()
    case .any: break
    }
  }

  /// With all digits: a limit of the schema is that of the table.
  private mutating func field(_ name: StaticString, exact number: Double) {
    key(name)
    separate()
    append(shortest: number)
  }

  /// The ASCII part of the rule, in the regular expressions that all validators share; letters of other scripts pass.
  private mutating func encodeSchema(_ identity: Identity) {
    field("type", "string")
    field("minLength", 1)
    field("maxLength", identity.limit)
    field("pattern", String(#"^[^\u0000-,;-@\[-^`{-\u007F]*$"#))
  }
}

extension FactID {
  /// Its spelling as a regular expression.
  fileprivate static var pattern: String {
    let kinds = Kind.allCases.map { "\($0.word)" }.joined(separator: "|")
    let timeframes = Timeframe.allCases.map { "\($0.label)" }.joined(separator: "|")
    return "^(\(kinds))-(\(timeframes))-(bull|bear)(-(internal|external))?-[0-9]{8}T[0-9]{6}(\\.[0-9]{3})?Z$"
  }
}
