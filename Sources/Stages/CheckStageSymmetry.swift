import Exchanges
import Records
import Stage
import Wire

/// Turns a corpus into the same market seen otherwise (in whole ticks; upside down; on another scale), by the tables of its records.
struct Transformation {
  /// Prices are multiplied by ten to this.
  var places = 0
  /// And by this.
  var factor: Int128 = 1
  /// C of p → C − p; without it nothing is turned.
  var axis: Decimal?

  func number(_ value: Decimal, _ field: TwinField) -> Decimal {
    var value = value
    if field.isMoney {
      let lift = min(places, Int(value.scale))
      value.scale -= UInt8(lift)
      for _ in 0..<places - lift { value.mantissa *= 10 }
      value.mantissa *= factor
    }
    guard let axis else { return value }
    let minus = Decimal(mantissa: -value.mantissa, scale: value.scale)
    return switch field.mirror {
    case .reflect, .settle: axis.adding(minus) ?? value
    case .negate: minus
    case .complement: Decimal(mantissa: Int128(exactly: field.whole) ?? 0, scale: 0).adding(minus) ?? value
    case .keep, .swap, .relative: value
    }
  }

  /// `text` where a word goes to its other side. Sentences are left as they are.
  func word(_ text: String, _ field: TwinField) -> String {
    axis != nil && field.mirror == .swap && !text.contains(" ") ? Twin.swapped(text) : text
  }

  func key(_ field: TwinField) -> String { axis == nil ? field.key : field.twin }
}

/// Rewrites lines by a transformation of their market.
struct TwinWriter: ~Copyable {
  let tables = TwinTables()
  private var scanner = RecordScanner(keys: StreamKey.names)

  init() {}

  /// - Parameter transformation: of a market, by hashed name; framing records are nobody's.
  mutating func write(_ line: Bytes, _ transformation: Transformation, into out: inout ByteBuffer) {
    guard scanner.scan(line), let whole = Difference.whole(scanner.record(line).plain) else { return out.append(line) }
    object(whole, tables.record(scanner[StreamKey.type].string), transformation, &out)
  }

  /// Calls `body` with each number of the line that a table knows.
  mutating func visit(_ line: Bytes, _ body: (TwinField, JSONValue) -> Void) {
    guard scanner.scan(line), let whole = Difference.whole(scanner.record(line).plain) else { return }
    visit(whole, tables.record(scanner[StreamKey.type].string), body)
  }

  private func visit(_ value: JSONValue, _ table: TwinTable?, _ body: (TwinField, JSONValue) -> Void) {
    for (key, member) in value.members {
      guard let field = tables.field(key, of: table) else { continue }
      visit(member, field, field.kind, body)
    }
  }

  private func visit(_ value: JSONValue, _ field: TwinField, _ kind: TwinField.Kind, _ body: (TwinField, JSONValue) -> Void) {
    switch kind {
    case .number: if value.kind == .number { body(field, value) }
    case .object(let table): visit(value, table, body)
    case .array(let element): for item in value.elements { visit(item, field, element, body) }
    case .map(let element): for (_, item) in value.members { visit(item, field, element, body) }
    case .word, .flag, .other: break
    }
  }

  private func object(_ value: JSONValue, _ table: TwinTable?, _ transformation: Transformation, _ out: inout ByteBuffer) {
    out.beginObject()
    for (key, member) in value.members {
      out.separate()
      let field = tables.field(key, of: table)
      out.append("\"\(field.map(transformation.key) ?? key.text)\":")
      if let field { self.value(member, field, field.kind, transformation, &out) } else { out.append(raw(member)) }
    }
    out.endObject()
  }

  /// With its quotes, where it has them.
  private func raw(_ value: JSONValue) -> Bytes {
    value.kind == .string ? Bytes(start: value.start - 1, count: value.bytes.count + 2) : value.bytes
  }

  private func value(
    _ value: JSONValue, _ field: TwinField, _ kind: TwinField.Kind, _ transformation: Transformation, _ out: inout ByteBuffer
  ) {
    switch kind {
    case .number:
      guard let number = Decimal(value.bytes) else { return out.value(raw: raw(value)) }
      out.separate()
      out.append(transformation.number(number, field).text)
    case .word: if let text = value.string { out.value(transformation.word(text, field)) } else { out.value(raw: raw(value)) }
    case .flag, .other: out.value(raw: raw(value))
    case .object(let table): object(value, table, transformation, &out)
    case .array(let element):
      out.beginArray()
      for item in value.elements { self.value(item, field, element, transformation, &out) }
      out.endArray()
    case .map(let element):
      out.beginObject()
      for (key, item) in value.members {
        out.separate()
        out.append("\"\(key.text)\":")
        self.value(item, field, element, transformation, &out)
      }
      out.endObject()
    }
  }
}

/// The laws of mirror and scale: what a command says to the market upside down is what it says to the market, upside down.
enum SymmetryCheck {
  static func mirror(_ trial: Trial) throws(StageError) -> Finding { try check(trial, factor: 1, mirrors: true) }
  static func scale(_ trial: Trial) throws(StageError) -> Finding { try check(trial, factor: 8, mirrors: false) }

  private static func check(_ trial: Trial, factor: Int128, mirrors: Bool) throws(StageError) -> Finding {
    let corpus = trial.corpus
    var writer = TwinWriter()
    let ticks = wholeTicks(corpus, &writer)
    let base = rewritten(corpus.lines, corpus, ticks, &writer)
    let axes = mirrors ? axes(base, corpus, &writer) : [:]
    var turns: [Int?: Transformation] = [:]
    for market in ticks.keys { turns[market] = Transformation(places: 0, factor: factor, axis: axes[market]) }
    let other = rewritten(base, corpus, turns, &writer)

    let first = try trial.subject.run([base.bytes(0..<base.count)], errors: .inherited)
    let second = try trial.subject.run([other.bytes(0..<other.count)], errors: .inherited)
    let manner = mirrors ? "upside down" : "times \(factor)"
    for (name, answer) in [("in whole ticks", first), (manner, second)] where answer.status != 0 {
      return .offends(line: nil, code: "command-failed", text: "with prices \(name) the command ended with \(answer.status)")
    }
    var reader = RecordReader()
    var comparison = TwinComparison(factor: Double(factor), mirrors: mirrors)
    for record in 0..<max(first.lines.count, second.lines.count) {
      guard record < first.lines.count, record < second.lines.count else {
        return .offends(line: nil, code: "asymmetric", text: "\(first.lines.count) records, and \(second.lines.count) with prices \(manner)")
      }
      let facts = reader.facts(first.lines[record])
      let axis = axes[facts?.market]?.double ?? 0
      guard let difference = comparison.difference(first.lines[record], second.lines[record], axis: axis) else { continue }
      let line = corpus.number(of: facts)
      let text = difference.text("with prices in whole ticks", "with prices \(manner), which is not its other side")
      return .offends(line: line, code: "asymmetric", text: "\(reader.title(first.lines[record])): \(text)")
    }
    let inferred = comparison.inferred
    return .holds(
      "\(first.lines.count) records with prices in whole ticks, and again with prices \(manner)"
        + (inferred.isEmpty ? "" : "; no table has \(inferred), which behaved so throughout"))
  }

  /// By market, what makes all prices of its candles whole numbers; of a stream of setups, their prices.
  private static func wholeTicks(_ corpus: Corpus, _ writer: inout TwinWriter) -> [Int?: Transformation] {
    let hasCandles = corpus.facts.contains(where: \.isCandle)
    var places: [Int?: Int] = [nil: 0]
    for index in 0..<corpus.count {
      let facts = corpus.facts[index]
      var most = places[facts.market] ?? 0
      if hasCandles == facts.isCandle {
        writer.visit(corpus.lines[index]) { field, value in
          guard field.mirror == .reflect, ["open", "high", "low", "close", "price"].contains(field.key), let number = Decimal(value.bytes) else {
            return
          }
          most = max(most, min(10, Int(number.trimmed.scale)))
        }
      }
      places[facts.market] = most
    }
    return places.mapValues { Transformation(places: $0) }
  }

  /// By market, the highest and the lowest price together: C − p stays above zero.
  private static func axes(_ lines: LineStore, _ corpus: Corpus, _ writer: inout TwinWriter) -> [Int?: Decimal] {
    var bounds: [Int?: (low: Decimal, high: Decimal)] = [:]
    for index in 0..<lines.count {
      let market = corpus.facts[index].market
      var found = bounds[market]
      writer.visit(lines[index]) { field, value in
        guard field.mirror.isPrice, let price = Decimal(value.bytes), price.mantissa > 0 else { return }
        found = (min(found?.low ?? price, price), max(found?.high ?? price, price))
      }
      bounds[market] = found
    }
    return bounds.compactMapValues { $0.low.adding($0.high) }
  }

  private static func rewritten(_ lines: LineStore, _ corpus: Corpus, _ by: [Int?: Transformation], _ writer: inout TwinWriter) -> LineStore {
    let store = LineStore()
    var text = ByteBuffer()
    for index in 0..<lines.count {
      text.truncate(to: 0)
      writer.write(lines[index], by[corpus.facts[index].market] ?? Transformation(), into: &text)
      store.append(text.bytes)
    }
    return store
  }
}
