import Confluence
import Foundation
import Market
import Planning
import Profiles
import Risk
import Stage
import TestKit
import Testing
import Wire

@testable import Records

/// Plans, decisions, trades and accounts of synthetic markets: what is written fits its table and reads back.
@Suite struct AccountRecordTests {
  static let start = Timestamp(day: CalendarDay(year: 2024, month: 1, day: 1))

  static func plan(_ random: inout SeededGenerator, number: Int, at hour: Int, price: Double) -> TradePlan {
    let direction: Direction = Bool.random(using: &random) ? .bull : .bear
    func level(_ distance: Double) -> Double { ((price - direction.sign * distance) * 10).rounded() / 10 }
    func ratio() -> Double { (Double.random(in: 1...4, using: &random) * 1e4).rounded() / 1e4 }
    return TradePlan(
      planID: "plan-\(number)", direction: direction, setupType: .intraday,
      entryZone: .init(near: level(0.5), far: level(1), rationale: "near \"edge\"", source: "ob-1h-bull-20240101T000000Z"),
      stopLoss: .init(level: level(3), distanceATR: 0.6123, rationale: "beyond", source: "ob-1h-bull-20240101T000000Z"),
      targets: [
        .init(level: level(-2), percentage: 62.5, riskReward: ratio(), rationale: "first", source: "pool-day-1h-bull-20240101T000000Z"),
        .init(level: level(-6), percentage: 37.5, riskReward: ratio(), rationale: "second", source: "extension"),
      ], riskReward: ratio(), riskRewardWorst: ratio(), confidenceScore: 71.25, validUntil: start + Int64(hour + 24) * Timestamp.hour,
      invalidateIf: .init(closeBeyond: level(2.5), tradeBeforeEntry: level(-2)), minFillRiskReward: 0.1, rationale: "Thesis.\n\nEntry.",
      metadata: .init(
        planningTimeframe: .h1, atr: 4.0123, expectedHours: 7.5, holdHours: 48, entryKind: "nested order block", costs: 0.0421, costShare: 0.0168,
        firstTargetATR: 0.6231, instrument: "venue", tickSize: 0.1, makerFee: 0.0002, takerFee: 0.00055, slippage: 0.0005,
        supersedes: number % 5 == 0 ? "plan-0" : nil))
  }

  /// Accounts in the middle of their lives, and the rows written so far.
  static let lives: [(state: Account.State, trades: [Trade], decisions: [RiskDecision], plans: [TradePlan])] = {
    var random = SeededGenerator(seed: 31)
    var account = Account(.balanced, AccountOptions(account: .paper))
    var price = 100.0
    var lives: [(state: Account.State, trades: [Trade], decisions: [RiskDecision], plans: [TradePlan])] = []
    for hour in 0..<900 {
      let time = start + Int64(hour) * Timestamp.hour
      let book = account.book("synthetic", "S\(hour % 3)/USDT:USDT")
      let plan = plan(&random, number: hour, at: hour, price: price)
      let labels = TradeLabels(
        regime: "trend", confidenceScore: 71.25, setupType: .intraday, profile: "balanced", profileHash: "0123456789abcdef",
        factors: [.init(name: "location", score: 0.75)])
      var trades: [Trade] = []
      let request = RiskRequest(
        setupID: "setup-\(hour)", asOf: time, exchange: "synthetic", symbol: account.books[book].symbol, plan: plan, labels: labels)
      let outcome = account.allot([request], trades: &trades)[0]
      for index in 0..<min(3, account.books.count) {
        let open = price
        price = max(50, ((price + random.normal()) * 10).rounded() / 10)
        let candle = Candle(
          openTime: time, closeTime: time + Timestamp.hour, open: open, high: max(open, price) + 0.5, low: min(open, price) - 0.5, close: price,
          volume: 1)
        account.apply(candle, .h1, to: index, trades: &trades)
      }
      var decisions: [RiskDecision] = []
      if case .approved(let decision) = outcome { decisions = [decision] }
      lives.append((account.state, trades, decisions, [plan]))
    }
    return lives
  }()

  /// The value `text` as the only member of a record.
  private func reading<R>(_ text: String, _ body: (JSONValue, Record) throws -> R) throws -> R {
    var scanner = RecordScanner(keys: ["type", "value"])
    var out = ByteBuffer()
    out.append("{\"value\":\(text)}\n")
    let isWhole = scanner.scan(Bytes(start: out.start, count: out.count - 1))
    #expect(isWhole)
    let record = scanner.record(Bytes(start: out.start, count: out.count - 1))
    return try body(record[1], record)
  }

  @Test func plansReadBack() throws {
    var reader = PlanReader()
    for plan in Self.lives.prefix(200).flatMap(\.plans) {
      var out = ByteBuffer()
      PlanRecord.encode(plan, into: &out)
      try reading(out.text) { value, record in
        #expect(PlanRecord.table.violations(in: value, strict: true) == [])
        let read = try reader.decode(value, of: record)
        #expect(read == plan)
      }
    }
  }

  @Test func aPlanThatContradictsItselfIsRefused() throws {
    var (contradictory, endless) = (Self.lives[0].plans[0], Self.lives[0].plans[0])
    contradictory.stopLoss.level = contradictory.entryZone.near
    // Longer than milliseconds can count.
    endless.metadata.holdHours = 1e300
    for plan in [contradictory, endless] {
      var out = ByteBuffer()
      PlanRecord.encode(plan, into: &out)
      #expect(throws: StageError.self) {
        try reading(out.text) { value, record in
          var reader = PlanReader()
          _ = try reader.decode(value, of: record)
        }
      }
    }
  }

  @Test func decisionsReadBack() throws {
    var reader = RiskReader()
    let decisions = Self.lives.flatMap(\.decisions)
    #expect(decisions.count > 50)
    for decision in decisions {
      var out = ByteBuffer()
      RiskRecord.encode(decision, into: &out)
      try reading(out.text) { value, record in
        #expect(RiskRecord.table.violations(in: value, strict: true) == [])
        var again = ByteBuffer()
        RiskRecord.encode(try reader.decode(value, of: record), into: &again)
        #expect(again.text == out.text)
      }
    }
  }

  @Test func tradesReadBack() throws {
    let trades = Self.lives.flatMap(\.trades)
    #expect(Set(trades.map(\.event)).isSuperset(of: [.opened, .target, .stop, .breakeven, .expired]))
    var scanner = RecordScanner(keys: StreamKey.names + TradeReader.keys)
    var reader = TradeReader()
    for trade in trades {
      var out = ByteBuffer()
      TradeRecord.encode(trade, into: &out)
      try reading(out.text) { value, _ in #expect(TradeRecord.table.violations(in: value, strict: true) == []) }
      out.append(0x0A)
      let line = Bytes(start: out.start, count: out.count - 1)
      let isWhole = scanner.scan(line)
      #expect(isWhole)
      var again = ByteBuffer()
      TradeRecord.encode(try reader.decode(scanner.record(line)), into: &again)
      #expect(again.text + "\n" == out.text)
    }
  }

  @Test func accountsReadBackExactly() throws {
    var reader = AccountReader()
    for (index, life) in Self.lives.enumerated() where index % 30 == 0 || index > 890 {
      var out = ByteBuffer()
      AccountRecord.encode(life.state, applied: index, into: &out)
      let (state, applied) = try reader.decode(Array(out.bytes), file: "state")
      #expect(applied == index)
      #expect(state.cash == life.state.cash && state.losses == life.state.losses && state.now == life.state.now)
      #expect(state.books.count == life.state.books.count)
      for (read, written) in zip(state.books, life.state.books) {
        #expect(read.order == written.order)
        #expect(read.position == written.position)
        #expect(read.restsUntil == written.restsUntil && read.timeframe == written.timeframe && read.lastCloseTime == written.lastCloseTime)
        // NaN is not equal to itself.
        #expect(read.returns.oldestFirst.map { $0.isNaN ? -1 : $0 } == written.returns.oldestFirst.map { $0.isNaN ? -1 : $0 })
      }
    }
  }

  @Test func aStateWithNumbersThatCountNothingIsRefused() throws {
    let life = try #require(Self.lives.first { $0.state.books.contains { $0.position != nil } })
    var out = ByteBuffer()
    AccountRecord.encode(life.state, applied: 3, into: &out)
    var reader = AccountReader()
    for (key, value) in [("loss_streak", "1e300"), ("applied", "-1"), ("applied", "0.5"), ("next_target", "9"), ("next_target", "-1")] {
      let parts = out.text.components(separatedBy: "\"\(key)\":")
      #expect(parts.count > 1)
      let text = parts[0] + "\"\(key)\":" + value + parts[1].drop { $0 != "," } + parts.dropFirst(2).map { "\"\(key)\":" + $0 }.joined()
      #expect(throws: StageError.self, "\(key)") { try reader.decode(Array(text.utf8), file: "state") }
    }
  }

  @Test func aCutStateIsRefused() throws {
    var out = ByteBuffer()
    AccountRecord.encode(Self.lives[100].state, applied: 0, into: &out)
    var reader = AccountReader()
    let bytes = Array(out.bytes)
    for length in [0, 10, bytes.count - 1] {
      #expect(throws: StageError.self) { try reader.decode(Array(bytes.prefix(length)), file: "state") }
    }
  }
}
