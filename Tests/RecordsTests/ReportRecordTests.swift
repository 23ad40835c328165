import Confluence
import Evidence
import Market
import Planning
import Profiles
import Risk
import Stage
import TestKit
import Testing
import Wire

@testable import Records

/// Reports of synthetic trades: what is written fits its table, and the page holds it.
@Suite struct ReportRecordTests {
  static func report(trades count: Int, of other: String = "ETH/USDT") throws -> BacktestReport {
    var random = SeededGenerator(seed: 5)
    var ledger = TradeLedger()
    var funnel = Funnel()
    funnel.add(refused: 7, by: "score", code: "no_direction")
    funnel.add(accepted: count)
    let day = Timestamp.day
    for i in 0..<count {
      let opened = Timestamp(milliseconds: Int64(19_700 + i) * day + 3 * Timestamp.hour)
      let r = (random.normal() * 1000).rounded() / 1000
      let labels = TradeLabels(
        regime: i % 2 == 0 ? "trend" : "range", session: "asia", confidenceScore: 60, setupType: .swing, profile: "trend", profileHash: "0",
        factors: [.init(name: "location", score: Double(i % 10) / 10)], assumed: ["instrument"])
      var row = Trade(
        id: "\(i)-opened", planID: "\(i)", setupID: "s\(i)", exchange: "x", symbol: i % 3 == 0 ? "BTC/USDT" : other, direction: .bull,
        event: .opened, time: opened, price: 100, quantity: 1, fee: 0.1, funding: 0, pnlGross: 0, isAmbiguous: false, labels: labels)
      ledger.add(row)
      row.id = "\(i)-stop"
      row.event = .stop
      row.labels = nil
      row.time = opened + 5 * Timestamp.hour
      row.pnlGross = r * 50
      row.rMultiple = row.pnlNet / 50
      row.maeR = 0.5
      ledger.add(row)
    }
    return BacktestReport(
      run: BacktestRun(
        profile: "trend", profileHash: "0", exchange: "x", symbols: ["BTC/USDT"], from: Timestamp(milliseconds: 19_700 * day),
        to: Timestamp(milliseconds: Int64(19_700 + max(1, count)) * day), balance: 10_000),
      funnel: funnel, orders: try OrderFunnel(approved: Set((0..<count).map(String.init)), ledger), ledger: ledger, markets: [],
      placed: .failure(.init(reason: "no candles")), trigger: .h1, rules: RiskRules(), options: EvidenceOptions(draws: 10))
  }

  @Test(arguments: [0, 1, 2, 120])
  func fitsItsTable(_ count: Int) throws {
    let report = try Self.report(trades: count)
    var out = ByteBuffer()
    ReportRecord.encode(report, into: &out)
    let isFinite = !out.sawNonFinite
    #expect(isFinite)
    // The scanner wants a line end, and reads a little past it.
    let count = out.count
    out.append(0x0A)
    out.reserve(64)
    var scanner = RecordScanner(keys: ["type"])
    let isJSON = scanner.scan(Bytes(start: out.start, count: count))
    #expect(isJSON)
    let whole = JSONValue(start: out.start, length: count, kind: .object)
    #expect(ReportRecord.table.violations(in: whole, strict: true) == [])
    #expect(report.text.hasPrefix("SniperSight backtest · profile trend"))
  }

  @Test func everyMissingValueSaysWhy() throws {
    for metric in try Self.report(trades: 0).metrics { #expect((metric.value == nil) == (metric.missing != nil), "\(metric.name)") }
    #expect(try Self.report(trades: 0).verdict.ruling == .notEnoughData)
  }

  @Test func noTextOfTheDataEndsTheScriptOfThePage() throws {
    var out = ByteBuffer()
    ReportPage.write(try Self.report(trades: 12, of: "A</script>/USDT"), charts: [], into: &out)
    let page = out.text
    #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
    #expect(page.contains("A\\u003c/script\\u003e"))
    #expect(!page.contains("http://") || page.split(separator: "http://").dropFirst().allSatisfy { $0.hasPrefix("www.w3.org/2000/svg") })
    #expect(!page.contains("https://"))
  }
}
