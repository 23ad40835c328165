import Market
import Planning
import Profiles
import TestKit

@testable import Risk

/// Plans and candles made for the tests: synthetic, hourly, with round numbers.
enum SyntheticPlan {
  static let start = Timestamp(milliseconds: 1_704_067_200_000)  // 2024-01-01T00:00:00Z, a Monday

  static let instrument = Instrument(
    kind: .linear, tickSize: 0.1, lotSize: 0.001, minNotional: 5, makerFee: 0.0002, takerFee: 0.0005, maintenanceMarginRate: 0.01, source: .file)

  static func labels() -> TradeLabels {
    TradeLabels(
      regime: "trend", confidenceScore: 70, setupType: .intraday, profile: "test", profileHash: "0", factors: [])
  }

  /// LONG: limit 100, stop 95, targets 110, 115, 120 for 50, 30 and 20 %; SHORT mirrored at 100.
  static func plan(
    _ direction: Direction = .bull, id: String = "plan-1", near: Double = 100, stop: Double = 5, targets: [Double] = [10, 15, 20],
    score: Double = 70, ratio: Double = 2.5
  ) -> TradePlan {
    let sign = direction.sign
    let percentages = [[100], [60, 40], [50, 30, 20]][targets.count - 1]
    return TradePlan(
      planID: id, direction: direction, setupType: .intraday,
      entryZone: TradePlan.EntryZone(near: near, far: near - sign, rationale: "r", source: "s"),
      stopLoss: TradePlan.StopLoss(level: near - sign * stop, distanceATR: stop / 4, rationale: "r", source: "s"),
      targets: targets.enumerated().map {
        TradePlan.Target(
          level: near + sign * $1, percentage: Double(percentages[$0]), riskReward: $1 / stop, rationale: "r", source: "s")
      }, riskReward: ratio, riskRewardWorst: ratio, confidenceScore: score, validUntil: start + 24 * Timestamp.hour,
      invalidateIf: TradePlan.Invalidation(closeBeyond: near - sign * (stop - 1), tradeBeforeEntry: near + sign * targets[0]),
      minFillRiskReward: 0.5, rationale: "r",
      metadata: TradePlan.Metadata(
        planningTimeframe: .h1, atr: 4, expectedHours: 6, holdHours: 48, entryKind: "order block", costs: 0.1, costShare: 0.02,
        firstTargetATR: 2.5, instrument: "file", tickSize: 0.1, makerFee: 0.0002, takerFee: 0.0005, slippage: 0.0005))
  }

  static func request(_ symbol: String, _ plan: TradePlan, asOf: Timestamp = start) -> RiskRequest {
    RiskRequest(setupID: "setup-\(symbol)", asOf: asOf, exchange: "synthetic", symbol: symbol, plan: plan, labels: labels())
  }

  /// Hours after `start`; open, high, low, close.
  static func candle(_ hour: Int, _ open: Double, _ high: Double, _ low: Double, _ close: Double) -> Candle {
    let time = start + Int64(hour) * Timestamp.hour
    return Candle(openTime: time, closeTime: time + Timestamp.hour, open: open, high: high, low: low, close: close, volume: 1)
  }

  static func profile(_ change: (inout Profile) -> Void = { _ in }) -> Profile {
    var profile = Profile.balanced
    profile.risk.lossStreak = [1]
    profile.risk.dayLoss = 1
    profile.risk.weekLoss = 1
    profile.risk.drawdownStop = 1
    change(&profile)
    return profile
  }

  static func account(_ options: AccountOptions = AccountOptions(account: .paper), _ change: (inout Profile) -> Void = { _ in }) -> Account {
    Account(profile(change), options)
  }
}

extension Account {
  mutating func ask(_ symbol: String, _ plan: TradePlan, asOf: Timestamp = SyntheticPlan.start) -> RiskOutcome {
    let book = self.book("synthetic", symbol)
    if books[book].instrument == nil { set(SyntheticPlan.instrument, of: book) }
    var trades: [Trade] = []
    return allot([SyntheticPlan.request(symbol, plan, asOf: asOf)], trades: &trades)[0]
  }

  mutating func live(_ symbol: String, _ candles: Candle...) -> [Trade] {
    var trades: [Trade] = []
    let book = self.book("synthetic", symbol)
    for candle in candles { apply(candle, .h1, to: book, trades: &trades) }
    return trades
  }
}

extension RiskOutcome {
  var code: String? { if case .rejected(let rejection) = self { rejection.code.rawValue } else { nil } }
  var decision: RiskDecision? { if case .approved(let decision) = self { decision } else { nil } }
  var detail: String? { if case .rejected(let rejection) = self { rejection.detail } else { nil } }
}
