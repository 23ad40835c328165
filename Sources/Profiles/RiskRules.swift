/// Limits of the account. Fractions of equity unless said otherwise.
public struct RiskRules: Hashable, Sendable {
  /// Lost when a stop is hit, costs included.
  public var riskPerTrade = 0.005
  /// What the risk is multiplied by after 1, 2, … losses in a row; the last value serves from there on.
  public var lossStreak = [1.0, 0.75, 0.5]
  public var dayLoss = 0.02
  public var weekLoss = 0.05
  public var drawdownStop = 0.10
  /// Lost if every stop were hit at once.
  public var openRisk = 0.03
  /// The same, correlated.
  public var heat = 0.025
  public var maximumSameSide = 4
  public var maximumLeverage = 5.0
  /// Of the way from entry to liquidation, the most that a stop may take.
  public var liquidationShare = 0.7
  /// Planning bars without a new plan on a symbol after one was stopped out.
  public var cooldownBars = 8
  /// Largest share of equity's notional in one asset, and in all.
  public var assetExposure = 1.0
  public var totalExposure = 3.0
  /// Targets filled before the stop moves to where the rest costs nothing; 0 is never.
  public var breakevenAfter = 1
  /// Targets filled before the stop follows the best price; 0 is never.
  public var trailAfter = 2
  /// How far behind, in ATR of the planning timeframe.
  public var trailDistance = 1.0

  public init() {}
}
