import Market
import Planning
import Profiles
import Risk
import TestKit
import Testing

@testable import Evidence

/// Zones at regular places of a random walk, with scores that know something of what comes, or nothing.
@Suite struct FactorEdgeTests {
  private func rules() throws -> OrderReplay { OrderReplay(try #require(Profile.named("balanced")).risk, fills: .pessimistic) }

  /// - Parameter insight: how much of the order's own result is in the score `told`, from 0 (noise) to 1.
  private func edge(seed: UInt64, insight: Double, null: [FactorEdge.Null] = []) throws -> FactorEdge {
    let market = WalkingMarket(candles: 12_000, seed: seed)
    var random = SeededGenerator(seed: seed &+ 99)
    let rules = try rules()
    let orders = stride(from: 20, to: 11_000, by: 40).map { place -> ShadowOrder in
      let there = market.history.evaluations[place]
      func order(_ scores: [String: Double]) -> ShadowOrder {
        let direction: Direction = place / 40 % 2 == 0 ? .bull : .bear
        return ShadowOrder(
          market: 0, "BTC/USDT:USDT", direction, asOf: there.asOf, near: there.price * (1 - direction.sign * 0.001), atr: there.atr.planning,
          planning: .h1, costs: TradeCosts(maker: 0.0002, taker: 0.00055, slippage: 0.0005), paysFunding: true, scores: scores)
      }
      let r = order([:]).r(rules, in: market.history) ?? 0
      return order(["told": insight * r + (1 - insight) * random.normal(), "noise": random.normal(), "constant": 1])
    }
    return try #require(FactorEdge(orders, in: [market.history], rules: rules, null: null))
  }

  private func null(_ seeds: ClosedRange<UInt64>) throws -> [FactorEdge.Null] {
    try seeds.map { seed in
      let edge = try edge(seed: seed, insight: 0)
      let pairs = edge.factors.compactMap { factor in factor.correlation.map { (factor.name, $0) } }
      return FactorEdge.Null(meanR: edge.meanR ?? 0, correlations: Dictionary(uniqueKeysWithValues: pairs))
    }
  }

  @Test func showsWhatIsThereAndNothingElse() throws {
    let edge = try edge(seed: 1, insight: 0.5, null: try null(2...13))
    let told = try #require(edge.factors.first { $0.name == "told" })
    let noise = try #require(edge.factors.first { $0.name == "noise" })
    let constant = try #require(edge.factors.first { $0.name == "constant" })
    #expect(told.isShown && told.correlation ?? 0 > 0.4, "\(told)")
    #expect(!noise.isShown && noise.bound ?? 0 > 0.05, "\(noise)")
    #expect(constant.correlation == nil && constant.bound == nil && !constant.isShown)
    #expect(edge.nullRuns == 12 && edge.zones == 275 && edge.closed > 150)
    // Costs and stops alone: near nothing, on either kind of candle.
    #expect(abs((edge.meanR ?? 1) - (edge.nullMeanR ?? 0)) < 4 * (edge.nullDeviation ?? 0))
  }

  @Test func fewRandomRunsJudgeNothing() throws {
    let edge = try edge(seed: 1, insight: 0.5, null: try null(2...3))
    #expect(edge.nullRuns == 2 && edge.nullMeanR == nil && edge.factors.allSatisfy { $0.bound == nil && !$0.isShown })
    #expect(FactorEdge([], in: [], rules: try rules(), null: []) == nil)
  }

  /// Three pairs by hand: distances −1 0 1 and −1 1 0, so r = (1 + 0 + 0) / 2.
  @Test func correlationIsPearsons() throws {
    #expect(abs(try #require(FactorEdge.correlation([(1, 1), (2, 3), (3, 2)])) - 0.5) < 1e-12)
    #expect(FactorEdge.correlation([(1, 1), (2, 3)]) == nil)
    #expect(FactorEdge.correlation([(1, 1), (1, 3), (1, 2)]) == nil)
  }
}

@Suite struct FillBracketTests {
  /// Orders placed at the closes of half days: fifteen-minute candles tell what these hide.
  @Test func finerCandlesResolve() throws {
    let profile = try #require(Profile.named("balanced"))
    let market = WalkingMarket(candles: 8000, seed: 21)
    let placed = stride(from: 47, to: 7000, by: 48).compactMap { place -> PlacedOrder? in
      let order = market.order(at: place)
      return PlacedOrder(order, asOf: order.request.asOf, market: 0, in: market.history, planning: .h4)
    }
    func bracket(_ trigger: Timeframe) throws -> FillBracket {
      try #require(FillBracket(placed, in: [market.history], trigger: trigger) { OrderReplay(profile.risk, fills: $0) })
    }
    let halves = try bracket(.h12)
    #expect(halves.timeframe == .h12 && halves.finest == .m15)
    let plain = try bracket(.m15)
    #expect(plain.timeframe == .m15 && plain.resolved == nil)
    #expect(halves.resolved == plain.pessimistic)
    #expect(halves.optimistic - halves.pessimistic > plain.optimistic - plain.pessimistic, "finer candles leave less open")
  }

  @Test func longerCandlesHoldTheShorter() {
    let market = WalkingMarket(candles: 400, seed: 3).history
    let hours = market.coarser(.h1)
    #expect(hours.candles.count == 100 && hours.evaluations.count == market.evaluations.count)
    let of = 40..<44
    #expect(hours.candles.opens[10] == market.candles.opens[40] && hours.candles.closes[10] == market.candles.closes[43])
    #expect(hours.candles.highs[10] == market.candles.highs[of].max() && hours.candles.lows[10] == market.candles.lows[of].min())
    #expect(hours.candles.closeTimes[10] == market.candles.closeTimes[43])
    #expect(market.coarser(.m15).candles.count == 400)
  }
}

@Suite struct MarkedEquityTests {
  /// Bought at 100 on the first day; marked at 90 and 95 at the end of two days, half sold on the second at 92, the rest on the third at 110.
  @Test func openPositionsCountAtTheLastClose() throws {
    var history = MarketHistory(symbol: "BTC/USDT")
    for (day, close) in [(0, 90.0), (1, 95), (2, 110), (3, 120)] {
      let opened = Timestamp(milliseconds: Int64(day) * Timestamp.day)
      history.add(Candle(openTime: opened, closeTime: opened + Timestamp.day, open: close, high: close, low: close, close: close, volume: 1), .d1)
    }
    func row(_ event: Trade.Event, hour: Int64, _ price: Double, _ quantity: Double, pnl: Double) -> Trade {
      Trade(
        id: "\(hour)", planID: "p", setupID: "s", exchange: "x", symbol: "BTC/USDT", direction: .bull, event: event,
        time: Timestamp(milliseconds: hour * Timestamp.hour), price: price, quantity: quantity, pnlGross: pnl)
    }
    var ledger = TradeLedger()
    ledger.add(row(.opened, hour: 5, 100, 2, pnl: 0))
    #expect(ledger.held.count == 1 && ledger.held[0].to == .distantFuture)
    ledger.add(row(.target, hour: 30, 92, 1, pnl: -8))
    ledger.add(row(.stop, hour: 72, 110, 1, pnl: 10))
    let equity = DailyEquity(start: 1000, results: ledger.results, days: 0...3)
    #expect(equity.equity == [1000, 992, 1002, 1002])
    let marked = try #require(equity.marked(ledger.held, in: [history]))
    #expect(marked.equity == [980, 987, 1002, 1002])
    #expect(abs(try #require(marked.maximumDrawdown?.depth) - 0.02) < 1e-12)
    #expect(equity.marked(ledger.held, in: []) == nil)
  }
}
