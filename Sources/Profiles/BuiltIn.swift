import Market

extension Profile {
  /// The profiles that need no file, in the order in which help lists them.
  public static let builtIn: [Profile] = [.balanced, .trend, .range, .aggressive, .mobile]

  public static func named(_ name: String) -> Profile? { builtIn.first { $0.name == name } }

  /// Several groups of evidence must agree; plans on 4h.
  public static let balanced = Profile(
    name: "balanced",
    timeframes: TimeframeRoles(context: [.w1, .d1], structure: [.h4, .h1], trigger: .m15, planning: .h4),
    weights: [
      "location": 0.24, "structure": 0.20, "liquidity": 0.14, "momentum": 0.12, "alignment": 0.14, "volume": 0.08,
      "premium_discount": 0.02, "volatility_cost": 0.04, "hour": 0.02,
    ]
  ) {
    $0.score.minimumScore = 65
  }

  /// With the higher timeframe or not at all; momentum counts for more.
  public static let trend = Profile(
    name: "trend",
    timeframes: TimeframeRoles(context: [.d1], structure: [.h4], trigger: .h1, planning: .h4),
    weights: [
      "location": 0.20, "structure": 0.22, "liquidity": 0.10, "momentum": 0.18, "alignment": 0.16, "volume": 0.06,
      "premium_discount": 0.01, "volatility_cost": 0.05, "hour": 0.02,
    ]
  ) {
    $0.indicators.volumeSpike = 2.5
    $0.score.internalDisplacement = 2.5
    $0.score.externalDisplacement = 5
    $0.score.htfGate = true
    $0.score.minimumScore = 76
    $0.plan.allowExtension = true
  }

  /// Oscillators, tight entries, near targets.
  public static let range = Profile(
    name: "range",
    timeframes: TimeframeRoles(context: [.d1], structure: [.h4, .h1], trigger: .m15, planning: .h1),
    weights: [
      "location": 0.24, "structure": 0.10, "liquidity": 0.18, "momentum": 0.24, "alignment": 0.06, "volume": 0.06,
      "premium_discount": 0.03, "volatility_cost": 0.06, "hour": 0.03,
    ]
  ) {
    $0.indicators.volumeSpike = 1.5
    $0.indicators.rsiLow = 25
    $0.indicators.rsiHigh = 75
    $0.score.internalDisplacement = 1.5
    $0.score.externalDisplacement = 3
    $0.score.anchorDistance = 0.75
    $0.score.minimumScore = 72
    $0.score.volatilityFloor = 0.1
    $0.plan.minimumRewardRisk = 1.5
    $0.plan.firstTargetReach = 2
  }

  /// A lower bar and staler zones; plans on 15m, on 1h where costs refuse that.
  public static let aggressive = Profile(
    name: "aggressive",
    timeframes: TimeframeRoles(
      context: [.h4], structure: [.h1], trigger: .m15, optional: [.m5], planning: .m15, planningFallback: .h1),
    weights: [
      "location": 0.24, "structure": 0.20, "liquidity": 0.16, "momentum": 0.14, "alignment": 0.08, "volume": 0.10,
      "premium_discount": 0.02, "volatility_cost": 0.04, "hour": 0.02,
    ]
  ) {
    $0.indicators.volumeSpike = 1.8
    $0.score.internalDisplacement = 1
    $0.score.externalDisplacement = 2.5
    $0.score.anchorDistance = 1.5
    $0.score.minimumScore = 60
    $0.score.maximumTouches = 3
    $0.score.volatilityFloor = 0.08
    $0.plan.minimumRewardRisk = 1.5
    $0.plan.maximumCostShare = 0.20
    $0.plan.allowExtension = true
    $0.risk.maximumLeverage = 10
  }

  /// Fewer symbols, fewer timeframes, three lines of rationale.
  public static let mobile = Profile(
    name: "mobile",
    timeframes: TimeframeRoles(context: [.d1], structure: [.h4], trigger: .h1, planning: .h4),
    weights: Profile.balanced.score.weights
  ) {
    $0.score.minimumScore = 70
    $0.plan.minimumRewardRisk = 2
    $0.plan.shortRationale = true
  }

  private init(
    name: String, timeframes: TimeframeRoles, weights: [String: Double], differences: (inout Profile) -> Void = { _ in }
  ) {
    self.init(
      name: name, timeframes: timeframes, indicators: IndicatorRules(), structure: StructureRules(), score: ScoreRules(), plan: PlanRules(),
      risk: RiskRules(), notify: NotifyRules())
    score.weights = weights
    differences(&self)
  }
}
