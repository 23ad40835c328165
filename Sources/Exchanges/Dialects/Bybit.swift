import Market
import Quoting
import Wire

/// Bybit v5, spot and linear perpetuals. Errors come with status 200 and a `retCode`; candles come newest first.
public struct Bybit: Dialect {
  public init() {}

  public let name = "bybit"
  public let baseURL = "https://api.bybit.com"
  public let kinds: [Instrument.Kind] = [.spot, .linear]
  public let limits = [VenueLimit("requests", weight: 600, per: 5)]
  /// There is no 8h and no 3d.
  public var timeframes: [Timeframe] { Bybit.intervals.keys.sorted() }
  public func rows(_ timeframe: Timeframe) -> Int { 1000 }

  static let intervals: [Timeframe: StaticString] = [
    .m1: "1", .m3: "3", .m5: "5", .m15: "15", .m30: "30", .h1: "60", .h2: "120", .h4: "240", .h6: "360", .h12: "720", .d1: "D", .w1: "W",
    .month1: "M",
  ]

  /// USDC perpetuals are called after their kind.
  public func marketName(_ symbol: Symbol) -> String {
    symbol.kind == .linear && symbol.quote == "USDC" ? symbol.base + "PERP" : symbol.base + symbol.quote
  }

  private func request(_ path: String) -> VenueRequest { VenueRequest("/v5/market/\(path)", limit: "requests", weight: 1) }

  private func market(_ symbol: Symbol) -> String { "category=\(symbol.kind.rawValue)&symbol=\(Quoting.percent(marketName(symbol)))" }

  public func time() -> VenueRequest { request("time") }
  /// Spot markets come on one page; the cursor is sent back as it came.
  public func instruments(_ kind: Instrument.Kind, symbols: [Symbol], cursor: String?) -> VenueRequest {
    request(
      "instruments-info?category=\(kind.rawValue)" + (kind == .linear ? "&limit=1000" : "") + (cursor.map { "&cursor=\(Bybit.sendable($0))" } ?? ""))
  }

  /// Cursors are told percent-encoded; anything that is not is encoded here.
  private static func sendable(_ cursor: String) -> String {
    let isEncoded = cursor.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || [0x25, 0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
    }
    return isEncoded ? cursor : Quoting.percent(cursor)
  }

  public func tickers(_ kind: Instrument.Kind, symbols: [Symbol]) -> VenueRequest {
    if symbols.count == 1 { return request("tickers?\(market(symbols[0]))") }
    return request("tickers?category=\(kind.rawValue)")
  }
  public func depth(_ symbol: Symbol, levels: Int) -> VenueRequest { request("orderbook?\(market(symbol))&limit=\(min(levels, 1000))") }
  public func funding(_ symbol: Symbol) -> VenueRequest { request("tickers?\(market(symbol))") }

  public let fundingRows = 200
  public func fundingHistory(_ symbol: Symbol, from: Timestamp, to: Timestamp) -> VenueRequest {
    request("funding/history?\(market(symbol))&startTime=\(from.milliseconds)&endTime=\(to.milliseconds - 1)&limit=\(fundingRows)")
  }

  /// Both ends are always sent: which one is cut otherwise is not documented.
  public func candles(_ symbol: Symbol, _ range: CandleRange, now: Timestamp) -> VenueRequest {
    let interval = Bybit.intervals[range.timeframe] ?? range.timeframe.label
    let (start, end) = (range.from.milliseconds, range.to.milliseconds - 1)
    return request("kline?\(market(symbol))&interval=\(interval)&start=\(start)&end=\(end)&limit=\(range.count)")
  }

  public func decodeTime(_ body: Bytes) throws(VenueFault) -> Timestamp {
    let document = try VenueDocument(body)
    return try document.root.required("time").numberTime("time")
  }

  private func list(_ root: JSONValue) throws(VenueFault) -> JSONValue {
    let list = try root.required("result").required("list")
    guard list.kind == .array else { throw .malformed("\"list\" is no array") }
    return list
  }

  public func decodeTickers(_ body: Bytes) throws(VenueFault) -> [Ticker] {
    let document = try VenueDocument(body)
    let time = try document.root.member("time")?.numberTime("time")
    var tickers: [Ticker] = []
    for item in try list(document.root).elements {
      // A market before its opening has no price.
      guard let last = try item.optionalDecimal("lastPrice") else { continue }
      var ticker = Ticker(name: try item.required("symbol").text("symbol"), last: last)
      ticker.bid = try item.optionalDecimal("bid1Price")
      ticker.ask = try item.optionalDecimal("ask1Price")
      ticker.open = try item.optionalDecimal("prevPrice24h")
      ticker.high = try item.optionalDecimal("highPrice24h")
      ticker.low = try item.optionalDecimal("lowPrice24h")
      ticker.volume = try item.optionalDecimal("volume24h")
      ticker.quoteVolume = try item.optionalDecimal("turnover24h")
      // Here a fraction.
      ticker.change = try item.optionalDecimal("price24hPcnt")?.double
      ticker.time = time
      tickers.append(ticker)
    }
    return tickers
  }

  public func decodeDepth(_ body: Bytes) throws(VenueFault) -> OrderBook {
    let document = try VenueDocument(body)
    let result = try document.root.required("result")
    return OrderBook(
      bids: try BinanceFormat.levels(result.required("b")), asks: try BinanceFormat.levels(result.required("a")),
      time: try result.required("ts").numberTime("ts"))
  }

  public func decodeFunding(_ body: Bytes) throws(VenueFault) -> FundingRate {
    let document = try VenueDocument(body)
    for item in try list(document.root).elements {
      return FundingRate(
        name: try item.required("symbol").text("symbol"), rate: try item.required("fundingRate").decimal("fundingRate"),
        time: try item.required("nextFundingTime").textTime("nextFundingTime"),
        intervalHours: try item.optionalDecimal("fundingIntervalHour")?.double, markPrice: try item.optionalDecimal("markPrice"))
    }
    throw .malformed("no funding rate")
  }

  public func decodeFundingHistory(_ body: Bytes) throws(VenueFault) -> [FundingRate] {
    let document = try VenueDocument(body)
    var rates: [FundingRate] = []
    for item in try list(document.root).elements {
      rates.append(
        FundingRate(
          name: try item.required("symbol").text("symbol"), rate: try item.required("fundingRate").decimal("fundingRate"),
          time: try item.required("fundingRateTimestamp").textTime("fundingRateTimestamp")))
    }
    return rates
  }

  /// `["start", "open", "high", "low", "close", "volume", "turnover"]`; there is no mark on the forming one.
  public func decodeCandles(_ body: Bytes, _ symbol: Symbol, _ range: CandleRange, now: Timestamp) throws(VenueFault) -> CandlePage {
    let document = try VenueDocument(body)
    let result = try document.root.required("result")
    if let named = result.member("symbol"), try named.text("symbol") != marketName(symbol) { throw .malformed("the answer is of another symbol") }
    return try gather(try list(document.root), newestFirst: true, range, now: now) { row throws(VenueFault) in
      var cells = row.elements
      guard let time = cells.next(), let open = cells.next(), let high = cells.next(), let low = cells.next(), let close = cells.next(),
        let volume = cells.next(), let turnover = cells.next()
      else { throw .malformed("a candle of fewer than 7 values: \(row.excerpt)") }
      let opened = try time.textTime("start")
      let candle = ExactCandle(
        openTime: opened, closeTime: opened, open: try open.decimal("open"), high: try high.decimal("high"), low: try low.decimal("low"),
        close: try close.decimal("close"), volume: try volume.decimal("volume"), quoteVolume: try turnover.decimal("turnover"))
      return (candle, false)
    }
  }

  public func decodeInstruments(_ body: Bytes, _ kind: Instrument.Kind) throws(VenueFault) -> ListingPage {
    let document = try VenueDocument(body)
    var listings: [Listing] = []
    for item in try list(document.root).elements {
      if kind == .linear, item.member("contractType")?.equals("LinearPerpetual") != true { continue }
      let quote = try item.required("quoteCoin").text("quoteCoin")
      let settle = kind == .linear ? item.member("settleCoin")?.string ?? quote : nil
      // A market whose name is none cannot be told of.
      guard let symbol = Symbol(listed: try item.required("baseCoin").text("baseCoin"), quote, settle: settle) else { continue }
      let status = try item.required("status")
      listings.append(
        Listing(
          name: try item.required("symbol").text("symbol"), symbol: symbol,
          status: status.equals("Trading") ? .trading : status.equals("PreLaunch") ? .upcoming : .halted,
          instrument: try instrument(item, kind), listedAt: try item.member("launchTime")?.textTime("launchTime")))
    }
    let cursor = try document.root.required("result").member("nextPageCursor")?.string
    return ListingPage(listings: listings, cursor: cursor.flatMap { $0.isEmpty ? nil : $0 })
  }

  private func instrument(_ item: JSONValue, _ kind: Instrument.Kind) throws(VenueFault) -> Instrument {
    let fees = Instrument.defaultFees(kind)
    let lots = try item.required("lotSizeFilter")
    let tick = try item.required("priceFilter").required("tickSize").decimal("tickSize").double
    let step = try lots.required(kind == .spot ? "basePrecision" : "qtyStep").decimal("lot size").double
    let least = try lots.optionalDecimal(kind == .spot ? "minOrderAmt" : "minNotionalValue")?.double ?? 0
    var instrument = Instrument(
      kind: kind, tickSize: tick, lotSize: step, minNotional: least, makerFee: fees.maker, takerFee: fees.taker, source: .venue)
    instrument.minQuantity = try lots.optionalDecimal("minOrderQty")?.double
    instrument.maxQuantity = try lots.optionalDecimal(kind == .spot ? "maxLimitOrderQty" : "maxOrderQty")?.double
    instrument.maxLeverage = try item.member("leverageFilter")?.optionalDecimal("maxLeverage")?.double
    instrument.fundingIntervalHours = item.member("fundingInterval")?.number.map { $0 / 60 }
    return instrument
  }

  public func fault(status: Int, headers: HTTPHeaders, body: Bytes, now: Timestamp) -> VenueFault? {
    if status == 403 {
      if body.firstOffset(of: "too frequent") != nil { return VenueFault(.banned(seconds: 600), "HTTP 403: access too frequent") }
      return VenueFault(.region, "HTTP 403: this address is in a country that Bybit does not serve, or is blocked")
    }
    guard status == 200 else { return statusFault(status, headers, "") }
    guard let document = try? VenueDocument(body) else { return nil }
    guard let code = document.root.member("retCode")?.integer else { return .malformed("no \"retCode\"") }
    if code == 0 { return nil }
    let said = document.root.member("retMsg")?.string ?? ""
    let text = "\(code): \(said)"
    switch code {
    case 10006, 429:
      let reset = headers["x-bapi-limit-reset-timestamp"].flatMap { Int64($0) }
      return VenueFault(.rateLimited(seconds: reset.map { min(60, max(0, (Double($0) - Double(now.milliseconds)) / 1000)) }), text)
    case 10000, 10016: return VenueFault(.unavailable, text)
    case 10008, 10010: return VenueFault(.banned(seconds: 600), text)
    case 10009, 10024: return VenueFault(.region, text)
    case 10029, 170121: return VenueFault(.unknownSymbol, text)
    case 10001 where said.lowercased().rest(after: "symbol") != nil: return VenueFault(.unknownSymbol, text)
    default: return VenueFault(.refused, text)
    }
  }
}
