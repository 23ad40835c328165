import Market
import Quoting
import Wire

/// What Binance's spot and futures markets write alike.
enum BinanceFormat {
  static let intervals: [Timeframe: StaticString] = [
    .m1: "1m", .m3: "3m", .m5: "5m", .m15: "15m", .m30: "30m", .h1: "1h", .h2: "2h", .h4: "4h", .h6: "6h", .h8: "8h", .h12: "12h", .d1: "1d",
    .w1: "1w",
    .month1: "1M",
  ]

  static func marketName(_ symbol: Symbol) -> String { symbol.base + symbol.quote }

  static func candleQuery(_ symbol: Symbol, _ range: CandleRange) -> String {
    let interval = intervals[range.timeframe] ?? range.timeframe.label
    let (from, to) = (range.from.milliseconds, range.to.milliseconds - 1)
    return "symbol=\(Quoting.percent(marketName(symbol)))&interval=\(interval)&startTime=\(from)&endTime=\(to)&limit=\(range.count)"
  }

  /// `[open time, "open", "high", "low", "close", "volume", close time, "quote volume", trades, "taker base", "taker quote", "unused"]`
  static func candle(_ row: JSONValue) throws(VenueFault) -> (candle: ExactCandle, isOpen: Bool) {
    var cells = row.elements
    guard let time = cells.next(), let open = cells.next(), let high = cells.next(), let low = cells.next(), let close = cells.next(),
      let volume = cells.next(), let closeTime = cells.next(), let quoteVolume = cells.next(), let trades = cells.next(), let taker = cells.next()
    else { throw .malformed("a candle of fewer than 10 values: \(row.excerpt)") }
    _ = try closeTime.numberTime("close time")
    let opened = try time.numberTime("open time")
    let candle = ExactCandle(
      openTime: opened, closeTime: opened, open: try open.decimal("open"), high: try high.decimal("high"), low: try low.decimal("low"),
      close: try close.decimal("close"), volume: try volume.decimal("volume"), quoteVolume: try quoteVolume.decimal("quote volume"),
      trades: try trades.count("number of trades"), takerBuyVolume: try taker.decimal("taker volume"))
    return (candle, false)
  }

  static func decodeTime(_ body: Bytes) throws(VenueFault) -> Timestamp {
    let document = try VenueDocument(body)
    return try document.root.required("serverTime").numberTime("serverTime")
  }

  static func decodeTickers(_ body: Bytes) throws(VenueFault) -> [Ticker] {
    let document = try VenueDocument(body)
    if document.root.kind == .object { return [try ticker(document.root)] }
    guard document.root.kind == .array else { throw .malformed("no tickers: \(document.root.excerpt)") }
    var tickers: [Ticker] = []
    for item in document.root.elements { tickers.append(try ticker(item)) }
    return tickers
  }

  private static func ticker(_ item: JSONValue) throws(VenueFault) -> Ticker {
    var ticker = Ticker(name: try item.required("symbol").text("symbol"), last: try item.required("lastPrice").decimal("lastPrice"))
    ticker.bid = try item.optionalDecimal("bidPrice")
    ticker.ask = try item.optionalDecimal("askPrice")
    ticker.open = try item.optionalDecimal("openPrice")
    ticker.high = try item.optionalDecimal("highPrice")
    ticker.low = try item.optionalDecimal("lowPrice")
    ticker.volume = try item.optionalDecimal("volume")
    ticker.quoteVolume = try item.optionalDecimal("quoteVolume")
    // Here in per cent.
    ticker.change = try item.optionalDecimal("priceChangePercent").map { $0.double / 100 }
    ticker.time = try item.member("closeTime")?.numberTime("closeTime")
    return ticker
  }

  /// Up to 100 names, as a query; empty for none, which means all.
  static func symbolsQuery(_ symbols: [Symbol]) -> String {
    if symbols.isEmpty || symbols.count > 100 { return "" }
    return "?symbols=" + Quoting.percent("[\(symbols.map { "\"\(marketName($0))\"" }.joined(separator: ","))]")
  }

  static func decodeDepth(_ body: Bytes) throws(VenueFault) -> OrderBook {
    let document = try VenueDocument(body)
    return OrderBook(
      bids: try levels(document.root.required("bids")), asks: try levels(document.root.required("asks")),
      time: try document.root.member("E")?.numberTime("E"))
  }

  /// `[["price", "size", …], …]`
  static func levels(_ rows: JSONValue) throws(VenueFault) -> [OrderBook.Level] {
    guard rows.kind == .array else { throw .malformed("no price levels: \(rows.excerpt)") }
    var levels: [OrderBook.Level] = []
    for row in rows.elements {
      var cells = row.elements
      guard let price = cells.next(), let size = cells.next() else { throw .malformed("a price level of fewer than 2 values: \(row.excerpt)") }
      levels.append(OrderBook.Level(price: try price.decimal("price"), size: try size.decimal("size")))
    }
    return levels
  }

  /// `rateLimits` of exchangeInfo: the allowance of weight.
  static func limits(_ root: JSONValue, named name: String) throws(VenueFault) -> [VenueLimit] {
    guard let entries = root.member("rateLimits") else { return [] }
    for entry in entries.elements where entry.member("rateLimitType")?.equals("REQUEST_WEIGHT") == true {
      guard let weight = entry.member("limit")?.integer, let number = entry.member("intervalNum")?.integer, let unit = entry.member("interval"),
        let seconds = unit.equals("SECOND") ? 1.0 : unit.equals("MINUTE") ? 60 : unit.equals("HOUR") ? 3600 : nil
      else { continue }
      guard weight > 0, number > 0 else { throw .malformed("an allowance of \(weight) in \(number)") }
      return [VenueLimit(name, weight: weight, per: Double(number) * seconds)]
    }
    return []
  }

  /// Ticks, lots and limits from `filters`.
  static func instrument(_ item: JSONValue, _ kind: Instrument.Kind) throws(VenueFault) -> Instrument? {
    let fees = Instrument.defaultFees(kind)
    var instrument = Instrument(
      kind: kind, tickSize: 0, lotSize: 0, minNotional: 0, makerFee: fees.maker, takerFee: fees.taker, source: .venue)
    for filter in try item.required("filters").elements {
      guard let type = filter.member("filterType") else { continue }
      if type.equals("PRICE_FILTER") {
        instrument.tickSize = try filter.optionalDecimal("tickSize")?.double ?? 0
      } else if type.equals("LOT_SIZE") {
        instrument.lotSize = try filter.optionalDecimal("stepSize")?.double ?? 0
        instrument.minQuantity = try filter.optionalDecimal("minQty")?.double
        instrument.maxQuantity = try filter.optionalDecimal("maxQty")?.double
      } else if type.equals("NOTIONAL") || type.equals("MIN_NOTIONAL") {
        // Futures call the value `notional`.
        let (least, futures) = (try filter.optionalDecimal("minNotional"), try filter.optionalDecimal("notional"))
        instrument.minNotional = (least ?? futures)?.double ?? 0
      }
    }
    return instrument.tickSize > 0 && instrument.lotSize > 0 ? instrument : nil
  }

  /// The status class first, then the code of `{"code":-1121,"msg":"…"}`.
  static func fault(_ dialect: some Dialect, _ status: Int, _ headers: HTTPHeaders, _ body: Bytes, _ now: Timestamp) -> VenueFault? {
    if (200..<300).contains(status) { return nil }
    let (code, said) = message(body)
    let text = "HTTP \(status)" + (said.isEmpty ? "" : ": \(said)")
    switch status {
    case 418: return VenueFault(.banned(seconds: headers.retryAfter ?? secondsBanned(said, now) ?? 120), text)
    case 403: return VenueFault(.refused, "\(text) (the venue's firewall: too many or suspicious requests from this address)")
    case 400..<500 where code == -1121 || code == -1122: return VenueFault(.unknownSymbol, said)
    case 400..<500 where code == -1003: return VenueFault(.rateLimited(seconds: headers.retryAfter), text)
    default: return dialect.statusFault(status, headers, said)
    }
  }

  private static func message(_ body: Bytes) -> (code: Int, said: String) {
    guard let document = try? VenueDocument(body) else { return (0, "") }
    return (document.root.member("code")?.integer ?? 0, document.root.member("msg")?.string ?? "")
  }

  /// To the time in "IP banned until 1499827319559."; at most what `retryAfter` admits.
  private static func secondsBanned(_ text: String, _ now: Timestamp) -> Double? {
    text.rest(after: "banned until ").flatMap { Int64($0.prefix { $0.isNumber }) }.map {
      min(1e7, max(1, Double(Timestamp(milliseconds: $0) - now) / 1000))
    }
  }
}
