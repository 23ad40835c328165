import Market
import Planning
import Profiles
import TestKit
import Testing

@testable import Risk

@Suite struct AccountPropertyTests {
  /// A market of random walks on the tick (synthetic), and a stream of random plans on it.
  struct World {
    var generator: SeededGenerator
    var prices: [Double]
    let symbols: [String]
    var hour = 0
    var plans = 0
    /// By plan.
    var stops: [String: Double] = [:]

    init(seed: UInt64, symbols: Int) {
      generator = SeededGenerator(seed: seed)
      prices = [Double](repeating: 100, count: symbols)
      self.symbols = (0..<symbols).map { "S\($0)/USDT:USDT" }
    }

    mutating func candle(_ index: Int) -> Candle {
      func grid(_ price: Double) -> Double { max(20, (price * 10).rounded() / 10) }
      let gap = Double.random(in: 0...1, using: &generator) < 0.02 ? 6.0 : 0.05
      let open = grid(prices[index] + gap * generator.normal())
      let close = grid(open + generator.normal())
      let high = grid(max(open, close) + abs(generator.normal()))
      let low = grid(min(open, close) - abs(generator.normal()))
      prices[index] = close
      return SyntheticPlan.candle(hour, open, max(high, open, close), min(low, open, close), close)
    }

    mutating func plan(_ index: Int) -> TradePlan {
      plans += 1
      let direction: Direction = Bool.random(using: &generator) ? .bull : .bear
      func distance(_ range: ClosedRange<Double>) -> Double { (Double.random(in: range, using: &generator) * 10).rounded() / 10 }
      let near = ((prices[index] - direction.sign * distance(0...2)) * 10).rounded() / 10
      let first = distance(2...6)
      var plan = SyntheticPlan.plan(
        direction, id: "plan-\(plans)", near: near, stop: distance(1.5...4), targets: [first, first + 2, first + 5],
        score: distance(50...90), ratio: distance(1...4))
      plan.validUntil = SyntheticPlan.start + Int64(hour + 5) * Timestamp.hour
      stops[plan.planID] = plan.stopLoss.level
      return plan
    }
  }

  /// Runs a year and more of hours; returns all rows. `every` sees the account after each instant.
  static func run(
    seed: UInt64, hours: Int, symbols: Int = 8, options: AccountOptions = AccountOptions(account: .paper), extra: Bool = false,
    rules: (inout Profile) -> Void = { _ in }, every: (inout Account) -> Void = { _ in }
  ) -> (trades: [Trade], account: Account, stops: [String: Double]) {
    var world = World(seed: seed, symbols: symbols)
    var account = SyntheticPlan.account(options, rules)
    var trades: [Trade] = []
    let books = world.symbols.map { account.book("synthetic", $0) }
    for book in books { account.set(SyntheticPlan.instrument, of: book) }
    for hour in 0..<hours {
      world.hour = hour
      let now = SyntheticPlan.start + Int64(hour) * Timestamp.hour
      var requests: [RiskRequest] = []
      for index in books.indices where Int.random(in: 0..<3, using: &world.generator) == 0 {
        requests.append(SyntheticPlan.request(world.symbols[index], world.plan(index), asOf: now))
      }
      _ = account.allot(requests, trades: &trades)
      for index in books.indices {
        let candle = world.candle(index)
        if extra, hour % 4 == 3 {
          var long = candle
          long.openTime = candle.closeTime + -4 * Timestamp.hour
          long.high += 50
          long.low = 1
          account.apply(long, .h4, to: books[index], trades: &trades)
        }
        account.apply(candle, .h1, to: books[index], trades: &trades)
      }
      every(&account)
    }
    return (trades, account, world.stops)
  }

  @Test func moneyIsConservedAndLimitsHold() {
    var approvals = 0
    let (trades, account, _) = Self.run(
      seed: 1, hours: Repository.cases(20_000) / 8,
      every: { account in
        let exposure = account.exposure()
        let equity = account.equity
        let open = account.active.reduce(0) { $0 + (account.books[$1].position?.openProfit ?? 0) }
        if abs(account.openProfit - open) > 1e-9 * equity { Issue.record("open profit drifts") }
        // Approved against the equity of the moment; open losses since then may have lowered it.
        if exposure.count(.bull) > 4 || exposure.count(.bear) > 4 { Issue.record("same side") }
        if exposure.margin > account.cash * 1.02 { Issue.record("margin") }
        if Set(exposure.entries.map(\.book)).count != exposure.entries.count { Issue.record("two on one symbol") }
        approvals = max(approvals, exposure.entries.count)
      })
    let unreported = account.active.reduce(0) { $0 + (account.books[$1].position?.accrued ?? 0) }
    let sum = trades.reduce(0) { $0 + $1.pnlNet } - unreported
    #expect(abs(10_000 + sum - account.cash) <= 1e-9 * 10_000)
    #expect(approvals >= 4)
    #expect(Set(trades.map(\.id)).count == trades.count, "ids are unique")
    let events = Set(trades.map(\.event))
    #expect(events == Set(Trade.Event.allCases).subtracting([.closed]) || events == Set(Trade.Event.allCases))
    for reason in [Trade.Ending.firstTarget, .validUntil, .gappedThroughStop] {
      #expect(trades.contains { $0.reason == reason }, "\(reason)")
    }
    #expect(trades.contains { $0.isAmbiguous })
  }

  /// What every position closed, and for how much, adds up; nothing but a gap loses more than it put at risk.
  @Test func everyPositionIsWhole() {
    let (trades, account, stops) = Self.run(seed: 2, hours: 2000, rules: { $0.risk.maximumSameSide = 8 })
    var byPlan: [String: [Trade]] = [:]
    for trade in trades { byPlan[trade.planID, default: []].append(trade) }
    let open = Set(account.active.compactMap { account.books[$0].position?.order.plan.planID })
    var closed = 0
    for (plan, rows) in byPlan where rows[0].event != .expired && !open.contains(plan) {
      closed += 1
      #expect(rows[0].event == .opened && rows[0].labels != nil)
      let out = rows.dropFirst().reduce(0) { $0 + $1.quantity }
      #expect(abs(out - rows[0].quantity) < 1e-9)
      let net = rows.reduce(0) { $0 + ($1.rMultiple ?? .nan) }
      let last = rows[rows.count - 1]
      #expect(net.isFinite && last.maeR! >= 0 && last.mfeR! >= 0)
      let sign = last.direction.sign
      let atStop = stops[plan, default: 0] * (1 - sign * 0.0005)
      if sign * (last.price - atStop) >= -1e-9, last.funding == 0 { #expect(net >= -1.0001) }
    }
    #expect(closed > 150)
  }

  @Test func atEveryApprovalRiskIsWithinTheBudget() {
    var generator = World(seed: 3, symbols: 1)
    let options = AccountOptions(account: .assumed)
    var approved = 0
    let cases = Repository.cases(20_000)
    for _ in 0..<cases {
      var account = SyntheticPlan.account(options)
      let plan = generator.plan(0)
      guard let decision = account.ask("S0/USDT:USDT", plan).decision else { continue }
      approved += 1
      let loss = abs(plan.entryZone.near - plan.stopLoss.level) + plan.entryZone.near * 0.0002 + plan.stopLoss.level * 0.001
      guard decision.positionSize * loss <= 50, decision.riskAmount <= 50, decision.exposure.openRisk <= 0.03,
        decision.exposure.asset <= 1, decision.leverage >= 1, decision.leverage <= 5,
        abs(plan.entryZone.near - plan.stopLoss.level) <= 0.7 * abs(plan.entryZone.near - decision.liquidationPrice!) + 1e-9
      else {
        Issue.record("\(decision)")
        return
      }
    }
    #expect(approved > cases * 9 / 10)
  }

  @Test func namesDecideNothingAtOneInstant() {
    let plans = (0..<8).map { SyntheticPlan.plan($0 % 3 == 0 ? .bear : .bull, id: "plan-\($0)", score: 60 + Double($0 * 7 % 8)) }
    func approved(_ names: [String]) -> [Bool] {
      var account = SyntheticPlan.account()
      for name in names { account.set(SyntheticPlan.instrument, of: account.book("synthetic", name)) }
      var trades: [Trade] = []
      return account.allot(zip(names, plans).map { SyntheticPlan.request($0, $1) }, trades: &trades).map { $0.decision != nil }
    }
    let forward = approved((0..<8).map { "S\($0)/USDT:USDT" })
    #expect(forward == approved((0..<8).map { "S\(9 - $0)/USDT:USDT" }))
    #expect(forward.contains(false) && forward.contains(true))
    // Among the refused none scores higher than an approved one of its side.
    for side in Direction.allCases {
      let mine = plans.indices.filter { plans[$0].direction == side }
      let best = mine.filter { !forward[$0] }.map { plans[$0].confidenceScore }.max() ?? 0
      #expect(mine.filter { forward[$0] }.allSatisfy { plans[$0].confidenceScore > best })
    }
  }

  @Test func longerTimeframesChangeNoTrade() {
    let plain = Self.run(seed: 4, hours: 1000)
    let more = Self.run(seed: 4, hours: 1000, extra: true)
    // The first long candle arrives after the first short one, as the order of the stream has it from the second on.
    #expect(plain.trades == more.trades)
    #expect(plain.trades.count > 200)
  }

  @Test func mirroredMarketsGiveEqualSizesAndProfits() {
    var instrument = SyntheticPlan.instrument
    (instrument.makerFee, instrument.takerFee) = (0, 0)
    func rows(_ direction: Direction) -> [Trade] {
      var account = SyntheticPlan.account { $0.plan.slippage = 0 }
      let book = account.book("synthetic", "A/USDT:USDT")
      account.set(instrument, of: book)
      var trades: [Trade] = []
      _ = account.allot([SyntheticPlan.request("A/USDT:USDT", SyntheticPlan.plan(direction))], trades: &trades)
      for candle in [
        SyntheticPlan.candle(0, 101, 102, 99.5, 100), SyntheticPlan.candle(1, 100, 111, 99, 110), SyntheticPlan.candle(2, 110, 111, 98, 99),
      ] {
        var candle = candle
        if direction == .bear {
          (candle.open, candle.close) = (200 - candle.open, 200 - candle.close)
          (candle.high, candle.low) = (200 - candle.low, 200 - candle.high)
        }
        account.apply(candle, .h1, to: book, trades: &trades)
      }
      return trades
    }
    let (long, short) = (rows(.bull), rows(.bear))
    #expect(long.count == 3 && short.count == 3)
    for (a, b) in zip(long, short) {
      #expect(a.event == b.event && a.quantity == b.quantity && abs(a.pnlNet - b.pnlNet) < 1e-9 && a.price == 200 - b.price)
    }
  }

  /// A copy is a saved state: carried on from any moment it writes the same rows.
  @Test func aSavedAccountGoesOnAsIfNothingHappened() {
    let whole = Self.run(seed: 5, hours: 800)
    for cut in stride(from: 100, to: 800, by: 350) {
      var hour = 0
      let resumed = Self.run(
        seed: 5, hours: 800,
        every: { account in
          hour += 1
          guard hour == cut else { return }
          let saved = account
          account = SyntheticPlan.account()
          account = saved
        })
      #expect(resumed.trades == whole.trades)
    }
  }

  @Test(arguments: FillOrder.allCases) func orderOfPricesInsideABar(_ fills: FillOrder) {
    func events(_ candles: Candle...) -> [Trade.Event] {
      var account = SyntheticPlan.account(AccountOptions(account: .paper, fills: fills))
      _ = account.ask("A/USDT:USDT", SyntheticPlan.plan())
      return candles.flatMap { account.live("A/USDT:USDT", $0) }.map(\.event)
    }
    let entry = SyntheticPlan.candle(0, 101, 101.5, 99.5, 101)
    let both = events(entry, SyntheticPlan.candle(1, 101, 111, 94, 100))
    #expect(both == (fills == .pessimistic ? [.opened, .stop] : [.opened, .target, .stop]))
    let fillBar = events(SyntheticPlan.candle(0, 101, 111, 94, 100))
    #expect(fillBar == (fills == .pessimistic ? [.opened, .stop] : [.opened, .target]))
  }
}
