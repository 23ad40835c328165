import Confluence
import Delivery
import Market
import Planning
import Profiles
import Risk
import Testing
import Wire

@testable import Records

@Suite struct NotificationRecordTests {
  /// Synthetic, with round numbers.
  private var signal: Signal {
    let time = Timestamp(day: CalendarDay(year: 2024, month: 6, day: 30))
    let setup = Setup(
      id: "synthetic:BTC/USDT:balanced:LONG:ob", asOf: time, exchange: "synthetic", symbol: "BTC/USDT", profile: "balanced", price: 100,
      direction: .bull,
      state: .ready)
    let plan = TradePlan(
      planID: "p", direction: .bull, setupType: .swing, entryZone: .init(near: 99, far: 98, rationale: "zone", source: "ob"),
      stopLoss: .init(level: 97, distanceATR: 1, rationale: "below", source: "ob"),
      targets: [.init(level: 103, percentage: 100, riskReward: 2, rationale: "pool", source: "pool")], riskReward: 2.1, riskRewardWorst: 2,
      confidenceScore: 60, validUntil: time + Timestamp.day, invalidateIf: .init(closeBeyond: 97, tradeBeforeEntry: 103), minFillRiskReward: 1.5,
      rationale: "First.\nSecond: a < b.",
      metadata: .init(
        planningTimeframe: .h4, atr: 2, expectedHours: 10, holdHours: 48, entryKind: "order block", costs: 0.2, costShare: 0.1, firstTargetATR: 2,
        instrument: "inferred", tickSize: 0.01, makerFee: 0.001, takerFee: 0.001, slippage: 0.0005))
    return Signal(setup: setup, plan: plan)
  }

  @Test func whatIsWrittenFitsTheTable() {
    var buffer = ByteBuffer()
    var letter = Letter(key: signal.dedupeKey, time: signal.setup.asOf, kind: .signal, priority: .high, text: "two\nlines, \"quoted\"")
    letter.isSilent = true
    letter.photos = [Letter.Photo(path: "a.png")]
    NotificationRecord.encode(letter, Receipt(.sent, number: "7", attempts: 2, detail: "may have arrived twice"), into: &buffer)
    let value = JSONValue(start: buffer.start, length: buffer.count, kind: .object)
    #expect(NotificationRecord.table.violations(in: value, strict: true) == [])
    #expect(value.member("text")?.string == "two\nlines, \"quoted\"")
    #expect(value.member("dedupe_key")?.string == signal.setup.id)
  }

  @Test func aRunIsOneDocument() throws {
    var report = ScanReport()
    report.add(signal)
    var refused = signal.setup
    refused.symbol = "ETH/USDT"
    refused.rejected = Rejection(stage: "score", code: .lowScore, value: 40, threshold: 50)
    report.add(Signal(setup: refused))
    var buffer = ByteBuffer()
    ScanDocument.encode(report, records: [Array(#"{"type":"setup","n":1.50}"#.utf8)], complete: true, profile: { _ in .balanced }, into: &buffer)
    buffer.append(0x0A)
    var scanner = RecordScanner(keys: ["type"])
    let valid = scanner.scan(Bytes(rebasing: buffer.bytes.dropLast()))
    #expect(valid)
    #expect(
      buffer.text == #"""
        {"status":"complete","as_of":"2024-06-30T00:00:00Z","evaluations":2,"accepted":1,"refusals":[{"stage":"score","code":"low_score","count":1}],\#
        "signals":[{"symbol":"BTC/USDT","direction":"LONG","entry":99,"stop":97,"targets":[103],"priority":"\#(signal.priority(.balanced).label)",\#
        "dedupe_key":"synthetic:BTC/USDT:balanced:LONG:ob","full":{"type":"setup","n":1.50}}],"refused":[{"symbol":"ETH/USDT","exchange":"synthetic",\#
        "direction":"LONG","state":"ready","price":100,"stage":"score","code":"low_score","value":40,"threshold":50}]}

        """#)
  }
}
