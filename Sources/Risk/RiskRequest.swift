import Confluence
import Market
import Planning

/// A plan that asks the account for money.
public struct RiskRequest: Hashable, Sendable {
  public var setupID: String
  public var asOf: Timestamp
  public var exchange: String
  public var symbol: String
  public var plan: TradePlan
  public var labels: TradeLabels

  public init(setupID: String, asOf: Timestamp, exchange: String, symbol: String, plan: TradePlan, labels: TradeLabels) {
    self.setupID = setupID
    self.asOf = asOf
    self.exchange = exchange
    self.symbol = symbol
    self.plan = plan
    self.labels = labels
  }

  /// Who is served first of those that ask at one instant: the higher score, then the better worst reward:risk, then the symbol.
  static func precedes(_ a: RiskRequest, _ b: RiskRequest) -> Bool {
    if a.plan.confidenceScore != b.plan.confidenceScore { return a.plan.confidenceScore > b.plan.confidenceScore }
    if a.plan.riskRewardWorst != b.plan.riskRewardWorst { return a.plan.riskRewardWorst > b.plan.riskRewardWorst }
    if a.symbol != b.symbol { return a.symbol.utf8.lexicographicallyPrecedes(b.symbol.utf8) }
    return a.exchange.utf8.lexicographicallyPrecedes(b.exchange.utf8)
  }
}

public enum RiskOutcome: Hashable, Sendable {
  case approved(RiskDecision)
  case rejected(Rejection)
}
