/// Limits of the account. Fractions of equity unless said otherwise.
public struct RiskRules: Hashable, Sendable {
  public var riskPerTrade = 0.005
  public var dayLoss = 0.02
  public var weekLoss = 0.05
  public var drawdownStop = 0.10
  public var heat = 0.025
  public var maximumSameSide = 4
  public var maximumLeverage = 5.0
  /// Planning bars without a new plan on a symbol after one was stopped out.
  public var cooldownBars = 8
  /// Largest share of equity's notional in one asset, and in all.
  public var assetExposure = 1.0
  public var totalExposure = 3.0

  public init() {}
}
