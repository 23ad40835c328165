import Evidence
import Market
import Planning
import Profiles
import Risk
import TestKit
import Testing

/// A synthetic random walk of 15-minute candles, with an evaluation at each close and a constant ATR.
struct WalkingMarket {
  var history = MarketHistory(symbol: "BTC/USDT:USDT")
  static let step: Int64 = 15 * Timestamp.minute

  /// - Parameter drift: per candle, in units of its deviation.
  init(candles: Int, seed: UInt64, drift: Double = 0) {
    var random = SeededGenerator(seed: seed)
    var price = 1000.0
    for i in 0..<candles {
      let open = price
      price *= 1 + 0.002 * (random.normal() + drift)
      let opened = Timestamp(milliseconds: Int64(i) * Self.step)
      history.add(
        Candle(
          openTime: opened, closeTime: opened + Self.step, open: open, high: max(open, price) * (1 + 0.0008 * abs(random.normal())),
          low: min(open, price) * (1 - 0.0008 * abs(random.normal())), close: price, volume: 1), .m15)
      history.evaluations.append(.init(asOf: opened + Self.step, price: price, atr: (0.01 * price, .nan), regime: i / 50 % 2))
    }
  }

  /// Entry a tenth of an ATR away, stop one, target two from the price.
  func order(at place: Int, _ direction: Direction = .bull, fees: Double = 0.0005) -> Order {
    let there = history.evaluations[place]
    let level = { (distance: Double) in there.price + direction.sign * distance * there.atr.planning }
    let plan = TradePlan(
      planID: "plan-\(place)", direction: direction, setupType: .intraday,
      entryZone: .init(near: level(-0.1), far: level(-0.2), rationale: "synthetic", source: "zone"),
      stopLoss: .init(level: level(-1), distanceATR: 0.9, rationale: "synthetic", source: "zone"),
      targets: [
        .init(level: level(1), percentage: 60, riskReward: 1.2, rationale: "synthetic", source: "pool"),
        .init(level: level(2), percentage: 40, riskReward: 2.2, rationale: "synthetic", source: "pool"),
      ], riskReward: 1.5, riskRewardWorst: 1.4, confidenceScore: 60, validUntil: there.asOf + 24 * Timestamp.hour,
      invalidateIf: .init(closeBeyond: level(-1), tradeBeforeEntry: level(1)), minFillRiskReward: 0, rationale: "synthetic",
      metadata: .init(
        planningTimeframe: .h4, atr: there.atr.planning, expectedHours: 8, holdHours: 96, entryKind: "order block", costs: 1, costShare: 0.1,
        firstTargetATR: 1.1, instrument: "file", tickSize: 0.01, makerFee: fees, takerFee: fees, slippage: 0.0005))
    let labels = TradeLabels(regime: "trend", confidenceScore: 60, setupType: .intraday, profile: "balanced", profileHash: "", factors: [])
    return Order.unit(
      plan, labels: labels, costs: TradeCosts(maker: fees, taker: fees, slippage: 0.0005), asOf: there.asOf, symbol: "BTC/USDT:USDT",
      paysFunding: true)
  }
}

@Suite struct OrderReplayTests {
  /// The replay passes over quiet candles; the account looks at each. They must agree on every order that the account could live through.
  @Test(arguments: [FillOrder.pessimistic, .optimistic])
  func agreesWithThePaperAccount(_ fills: FillOrder) throws {
    let market = WalkingMarket(candles: 6000, seed: 11)
    let profile = try #require(Profile.named("balanced"))
    let replay = OrderReplay(profile.risk, fills: fills)
    var compared = 0
    for (number, place) in stride(from: 20, to: 5000, by: 37).enumerated() {
      var order = market.order(at: place, number % 2 == 0 ? .bull : .bear)
      let plan = order.plan
      var account = Account(profile, AccountOptions(account: .paper, balance: 1e7, fills: fills))
      let book = account.book("synthetic", "BTC/USDT:USDT")
      account.set(
        Instrument(
          kind: .linear, tickSize: 0.01, lotSize: 0.0001, minNotional: 1, makerFee: 0.0005, takerFee: 0.0005, source: .file), of: book)
      var trades: [Trade] = []
      let request = RiskRequest(
        setupID: "s", asOf: order.request.asOf, exchange: "synthetic", symbol: "BTC/USDT:USDT", plan: plan, labels: order.request.labels)
      guard case .approved? = account.allot([request], trades: &trades).first else { continue }
      for i in (place + 1)..<market.history.candles.count { account.apply(market.history.candles[i], .m15, to: book, trades: &trades) }
      var ledger = TradeLedger()
      for trade in trades { ledger.add(trade) }
      let first = market.history.candles.index(openingFrom: order.request.asOf)
      #expect(first == place + 1)
      switch replay.run(&order, on: market.history.candles, from: first) {
      case .closed(let filled, let exit, let r):
        let trade = try #require(ledger.closed.first, "\(place): the account did not close it")
        #expect(trade.openedAt == market.history.candles.closeTimes[filled])
        #expect(trade.closedAt == market.history.candles.closeTimes[exit])
        #expect(abs(trade.r - r) < 2e-4, "\(place): \(trade.r) and \(r)")
        compared += 1
      case .unfilled(let reason): #expect(ledger.unfilled == [reason.rawValue: 1])
      case .undecided: #expect(ledger.closed.isEmpty)
      }
    }
    #expect(compared > 40)
  }
}

@Suite struct BaselineTests {
  private func baseline(_ choice: RandomBaseline.Choice, drift: Double, every step: Int = 60, seed: UInt64 = 3) throws -> (RandomBaseline, Double) {
    let market = WalkingMarket(candles: 8000, seed: seed, drift: drift)
    let profile = try #require(Profile.named("balanced"))
    let rules = OrderReplay(profile.risk, fills: .pessimistic)
    var placed: [PlacedOrder] = []
    var sum = 0.0
    for place in stride(from: 10, to: 7000, by: step) {
      var order = market.order(at: place)
      let ready = try #require(PlacedOrder(order, asOf: order.request.asOf, market: 0, in: market.history, planning: .h4))
      guard case .closed(_, _, let r) = rules.run(&order, on: market.history.candles, from: place + 1) else { continue }
      placed.append(ready)
      sum += r
    }
    let ours = sum / Double(placed.count)
    return (try RandomBaseline(choice, placed, ours: ours, in: [market.history], rules: rules, draws: 200, seed: 1), ours)
  }

  /// Orders that stand at regular places of a random walk are placed at random already.
  @Test func ordersWithoutSkillAreInTheMiddle() throws {
    let values = try (1...12).map { try baseline(.anyTime, drift: 0, seed: $0).0.p }
    #expect(values.contains { $0 > 0.5 } && values.contains { $0 < 0.5 }, "\(values)")
    #expect(values.allSatisfy { $0 > 1.0 / 201 - 1e-12 && $0 <= 1 })
  }

  /// A rising market pays whoever buys in it: the baseline rises with it, and no skill is seen.
  @Test func driftIsNoSkill() throws {
    let (rising, ours) = try baseline(.anyTime, drift: 0.05)
    let (flat, _) = try baseline(.anyTime, drift: 0)
    #expect(rising.mean > flat.mean + 0.1)
    #expect(abs(rising.mean - ours) < 4 * rising.deviation)
  }

  @Test func sameSeedSameDraws() throws {
    let (a, _) = try baseline(.sameRegime, drift: 0, every: 200)
    let (b, _) = try baseline(.sameRegime, drift: 0, every: 200)
    #expect(a == b)
    #expect(a.choice == .sameRegime && a.triesPerFill >= 1)
  }

  /// p is never 0: ours is one of the draws + 1.
  @Test func betterThanAllDrawsIsOneInAll() throws {
    let market = WalkingMarket(candles: 2000, seed: 5)
    let profile = try #require(Profile.named("balanced"))
    let order = market.order(at: 100)
    let placed = try #require(PlacedOrder(order, asOf: order.request.asOf, market: 0, in: market.history, planning: .h4))
    let rules = OrderReplay(profile.risk, fills: .pessimistic)
    let best = try RandomBaseline(.anyTime, [placed], ours: 1000, in: [market.history], rules: rules, draws: 99, seed: 1)
    #expect(best.p == 0.01)
    #expect(throws: RandomBaseline.Failure.self) {
      try RandomBaseline(.anyTime, [], ours: 0, in: [market.history], rules: rules, draws: 99, seed: 1)
    }
  }
}
