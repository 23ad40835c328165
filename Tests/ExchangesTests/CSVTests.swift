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
    #expect(gzip.symbol?.text == "BTC/USDT" && gzip.timeframe == .m15 && gzip.format == .csv)
    let perpetual = SeriesName(path: "BTC_USDT_USDT-1h.ndjson")
    #expect(perpetual.symbol?.text == "BTC/USDT:USDT" && perpetual.timeframe == .h1 && perpetual.format == .ndjson)
    let dashed = SeriesName(path: "/x/ETH-USDT-1M.csv")
    #expect(dashed.symbol?.text == "ETH/USDT" && dashed.timeframe == .month1)
    let bare = SeriesName(path: "SOLUSDT.csv")
    #expect(bare.symbol?.text == "SOL/USDT" && bare.timeframe == nil)
    let month = SeriesName(path: "BTCUSDT-1mo-2024-01.zip")
    #expect(month.symbol?.text == "BTC/USDT" && month.timeframe == .month1 && month.format == .binance)
    let day = SeriesName(path: "BTC-USDT-15m-2024-01-31.csv")
    #expect(day.symbol?.text == "BTC/USDT" && day.timeframe == .m15 && day.format == .binance)
    let freqtrade = SeriesName(path: "BTC_USDT_USDT-5m-futures.json")
    #expect(freqtrade.symbol?.text == "BTC/USDT:USDT" && freqtrade.timeframe == .m5 && freqtrade.format == .ccxt)
    let unknown = SeriesName(path: "candles")
    #expect(unknown.symbol == nil && unknown.timeframe == nil)
  }
}

struct LayoutTests {
  private func read(_ text: String, _ layout: CSVLayout) throws -> [String] {
    try CandleFile(name: "f", timeframe: .h1, lines: TextLines(text), reader: CSVRows(layout)).take(.max).map(\.line)
  }

  private let expected = ["2024-01-01T00:00:00Z 1 2 1 2 5"]

  @Test func tradingView() throws {
    let text = "time,open,high,low,close,EMA,Volume\n1704067200,1,2,1,2,1.5,5"
    #expect(try read(text, .tradingView) == expected)
    #expect(try read("time,open,high,low,close,\"Volume\"\n2024-01-01T00:00:00Z,1,2,1,2,\"5\"", .tradingView) == expected)
  }

  @Test func binanceWithAndWithoutHeader() throws {
    let header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n"
    for time in ["1704067200000", "1704067200000000"] {
      let row = "\(time),1,2,1,2,5,1704070799999,7.5,3,2,4,0\n"
      for text in [row, header + row] { #expect(try read(text, .binance) == expected) }
    }
    let candle = try #require(
      try CandleFile(name: "f", timeframe: .h1, lines: TextLines("1704067200000,1,2,1,2,5,0,7.5,3,2,4,0"), reader: CSVRows(.binance)).next())
    #expect(candle.quoteVolume?.text == "7.5" && candle.trades == 3 && candle.takerBuyVolume?.text == "2")
  }

  @Test func mapsOfColumns() throws {
    let named = try #require(CSVLayout("open_time=Date,volume=Vol"))
    #expect(try read("close,low,high,open,Vol,Date\n2,1,2,1,5,2024-01-01", named) == expected)
    let ordered = try #require(CSVLayout("volume,-,open_time,open,high,low,close"))
    #expect(try read("5,x,1704067200,1,2,1,2", ordered) == expected)
    for bad in ["", "open", "open_time=a,price=b", "open_time,open,high,low,close", "open_time,open,high,low,close,volume,volume", "open_time="] {
      #expect(CSVLayout(bad) == nil)
    }
    #expect(throws: SourceFault.self) { try read("Date,open,high,low,close,volume\n1704067200,1,2,1,2,5", named) }
  }

  @Test(arguments: [
    "[[1704067200000,1,2,1,2,5],[1704070800000,2,3,2,3,0]]", "[\n  [1704067200000, 1,\n   2,1,2,5] ,\n[1704070800000,2,3,2,3,0]\n]\n",
    "[[1704067200000,\"1\",\"2\",\"1\",\"2\",\"5\",\"more\"],[1704070800000,2,3,2,3,0]]",
  ])
  func jsonArrays(text: String) throws {
    let file = CandleFile(name: "f", timeframe: .h1, lines: JSONArrayLines(TextLines(text)), reader: CSVRows(.ccxt))
    #expect(try file.take(.max).map(\.line) == expected + ["2024-01-01T01:00:00Z 2 3 2 3 0"])
  }

  @Test(arguments: [
    "", "{}", "[[1704067200000,1,2,1,2,5]", "[[1704067200000,1,2,1,2,[5]]]", "[[1704067200000,1,2,1,2]]", "[[1704067200000,1,2,1,2,null]]", "[[]]",
    "[1,2]", "[[1704067200000,1,2,1,2,5]]x",
  ])
  func brokenArrays(text: String) {
    #expect(throws: SourceFault.self) {
      try CandleFile(name: "f", timeframe: .h1, lines: JSONArrayLines(TextLines(text)), reader: CSVRows(.ccxt)).take(.max)
    }
  }

  @Test func chains() throws {
    let links: [CandleChain.Link] = [
      { ListSource(.h1, [candle(.h1, 0), candle(.h1, 1)]) }, { ListSource(.h1, []) }, { ListSource(.h1, [candle(.h1, 4)]) },
    ]
    #expect(try CandleChain(timeframe: .h1, links: links).take(.max).map(\.openTime.text).map { $0.dropFirst(11).prefix(2) } == ["00", "01", "04"])
    #expect(try CandleChain(timeframe: .h1, links: []).next() == nil)
  }
}
