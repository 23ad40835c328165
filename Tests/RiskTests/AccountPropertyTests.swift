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
    /// Prices are whole parts of this many a unit.
    let steps: Double
    var hour = 0
    var plans = 0
    /// By plan.
    var stops: [String: Double] = [:]

    init(seed: UInt64, symbols: Int, steps: Double = 10) {
      generator = SeededGenerator(seed: seed)
      self.steps = steps
      prices = [Double](repeating: 100, count: symbols)
      self.symbols = (0..<symbols).map { "S\($0)/USDT:USDT" }
    }

    mutating func candle(_ index: Int) -> Candle {
      func grid(_ price: Double) -> Double { max(20, (price * steps).rounded() / steps) }
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
      func distance(_ range: ClosedRange<Double>) -> Double { (Double.random(in: range, using: &generator) * steps).rounded() / steps }
      let near = ((prices[index] - direction.sign * distance(0...2)) * steps).rounded() / steps
      let first = distance(2...6)
      var plan = SyntheticPlan.plan(
        direction, id: "plan-\(plans)", near: near, stop: distance(1.5...4), targets: [first, first + 2, first + 5],
        // No two alike: exact ties are for the alphabet.
        score: distance(50...90) + Double(plans) * 1e-6, ratio: distance(1...4))
      plan.validUntil = SyntheticPlan.start + Int64(hour + 5) * Timestamp.hour
      stops[plan.planID] = plan.stopLoss.level
      return plan
    }
  }

  /// The same world seen otherwise.
  enum Twin {
    case plain
    /// Without costs, in steps that binary fractions hold; and the same upside down.
    case free, mirrored
    /// The symbols trade names, and with them their order in the stream.
    case renamed

    var isFree: Bool { self == .free || self == .mirrored }

    var instrument: Instrument {
      var instrument = SyntheticPlan.instrument
      if isFree { (instrument.makerFee, instrument.takerFee, instrument.tickSize) = (0, 0, 0.125) }
      return instrument
    }

    func candle(_ candle: Candle) -> Candle {
      guard self == .mirrored else { return candle }
      var other = candle
      (other.open, other.close, other.high, other.low) = (1000 - candle.open, 1000 - candle.close, 1000 - candle.low, 1000 - candle.high)
      return other
    }

    func plan(_ plan: TradePlan) -> TradePlan {
      guard self == .mirrored else { return plan }
      var other = plan
      other.direction = plan.direction.opposite
      other.entryZone.near = 1000 - plan.entryZone.near
      other.entryZone.far = 1000 - plan.entryZone.far
      other.stopLoss.level = 1000 - plan.stopLoss.level
      for index in plan.targets.indices { other.targets[index].level = 1000 - plan.targets[index].level }
      other.invalidateIf.closeBeyond = 1000 - plan.invalidateIf.closeBeyond
      other.invalidateIf.tradeBeforeEntry = 1000 - plan.invalidateIf.tradeBeforeEntry
      return other
    }
  }

  /// Runs a year and more of hours; returns all rows. `every` sees the account after each instant.
  static func run(
    seed: UInt64, hours: Int, symbols: Int = 8, options: AccountOptions = AccountOptions(account: .paper), extra: Bool = false,
    twin: Twin = .plain, rules: (inout Profile) -> Void = { _ in }, decided: (Account, [RiskOutcome]) -> Void = { _, _ in },
    every: (inout Account) -> Void = { _ in }
  ) -> (trades: [Trade], account: Account, stops: [String: Double]) {
    var world = World(seed: seed, symbols: symbols, steps: twin == .plain || twin == .renamed ? 10 : 8)
    var account = SyntheticPlan.account(options, rules)
    var trades: [Trade] = []
    // The stream brings symbols in the order of their names.
    let order = twin == .renamed ? Array(world.symbols.indices.reversed()) : Array(world.symbols.indices)
    let names = twin == .renamed ? world.symbols.reversed() : world.symbols
    var books = [Int](repeating: 0, count: symbols)
    for index in order { books[index] = account.book("synthetic", names[index]) }
    for book in books { account.set(twin.instrument, of: book) }
    // Told rates of nothing: what is assumed would be paid on prices, which mirroring does not keep.
    if twin.isFree { for book in books { account.applyFunding(rate: 0, at: SyntheticPlan.start, to: book) } }
    for hour in 0..<hours {
      world.hour = hour
      let now = SyntheticPlan.start + Int64(hour) * Timestamp.hour
      var requests: [RiskRequest] = []
      for index in books.indices where Int.random(in: 0..<3, using: &world.generator) == 0 {
        requests.append(SyntheticPlan.request(names[index], twin.plan(world.plan(index)), asOf: now))
      }
      if twin == .renamed { requests.reverse() }
      decided(account, account.allot(requests, trades: &trades))
      let candles = books.indices.map { twin.candle(world.candle($0)) }
      for index in order {
        let candle = candles[index]
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
    let (trades, account, stops) = Self.run(seed: 2, hours: Repository.cases(16_000) / 8, rules: { $0.risk.maximumSameSide = 8 })
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

  /// What is approved, with all that stands beside it, is within every limit of size; no denial is without value or reason.
  @Test func limitsHoldAtEveryApproval() {
    var approved = 0, denied: Set<String> = []
    let rules = Profile.balanced.risk
    _ = Self.run(
      seed: 6, hours: Repository.cases(20_000) / 8,
      decided: { account, outcomes in
        let equity = account.equity
        for outcome in outcomes {
          guard let decision = outcome.decision else {
            denied.insert(outcome.code ?? "")
            continue
          }
          approved += 1
          guard decision.exposure.asset <= rules.assetExposure, decision.exposure.total <= rules.totalExposure,
            decision.exposure.openRisk <= rules.openRisk + 1e-12, decision.riskPercentage <= 100 * rules.riskPerTrade,
            decision.leverage <= rules.maximumLeverage, decision.positionSize > 0
          else {
            Issue.record("\(decision)")
            return
          }
        }
        guard outcomes.contains(where: { $0.decision != nil }) else { return }
        let exposure = account.exposure()
        let heat = exposure.squaredHeat { account.correlation($0, $1, before: account.now ?? .distantPast) }.squareRoot() / equity
        if heat > rules.heat * (1 + 1e-9) || exposure.margin > equity * (1 + 1e-9) { Issue.record("heat \(heat), margin \(exposure.margin)") }
      })
    #expect(approved > 100)
    #expect(denied.isSuperset(of: ["has_position", "conflict", "cooldown"]), "\(denied)")
  }

  /// Bull and bear are one: without costs, a market upside down gives the same sizes, events and profits.
  @Test func aMirroredMarketGivesAMirroredAccount() {
    func loose(_ profile: inout Profile) {
      profile.plan.slippage = 0
      // Notional and liquidation are told in prices, which have no mirror image.
      (profile.risk.assetExposure, profile.risk.totalExposure) = (1000, 1000)
      (profile.risk.liquidationShare, profile.risk.maximumLeverage) = (1000, 1000)
    }
    let hours = Repository.cases(20_000) / 8
    let upright = Self.run(seed: 7, hours: hours, twin: .free, rules: loose).trades
    let mirrored = Self.run(seed: 7, hours: hours, twin: .mirrored, rules: loose).trades
    #expect(upright.count == mirrored.count && upright.count > hours / 4)
    for (a, b) in zip(upright, mirrored) {
      guard a.id == b.id, a.event == b.event, a.reason == b.reason, b.direction == a.direction.opposite, b.price == 1000 - a.price,
        a.quantity == b.quantity, a.pnlNet == b.pnlNet, a.rMultiple == b.rMultiple, a.isAmbiguous == b.isAmbiguous
      else {
        Issue.record("\(a)\n\(b)")
        return
      }
    }
  }

  /// With no two scores alike, the names of symbols and their order in the stream decide nothing.
  @Test func renamedSymbolsGiveTheSameTrades() {
    let hours = Repository.cases(20_000) / 8
    let plain = Self.run(seed: 8, hours: hours).trades
    let renamed = Dictionary(Self.run(seed: 8, hours: hours, twin: .renamed).trades.map { ($0.id, $0) }) { a, _ in a }
    #expect(plain.count == renamed.count && plain.count > hours / 4)
    for a in plain {
      guard let b = renamed[a.id], a.event == b.event, a.time == b.time, a.price == b.price, a.quantity == b.quantity, a.pnlNet == b.pnlNet else {
        Issue.record("\(a)\n\(renamed[a.id].map { "\($0)" } ?? "none")")
        return
      }
    }
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
    let plain = Self.run(seed: 4, hours: Repository.cases(8000) / 8)
    let more = Self.run(seed: 4, hours: Repository.cases(8000) / 8, extra: true)
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
