import Market
import Wire

/// What one object says of several of its fields, as one line that the schema shows as it stands:
///
///     low ≤ open ≤ high
///     by side: near_entry ≥ far_entry > stop_loss.level
///     sum of targets[].percentage = 100
///     pnl_net = pnl_gross − fee
///     direction = plan.direction
///     either passed or skipped
///     leverage needs account
///
/// Where `by side:` begins the line, the order is the other way round when `direction` is SHORT or bearish. `[]` stands for all elements of a list,
/// and each is compared with the one before. A rule speaks of values that are there and that are numbers or times; the table tells of the others.
public struct Rule: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  enum Relation: Sendable {
    case order([Link], bySide: Bool)
    case sum(Path, Double)
    case difference(Path, Path, Path)
    case either(Path, Path)
    case needs(Path, Path)
    case same(Path, Path)
  }

  /// What comes next in an order, and how it lies to the one before.
  struct Link: Sendable {
    var path: Path
    var isAbove: Bool
    var mayEqual: Bool
  }

  /// `targets[].level`
  struct Path: Sendable {
    var text: String
    var steps: [(key: String, isList: Bool)]

    init(_ text: Substring) {
      self.text = String(text)
      steps = text.split(separator: ".").map { $0.hasSuffix("[]") ? (String($0.dropLast(2)), true) : (String($0), false) }
    }
  }

  public let description: String
  let relation: Relation

  public init(stringLiteral text: String) { self.init(text) }

  public init(_ text: String) {
    description = text
    guard let relation = Rule.parse(text) else { preconditionFailure("no rule: \(text)") }
    self.relation = relation
  }

  private static func parse(_ text: String) -> Relation? {
    var words = text.split(separator: " ")
    if words.count == 5, words[0] == "sum", let total = Double(String(words[4])) { return .sum(Path(words[2]), total) }
    if words.count == 5, words[1] == "=", words[3] == "−" { return .difference(Path(words[0]), Path(words[2]), Path(words[4])) }
    if words.count == 4, words[0] == "either" { return .either(Path(words[1]), Path(words[3])) }
    if words.count == 3, words[1] == "needs" { return .needs(Path(words[0]), Path(words[2])) }
    if words.count == 3, words[1] == "=" { return .same(Path(words[0]), Path(words[2])) }
    let bySide = words.starts(with: ["by", "side:"])
    if bySide { words.removeFirst(2) }
    guard words.count >= 3, words.count % 2 == 1 else { return nil }
    var chain = [Link(path: Path(words[0]), isAbove: true, mayEqual: true)]
    for place in stride(from: 1, to: words.count, by: 2) {
      guard ["<", "≤", ">", "≥"].contains(words[place]) else { return nil }
      chain.append(
        Link(path: Path(words[place + 1]), isAbove: "<≤".contains(words[place]), mayEqual: "≤≥".contains(words[place])))
    }
    return .order(chain, bySide: bySide)
  }

  /// The fields that it speaks of.
  public var paths: [String] {
    switch relation {
    case .order(let links, _): links.map(\.path.text)
    case .sum(let path, _): [path.text]
    case .difference(let result, let from, let less): [result.text, from.text, less.text]
    case .either(let first, let second), .needs(let first, let second), .same(let first, let second): [first.text, second.text]
    }
  }
}

// MARK: Judging

extension Rule {
  /// The value at fault and what is wrong with it; `nil` where the object keeps the rule.
  struct Breach {
    var path: String
    var message: String
    var value: JSONValue
  }

  private struct Found {
    var path: String
    var value: JSONValue
    var size: Double
  }

  func breach(in object: JSONValue) -> Breach? {
    switch relation {
    case .order(let links, let bySide): order(links, bySide, object)
    case .sum(let path, let total): sum(path, total, object)
    case .difference(let result, let from, let less): difference(result, from, less, object)
    case .either(let first, let second): either(first, second, object)
    case .needs(let key, let other): needs(key, other, object)
    case .same(let first, let second): same(first, second, object)
    }
  }

  private func order(_ links: [Link], _ bySide: Bool, _ object: JSONValue) -> Breach? {
    var isTurned = false
    if bySide {
      guard let side = object.member("direction") else { return nil }
      isTurned = side.equals("SHORT") || side.equals("bearish")
    }
    var last: Found?
    for link in links {
      let isAbove = link.isAbove != isTurned
      // The elements of a list lead on in the direction in which the first of them lies.
      for found in Rule.values(at: link.path, in: object) {
        defer { last = found }
        guard let last else { continue }
        let (low, high) = isAbove ? (last.size, found.size) : (found.size, last.size)
        if low < high || link.mayEqual && low == high { continue }
        let demand = link.mayEqual ? "must not be \(isAbove ? "below" : "above")" : "must be \(isAbove ? "above" : "below")"
        return Breach(path: found.path, message: "\(demand) \(last.path), which is \(last.value.bytes.text)", value: found.value)
      }
    }
    return nil
  }

  private func sum(_ path: Path, _ total: Double, _ object: JSONValue) -> Breach? {
    let parts = Rule.values(at: path, in: object)
    guard let last = parts.last else { return nil }
    let sum = parts.reduce(0) { $0 + $1.size }
    if abs(sum - total) <= 1e-6 * max(1, abs(total)) { return nil }
    return Breach(
      path: last.path, message: "brings the sum of \(path.text) to \(NumberText.significant(sum)), which must be \(NumberText.significant(total))",
      value: last.value)
  }

  private func difference(_ result: Path, _ from: Path, _ less: Path, _ object: JSONValue) -> Breach? {
    guard let said = Rule.values(at: result, in: object).first, let from = Rule.values(at: from, in: object).first,
      let less = Rule.values(at: less, in: object).first
    else { return nil }
    let expected = from.size - less.size
    if abs(said.size - expected) <= 1e-8 * max(abs(from.size), abs(less.size), 1e-6) { return nil }
    return Breach(path: said.path, message: "must be \(from.path) − \(less.path), \(NumberText.significant(expected))", value: said.value)
  }

  private func either(_ first: Path, _ second: Path, _ object: JSONValue) -> Breach? {
    switch (Rule.member(first, object), Rule.member(second, object)) {
    case (nil, nil): Breach(path: first.text, message: "or \(second.text) must be there", value: object)
    case (.some, let value?): Breach(path: second.text, message: "must not stand beside \(first.text)", value: value)
    default: nil
    }
  }

  private func needs(_ key: Path, _ other: Path, _ object: JSONValue) -> Breach? {
    guard let value = Rule.member(key, object), Rule.member(other, object) == nil else { return nil }
    return Breach(path: key.text, message: "stands without \(other.text)", value: value)
  }

  private func same(_ first: Path, _ second: Path, _ object: JSONValue) -> Breach? {
    guard let one = Rule.member(first, object), let other = Rule.member(second, object) else { return nil }
    if one.number.map({ $0 == other.number }) ?? one.bytes.equals(other.bytes) { return nil }
    return Breach(path: second.text, message: "must be \(first.text), which is \(one.bytes.text)", value: other)
  }

  private static func member(_ path: Path, _ object: JSONValue) -> JSONValue? {
    path.steps.reduce(Optional(object)) { owner, step in owner?.member(named: step.key) }
  }

  /// The numbers and times at `path`, in order.
  private static func values(at path: Path, in object: JSONValue) -> [Found] {
    var found: [Found] = []
    collect(path.steps[...], object, "", &found)
    return found
  }

  private static func collect(_ steps: ArraySlice<(key: String, isList: Bool)>, _ value: JSONValue, _ path: String, _ found: inout [Found]) {
    guard let step = steps.first else {
      let size = value.number ?? (value.kind == .string ? Timestamp(value.bytes).map { Double($0.milliseconds) } : nil)
      if let size { found.append(Found(path: path, value: value, size: size)) }
      return
    }
    guard let member = value.member(named: step.key) else { return }
    let path = path.isEmpty ? step.key : "\(path).\(step.key)"
    guard step.isList else { return collect(steps.dropFirst(), member, path, &found) }
    for (place, item) in member.elements.enumerated() { collect(steps.dropFirst(), item, "\(path)[\(place)]", &found) }
  }
}

extension Bytes {
  func spells(_ text: String) -> Bool { text.utf8.withContiguousStorageIfAvailable { equals($0) } ?? text.utf8.elementsEqual(self) }
}

extension JSONValue {
  func member(named key: String) -> JSONValue? {
    var members = members
    while let member = members.next() {
      if member.key.spells(key) { return member.value }
    }
    return nil
  }
}
