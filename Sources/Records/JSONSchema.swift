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
    out.encodeObjectSchema(appendedTo == nil ? [Field("type", .choice([type]), "the record's type")] + fields : fields)
    out.endObject()
    return out.text + "\n"
  }
}

extension ByteBuffer {
  fileprivate mutating func encodeObjectSchema(_ fields: [Field]) {
    field("type", "object")
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

  private mutating func encodeSchema(_ kind: Field.Kind) {
    switch kind {
    case .string: field("type", "string")
    case .number: field("type", "number")
    case .integer: field("type", "integer")
    case .boolean: field("type", "boolean")
    case .time:
      field("type", "string")
      field("format", "date-time")
    case .choice(let words):
      key("enum")
      beginArray()
      for word in words { value(word) }
      endArray()
    case .object(let fields): encodeObjectSchema(fields)
    case .array(let element):
      field("type", "array")
      key("items")
      beginObject()
      encodeSchema(element)
      endObject()
    case .map(let value):
      field("type", "object")
      key("additionalProperties")
      beginObject()
      encodeSchema(value)
      endObject()
    case .any: break
    }
  }
}
