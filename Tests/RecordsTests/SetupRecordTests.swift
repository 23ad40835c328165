import Confluence
import Market
import Stage
import Structure
import Testing
import Wire

@testable import Records

@Suite struct SetupRecordTests {
  private let time = Timestamp(day: CalendarDay(year: 2024, month: 3, day: 4))

  /// Synthetic: one fact of each kind, every optional value there.
  private func sample(_ direction: Direction) -> Setup {
    let known = time + 4 * Timestamp.hour
    let broken = FactID(.structuralBreak, .h4, direction, scope: .outer, at: time)
    let block = OrderBlock(
      id: FactID(.orderBlock, .h4, direction, at: time), direction: direction, high: 101.25, low: 99.5, at: time, knownAt: known,
      displacementStrength: OrderBlock.strength(ofDisplacement: 3.25), displacementATR: 3.25, mitigation: 0.125, freshness: 0.5, touches: 1,
      state: .touched, grade: .a,
      sources: [.init(kind: .origin, breakID: broken, leftGap: true, beganWithSweep: false)])
    let gap = FairValueGap(
      id: FactID(.fairValueGap, .h1, direction, at: time), direction: direction, top: 104, bottom: 103, at: time, knownAt: known, size: 1,
      sizeATR: 0.5, fill: 0.25, state: .touched, overlapsPrice: true)
    let fact = StructuralBreak(
      id: broken, kind: .choch, direction: direction, scope: .outer, isProtected: true, level: 102, levelAt: time, knownAt: known,
      distanceATR: 0.25, volumeRatio: 1.5, alignment: .with)
    let pool = LiquidityPool(
      id: FactID(.dayPool, .m15, direction, at: time), level: 110, side: direction, touches: 2, firstAt: time, lastAt: known, state: .resting)
    let sweep = LiquiditySweep(
      id: FactID(.sweep, .h4, direction.opposite, at: time), level: 98, side: direction.opposite, at: time, knownAt: known, penetrationATR: 0.125,
      confirmation: .confirmed, confirmedAt: known, pool: FactID(.equalPool, .h4, direction.opposite, at: time + 250))
    let pivot = FactID(.swing, .h4, direction, scope: .inner, at: time)
    return Setup(
      id: "synthetic:ETH/USDT:balanced:\(direction.trade):ob", asOf: known, exchange: "synthetic", symbol: "ETH/USDT", profile: "balanced",
      runID: "r1", price: 100.5, triggerFallback: .h1, direction: direction, state: .watching,
      timeframes: [
        TimeframeSummary(
          timeframe: .h4, closeTime: known, close: 100.5, atr: 2.5, rsi: 41.5, adx: 22, trend: .init(inner: .bullish, outer: .ranging),
          range: DealingRange(high: 110, low: 90, position: 0.525, zone: .premium)),
        TimeframeSummary(timeframe: .m15, closeTime: known, close: 100.5),
      ],
      evidence: [
        .orderBlock(block), .gap(gap), .structuralBreak(fact), .pool(pool), .sweep(sweep),
        .pivot(pivot, Pivot(price: 95, at: time, knownAt: known, label: .higherLow)),
      ], anchor: block.id,
      confluence: ConfluenceBreakdown(
        totalScore: 61.25,
        factors: [
          FactorResult(name: "location", score: 0.5, weight: 0.25, hasData: true, rationale: "a \"quoted\" reason"),
          FactorResult(name: "volume", score: 0, weight: 0.25, hasData: false, rationale: ""),
        ], synergyBonus: 2, conflictPenalty: 4, adjustments: [Adjustment(name: "break_with_volume", points: 2)], regime: "trend",
        regimeDetail: "up_normal", htfAligned: .with, btcImpulseGate: .skipped, oppositeDirection: direction.opposite, oppositeScore: 12.5),
      gates: [
        GateResult(name: "structural_anchor", outcome: .failed, value: 1.5, threshold: 1, detail: "far"),
        GateResult(name: "regime", outcome: .passed), GateResult(name: "spread", outcome: .skipped),
      ], rejected: Rejection(stage: "score", code: .notReady, value: 1.5, threshold: 1, detail: "far"))
  }

  private func roundTrip(_ setup: Setup) throws -> (setup: Setup, text: String, violations: [String]) {
    var buffer = ByteBuffer()
    SetupRecord.encode(setup, into: &buffer)
    var scanner = RecordScanner(keys: StreamKey.names + SetupRecord.keys)
    let isValid = scanner.scan(buffer.bytes)
    #expect(isValid)
    var reader = SetupReader()
    let record = scanner.record(buffer.bytes)
    #expect(reader.isRejected(record) == (setup.rejected != nil))
    let value = JSONValue(start: buffer.start, length: buffer.count, kind: .object)
    return (try reader.decode(record), buffer.text, SetupRecord.table.violations(in: value))
  }

  @Test(arguments: Direction.allCases) func everyFieldComesBack(direction: Direction) throws {
    let setup = sample(direction)
    let (back, text, violations) = try roundTrip(setup)
    #expect(back == setup)
    #expect(violations.isEmpty)
    #expect(text.hasPrefix("{\"type\":\"setup\",\"id\":\"synthetic:ETH/USDT:balanced:\(direction.trade):ob\",\"as_of\":\"2024-03-04T04:00:00Z\""))
  }

  @Test func theLeastSetupComesBack() throws {
    let setup = Setup(
      id: "i", asOf: time, exchange: "x", symbol: "A/B", profile: "trend", price: 0, direction: nil, state: .flat)
    let (back, text, violations) = try roundTrip(setup)
    #expect(back == setup)
    #expect(violations.isEmpty)
    #expect(text.contains("\"direction\":\"FLAT\",\"state\":\"flat\",\"timeframes\":{},\"evidence\":[],\"gates\":[]}"))
  }

  @Test func evidenceFollowsTheTablesOfFacts() throws {
    var buffer = ByteBuffer()
    SetupRecord.encode(sample(.bull), into: &buffer)
    let setup = JSONValue(start: buffer.start, length: buffer.count, kind: .object)
    let tables = [
      FactRecord.listedBlock, FactRecord.listedGap, FactRecord.listedBreak, FactRecord.listedPool, FactRecord.listedSweep,
      FactRecord.pivot + [Field("id", .string, "")],
    ]
    let items = Array(try #require(setup.member("evidence")).elements)
    #expect(items.count == tables.count)
    for (item, fields) in zip(items, tables) {
      let table = RecordTable("fact", "", fields + [Field("kind", .string, ""), Field("timeframe", .string, "")])
      #expect(table.violations(in: item, strict: true).isEmpty)
    }
  }

  @Test(arguments: [
    ("\"state\":\"flat\"", "\"state\":\"sleepy\"", "\"state\" must be ready, developing, watching or flat, not sleepy"),
    ("\"direction\":\"FLAT\"", "\"direction\":\"UP\"", "\"direction\" must be LONG, SHORT or FLAT, not UP"),
    ("\"timeframes\":{}", "\"timeframes\":{\"7m\":{}}", "\"timeframes\" holds 7m, which is none"),
    ("\"evidence\":[]", "\"evidence\":[{\"kind\":\"swing\"}]", "an object lacks \"id\""),
    ("\"gates\":[]", "\"gates\":[3]", "gates holds something that is no object"),
  ]) func brokenSetupsAreNamed(from: String, to: String, message: String) throws {
    var buffer = ByteBuffer()
    SetupRecord.encode(
      Setup(id: "i", asOf: time, exchange: "x", symbol: "A/B", profile: "trend", price: 0, direction: nil, state: .flat), into: &buffer)
    let text = buffer.text.replacing(from, with: to)
    var changed = ByteBuffer()
    changed.append(text)
    var scanner = RecordScanner(keys: StreamKey.names + SetupRecord.keys)
    let isValid = scanner.scan(changed.bytes)
    #expect(isValid)
    var reader = SetupReader()
    do {
      _ = try reader.decode(scanner.record(changed.bytes))
      Issue.record("accepted: \(text)")
    } catch {
      #expect(error.message == message)
      #expect(error.exit == .badData)
    }
  }

  @Test func idsAreReadAsTheyAreWritten() {
    for kind in FactID.Kind.allCases {
      for timeframe in Timeframe.allCases {
        for scope in [nil, .inner, .outer] as [Scope?] {
          let id = FactID(kind, timeframe, .bear, scope: scope, at: time + (scope == nil ? 0 : 7))
          var text = id.text
          let back = text.withUTF8 { FactID($0) }
          #expect(back == id)
        }
      }
    }
    for bad in [
      "", "ob", "ob-4h", "ob-4h-bull", "ob-4h-up-20240304T000000Z", "ob-4h-bull-20240304T000000", "ob-4h-bull-20241304T000000Z",
      "ob-4h-bull-20240304T250000Z",
    ] {
      var text = bad
      let back = text.withUTF8 { FactID($0) }
      #expect(back == nil)
    }
  }
}
