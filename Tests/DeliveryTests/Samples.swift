import Confluence
import Market
import Planning
import Profiles
import Risk

@testable import Delivery

/// Synthetic signals with round numbers.
enum Samples {
  static let asOf = Timestamp(day: CalendarDay(year: 2024, month: 6, day: 30))
  static let profile = Profile.builtIn[0]

  static func confluence(_ score: Double) -> ConfluenceBreakdown {
    ConfluenceBreakdown(
      totalScore: score,
      factors: [
        FactorResult(name: "volume", score: 0, weight: 0.25, hasData: false, rationale: "no volume history"),
        FactorResult(name: "location", score: 0.8, weight: 0.75, hasData: true, rationale: "price is 0.4 ATR above the block & RSI < 40"),
      ], synergyBonus: 5, conflictPenalty: 0, regime: "trend", htfAligned: .with, btcImpulseGate: .passed, oppositeDirection: .bear, oppositeScore: 31
    )
  }

  static func setup(_ symbol: String, _ state: SetupState, direction: Direction? = .bull, score: Double? = nil, rejected: Rejection? = nil) -> Setup {
    Setup(
      id: "\(symbol)-balanced-bull-ob-4h", asOf: asOf, exchange: "synthetic", symbol: symbol, profile: "balanced", price: 64310.5,
      direction: direction,
      state: state, confluence: score.map { confluence($0) }, gates: [GateResult(name: "data_complete", outcome: .passed)], rejected: rejected)
  }

  static func plan(_ direction: Direction = .bull, rationale: String = "Thesis: a block held.\nEntry: at its near edge.") -> TradePlan {
    let sign = direction.sign
    let level = { (distance: Double) in 64000 + sign * distance }
    return TradePlan(
      planID: "plan-1", direction: direction, setupType: .intraday,
      entryZone: .init(near: level(0), far: level(-200), rationale: "near edge of the 4h block", source: "ob-4h-bull-20240620T080000Z"),
      stopLoss: .init(level: level(-1000), distanceATR: 1.25, rationale: "below the block", source: "ob-4h-bull-20240620T080000Z"),
      targets: [
        .init(level: level(1500), percentage: 60, riskReward: 1.4, rationale: "day high", source: "pool-day-4h-bull-20240629T000000Z"),
        .init(level: level(4000), percentage: 40, riskReward: 3.9, rationale: "equal highs", source: "pool-equal-4h-bull-20240610T000000Z"),
      ], riskReward: 2.6, riskRewardWorst: 2.5, confidenceScore: 71.25, validUntil: asOf + 4 * Timestamp.day,
      invalidateIf: .init(closeBeyond: level(-1000), tradeBeforeEntry: level(1500)), minFillRiskReward: 2, rationale: rationale,
      metadata: .init(
        planningTimeframe: .h4, atr: 800, expectedHours: 30, holdHours: 48, entryKind: "order block", costs: 50, costShare: 0.05,
        firstTargetATR: 1.9, instrument: "inferred", tickSize: 0.1, makerFee: 0.001, takerFee: 0.001, slippage: 0.0005))
  }

  static let risk = RiskDecision(
    approved: true, account: .assumed, positionSize: 0.0434, notional: 2777.6, leverage: 1, riskAmount: 49.87, riskPercentage: 0.4987, fees: 5.2,
    exposure: .init(asset: 0.27776, total: 0.27776, openRisk: 0.004987))

  static func trade(_ event: Trade.Event) -> Trade {
    let isOver = event != .opened && event != .expired
    return Trade(
      id: "plan-1-\(event.label)", planID: "plan-1", setupID: "BTC/USDT-balanced-bull-ob-4h", exchange: "synthetic", symbol: "BTC/USDT",
      direction: .bull, event: event, time: asOf, price: 64000, quantity: 0.5, fee: 1, pnlGross: isOver ? 10 : 0, rMultiple: isOver ? 1.5 : nil,
      reason: event == .expired ? .superseded : nil)
  }

  static func accepted(_ symbol: String = "BTC/USDT", _ direction: Direction = .bull) -> Signal {
    Signal(setup: setup(symbol, .ready, direction: direction, score: 71.25), plan: plan(direction), risk: risk)
  }

  static func refused(
    _ symbol: String, _ state: SetupState, _ code: RejectionCode, score: Double? = nil, value: Double? = nil, threshold: Double? = nil
  )
    -> Signal
  {
    let rejected = Rejection(stage: "score", code: code, value: value, threshold: threshold)
    return Signal(setup: setup(symbol, state, direction: state == .flat ? nil : .bear, score: score, rejected: rejected))
  }

  static var report: ScanReport {
    var report = ScanReport()
    report.add(refused("SOL/USDT", .flat, .noDirection))
    report.add(refused("ETH/USDT", .ready, .lowScore, score: 43.21, value: 43.21, threshold: 50))
    report.add(accepted())
    report.add(refused("ADA/USDT", .flat, .noDirection))
    return report
  }
}
