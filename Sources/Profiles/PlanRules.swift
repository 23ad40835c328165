/// Geometry of plans. Distances in ATR of the planning timeframe, lengths in its bars.
public struct PlanRules: Hashable, Sendable {
  /// Of the weighted worst reward:risk, after costs. Also the least that a fill may leave.
  public var minimumRewardRisk = 2.5
  public var minimumFirstTarget = 1.0
  /// Round-trip worst cost over risk.
  public var maximumCostShare = 0.15
  public var stopBuffer = 0.25
  public var minimumStop = 0.5
  public var maximumStop = 3.0
  public var firstTargetReach = 3.0
  /// Further levels are no targets: over 48 bars a price without drift passes 7 ATR one time in ten (a bar's range is σ·√(8/π) on average).
  public var targetReach = 7.0
  /// Levels nearer to each other are one target, at the nearest of them.
  public var targetSpacing = 0.5
  public var validBars = 24
  public var holdBars = 48
  /// Shares of the position closed at each target; they sum to 1.
  public var partials = [0.5, 0.3, 0.2]
  /// Whether a plan without opposing liquidity may use extension targets (labelled so).
  public var allowExtension = false
  /// Whether a setup without any zone may be entered at a bare distance from price (labelled so).
  public var allowOffset = false
  /// How far entry, stop or first target must have moved for a waiting plan to be replaced.
  public var materialChange = 0.5
  /// Basis points lost on a stop.
  public var slippage = 5.0
  /// Three lines instead of paragraphs.
  public var shortRationale = false

  public init() {}
}
