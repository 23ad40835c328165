/// Gates and weights of the confluence.
public struct ScoreRules: Hashable, Sendable {
  /// 0…100; frozen from the corpus, see docs/quality-gates.md.
  public var minimumScore = 50.0
  /// A setup whose higher timeframe is against it, or unknown, is refused.
  public var htfGate = false
  /// Least displacement, in ATR, of a block that may anchor a setup.
  public var internalDisplacement = 2.0
  public var externalDisplacement = 4.0
  /// Least size, in ATR, of a gap that may anchor a setup.
  public var anchorGap = 0.5
  /// Furthest distance, in ATR, of price from the anchor's near edge.
  public var anchorDistance = 1.0
  /// Factor weights by factor name; they sum to 1.
  public var weights: [String: Double] = [:]

  public init() {}
}
