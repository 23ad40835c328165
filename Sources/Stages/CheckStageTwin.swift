import Records
import Wire

/// A table as the symmetries see it: what becomes of each field, and which key is its other side.
final class TwinField {
  enum Kind {
    case number, word, flag, other
    case object(TwinTable)
    indirect case array(Kind)
    indirect case map(Kind)
  }
  let key: String
  let mirror: Mirror
  /// Counted in the quote asset: it grows with prices.
  let isMoney: Bool
  /// 1, 100 or −100: what a complement is taken from.
  let whole: Double
  let kind: Kind
  /// The key under which the mirrored value stands.
  let twin: String

  init(_ field: Field, among keys: Set<String>) {
    key = field.key
    mirror = field.mirror
    isMoney = field.unit == "quote" || field.unit == "price"
    whole = field.unit == "0…100" ? 100 : field.unit == "−100…0" ? -100 : 1
    kind = TwinField.kind(field.kind)
    let other = Twin.swapped(field.key, separator: "_")
    twin = keys.contains(other) ? other : field.key
  }

  /// The same field under another name.
  init(_ field: TwinField, named key: String) {
    self.key = key
    mirror = field.mirror
    isMoney = field.isMoney
    whole = field.whole
    kind = field.kind
    twin = field.twin == field.key ? key : Twin.swapped(key, separator: "_")
  }

  private static func kind(_ kind: Field.Kind) -> Kind {
    switch kind {
    case .numeric: .number
    case .characters, .identity, .choice, .fact: .word
    case .boolean, .yes: .flag
    case .time, .scalar, .any: .other
    case .object(let fields, _): .object(TwinTable(fields))
    case .variant(_, let variants): .object(TwinTable(variants.flatMap(\.fields)))
    case .tuple(let elements): .array(elements.first.map { Self.kind($0) } ?? .other)
    case .array(let element, _, _): .array(Self.kind(element))
    case .map(let value, _): .map(Self.kind(value))
    }
  }
}

final class TwinTable {
  private let byKey: [String: TwinField]

  init(_ fields: [Field]) {
    let keys = Set(fields.map(\.key))
    byKey = Dictionary(fields.map { ($0.key, TwinField($0, among: keys)) }) { first, _ in first }
  }

  /// An indicator asked for with parameters carries them behind its name: `rsi_7` follows the rule of `rsi`.
  func field(_ key: Bytes) -> TwinField? {
    if let field = byKey[key.text] { return field }
    var words = key.text.split(separator: "_")
    guard let last = words.popLast(), Int(last) != nil, let plain = byKey[words.joined(separator: "_")] else { return nil }
    return TwinField(plain, named: key.text)
  }
}

/// The tables of the whole stream.
struct TwinTables {
  private let byType: [String: TwinTable]
  /// Evidence carries the fields of the fact that it is, which no table of its own repeats.
  private let facts = TwinTable(StructureEventRecord.fields)

  init() {
    var tables: [String: TwinTable] = [:]
    for table in AllTables.all where table.appendedTo == nil {
      let appended = AllTables.appended(to: table.type).map { table in
        let more = table.type == IndicatorsRecord.table.type ? TwinTables.selectable(beyond: table.fields) : []
        return Field(table.type, .object(table.fields + more), optional: true, table.about)
      }
      tables[table.type] = TwinTable(table.fields + appended)
    }
    byType = tables
  }

  /// Indicators that are not in the bundle but can be asked for.
  private static func selectable(beyond fields: [Field]) -> [Field] {
    let keys = Set(fields.map(\.key))
    return IndicatorsRecord.outputs.filter { !keys.contains($0.key) }
  }

  func record(_ type: String?) -> TwinTable? { type.flatMap { byType[$0] } }

  func field(_ key: Bytes, of table: TwinTable?) -> TwinField? { table.flatMap { $0.field(key) ?? facts.field(key) } }
}

/// The two sides of a market, as words.
enum Twin {
  private static let pairs = [
    ("bull", "bear"), ("bullish", "bearish"), ("long", "short"), ("LONG", "SHORT"), ("high", "low"), ("highs", "lows"), ("HH", "LL"), ("HL", "LH"),
    ("EQH", "EQL"), ("premium", "discount"), ("up", "down"), ("top", "bottom"), ("upper", "lower"), ("plus", "minus"), ("buy", "sell"),
    ("above", "below"), ("support", "resistance"), ("risk_on", "risk_off"),
  ]
  private static let other: [String: String] = Dictionary(pairs.flatMap { [($0, $1), ($1, $0)] }, uniquingKeysWith: { first, _ in first })

  /// The text with each word of a pair turned into the other.
  static func swapped(_ text: String, separator: Unicode.Scalar? = nil) -> String {
    if let whole = other[text] { return whole }
    var out = ""
    var word = ""
    for scalar in text.unicodeScalars {
      if separator.map({ $0 == scalar }) ?? !(scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) {
        out += other[word] ?? word
        out.unicodeScalars.append(scalar)
        word = ""
      } else {
        word.unicodeScalars.append(scalar)
      }
    }
    return out + (other[word] ?? word)
  }
}
