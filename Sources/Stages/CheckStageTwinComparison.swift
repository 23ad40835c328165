import Glibc
import Records
import Wire

/// Compares what a command said with what it said to the market turned over, field by field, by the rules of the tables.
/// A field that no table has may follow any rule, but always the same.
struct TwinComparison: ~Copyable {
  private let factor: Double
  private let mirrors: Bool
  private let tables = TwinTables()
  private var scanner = RecordScanner(keys: StreamKey.names)
  private var axis = 0.0
  /// By path, the rules that an unknown field has not yet broken.
  private var possible: [String: [Rule]] = [:]
  /// The series of the record compared, and the paths, by series, that have found their side.
  private var series = ""
  private var settled: Set<String> = []

  private enum Rule: String { case keep, reflect, negate, complement, percentage, scale, swap, flip }

  init(factor: Double, mirrors: Bool) {
    self.factor = factor
    self.mirrors = mirrors
  }

  /// The unknown fields that were not simply the same, and the rule each kept.
  var inferred: String {
    possible.filter { $0.value.first != .keep }.map { "\($0.key) (\($0.value.first?.rawValue ?? ""))" }.sorted().joined(separator: ", ")
  }

  mutating func difference(_ first: Bytes, _ second: Bytes, axis: Double) -> Difference? {
    self.axis = axis
    let isFirst = scanner.scan(first)
    let type = scanner[StreamKey.type].string
    series = [StreamKey.exchange, StreamKey.symbol, StreamKey.timeframe].compactMap { scanner[$0].string }.joined(separator: " ")
    guard isFirst, scanner.scan(second), let a = Difference.whole(first), let b = Difference.whole(second) else {
      return first.equals(second) ? nil : Difference(path: "", first: first.text, second: second.text)
    }
    return objects(a, b, tables.record(type), "", exact: true)
  }

  private mutating func objects(_ a: JSONValue, _ b: JSONValue, _ table: TwinTable?, _ path: String, exact: Bool) -> Difference? {
    var count = 0
    for (key, value) in a.members {
      count += 1
      let field = tables.field(key, of: table)
      let name = key.text
      let below = path.isEmpty ? name : "\(path).\(name)"
      guard let other = twin(name, field, of: a, in: b) else { return Difference(path: below, first: Self.shown(value), second: nil) }
      // Sums and means of prices round; what structure is measured in does not.
      let isExact = exact && (!mirrors || name != "indicators")
      if let field {
        if let found = values(value, other, field, field.kind, below, exact: isExact) { return found }
      } else if let found = unknown(value, other, below) {
        return found
      }
    }
    if b.members.reduce(0, { sum, _ in sum + 1 }) == count { return nil }
    for (key, value) in b.members {
      let name = key.text
      let field = tables.field(key, of: table)
      if twin(name, field, of: b, in: a) == nil {
        return Difference(path: path.isEmpty ? name : "\(path).\(name)", first: nil, second: Self.shown(value))
      }
    }
    return nil
  }

  /// The value on the other side.
  private func twin(_ name: String, _ field: TwinField?, of a: JSONValue, in b: JSONValue) -> JSONValue? {
    func member(_ name: String, _ value: JSONValue) -> JSONValue? { value.members.first { $0.key.elementsEqual(name.utf8) }?.value }
    guard mirrors else { return member(name, b) }
    if let field { return member(field.twin, b) }
    let swapped = Twin.swapped(name, separator: "_")
    return (swapped == name ? nil : member(swapped, b)) ?? member(name, b)
  }

  private mutating func values(
    _ a: JSONValue, _ b: JSONValue, _ field: TwinField, _ kind: TwinField.Kind, _ path: String, exact: Bool
  ) -> Difference? {
    switch kind {
    case .object(let table): return objects(a, b, table, path, exact: exact)
    case .array(let element):
      var (left, right) = (a.elements, b.elements)
      var index = 0
      while true {
        let below = "\(path)[\(index)]"
        switch (left.next(), right.next()) {
        case (nil, nil): return nil
        case (let x?, let y?): if let found = values(x, y, field, element, below, exact: exact) { return found }
        case (let x, let y): return Difference(path: below, first: x.map { Self.shown($0) }, second: y.map { Self.shown($0) })
        }
        index += 1
      }
    case .map(let element):
      for (key, value) in a.members {
        let below = "\(path).\(key.text)"
        guard let other = b.members.first(where: { $0.key.equals(key) })?.value else {
          return Difference(path: below, first: Self.shown(value), second: nil)
        }
        if let found = values(value, other, field, element, below, exact: exact) { return found }
      }
      return nil
    case .number:
      let fits = fits(a, b, field, exact: exact)
      if mirrors, field.mirror == .settle, !hasSettled(path, fits) { return nil }
      return fits ? nil : Difference(path: path, first: Self.shown(a), second: Self.shown(b))
    case .word:
      let isProse = a.bytes.contains(0x20)
      if isProse || (mirrors && field.mirror == .relative)
        || (mirrors && field.mirror == .swap ? b.string == a.string.map { Twin.swapped($0) } : a.bytes.equals(b.bytes))
      {
        return nil
      }
      return Difference(path: path, first: Self.shown(a), second: Self.shown(b))
    case .flag, .other: return a.bytes.equals(b.bytes) ? nil : Difference(path: path, first: Self.shown(a), second: Self.shown(b))
    }
  }

  /// Whether a value that begins on a side of its own has once been its mirror image; from then on it has to be.
  private mutating func hasSettled(_ path: String, _ fits: Bool) -> Bool {
    let name = "\(series) \(path)"
    if fits { settled.insert(name) }
    return settled.contains(name)
  }

  private func fits(_ a: JSONValue, _ b: JSONValue, _ field: TwinField, exact: Bool) -> Bool {
    guard let x = a.number, let y = b.number else { return false }
    let size = exact ? 0 : field.isMoney ? max(axis, abs(x), abs(y)) : max(abs(field.whole), abs(x))
    if !mirrors { return field.isMoney ? near(factor * x, y, printed: factor * lastDigit(x), size) : a.bytes.equals(b.bytes) }
    switch field.mirror {
    case .relative: return true
    case .keep, .swap: return a.bytes.equals(b.bytes) || near(x, y, printed: 0, size)
    case .negate: return near(-x, y, printed: 0, size)
    case .reflect, .settle: return near(axis - x, y, printed: lastDigit(x), size)
    case .complement: return near(field.whole - x, y, printed: lastDigit(x), size)
    }
  }

  /// Numbers are printed with ten digits, so a value that was computed from one is known to half a unit of its last digit (`printed`), and the
  /// value found is as well. Where rounding enters the computation, 1e-9 of the size of what was summed is allowed.
  private func near(_ expected: Double, _ found: Double, printed: Double, _ size: Double) -> Bool {
    let difference = abs(expected - found)
    return difference == 0 || difference <= (printed > 0 ? 0.51 * (printed + lastDigit(found)) : 0) + 1e-9 * size
  }

  private func lastDigit(_ value: Double) -> Double { value == 0 ? 0 : pow(10, floor(log10(abs(value))) - 9) }

  // MARK: Fields of other tools

  private mutating func unknown(_ a: JSONValue, _ b: JSONValue, _ path: String) -> Difference? {
    if a.kind == .object, b.kind == .object { return objects(a, b, nil, path, exact: false) }
    if a.kind == .array, b.kind == .array {
      for (x, y) in zip(a.elements, b.elements) { if let found = unknown(x, y, "\(path)[]") { return found } }
      return a.elements.reduce(0) { n, _ in n + 1 } == b.elements.reduce(0) { n, _ in n + 1 }
        ? nil : Difference(path: path, first: Self.shown(a), second: Self.shown(b))
    }
    let rules = (possible[path] ?? [.keep, .scale, .swap, .flip, .negate, .reflect, .complement, .percentage]).filter { holds($0, a, b) }
    possible[path] = rules
    return rules.isEmpty ? Difference(path: path, first: Self.shown(a), second: Self.shown(b)) : nil
  }

  private func holds(_ rule: Rule, _ a: JSONValue, _ b: JSONValue) -> Bool {
    if rule == .keep, a.bytes.equals(b.bytes) { return true }
    if let x = a.number, let y = b.number {
      let size = max(abs(x), abs(y), axis)
      switch rule {
      case .keep: return near(x, y, printed: 0, abs(x))
      case .scale: return !mirrors && near(factor * x, y, printed: 0, abs(y))
      case .negate: return mirrors && near(-x, y, printed: 0, size)
      case .reflect: return mirrors && near(axis - x, y, printed: 0, size)
      case .complement: return mirrors && near(1 - x, y, printed: 0, 1)
      case .percentage: return mirrors && near(100 - x, y, printed: 0, 100)
      case .swap, .flip: return false
      }
    }
    if rule == .swap, mirrors, let text = a.string, let other = b.string { return Twin.swapped(text) == other || text.contains(" ") }
    if rule == .flip, mirrors, let x = a.flag, let y = b.flag { return x != y }
    return false
  }

  private static func shown(_ value: JSONValue) -> String {
    value.bytes.count <= 60 ? value.bytes.text : Bytes(rebasing: value.bytes.prefix(57)).text + "..."
  }
}
