import Market

/// The numbers that a field takes. Every number of a stream is finite; whole ones are those that a double holds exactly.
public struct Limits: Hashable, Sendable {
  public var isWhole: Bool
  public var minimum: Double?
  /// The minimum itself is refused.
  public var excludesMinimum: Bool
  public var maximum: Double?

  public init(whole isWhole: Bool = false, minimum: Double? = nil, excludesMinimum: Bool = false, maximum: Double? = nil) {
    self.isWhole = isWhole
    self.minimum = minimum
    self.excludesMinimum = excludesMinimum
    self.maximum = maximum
  }

  public init(_ range: ClosedRange<Double>) { self.init(minimum: range.lowerBound, maximum: range.upperBound) }

  /// From −(2⁵³ − 1) to 2⁵³ − 1.
  public static let whole = Limits(whole: true, minimum: -9_007_199_254_740_991, maximum: 9_007_199_254_740_991)

  /// The limits that a unit says by itself.
  static let ofUnit: [String: Limits] = [
    "0…1": Limits(minimum: 0, maximum: 1), "0…100": Limits(minimum: 0, maximum: 100), "−1…1": Limits(minimum: -1, maximum: 1),
    "−100…0": Limits(minimum: -100, maximum: 0),
  ]

  public func contains(_ number: Double) -> Bool {
    if let minimum, excludesMinimum ? number <= minimum : number < minimum { return false }
    if let maximum, number > maximum { return false }
    return number.isFinite
  }

  /// The least and the greatest double among them.
  var range: ClosedRange<Double> {
    let low = minimum.map { excludesMinimum ? $0.nextUp : $0 } ?? -.greatestFiniteMagnitude
    return low...(maximum ?? .greatestFiniteMagnitude)
  }

  /// A limit as messages name it: `0.4`, `1e-40`.
  static func text(_ limit: Double) -> String {
    limit == 0 || (1e-9..<1e16).contains(limit.magnitude) ? NumberText.significant(limit, digits: 16) : "\(limit)"
  }

  /// What follows `must be`: `from 0 to 100`, `above 0`.
  var text: String {
    let low = minimum.map(Limits.text) ?? ""
    let high = maximum.map(Limits.text) ?? ""
    return switch (minimum != nil, maximum != nil) {
    case (true, true): excludesMinimum ? "above \(low) and at most \(high)" : "from \(low) to \(high)"
    case (true, false): excludesMinimum ? "above \(low)" : "at least \(low)"
    case (false, true): "at most \(high)"
    case (false, false): "finite"
    }
  }
}

extension Field.Kind {
  /// Characters that no text of the stream exceeds.
  public static let longestText = 65_536

  public static let string = Field.Kind.characters(0...longestText)
  /// A string that is not empty.
  public static let text = Field.Kind.characters(1...longestText)
  public static let name = Field.Kind.identity(.name)
  public static let id = Field.Kind.identity(.id)
  public static let number = Field.Kind.numeric(Limits())
  public static let integer = Field.Kind.numeric(.whole)
  /// Wider than `Candle.prices`: a price that is computed from candles may lie beyond them.
  private static let prices = 1e-40...1e40
  /// A price of an edge, a stop or a target.
  public static let price = number(in: prices)
  /// The same, and 0 where there is none.
  public static let priceOrZero = number(in: 0...prices.upperBound)
  /// At least zero.
  public static let amount = number(atLeast: 0)
  /// A whole number, at least zero.
  public static let count = integer(atLeast: 0)

  public static func text(atMost length: Int) -> Field.Kind { .characters(1...length) }

  public static func number(in range: ClosedRange<Double>) -> Field.Kind { .numeric(Limits(range)) }

  public static func number(atLeast minimum: Double) -> Field.Kind { .numeric(Limits(minimum: minimum)) }

  public static func number(atMost maximum: Double) -> Field.Kind { .numeric(Limits(maximum: maximum)) }

  public static func number(above minimum: Double, atMost maximum: Double? = nil) -> Field.Kind {
    .numeric(Limits(minimum: minimum, excludesMinimum: true, maximum: maximum))
  }

  public static func integer(in range: ClosedRange<Int>) -> Field.Kind {
    .numeric(Limits(whole: true, minimum: Double(range.lowerBound), maximum: Double(range.upperBound)))
  }

  public static func integer(atLeast minimum: Int) -> Field.Kind {
    .numeric(Limits(whole: true, minimum: Double(minimum), maximum: Limits.whole.maximum))
  }
}

extension Field.Kind {
  /// Those of a number; of anything else none.
  var limits: Limits {
    if case .numeric(let limits) = self { return limits }
    return Limits()
  }

  /// The same, its numbers between `limits` unless they have limits already.
  func limited(to limits: Limits) -> Field.Kind {
    switch self {
    case .numeric(Limits()): .numeric(limits)
    case .map(let value, let keys): .map(value.limited(to: limits), keys: keys)
    case .array(let element, let least, let most): .array(element.limited(to: limits), atLeast: least, atMost: most)
    default: self
    }
  }

  /// What follows `must be`.
  var name: String {
    switch self {
    case .characters, .identity: "a string"
    case .numeric(let limits): limits.isWhole ? "a whole number" : "a number"
    case .boolean: "true or false"
    case .scalar: "a string, a number, true or false"
    case .yes: "true, or absent"
    case .fact: "an id like ob-4h-bull-20240103T080000Z"
    case .time: "a time in ISO-8601, UTC"
    case .choice(let words): "one of \(words.prefix(16).joined(separator: " "))\(words.count > 16 ? " …" : "")"
    case .object, .map, .variant: "an object"
    case .array: "an array"
    case .tuple(let elements): "a list of \(elements.count)"
    case .any: "anything"
    }
  }
}
