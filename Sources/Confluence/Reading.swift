import Market

/// What a factor says of one direction.
public struct Reading: Hashable, Sendable {
  /// 0…1, in steps of a thousandth, so that what is printed is what was summed.
  public var score: Double
  /// Absent evidence scores 0 and says so.
  public var hasData: Bool
  /// One sentence with the numbers in it; empty unless asked for.
  public var rationale: String

  public init(_ score: Double, hasData: Bool = true, _ rationale: String = "") {
    self.score = (min(1, max(0, score)) * 1000).rounded() / 1000
    self.hasData = hasData
    self.rationale = rationale
  }

  static func absent(_ what: String) -> Reading { Reading(0, hasData: false, what) }
}

/// One group of evidence, scored for one direction. Bull and bear are the same code.
public struct Factor: Sendable {
  public let name: String
  /// What a score of 0 and of 1 mean.
  public let meaning: String
  let read: @Sendable (Candidate) -> Reading

  /// In the order in which a setup lists them. Each has a weight of its name in every profile.
  public static let all: [Factor] = [.location, .structure, .liquidity, .momentum, .alignment, .volume, .premiumDiscount, .volatilityCost, .hour]

  /// Where `all` has what others ask for.
  enum Place: Int { case location, structure, liquidity, momentum, alignment, volume }
}

/// `value` on the way from `zero` (0) to `one` (1), clamped; `zero` may be above `one`.
func ramp(_ value: Double, from zero: Double, to one: Double) -> Double { min(1, max(0, (value - zero) / (one - zero))) }
