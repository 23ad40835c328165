import Evidence
import Glibc
import Market
import TestKit
import Testing

/// A closed trade of a one-symbol ledger; results in money, one unit of R is 10.
func trade(day: Int, _ pnl: Double, r: Double? = nil, symbol: String = "BTC/USDT", holding: Int64 = Timestamp.hour) -> ClosedTrade {
  let closed = Timestamp(milliseconds: Int64(day) * Timestamp.day)
  return ClosedTrade(
    planID: "plan-\(day)-\(symbol)", symbol: symbol, direction: .bull, openedAt: closed + -holding, closedAt: closed, pnlGross: pnl, fee: 0,
    turnover: 1000, r: r ?? pnl / 10)
}

@Suite struct StatisticsTests {
  /// Ten trades in thirty days, worked out with independent software; six decimals.
  @Test func agreesWithTheHandWorkedAccount() throws {
    let results = [(3, 20.0), (5, -10), (8, 35), (12, -12), (13, 8), (17, -25), (20, 40), (24, -10), (27, 15), (30, -5)]
    let trades = results.map { trade(day: $0.0, $0.1) }
    let equity = DailyEquity(start: 1000, results: results.map { ($0.0, $0.1) }, days: 1...30)
    func close(_ value: Double?, _ expected: Double, _ digits: Double = 1e-6) -> Bool {
      value.map { abs($0 - expected) <= digits / 2 * 1.01 } ?? false
    }
    #expect(close(equity.sharpeDaily365, 2.987070))
    #expect(close(equity.sortinoDaily365, 6.523673))
    #expect(close(equity.maximumDrawdown.map { $0.depth * 100 }, 2.77512, 1e-5))
    #expect(close(equity.compoundAnnualGrowth.map { $0 * 100 }, 94.04882, 1e-5))
    #expect(close(equity.calmar, 33.890006))
    let statistics = TradeStatistics(trades)
    #expect(close(statistics.expectancy, 5.6))
    #expect(close(statistics.profitFactor, 1.903226))
    #expect(close(statistics.systemQuality, 0.820303))
    #expect(close(statistics.tradeSharpe365(trades, start: 1000, days: 30), 1.741319))
    #expect(statistics.winningStreak == 1)
    #expect(statistics.hitRate == 0.5)
  }

  @Test func whatIsUndefinedIsAbsent() {
    let none = TradeStatistics([])
    #expect(none.meanR == nil && none.profitFactor == nil && none.hitRate == nil && none.breakEvenFee == nil)
    let flat = DailyEquity(start: 1000, results: [], days: 1...10)
    #expect(flat.sharpeDaily365 == nil && flat.sortinoDaily365 == nil && flat.calmar == nil && flat.drawdowns.isEmpty)
    #expect(BlockBootstrap([]) == nil)
    #expect(DeflatedSharpe(returns: [0, 0, 0, 0], trials: []) == nil)
  }

  @Test func resultsBeyondCountingAreCountedAtTheEdge() {
    let distribution = TradeStatistics.distribution([1.5, 1e300, -1e300, .infinity, -0.5].map { trade(day: 1, 1, r: $0) })
    #expect(distribution.map(\.floor) == [-1000, -1, 1, 1000] && distribution.map(\.count) == [1, 1, 1, 2])
  }

  @Test func drawdownsHaveDates() throws {
    let equity = DailyEquity(start: 100, results: [(1, 10), (2, -11), (4, 20), (5, -10)], days: 1...6)
    let drawdowns = equity.drawdowns
    #expect(drawdowns.count == 2)
    #expect(drawdowns[0].peakDay == 1 && drawdowns[0].lowDay == 3 && drawdowns[0].recoveredDay == 4 && drawdowns[0].days == 3)
    #expect(abs(drawdowns[0].depth - 0.1) < 1e-12)
    #expect(drawdowns[1].recoveredDay == nil && drawdowns[1].days == 2)
  }

  @Test func normalQuantileInvertsTheDistribution() {
    for p in stride(from: 0.0005, to: 1, by: 0.0005) { #expect(abs(Normal.cumulative(Normal.quantile(p)) - p) < 1e-14) }
    #expect(abs(Normal.quantile(0.99) - 2.3263478740408408) < 1e-12)
    #expect(abs(Normal.quantile(1e-10) + 6.361340902404056) < 1e-9)
  }

  @Test func bootstrapKnowsTheStandardErrorOfIndependentTrades() throws {
    var random = SeededGenerator(seed: 4)
    let trades = (0..<900).map { trade(day: $0, 0, r: random.normal()) }
    let bootstrap = try #require(BlockBootstrap(trades, draws: 4000))
    #expect(abs(bootstrap.standardError - 1 / 30.0) < 0.003)
    #expect(bootstrap.bound(0.01) < bootstrap.bound(0.5))
    #expect(bootstrap == BlockBootstrap(trades, draws: 4000))
    #expect(abs(bootstrap.smallestVisibleEdge - (2.3263 + 0.8416) * bootstrap.standardError) < 1e-4)
  }

  @Test func longHoldingsMakeLongBlocks() throws {
    let trades = (0..<100).map { trade(day: $0, 1, holding: 60 * Timestamp.hour) }
    #expect(try #require(BlockBootstrap(trades, draws: 100)).blockDays == 3)
  }

  @Test func deflationRaisesTheBar() throws {
    var random = SeededGenerator(seed: 8)
    let returns = (0..<365).map { _ in 0.001 + 0.01 * random.normal() }
    let alone = try #require(DeflatedSharpe(returns: returns, trials: [0.1]))
    let searched = try #require(DeflatedSharpe(returns: returns, trials: (0..<50).map { Double($0 % 10) * 0.02 - 0.1 }))
    #expect(alone.expectedBest == 0)
    #expect(searched.expectedBest > 0)
    #expect(searched.probability < alone.probability)
  }
}

@Suite struct VerdictTests {
  private func sample(mean: Double, count: Int, regimes: [String] = ["trend", "range"], seed: UInt64 = 1) -> [ClosedTrade] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { i in
      var one = trade(day: i, 0, r: mean + random.normal(), symbol: ["BTC/USDT", "ETH/USDT", "SOL/USDT"][i % 3])
      one.pnlGross = one.r * 10
      one.labels = .init(
        regime: regimes[i % regimes.count], confidenceScore: 50, setupType: .intraday, profile: "balanced", profileHash: "", factors: [])
      return one
    }
  }

  private func verdict(_ trades: [ClosedTrade], p: Double? = 0.001) -> Verdict {
    let equity = DailyEquity(start: 10_000, results: trades.map { ($0.closedAt.dayNumber, $0.pnlNet) }, days: 0...trades.count)
    return Verdict(
      trades, bootstrap: BlockBootstrap(trades, draws: 2000), randomP: p, deflatedSharpe: DeflatedSharpe(returns: equity.returns, trials: []))
  }

  @Test func saysEachOfItsThreeWords() {
    #expect(verdict(sample(mean: 0.4, count: 600)).ruling == .edge)
    #expect(verdict(sample(mean: 0, count: 600)).ruling == .noEdgeShown)
    #expect(verdict(sample(mean: 0.4, count: 99)).ruling == .notEnoughData)
    #expect(verdict(sample(mean: 0.4, count: 600, regimes: ["trend"])).ruling == .notEnoughData)
  }

  @Test func everyConditionCanRefuse() {
    let good = sample(mean: 0.4, count: 600)
    #expect(verdict(good, p: 0.02).ruling == .noEdgeShown)
    #expect(verdict(good, p: nil).ruling == .noEdgeShown)
    // All of it from one symbol.
    let narrow = good.map { one in
      var one = one
      if one.symbol != "BTC/USDT" { one.r -= 0.5 } else { one.r += 1 }
      return one
    }
    #expect(verdict(narrow).ruling == .noEdgeShown)
    #expect(verdict(narrow).withoutEach.map(\.symbol).first == "BTC/USDT")
    #expect(verdict(narrow).withoutEach.map(\.trades) == [400, 400, 400])
  }
}

@Suite struct FunnelTests {
  @Test func conservesMass() {
    var funnel = Funnel()
    for _ in 0..<5 { funnel.add(rejection: ("score", "no_direction")) }
    for _ in 0..<2 { funnel.add(rejection: ("plan", "no_target")) }
    funnel.add(rejection: nil)
    #expect(funnel.isConserved)
    let stages = funnel.stages(["score", "plan", "risk"])
    #expect(stages.map(\.entered) == [8, 3, 1])
    #expect(stages.map(\.passed) == [3, 1, 1])
  }
}
