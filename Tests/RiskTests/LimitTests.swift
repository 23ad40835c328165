import Market
import Planning
import Profiles
import Testing

@testable import Risk

@Suite struct LimitTests {
  static let hour = Timestamp.hour
  static let start = SyntheticPlan.start

  @Test func sizeIsTheFormulaRoundedDown() {
    var account = SyntheticPlan.account()
    let decision = account.ask("A/USDT:USDT", SyntheticPlan.plan()).decision!
    #expect(decision.positionSize == 9.775)
    #expect(abs(decision.riskAmount - 9.775 * (5 + 100 * 0.0002 + 95 * 0.001)) < 1e-9)
    #expect(decision.riskAmount <= 50)
    #expect(abs(decision.riskPercentage - decision.riskAmount / 100) < 1e-12)
    #expect(decision.notional == 977.5)
    #expect(abs(decision.exposure.asset - 0.09775) < 1e-12 && abs(decision.exposure.openRisk - decision.riskAmount / 10_000) < 1e-12)
    #expect(decision.account == .paper && decision.approved)
  }

  @Test func leverageNeverChangesTheSize() {
    for most in [1.0, 2, 5, 20] {
      var account = SyntheticPlan.account { $0.risk.maximumLeverage = most }
      let decision = account.ask("A/USDT:USDT", SyntheticPlan.plan()).decision!
      #expect(decision.positionSize == 9.775)
      #expect(decision.leverage <= most)
      let room = abs(100 - decision.liquidationPrice!)
      #expect(5 <= 0.7 * room + 1e-9)
    }
  }

  @Test(arguments: Direction.allCases) func liquidationByTheFormula(_ direction: Direction) {
    let liquidation = Liquidation(direction: direction, entry: 100, maintenance: 0.01, taker: 0.0005)
    let expected = direction == .bull ? 100 * (1 - 0.2) / (1 - 0.01 - 0.0005) : 100 * (1 + 0.2) / (1 + 0.01 + 0.0005)
    #expect(abs(liquidation.price(leverage: 5) - expected) < 1e-9)
    #expect(liquidation.leverage(stop: 100 - direction.sign * 200, share: 0.7, most: 5) == nil)
  }

  @Test func tooWideAStopForAnyLeverageIsRefused() {
    var account = SyntheticPlan.account(AccountOptions(account: .paper, whyNot: true)) { $0.risk.maximumLeverage = 1 }
    let outcome = account.ask("A/USDT:USDT", SyntheticPlan.plan(.bear, stop: 80, targets: [81]))
    #expect(outcome.code == "liquidation_too_near")
    #expect(outcome.detail?.hasPrefix("would pass with the stop within ") == true)
  }

  @Test func lossesInARowOnlyReduce() {
    var account = SyntheticPlan.account { $0.risk.lossStreak = [1, 0.75, 0.5] }
    var sizes: [Double] = []
    for index in 0..<5 {
      let symbol = "S\(index)/USDT:USDT"
      let decision = account.ask(symbol, SyntheticPlan.plan(id: "plan-\(index)")).decision!
      sizes.append(decision.riskAmount / account.equity)
      _ = account.live(symbol, SyntheticPlan.candle(0, 101, 101.5, 94, 95))
    }
    #expect(account.lossStreak == 5)
    for (size, most) in zip(sizes, [0.005, 0.005, 0.00375, 0.0025, 0.0025]) {
      #expect(size <= most && size > 0.98 * most)
    }
  }

  @Test func spotCannotBeSoldShort() {
    var account = SyntheticPlan.account(AccountOptions(account: .paper, whyNot: true))
    account.set(
      Instrument(kind: .spot, tickSize: 0.1, lotSize: 0.001, minNotional: 5, makerFee: 0.001, takerFee: 0.001, source: .file),
      of: account.book("synthetic", "A/USDT"))
    let refused = account.ask("A/USDT", SyntheticPlan.plan(.bear))
    #expect(refused.code == "short_not_possible")
    #expect(refused.detail == "would pass with --margin RATE or --assume linear")
    let long = account.ask("A/USDT", SyntheticPlan.plan(.bull)).decision!
    #expect(long.leverage == 1 && long.liquidationPrice == nil)

    for options in [AccountOptions(account: .paper, assumesLinear: true), AccountOptions(account: .paper, marginRate: 0.0002)] {
      var other = SyntheticPlan.account(options)
      let instrument = Instrument(kind: .spot, tickSize: 0.1, lotSize: 0.001, minNotional: 5, makerFee: 0.001, takerFee: 0.001, source: .file)
      other.set(instrument, of: other.book("synthetic", "A/USDT"))
      let decision = other.ask("A/USDT", SyntheticPlan.plan(.bear)).decision
      #expect(decision?.liquidationPrice != nil)
      if options.assumesLinear {
        #expect(other.books[0].order?.costs.taker == 0.00055)
        #expect(other.books[0].order?.request.labels.assumed.contains("linear") == true)
      }
    }
  }

  @Test func aMinimumOrderAboveTheBudgetIsRefused() {
    var account = SyntheticPlan.account(AccountOptions(account: .paper, balance: 100, whyNot: true))
    var instrument = SyntheticPlan.instrument
    instrument.minNotional = 50
    account.set(instrument, of: account.book("synthetic", "A/USDT:USDT"))
    let outcome = account.ask("A/USDT:USDT", SyntheticPlan.plan())
    #expect(outcome.code == "below_minimum_order")
    #expect(outcome.detail?.hasPrefix("would pass with 2.5575 at risk") == true)
  }

  @Test func sideAndSymbolLimits() {
    var account = SyntheticPlan.account(AccountOptions(account: .paper, whyNot: true)) { $0.risk.maximumSameSide = 2 }
    #expect(account.ask("A/USDT:USDT", SyntheticPlan.plan(id: "a")).decision != nil)
    #expect(account.ask("A/USDT:USDT", SyntheticPlan.plan(id: "b")).code == "has_position")
    #expect(account.ask("A/USDT:USDT", SyntheticPlan.plan(.bear, id: "c")).code == "conflict")
    #expect(account.ask("B/USDT:USDT", SyntheticPlan.plan(id: "d")).decision != nil)
    let third = account.ask("C/USDT:USDT", SyntheticPlan.plan(id: "e"))
    #expect(third.code == "same_side_limit" && third.detail == "would pass with one LONG less")
    #expect(account.ask("C/USDT:USDT", SyntheticPlan.plan(.bear, id: "f")).decision != nil)
  }

  @Test func aNewPlanReplacesTheOrderItSupersedes() {
    var account = SyntheticPlan.account()
    _ = account.ask("A/USDT:USDT", SyntheticPlan.plan(id: "old"))
    var plan = SyntheticPlan.plan(id: "new")
    plan.metadata.supersedes = "old"
    var trades: [Trade] = []
    let outcome = account.allot([SyntheticPlan.request("A/USDT:USDT", plan)], trades: &trades)[0]
    #expect(outcome.decision != nil)
    #expect(trades.map(\.reason) == [.superseded] && trades[0].planID == "old")
  }

  @Test func aStoppedSymbolRests() {
    var account = SyntheticPlan.account(AccountOptions(account: .paper, whyNot: true))
    _ = account.ask("A/USDT:USDT", SyntheticPlan.plan())
    _ = account.live("A/USDT:USDT", SyntheticPlan.candle(0, 101, 101, 94, 95))
    let refused = account.ask("A/USDT:USDT", SyntheticPlan.plan(id: "b"), asOf: Self.start + 8 * Self.hour)
    #expect(refused.code == "cooldown")
    #expect(refused.detail == "until 2024-01-01T09:00:00Z; would pass from 2024-01-01T09:00:00Z")
    #expect(account.ask("A/USDT:USDT", SyntheticPlan.plan(id: "c"), asOf: Self.start + 9 * Self.hour).decision != nil)
  }

  @Test func dayWeekAndDrawdownStops() {
    func lose(_ change: (inout Profile) -> Void) -> Account {
      var account = SyntheticPlan.account(AccountOptions(account: .paper, whyNot: true), change)
      for index in 0..<3 {
        let symbol = "S\(index)/USDT:USDT"
        _ = account.ask(symbol, SyntheticPlan.plan(id: "plan-\(index)"))
        _ = account.live(symbol, SyntheticPlan.candle(0, 101, 101.5, 94, 95))
      }
      return account
    }
    var day = lose { $0.risk.dayLoss = 0.01 }
    let refused = day.ask("B/USDT:USDT", SyntheticPlan.plan(id: "b"), asOf: Self.start + 3 * Self.hour)
    #expect(refused.code == "day_loss" && refused.detail == "would pass from 2024-01-02T00:00:00Z")
    #expect(day.ask("B/USDT:USDT", SyntheticPlan.plan(id: "c"), asOf: Self.start + 24 * Self.hour).decision != nil)
    var week = lose { $0.risk.weekLoss = 0.01 }
    #expect(week.ask("B/USDT:USDT", SyntheticPlan.plan(id: "b"), asOf: Self.start + 6 * Timestamp.day).code == "week_loss")
    #expect(week.ask("B/USDT:USDT", SyntheticPlan.plan(id: "c"), asOf: Self.start + 7 * Timestamp.day).decision != nil)
    var drawdown = lose { $0.risk.drawdownStop = 0.01 }
    #expect(drawdown.ask("B/USDT:USDT", SyntheticPlan.plan(id: "b"), asOf: Self.start + 70 * Timestamp.day).code == "drawdown_stop")
  }

  @Test func theKillSwitchDeniesEverything() {
    var account = SyntheticPlan.account()
    account.isKilled = true
    #expect(account.ask("A/USDT:USDT", SyntheticPlan.plan()).code == "kill_switch")
    account.isKilled = false
    #expect(account.ask("A/USDT:USDT", SyntheticPlan.plan()).decision != nil)
  }

  /// With nothing known of correlation every pair moves as one: five times 0.5 % is the whole heat.
  @Test func heatAddsUpWhereCorrelationIsUnknown() {
    var account = SyntheticPlan.account(AccountOptions(account: .paper, whyNot: true)) {
      $0.risk.maximumSameSide = 100
      $0.risk.openRisk = 1
    }
    var approved = 0
    for index in 0..<6 {
      let outcome = account.ask("S\(index)/USDT:USDT", SyntheticPlan.plan(id: "plan-\(index)"))
      if outcome.decision != nil { approved += 1 } else { #expect(outcome.code == "portfolio_heat") }
    }
    #expect(approved == 5)
    // What lies on the other side is not hedged away, only not added.
    #expect(account.ask("S9/USDT:USDT", SyntheticPlan.plan(.bear, id: "x")).code == "portfolio_heat")
  }

  @Test func correlationOfReturns() {
    var a = HourlyReturns()
    var b = HourlyReturns()
    var c = HourlyReturns()
    for hour in 0..<300 {
      let time = Self.start + Int64(hour) * Self.hour
      let up = hour % 2 == 0
      a.record(close: up ? 100 : 101, at: time)
      b.record(close: up ? 200 : 204, at: time)
      c.record(close: up ? 101 : 100, at: time)
      if hour == 150 { #expect(HourlyReturns.correlation(a, c, before: time) == 1, "too short a history") }
    }
    let end = Self.start + 300 * Self.hour
    #expect(abs(HourlyReturns.correlation(a, b, before: end) - 1) < 1e-9)
    #expect(abs(HourlyReturns.correlation(a, c, before: end) + 1) < 1e-9)
    a.record(close: 1, at: end)
    #expect(abs(HourlyReturns.correlation(a, b, before: end) - 1) < 1e-9, "what closes at the instant itself is not yet known")
  }

  /// Applying what a denial proposes makes that denial go away.
  @Test(arguments: ["open_risk", "portfolio_heat", "total_exposure", "asset_exposure", "insufficient_margin"])
  func whyNotIsTrue(_ code: String) throws {
    var account = SyntheticPlan.account(AccountOptions(account: .paper, whyNot: true)) {
      if code == "open_risk" { $0.risk.openRisk = 0.012 }
      if code == "portfolio_heat" { $0.risk.heat = 0.012 }
      if code == "total_exposure" { $0.risk.totalExposure = 0.25 }
      if code == "asset_exposure" { $0.risk.assetExposure = 0.06 }
      if code == "insufficient_margin" {
        ($0.risk.maximumLeverage, $0.risk.riskPerTrade, $0.risk.openRisk, $0.risk.heat) = (1, 0.021, 1, 1)
        ($0.risk.assetExposure, $0.risk.totalExposure) = (2, 2)
      }
    }
    let standing = code == "asset_exposure" ? [] : ["A/USDT:USDT", "B/USDT:USDT"]
    for symbol in standing { #expect(account.ask(symbol, SyntheticPlan.plan(id: symbol)).decision != nil) }
    func ask(risk: Double) -> RiskOutcome {
      var copy = account
      copy.rules.riskPerTrade = risk
      return copy.ask("C/USDT:USDT", SyntheticPlan.plan(id: "c"))
    }
    let refused = ask(risk: account.rules.riskPerTrade)
    #expect(refused.code == code)
    let proposal = try #require(refused.detail?.split(separator: "=").last.flatMap { Double($0) })
    #expect(ask(risk: proposal * 0.999).decision != nil)
    #expect(ask(risk: proposal * 1.02).code == code)
  }

  /// The last number of what a denial proposes.
  static func proposal(_ outcome: RiskOutcome) -> Double? {
    outcome.detail?.split(separator: " ").compactMap { Double($0) }.first
  }

  @Test func whyNotOfAMinimumOrderIsTrue() throws {
    func ask(risk: Double) -> RiskOutcome {
      var account = SyntheticPlan.account(AccountOptions(account: .paper, balance: 100, whyNot: true)) {
        ($0.risk.riskPerTrade, $0.risk.heat) = (risk, 1)
      }
      var instrument = SyntheticPlan.instrument
      instrument.minNotional = 50
      account.set(instrument, of: account.book("synthetic", "A/USDT:USDT"))
      return account.ask("A/USDT:USDT", SyntheticPlan.plan())
    }
    let amount = try #require(Self.proposal(ask(risk: 0.005)))
    #expect(ask(risk: amount / 100 * 1.001).decision != nil)
    #expect(ask(risk: amount / 100 * 0.99).code == "below_minimum_order")
  }

  @Test func whyNotOfATooWideStopIsTrue() throws {
    func ask(stop: Double) -> RiskOutcome {
      var account = SyntheticPlan.account(AccountOptions(account: .paper, whyNot: true)) { $0.risk.maximumLeverage = 1 }
      return account.ask("A/USDT:USDT", SyntheticPlan.plan(.bear, stop: stop, targets: [81]))
    }
    let allowed = try #require(Self.proposal(ask(stop: 80)))
    #expect(ask(stop: allowed * 0.999).decision != nil)
    #expect(ask(stop: allowed * 1.01).code == "liquidation_too_near")
  }
}
