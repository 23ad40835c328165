import Market
import Planning
import Risk

/// A zone as it first carried its side, traded under one fixed order: a limit at its near edge, the stop one ATR behind it, one target two ATR
/// ahead, valid for 24 and held for 48 bars of the planning timeframe. So a factor is judged by all zones alike, not by what it let through.
public struct ShadowOrder: Sendable {
  public let market: Int
  /// Of each factor that had data, and `total_score`.
  public let scores: [String: Double]
  private let order: Order

  static let stopATR = 1.0
  static let targetATR = 2.0
  static let validBars: Int64 = 24
  static let holdBars: Int64 = 48

  /// - Parameters:
  ///   - near: the edge that price meets first.
  ///   - atr: of the planning timeframe, which `planning` is.
  public init(
    market: Int, _ symbol: String, _ direction: Direction, asOf: Timestamp, near: Double, atr: Double, planning: Timeframe, costs: TradeCosts,
    paysFunding: Bool, scores: [String: Double]
  ) {
    let bar = planning.nominalDuration
    let stop = near - direction.sign * ShadowOrder.stopATR * atr
    let target = near + direction.sign * ShadowOrder.targetATR * atr
    let plan = TradePlan(
      planID: "", direction: direction, setupType: .swing, entryZone: .init(near: near, far: near, rationale: "", source: ""),
      stopLoss: .init(level: stop, distanceATR: ShadowOrder.stopATR, rationale: "", source: ""),
      targets: [.init(level: target, percentage: 100, riskReward: ShadowOrder.targetATR / ShadowOrder.stopATR, rationale: "", source: "")],
      riskReward: 0, riskRewardWorst: 0, confidenceScore: 0, validUntil: asOf + ShadowOrder.validBars * bar,
      invalidateIf: .init(closeBeyond: stop, tradeBeforeEntry: target), minFillRiskReward: -.infinity, rationale: "",
      metadata: .init(
        planningTimeframe: planning, atr: atr, expectedHours: 0, holdHours: Double(ShadowOrder.holdBars * bar) / Double(Timestamp.hour),
        entryKind: "", costs: 0, costShare: 0, firstTargetATR: ShadowOrder.targetATR, instrument: "assumed", tickSize: 1e-9, makerFee: costs.maker,
        takerFee: costs.taker, slippage: costs.slippage))
    let labels = TradeLabels(regime: "", confidenceScore: 0, setupType: .swing, profile: "", profileHash: "", factors: [])
    order = .unit(plan, labels: labels, costs: costs, asOf: asOf, symbol: symbol, paysFunding: paysFunding)
    self.market = market
    self.scores = scores
  }

  /// Net R; `nil` unless it is filled and closed.
  func r(_ rules: OrderReplay, in history: MarketHistory) -> Double? {
    guard order.plan.stopLoss.level > 0, order.plan.targets[0].level > 0 else { return nil }
    var order = order
    guard case .closed(_, _, let r) = rules.run(&order, on: history.candles, from: history.candles.index(openingFrom: order.request.asOf)) else {
      return nil
    }
    return r
  }
}

/// Whether the factors' scores go with what their zones earn, more than they do on candles whose signs were drawn by lot.
public struct FactorEdge: Hashable, Sendable {
  /// The same figures of one run over sign-randomised candles.
  public struct Null: Hashable, Sendable {
    public var meanR: Double
    public var correlations: [String: Double]
    public init(meanR: Double, correlations: [String: Double]) {
      self.meanR = meanR
      self.correlations = correlations
    }
  }

  public struct Factor: Hashable, Sendable {
    public var name: String
    public var count: Int
    /// Between score and net R; absent where either does not vary.
    public var correlation: Double?
    /// Over the randomised runs; absent where there are too few.
    public var nullMean: Double?
    /// What a distance from `nullMean` must exceed: Φ⁻¹(1 − .05/2m) / √n_eff, m factors; n_eff = 1 / variance of the randomised correlations.
    public var bound: Double?
    public var isShown: Bool { correlation.flatMap { r in nullMean.flatMap { mean in bound.map { abs(r - mean) > $0 } } } ?? false }
  }

  public let zones: Int
  /// Of them filled and closed.
  public let closed: Int
  public let meanR: Double?
  public let factors: [Factor]
  /// Of the randomised runs: how many, the mean of their mean R, and its deviation.
  public let nullRuns: Int
  public let nullMeanR: Double?
  public let nullDeviation: Double?

  /// Randomised runs below which nothing is said of their spread.
  public static let fewestRuns = 10

  public init?(_ orders: [ShadowOrder], in markets: [MarketHistory], rules: OrderReplay, null: [Null]) {
    guard !orders.isEmpty else { return nil }
    let lived = orders.compactMap { order in order.r(rules, in: markets[order.market]).map { (order.scores, $0) } }
    zones = orders.count
    closed = lived.count
    meanR = lived.isEmpty ? nil : Moments(lived.map(\.1)).mean
    let names = Set(orders.flatMap(\.scores.keys)).sorted()
    let isEnough = null.count >= FactorEdge.fewestRuns
    factors = names.map { name in
      let pairs = lived.compactMap { scores, r in scores[name].map { ($0, r) } }
      let random = Moments(null.compactMap { $0.correlations[name] })
      let hasSpread = isEnough && random.count >= FactorEdge.fewestRuns
      return Factor(
        name: name, count: pairs.count, correlation: FactorEdge.correlation(pairs), nullMean: hasSpread ? random.mean : nil,
        bound: hasSpread ? random.sampleDeviation.map { Normal.quantile(1 - 0.05 / Double(2 * names.count)) * $0 } : nil)
    }
    let means = Moments(null.map(\.meanR))
    nullRuns = null.count
    nullMeanR = isEnough ? means.mean : nil
    nullDeviation = isEnough ? means.sampleDeviation : nil
  }

  /// Pearson's; `nil` where there are fewer than three pairs, or one side does not vary.
  static func correlation(_ pairs: [(Double, Double)]) -> Double? {
    guard pairs.count > 2 else { return nil }
    let (x, y) = (Moments(pairs.map(\.0)), Moments(pairs.map(\.1)))
    guard let dx = x.populationDeviation, let dy = y.populationDeviation, dx > 0, dy > 0 else { return nil }
    return pairs.reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) } / Double(pairs.count) / (dx * dy)
  }
}
