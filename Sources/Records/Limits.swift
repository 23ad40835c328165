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

  /// From −(2⁵³ − 1) to 2⁵³ − 1.
  public static let whole = Limits(whole: true, minimum: -9_007_199_254_740_991, maximum: 9_007_199_254_740_991)

  public func contains(_ number: Double) -> Bool {
    if let minimum, excludesMinimum ? number <= minimum : number < minimum { return false }
    if let maximum, number > maximum { return false }
    return number.isFinite
  }

  /// What follows `must be`: `from 0 to 100`, `above 0`.
  var text: String {
    let low = minimum.map { NumberText.significant($0, digits: 16) } ?? ""
    let high = maximum.map { NumberText.significant($0, digits: 16) } ?? ""
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
  public static let number = Field.Kind.numeric(Limits())
  public static let integer = Field.Kind.numeric(.whole)
  /// Above zero.
  public static let price = number(above: 0)
  /// At least zero.
  public static let amount = number(atLeast: 0)
  /// A whole number, at least zero.
  public static let count = integer(atLeast: 0)

  public static func number(in range: ClosedRange<Double>) -> Field.Kind {
    .numeric(Limits(minimum: range.lowerBound, maximum: range.upperBound))
  }

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
  /// What follows `must be`.
  var name: String {
    switch self {
    case .characters: "a string"
    case .numeric(let limits): limits.isWhole ? "a whole number" : "a number"
    case .boolean: "true or false"
    case .time: "a time in ISO-8601, UTC"
    case .choice(let words): "one of \(words.prefix(16).joined(separator: " "))\(words.count > 16 ? " …" : "")"
    case .object, .map, .variant: "an object"
    case .array: "an array"
    case .any: "anything"
    }
  }
}
