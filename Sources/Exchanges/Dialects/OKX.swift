import Market
import Quoting
import Wire

/// OKX v5, spot and linear swaps. Everything is a string, candles come newest first, sizes of swaps are in contracts, and only the bars called
/// `…utc` open by UTC.
public struct OKX: Dialect {
  public init() {}

  public let name = "okx"
  public let baseURL = "https://www.okx.com"
  public let kinds: [Instrument.Kind] = [.spot, .linear]
  /// Each endpoint has its own, per address.
  public let limits = [
    VenueLimit("candles", weight: 40, per: 2), VenueLimit("history-candles", weight: 20, per: 2), VenueLimit("public", weight: 10, per: 2),
    VenueLimit("books", weight: 40, per: 2),
  ]
  /// There is no 8h; three-day bars are built, since their alignment is not documented.
  public var timeframes: [Timeframe] { OKX.bars.keys.sorted() }
  public func rows(_ timeframe: Timeframe) -> Int { 300 }

  static let bars: [Timeframe: StaticString] = [
    .m1: "1m", .m3: "3m", .m5: "5m", .m15: "15m", .m30: "30m", .h1: "1H", .h2: "2H", .h4: "4H", .h6: "6Hutc", .h12: "12Hutc", .d1: "1Dutc",
    .w1: "1Wutc",
    .month1: "1Mutc",
  ]
  /// `candles` reaches this many bars back; what is older is in `history-candles`.
  static let recent = 1440

  public func marketName(_ symbol: Symbol) -> String { "\(symbol.base)-\(symbol.quote)" + (symbol.kind == .linear ? "-SWAP" : "") }

  private func type(_ kind: Instrument.Kind) -> String { kind == .spot ? "SPOT" : "SWAP" }
  private func market(_ symbol: Symbol) -> String { "instId=\(Quoting.percent(marketName(symbol)))" }
  private func open(_ path: String) -> VenueRequest { VenueRequest("/api/v5/\(path)", limit: "public", weight: 1) }

  public func time() -> VenueRequest { open("public/time") }
  public func instruments(_ kind: Instrument.Kind, symbols: [Symbol], cursor: String?) -> VenueRequest {
    open("public/instruments?instType=\(type(kind))")
  }
  public func tickers(_ kind: Instrument.Kind, symbols: [Symbol]) -> VenueRequest { open("market/tickers?instType=\(type(kind))") }
  public func funding(_ symbol: Symbol) -> VenueRequest { open("public/funding-rate?\(market(symbol))") }
  public func depth(_ symbol: Symbol, levels: Int) -> VenueRequest {
    VenueRequest("/api/v5/market/books?\(market(symbol))&sz=\(min(levels, 400))", limit: "books", weight: 1)
  }

  public let fundingRows = 400
  /// Three months are kept.
  public func fundingHistory(_ symbol: Symbol, from: Timestamp, to: Timestamp) -> VenueRequest {
    open("public/funding-rate-history?\(market(symbol))&after=\(to.milliseconds)&before=\(from.milliseconds - 1)&limit=\(fundingRows)")
  }

  /// `after` asks for older bars than it, `before` for newer ones: both ends are exclusive.
  public func candles(_ symbol: Symbol, _ range: CandleRange, now: Timestamp) -> VenueRequest {
    let bar = OKX.bars[range.timeframe] ?? range.timeframe.label
    // A margin of bars that close while the request is on its way.
    let isRecent = range.from >= now + -Int64(OKX.recent - 20) * range.timeframe.nominalDuration
    let endpoint = isRecent ? "candles" : "history-candles"
    let (after, before) = (range.to.milliseconds, range.from.milliseconds - 1)
    return VenueRequest(
      "/api/v5/market/\(endpoint)?\(market(symbol))&bar=\(bar)&after=\(after)&before=\(before)&limit=\(range.count)", limit: endpoint, weight: 1)
  }

  private func data(_ root: JSONValue) throws(VenueFault) -> JSONValue {
    let data = try root.required("data")
    guard data.kind == .array else { throw .malformed("\"data\" is no array") }
    return data
  }

  private func first(_ root: JSONValue) throws(VenueFault) -> JSONValue {
    var items = try data(root).elements
    guard let item = items.next() else { throw .malformed("\"data\" is empty") }
    return item
  }

  public func decodeTime(_ body: Bytes) throws(VenueFault) -> Timestamp {
    let document = try VenueDocument(body)
    return try first(document.root).required("ts").textTime("ts")
  }

  public func decodeTickers(_ body: Bytes) throws(VenueFault) -> [Ticker] {
    let document = try VenueDocument(body)
    var tickers: [Ticker] = []
    for item in try data(document.root).elements {
      guard let last = try item.optionalDecimal("last") else { continue }
      let name = try item.required("instId").text("instId")
      var ticker = Ticker(name: name, last: last)
      ticker.bid = try item.optionalDecimal("bidPx")
      ticker.ask = try item.optionalDecimal("askPx")
      ticker.open = try item.optionalDecimal("open24h")
      ticker.high = try item.optionalDecimal("high24h")
      ticker.low = try item.optionalDecimal("low24h")
      let isSwap = item.member("instType")?.equals("SWAP") == true
      let currency = try item.optionalDecimal("volCcy24h")
      if isSwap {
        // `vol24h` counts contracts; `volCcy24h` the base asset. The quote volume is worked out at the last price.
        ticker.volume = currency
        ticker.quoteVolume = currency.flatMap { $0.multiplied(by: last) }
      } else {
        ticker.volume = try item.optionalDecimal("vol24h")
        ticker.quoteVolume = currency
      }
      // Not sent: worked out.
      if let open = ticker.open, open.mantissa > 0 { ticker.change = last.double / open.double - 1 }
      ticker.time = try item.required("ts").textTime("ts")
      tickers.append(ticker)
    }
    return tickers
  }

  /// Sizes of swaps are in contracts: their instruments say how much one is.
  public func decodeDepth(_ body: Bytes) throws(VenueFault) -> OrderBook {
    let document = try VenueDocument(body)
    let book = try first(document.root)
    return OrderBook(
      bids: try BinanceFormat.levels(book.required("bids")), asks: try BinanceFormat.levels(book.required("asks")),
      time: try book.required("ts").textTime("ts"))
  }

  public func decodeFunding(_ body: Bytes) throws(VenueFault) -> FundingRate {
    let document = try VenueDocument(body)
    let item = try first(document.root)
    let time = try item.required("fundingTime").textTime("fundingTime")
    let next = try item.required("nextFundingTime").textTime("nextFundingTime")
    return FundingRate(
      name: try item.required("instId").text("instId"), rate: try item.required("fundingRate").decimal("fundingRate"), time: time,
      intervalHours: Double(next - time) / Double(Timestamp.hour))
  }

  public func decodeFundingHistory(_ body: Bytes) throws(VenueFault) -> [FundingRate] {
    let document = try VenueDocument(body)
    var rates: [FundingRate] = []
    for item in try data(document.root).elements {
      // What was exchanged; `fundingRate` is what had been expected.
      let (realized, expected) = (try item.optionalDecimal("realizedRate"), try item.optionalDecimal("fundingRate"))
      guard let rate = realized ?? expected else { throw .malformed("a funding rate without a rate") }
      rates.append(
        FundingRate(
          name: try item.required("instId").text("instId"), rate: rate, time: try item.required("fundingTime").textTime("fundingTime")))
    }
    return rates
  }

  /// `["ts", "open", "high", "low", "close", "vol", "volCcy", "volCcyQuote", "confirm"]`; swaps count `vol` in contracts.
  public func decodeCandles(_ body: Bytes, _ symbol: Symbol, _ range: CandleRange, now: Timestamp) throws(VenueFault) -> CandlePage {
    let document = try VenueDocument(body)
    let isSwap = symbol.kind == .linear
    return try gather(try data(document.root), newestFirst: true, range, now: now) { row throws(VenueFault) in
      var cells = row.elements
      guard let time = cells.next(), let open = cells.next(), let high = cells.next(), let low = cells.next(), let close = cells.next(),
        let volume = cells.next(), let currency = cells.next(), let quote = cells.next(), let confirm = cells.next()
      else { throw .malformed("a candle of fewer than 9 values: \(row.excerpt)") }
      let opened = try time.textTime("ts")
      let candle = ExactCandle(
        openTime: opened, closeTime: opened, open: try open.decimal("open"), high: try high.decimal("high"), low: try low.decimal("low"),
        close: try close.decimal("close"), volume: try (isSwap ? currency : volume).decimal("volume"), quoteVolume: try quote.decimal("volCcyQuote"))
      return (candle, confirm.equals("0"))
    }
  }

  public func decodeInstruments(_ body: Bytes, _ kind: Instrument.Kind) throws(VenueFault) -> ListingPage {
    let document = try VenueDocument(body)
    var listings: [Listing] = []
    for item in try data(document.root).elements {
      // Before its opening a market has no steps yet. One whose name is none cannot be told of.
      guard let symbol = try symbol(item, kind), let instrument = try instrument(item, kind) else { continue }
      let state = try item.required("state")
      var listing = Listing(
        name: try item.required("instId").text("instId"), symbol: symbol,
        status: state.equals("live") ? .trading : state.equals("preopen") ? .upcoming : .halted, instrument: instrument,
        listedAt: try item.member("listTime").flatMap { value throws(VenueFault) in value.length > 0 ? try value.textTime("listTime") : nil })
      if kind == .linear, let value = try item.optionalDecimal("ctVal") {
        listing.contractSize = try item.optionalDecimal("ctMult").map { value.multiplied(by: $0) } ?? value
      }
      listings.append(listing)
    }
    return ListingPage(listings: listings)
  }

  private func symbol(_ item: JSONValue, _ kind: Instrument.Kind) throws(VenueFault) -> Symbol? {
    if kind == .spot {
      return Symbol(listed: try item.required("baseCcy").text("baseCcy"), try item.required("quoteCcy").text("quoteCcy"))
    }
    guard item.member("ctType")?.equals("linear") == true else { return nil }
    let pair = try item.required("instFamily").text("instFamily").split(separator: "-")
    guard pair.count == 2 else { return nil }
    return Symbol(listed: String(pair[0]), String(pair[1]), settle: try item.required("settleCcy").text("settleCcy"))
  }

  private func instrument(_ item: JSONValue, _ kind: Instrument.Kind) throws(VenueFault) -> Instrument? {
    let fees = Instrument.defaultFees(kind)
    guard let tick = try item.optionalDecimal("tickSz")?.double, let lot = try item.optionalDecimal("lotSz")?.double else { return nil }
    // In contracts, of ctVal × ctMult base units each.
    let contract = try kind == .spot ? 1 : (item.optionalDecimal("ctVal")?.double ?? 1) * (item.optionalDecimal("ctMult")?.double ?? 1)
    var instrument = Instrument(
      kind: kind, tickSize: tick, lotSize: lot * contract, minNotional: 0, makerFee: fees.maker, takerFee: fees.taker, source: .venue)
    instrument.minQuantity = try item.optionalDecimal("minSz").map { $0.double * contract }
    instrument.maxQuantity = try item.optionalDecimal("maxLmtSz").map { $0.double * contract }
    instrument.maxLeverage = kind == .linear ? try item.optionalDecimal("lever")?.double : nil
    return instrument
  }

  public func fault(status: Int, headers: HTTPHeaders, body: Bytes, now: Timestamp) -> VenueFault? {
    guard let document = try? VenueDocument(body), let code = document.root.member("code")?.string else {
      return statusFault(status, headers, "") ?? .malformed("no \"code\"")
    }
    if status == 200, code == "0" { return nil }
    let text = "\(code): \(document.root.member("msg")?.string ?? "")"
    switch code {
    case "50011", "50061": return VenueFault(.rateLimited(seconds: headers.retryAfter), text)
    case "50001", "50004", "50013", "50026": return VenueFault(.unavailable, text)
    case "51001": return VenueFault(.unknownSymbol, text)
    case "50051", "50052": return VenueFault(.region, text)
    default: return statusFault(status, headers, text) ?? VenueFault(.refused, text)
    }
  }
}
