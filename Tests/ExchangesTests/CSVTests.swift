import Market
import Testing

@testable import Exchanges

struct CSVTests {
  private func read(_ text: String, _ timeframe: Timeframe = .m15) throws -> [ExactCandle] {
    try CandleFile(name: "f.csv", timeframe: timeframe, lines: TextLines(text), reader: CSVRows()).take(.max)
  }

  @Test func readsRowsDigitForDigit() throws {
    let rows = try read(
      "open_time,open,high,low,close,volume\n1744304400000,79453.83,79672.460,78636.36,78794.34,829.51657\n\n2025-04-10T17:15:00Z,1,2,1,2,0\n")
    #expect(rows.map(\.line) == ["2025-04-10T17:00:00Z 79453.83 79672.460 78636.36 78794.34 829.51657", "2025-04-10T17:15:00Z 1 2 1 2 0"])
    #expect(rows[0].closeTime.text == "2025-04-10T17:15:00Z")
  }

  @Test func columnsInAnyOrderWithExtras() throws {
    let text = "\u{FEFF}trades,close,note,open_time,open,high,low,volume,quote_volume\n7,2,x,1704067200,1,2,1,5,7.5"
    let row = try #require(try read(text, .h1).first)
    #expect(row.line == "2024-01-01T00:00:00Z 1 2 1 2 5" && row.trades == 7 && row.quoteVolume?.text == "7.5" && row.takerBuyVolume == nil)
  }

  @Test(arguments: [
    ("open_time,open,high,low,close", 1, 1, RowFault.Code.badHeader), ("1704067200,1,2,1,2,5", 1, 1, .badHeader),
    ("open,open,high,low,close,volume", 1, 1, .badHeader), ("H\n1704067200,1,2,1,2", 2, 19, .missingColumn),
    ("H\n1704067200,1,x,1,2,5", 2, 14, .badNumber),
    ("H\n1704067200,1,2,1,NaN,5", 2, 18, .badNumber), ("H\nyesterday,1,2,1,2,5", 2, 1, .badTime), ("H\n1704067201,1,2,1,2,5", 2, 1, .offGrid),
    ("H\n1704067200,1,2,1,2,5\n1704067200,1,2,1,2,5", 3, 1, .duplicate), ("H\n1704070800,1,2,1,2,5\n\n1704067200,1,2,1,2,5", 4, 1, .outOfOrder),
    ("H\n1704067200,1,1,2,2,5", 2, 1, .badCandle), ("H\n1704067200,0,1,0,1,5", 2, 1, .badCandle), ("H\n1704067200,1,2,1,2,-5", 2, 1, .badCandle),
  ])
  func faultsNameTheirPlace(text: String, line: Int, column: Int, code: RowFault.Code) {
    do {
      _ = try read(text.replacing("H\n", with: "open_time,open,high,low,close,volume\n"), .h1)
      Issue.record("no fault")
    } catch let fault as SourceFault {
      #expect(fault.file == "f.csv" && fault.line == line && fault.fault.column == column && fault.fault.code == code)
    } catch {
      Issue.record(error)
    }
  }

  @Test func namesTell() {
    let gzip = SeriesName(path: "data/BTC_USDT-15m.csv.gz")
    #expect(gzip.symbol?.text == "BTC/USDT" && gzip.timeframe == .m15 && gzip.isCompressed && gzip.format == .csv)
    let perpetual = SeriesName(path: "BTC_USDT_USDT-1h.ndjson")
    #expect(perpetual.symbol?.text == "BTC/USDT:USDT" && perpetual.timeframe == .h1 && !perpetual.isCompressed && perpetual.format == .ndjson)
    let dashed = SeriesName(path: "/x/ETH-USDT-1M.csv")
    #expect(dashed.symbol?.text == "ETH/USDT" && dashed.timeframe == .month1)
    let bare = SeriesName(path: "SOLUSDT.csv")
    #expect(bare.symbol?.text == "SOL/USDT" && bare.timeframe == nil)
    let unknown = SeriesName(path: "candles")
    #expect(unknown.symbol == nil && unknown.timeframe == nil)
  }
}
