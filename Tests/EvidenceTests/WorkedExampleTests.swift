import Foundation
import Market
import Planning
import Profiles
import Risk
import TestKit
import Testing

@testable import Evidence

/// docs/backtesting.md says what a reader can work out by hand: the same numbers come out here.
@Suite struct WorkedExampleTests {
  private let page = Result { try String(contentsOf: Repository.root.appending(path: "docs/backtesting.md"), encoding: .utf8) }

  private func says(_ value: Double?, digits: Int, _ name: String) throws {
    let text = NumberText.fixed(try #require(value, "\(name)"), decimals: digits).replacing("-", with: "−")
    #expect(try page.get().contains(text), "\(name): \(text)")
  }

  /// The rows of one LONG at 100, stop 95, target 110, through candles of (open, high, low, close).
  private func trades(_ prices: [(Double, Double, Double, Double)]) throws -> [Trade] {
    let profile = try #require(Profile.named("balanced"))
    var account = Account(profile, AccountOptions(account: .paper))
    let book = account.book("x", "BTC/USDT:USDT")
    account.set(
      Instrument(kind: .linear, tickSize: 0.01, lotSize: 0.001, minNotional: 1, makerFee: 0.0002, takerFee: 0.00055, source: .file), of: book)
    let plan = TradePlan(
      planID: "plan", direction: .bull, setupType: .swing, entryZone: .init(near: 100, far: 99, rationale: "by hand", source: "zone"),
      stopLoss: .init(level: 95, distanceATR: 1, rationale: "by hand", source: "zone"),
      targets: [.init(level: 110, percentage: 100, riskReward: 1.9, rationale: "by hand", source: "pool")], riskReward: 2, riskRewardWorst: 1.9,
      confidenceScore: 60, validUntil: Timestamp(milliseconds: Timestamp.day), invalidateIf: .init(closeBeyond: 95, tradeBeforeEntry: 110),
      minFillRiskReward: 0, rationale: "by hand",
      metadata: .init(
        planningTimeframe: .h4, atr: 5, expectedHours: 8, holdHours: 7, entryKind: "order block", costs: 0.1, costShare: 0.02, firstTargetATR: 2,
        instrument: "file", tickSize: 0.01, makerFee: 0.0002, takerFee: 0.00055, slippage: 0.0005))
    let labels = TradeLabels(regime: "trend", confidenceScore: 60, setupType: .swing, profile: "balanced", profileHash: "", factors: [])
    let request = RiskRequest(setupID: "s", asOf: Timestamp(milliseconds: 0), exchange: "x", symbol: "BTC/USDT:USDT", plan: plan, labels: labels)
    var trades: [Trade] = []
    guard case .approved? = account.allot([request], trades: &trades).first else { return [] }
    for (i, (open, high, low, close)) in prices.enumerated() {
      let opened = Timestamp(milliseconds: Int64(i) * 15 * Timestamp.minute)
      let candle = Candle(openTime: opened, closeTime: opened + 15 * Timestamp.minute, open: open, high: high, low: low, close: close, volume: 1)
      account.apply(candle, .m15, to: book, trades: &trades)
    }
    return trades
  }

  private func closed(_ rows: [Trade]) throws -> ClosedTrade {
    var ledger = TradeLedger()
    for row in rows { ledger.add(row) }
    return try #require(ledger.closed.first)
  }

  @Test func aTrade() throws {
    let filled = (101.0, 101.5, 99.9, 100.5)
    let paid = try trades([filled, (101, 110.1, 100.5, 109)])
    #expect(paid.map(\.event) == [.opened, .target])
    try says(paid.first?.quantity, digits: 3, "size")
    try says(paid.first?.fee, digits: 5, "fee of the entry")
    try says(paid.last?.pnlGross, digits: 2, "gross")
    try says(paid.last?.fee, digits: 5, "fee of the target")
    try says(try closed(paid).pnlNet, digits: 5, "net")
    try says(try closed(paid).r, digits: 6, "R")

    let stopped = try trades([filled, (97, 98, 94, 96)])
    #expect(stopped.map(\.event) == [.opened, .stop])
    try says(stopped.last?.price, digits: 4, "price of the stop")
    try says(stopped.last?.pnlGross, digits: 5, "gross")
    try says(stopped.last?.fee, digits: 5, "fee of the stop")
    try says(try closed(stopped).pnlNet, digits: 5, "net")
    try says(try closed(stopped).r, digits: 6, "R")

    let both = try trades([filled, (97, 110.1, 94, 96)])
    #expect(both.map(\.event) == [.opened, .stop] && both.last?.isAmbiguous == true)
    #expect(try trades([(101, 101.5, 100, 100.5)]).isEmpty, "a touch does not fill")
  }

  @Test func anAccount() throws {
    let results = [(3, 20.0), (5, -10), (8, 35), (12, -12), (13, 8), (17, -25), (20, 40), (24, -10), (27, 15), (30, -5)]
    let trades = results.map { trade(day: $0.0, $0.1) }
    let equity = DailyEquity(start: 1000, results: results.map { ($0.0, $0.1) }, days: 1...30)
    let statistics = TradeStatistics(trades)
    try says(statistics.profitFactor, digits: 6, "profit factor")
    try says(statistics.systemQuality, digits: 6, "SQN")
    try says(statistics.tradeSharpe365(trades, start: 1000, days: 30), digits: 6, "trade Sharpe")
    try says(equity.compoundAnnualGrowth.map { 100 * $0 }, digits: 5, "CAGR")
    try says(equity.maximumDrawdown.map { 100 * $0.depth }, digits: 5, "drawdown")
    try says(equity.calmar, digits: 6, "Calmar")
    try says(equity.sharpeDaily365, digits: 6, "Sharpe")
    try says(equity.sortinoDaily365, digits: 6, "Sortino")
  }
}
