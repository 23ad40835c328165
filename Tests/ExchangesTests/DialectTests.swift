import Exchanges
import Foundation
import Market
import TestKit
import Testing
import Wire

/// Each venue's answers, in the shapes of Fixtures/responses, against what they mean.
@Suite struct DialectTests {
  static let open = Timestamp(milliseconds: 1_704_067_200_000)
  static let now = Timestamp(milliseconds: 1_704_081_600_500)
  static let spot = Symbol(base: "BTC", quote: "USDT")
  static let linear = Symbol(base: "BTC", quote: "USDT", settle: "USDT")
  static let range = CandleRange(.h1, from: open, to: open + 10 * Timestamp.hour)

  static func response(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Repository.fixtures.appending(path: "responses/\(path).json")))
  }

  struct Page: Sendable {
    var venue: Venue
    var file: String
    var symbol: Symbol
    var digits: String
    var trades: Int64?
  }

  static let pages = [
    Page(venue: .binance, file: "binance/klines", symbol: spot, digits: "42030.55000000", trades: 1234),
    Page(venue: .binanceUSDM, file: "binance-usdm/klines", symbol: linear, digits: "42030.55000000", trades: 1234),
    Page(venue: .bybit, file: "bybit/kline", symbol: spot, digits: "42030.55"),
    Page(venue: .bybit, file: "bybit/kline-linear", symbol: linear, digits: "42030.55"),
    Page(venue: .okx, file: "okx/candles", symbol: spot, digits: "42030.55"),
    Page(venue: .okx, file: "okx/candles-swap", symbol: linear, digits: "42030.55"),
  ]

  @Test(arguments: pages) func candlesComeOldestFirstWithTheirDigits(_ page: Page) throws {
    let body = try Self.response(page.file)
    let read = try body.withUnsafeBufferPointer { try page.venue.dialect.decodeCandles($0, page.symbol, Self.range, now: Self.now) }
    #expect(read.candles.map(\.openTime) == (0..<4).map { Self.open + $0 * Timestamp.hour })
    #expect(read.candles.map(\.closeTime) == (1...4).map { Self.open + $0 * Timestamp.hour })
    let first = try #require(read.candles.first)
    #expect(first.high.text == page.digits)
    #expect(first.trades == page.trades)
    // In the base asset, also where the venue counts contracts.
    #expect(first.volume == Decimal("12.3456"))
    #expect(first.quoteVolume == Decimal("518515.2"))
  }

  /// Venues may escape as JSON allows; a market whose name is none is left out.
  @Test func escapedAnswersAreTheSameAndHostileNamesAreNotListed() throws {
    for page in Self.pages {
      let body = String(decoding: try Self.response(page.file), as: UTF8.self)
      for spelling in Spelling.allCases {
        var other = spelling.respelled(body)
        let read = try other.withUTF8 { try page.venue.dialect.decodeCandles($0, page.symbol, Self.range, now: Self.now) }
        #expect(read.candles.count == 4 && read.candles.first?.high.text == page.digits)
      }
    }
    let body = String(decoding: try Self.response("binance/exchangeInfo"), as: UTF8.self)
    let names = { (text: String) throws in
      var text = text
      return try text.withUTF8 { try BinanceSpot().decodeInstruments($0, .spot) }.listings.map(\.symbol.text)
    }
    let plain = try names(body)
    for spelling in Spelling.allCases { #expect(try names(spelling.respelled(body)) == plain) }
    for name in HostileNames.texts + ["../../EVIL", "A/B", "A:B"] {
      let hostile = body.replacing("\"baseAsset\":\"BTC\"", with: "\"baseAsset\":\(Spelling.all.quoted(name))")
        .replacing("\"baseAsset\": \"BTC\"", with: "\"baseAsset\": \(Spelling.all.quoted(name))")
      #expect(hostile != body)
      #expect(try names(hostile) == plain.filter { !$0.hasPrefix("BTC/") }, "\(name.debugDescription)")
    }
  }

  /// At ten minutes to the close of the last row, that row is still forming.
  @Test(arguments: pages) func theFormingCandleIsLeftOut(_ page: Page) throws {
    let body = try Self.response(page.file)
    let now = Self.open + (4 * Timestamp.hour - 10 * Timestamp.minute)
    let read = try body.withUnsafeBufferPointer { try page.venue.dialect.decodeCandles($0, page.symbol, Self.range, now: now) }
    #expect(read.candles.count == 3)
  }

  @Test(arguments: pages) func rowsOutsideTheRangeAreLeftOut(_ page: Page) throws {
    let body = try Self.response(page.file)
    let range = CandleRange(.h1, from: Self.open + Timestamp.hour, to: Self.open + 3 * Timestamp.hour)
    let read = try body.withUnsafeBufferPointer { try page.venue.dialect.decodeCandles($0, page.symbol, range, now: Self.now) }
    #expect(read.candles.map(\.openTime) == [Self.open + Timestamp.hour, Self.open + 2 * Timestamp.hour])
  }

  /// Cut at any byte, it is refused: half an answer never passes for a whole one.
  @Test(arguments: pages) func halfAnAnswerIsRefused(_ page: Page) throws {
    var body = try Self.response(page.file)
    while body.last == 0x0A { body.removeLast() }
    for length in 0..<body.count {
      #expect(throws: VenueFault.self) {
        try body[..<length].withUnsafeBufferPointer { _ = try page.venue.dialect.decodeCandles($0, page.symbol, Self.range, now: Self.now) }
      }
    }
  }

  @Test(arguments: pages) func wrongTypesAndOrderAreRefused(_ page: Page) throws {
    let text = String(decoding: try Self.response(page.file), as: UTF8.self)
    let wrong = [
      text.replacing("\"\(page.digits)\"", with: page.digits), text.replacing("1704067200000", with: "1704099999999"),
      text.replacing(page.digits, with: "1.5"), text.replacing("12.3456", with: "twelve"), "<html>busy</html>", "{}", "null", "[[1]]", "",
    ]
    for text in wrong {
      var text = text
      #expect(throws: VenueFault.self, "\(text.prefix(80))") {
        try text.withUTF8 { _ = try page.venue.dialect.decodeCandles($0, page.symbol, Self.range, now: Self.now) }
      }
    }
  }

  @Test func requestsSayWhatTheVenuesWant() {
    func path(_ venue: Venue, _ symbol: Symbol, _ range: CandleRange, now: Timestamp = Self.now) -> String {
      venue.dialect.candles(symbol, range, now: now).path
    }
    let hours = CandleRange(.h1, from: Self.open, to: Self.open + 4 * Timestamp.hour)
    #expect(
      path(.binance, Self.spot, hours) == "/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime=1704067200000&endTime=1704081599999&limit=4")
    #expect(
      path(.binanceUSDM, Self.linear, hours) == "/fapi/v1/klines?symbol=BTCUSDT&interval=1h&startTime=1704067200000&endTime=1704081599999&limit=4")
    #expect(
      path(.bybit, Self.linear, hours)
        == "/v5/market/kline?category=linear&symbol=BTCUSDT&interval=60&start=1704067200000&end=1704081599999&limit=4")
    #expect(
      path(.okx, Self.linear, hours) == "/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=1H&after=1704081600000&before=1704067199999&limit=4")
    #expect(path(.okx, Self.spot, hours, now: Self.now + 60 * Timestamp.day).hasPrefix("/api/v5/market/history-candles?"))
    let days = CandleRange(.d1, from: Self.open, to: Self.open + Timestamp.day)
    #expect(path(.okx, Self.spot, days).contains("&bar=1Dutc&"))
    #expect(path(.bybit, Self.spot, days).contains("&interval=D&"))
    #expect(path(.bybit, Symbol(base: "BTC", quote: "USDC", settle: "USDC"), days).contains("symbol=BTCPERP&"))
    #expect(path(.binance, Symbol(base: "币安", quote: "USDT"), days).contains("symbol=%E5%B8%81%E5%AE%89USDT&"))
  }

  @Test func whatAVenueLacksIsBuilt() {
    #expect(Venue.binance.dialect.source(of: .h8) == .h8)
    #expect(Venue.bybit.dialect.source(of: .h8) == .h4)
    #expect(Venue.okx.dialect.source(of: .h8) == .h4)
    for venue in Venue.allCases {
      #expect(venue.dialect.source(of: .d3) == .d1)
      for timeframe in Timeframe.allCases { #expect(venue.dialect.source(of: timeframe) != nil) }
    }
  }

  @Test func weightsFollowTheTables() {
    func weight(_ count: Int64) -> Int {
      BinanceUSDM().candles(Self.linear, CandleRange(.h1, from: Self.open, to: Self.open + count * Timestamp.hour), now: Self.now).weight
    }
    #expect([99, 100, 499, 500, 1000, 1001].map(weight) == [1, 2, 2, 5, 5, 10])
    #expect([100, 500, 1000, 5000].map { BinanceSpot().depth(Self.spot, levels: $0).weight } == [5, 25, 50, 250])
    #expect(BinanceUSDM().depth(Self.linear, levels: 60) == VenueRequest("/fapi/v1/depth?symbol=BTCUSDT&limit=100", limit: "weight", weight: 5))
  }

  @Test func timesAreRead() throws {
    for venue in Venue.allCases {
      let body = try Self.response("\(venue.rawValue)/time")
      #expect(try body.withUnsafeBufferPointer { try venue.dialect.decodeTime($0) } == Self.now)
    }
  }

  @Test func tickersAgreeOnUnits() throws {
    let expected: [(Venue, String, Double, String, String)] = [
      (.binance, "binance/ticker24hr", -0.00238, "374358600.157", "8913.3"),
      (.binanceUSDM, "binance-usdm/ticker24hr", -0.00238, "374358600.15", "8913.3"),
      (.bybit, "bybit/tickers-linear", 0.0068, "2400000000.5", "57000.123"),
      (.okx, "okx/tickers-spot", 0.05, "207000000.25", "5000.5"),
      (.okx, "okx/tickers-swap", 0.05, "210021000", "5000.5"),
    ]
    for (venue, file, change, quoteVolume, volume) in expected {
      let body = try Self.response(file)
      let ticker = try #require(try body.withUnsafeBufferPointer { try venue.dialect.decodeTickers($0) }.first)
      #expect(abs(try #require(ticker.change) - change) < 1e-12, "\(file)")
      #expect(ticker.quoteVolume == Decimal(quoteVolume), "\(file)")
      #expect(ticker.volume == Decimal(volume), "\(file)")
      #expect(ticker.last == Decimal("42000"))
    }
  }

  @Test func aMarketWithoutAPriceHasNoTicker() throws {
    let body = try Self.response("bybit/tickers-linear")
    #expect(try body.withUnsafeBufferPointer { try Bybit().decodeTickers($0) }.map(\.name) == ["BTCUSDT"])
  }

  @Test func instrumentsAreInBaseUnits() throws {
    let expected: [(Venue, String, Instrument.Kind, Symbol, Double, Double, Double)] = [
      (.binance, "binance/exchangeInfo", .spot, Self.spot, 0.01, 0.00001, 5),
      (.binanceUSDM, "binance-usdm/exchangeInfo", .linear, Self.linear, 0.1, 0.001, 100),
      (.bybit, "bybit/instruments-spot", .spot, Self.spot, 0.01, 0.000001, 5),
      (.bybit, "bybit/instruments-linear", .linear, Self.linear, 0.1, 0.001, 5),
      (.okx, "okx/instruments-spot", .spot, Self.spot, 0.1, 1e-8, 0),
      (.okx, "okx/instruments-swap", .linear, Self.linear, 0.1, 0.001, 0),
    ]
    for (venue, file, kind, symbol, tick, lot, least) in expected {
      let body = try Self.response(file)
      let listings = try body.withUnsafeBufferPointer { try venue.dialect.decodeInstruments($0, kind) }.listings
      let first = try #require(listings.first)
      #expect(first.symbol == symbol, "\(file)")
      #expect(first.name == venue.dialect.marketName(symbol))
      #expect(first.status == .trading)
      #expect(first.instrument.kind == kind)
      #expect(first.instrument.tickSize == tick)
      #expect(abs(first.instrument.lotSize - lot) < 1e-15)
      #expect(first.instrument.minNotional == least)
      #expect(listings.allSatisfy { $0.symbol.kind == kind })
      // Dated and inverse contracts are another trade.
      #expect(listings.filter { $0.symbol == symbol }.count == 1)
    }
  }

  @Test func limitsAreLearnt() throws {
    let body = try Self.response("binance/exchangeInfo")
    #expect(
      try body.withUnsafeBufferPointer { try BinanceSpot().decodeInstruments($0, .spot) }.limits == [VenueLimit("weight", weight: 6000, per: 60)])
    #expect(BinanceSpot().used(HTTPHeaders([("X-Mbx-Used-Weight-1M", "1234")]))?.weight == 1234)
  }

  @Test func booksHaveTheBestFirst() throws {
    for (venue, file) in [(Venue.binance, "binance/depth"), (.binanceUSDM, "binance-usdm/depth"), (.bybit, "bybit/orderbook"), (.okx, "okx/books")] {
      let body = try Self.response(file)
      let book = try body.withUnsafeBufferPointer { try venue.dialect.decodeDepth($0) }
      let (bid, ask) = (try #require(book.bids.first), try #require(book.asks.first))
      #expect(bid.price < ask.price)
      #expect(book.bids.dropFirst().allSatisfy { $0.price < bid.price })
      #expect(bid.size == Decimal("1.5"))
    }
  }

  /// Real funding times are some milliseconds late.
  @Test func fundingIsOnTheMinute() throws {
    let due = Timestamp(milliseconds: 1_704_096_000_000)
    for (venue, file, rate) in [
      (Venue.binanceUSDM, "binance-usdm/premiumIndex", "0.00038246"), (.bybit, "bybit/tickers-linear", "0.0001"),
      (.okx, "okx/funding-rate", "0.0001875"),
    ] {
      let body = try Self.response(file)
      let funding = try body.withUnsafeBufferPointer { try venue.dialect.decodeFunding($0) }
      #expect(funding.time == due)
      #expect(funding.rate.text == rate)
    }
  }

  /// What was exchanged, whichever end a venue begins with.
  @Test func fundingHistoriesAgree() throws {
    for (venue, file) in [
      (Venue.binanceUSDM, "binance-usdm/fundingRate"), (.bybit, "bybit/funding-history"), (.okx, "okx/funding-rate-history"),
    ] {
      let body = try Self.response(file)
      let rates = try body.withUnsafeBufferPointer { try venue.dialect.decodeFundingHistory($0) }.sorted { $0.time < $1.time }
      #expect(rates.map(\.time) == [Self.open, Self.open + 8 * Timestamp.hour], "\(file)")
      #expect(rates.map(\.rate) == [Decimal("0.0001"), Decimal("-0.0000375")], "\(file)")
      #expect(venue.dialect.fundingIsNewestFirst == (venue != .binanceUSDM) && venue.dialect.fundingRows > 1)
      #expect(throws: VenueFault.self) { try body.dropLast(9).withUnsafeBufferPointer { _ = try venue.dialect.decodeFundingHistory($0) } }
    }
    func path(_ venue: Venue) -> String {
      venue.dialect.fundingHistory(Self.linear, from: Self.open, to: Self.open + Timestamp.day).path
    }
    #expect(path(.binanceUSDM) == "/fapi/v1/fundingRate?symbol=BTCUSDT&startTime=1704067200000&endTime=1704153599999&limit=1000")
    #expect(path(.bybit) == "/v5/market/funding/history?category=linear&symbol=BTCUSDT&startTime=1704067200000&endTime=1704153599999&limit=200")
    #expect(path(.okx) == "/api/v5/public/funding-rate-history?instId=BTC-USDT-SWAP&after=1704153600000&before=1704067199999&limit=400")
  }

  /// More instruments than fit on a page: the cursor goes back as it came.
  @Test func theCursorAsksForTheNextPage() throws {
    let text = String(decoding: try Self.response("bybit/instruments-linear"), as: UTF8.self)
    var more = text.replacing(#/"nextPageCursor": ?"[^"]*"/#, with: #""nextPageCursor":"first%3DABC%26last%3DXYZ""#)
    try #require(more.contains("first%3DABC"))
    let cursor = try more.withUTF8 { try Bybit().decodeInstruments($0, .linear).cursor }
    #expect(cursor == "first%3DABC%26last%3DXYZ")
    #expect(Bybit().instruments(.linear, symbols: [], cursor: cursor).path.hasSuffix("&limit=1000&cursor=first%3DABC%26last%3DXYZ"))
    #expect(Bybit().instruments(.linear, symbols: [], cursor: "a=b&c").path.hasSuffix("&cursor=a%3Db%26c"))
    let body = try Self.response("binance/exchangeInfo")
    #expect(try body.withUnsafeBufferPointer { try BinanceSpot().decodeInstruments($0, .spot).cursor } == nil)
  }

  @Test func tickersOfSomeCostLess() {
    let symbols = (0..<30).map { Symbol(base: "C\($0)", quote: "USDT") }
    #expect([0, 1, 20, 21].map { BinanceSpot().tickers(.spot, symbols: Array(symbols.prefix($0))).weight } == [80, 2, 2, 40])
    #expect(BinanceSpot().tickers(.spot, symbols: [Self.spot]).path == "/api/v3/ticker/24hr?symbols=%5B%22BTCUSDT%22%5D")
    #expect([0, 1, 2].map { BinanceUSDM().tickers(.linear, symbols: Array(symbols.prefix($0))).weight } == [40, 1, 40])
  }

  @Test func faultsAreToldApart() throws {
    let cases: [(Venue, Int, [(String, String)], String?, VenueFault.Kind)] = [
      (.binance, 400, [], "binance/error-symbol", .unknownSymbol),
      (.binance, 429, [("Retry-After", "7")], "binance/error-weight", .rateLimited(seconds: 7)),
      (.binance, 429, [], nil, .rateLimited(seconds: nil)),
      (.binance, 418, [("retry-after", "120")], "binance/error-banned", .banned(seconds: 120)),
      (.binance, 418, [], "binance/error-banned", .banned(seconds: 300)),
      (.binance, 451, [], "binance/error-region", .region),
      (.binance, 503, [], nil, .unavailable),
      (.binance, 302, [("Location", "http://elsewhere/")], nil, .refused),
      (.binance, 403, [], nil, .refused),
      (.bybit, 200, [], "bybit/error-rate", .rateLimited(seconds: nil)),
      (.bybit, 200, [], "bybit/error-symbol", .unknownSymbol),
      (.bybit, 403, [], nil, .region),
      (.bybit, 502, [], nil, .unavailable),
      (.okx, 429, [], "okx/error-rate", .rateLimited(seconds: nil)),
      (.okx, 200, [], "okx/error-symbol", .unknownSymbol),
      (.okx, 503, [], nil, .unavailable),
    ]
    for (venue, status, headers, file, kind) in cases {
      let body = try file.map { try Self.response($0) } ?? Array("busy".utf8)
      let fault = body.withUnsafeBufferPointer { venue.dialect.fault(status: status, headers: HTTPHeaders(headers), body: $0, now: Self.now) }
      #expect(fault?.kind == kind, "\(venue) \(status) \(file ?? "")")
    }
    // A ban until the end of time is one of some months.
    let forever = Array(#"{"code":-1003,"msg":"IP banned until 9223372036854775807."}"#.utf8)
    let ban = forever.withUnsafeBufferPointer { Venue.binance.dialect.fault(status: 418, headers: HTTPHeaders(), body: $0, now: Self.now) }
    #expect(ban?.kind == .banned(seconds: 1e7))
    for page in Self.pages {
      let body = try Self.response(page.file)
      let fault = body.withUnsafeBufferPointer { page.venue.dialect.fault(status: 200, headers: HTTPHeaders(), body: $0, now: Self.now) }
      #expect(fault == nil)
    }
  }
}
