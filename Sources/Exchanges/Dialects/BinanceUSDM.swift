import Market
import Quoting
import Wire

/// Binance USD-margined perpetuals, REST v1.
public struct BinanceUSDM: Dialect {
  public init() {}

  public let name = "binance-usdm"
  public let baseURL = "https://fapi.binance.com"
  public let kinds: [Instrument.Kind] = [.linear]
  public let limits = [VenueLimit("weight", weight: 2400, per: 60), VenueLimit("funding", weight: 500, per: 300)]
  public var timeframes: [Timeframe] { BinanceFormat.intervals.keys.sorted() }
  /// Up to 1500 are allowed; 499 give the most candles for the weight.
  public func rows(_ timeframe: Timeframe) -> Int { 499 }
  public func marketName(_ symbol: Symbol) -> String { BinanceFormat.marketName(symbol) }

  public func time() -> VenueRequest { VenueRequest("/fapi/v1/time", limit: "weight", weight: 1) }
  public func instruments(_ kind: Instrument.Kind, symbols: [Symbol], cursor: String?) -> VenueRequest {
    VenueRequest("/fapi/v1/exchangeInfo", limit: "weight", weight: 1)
  }
  public func tickers(_ kind: Instrument.Kind, symbols: [Symbol]) -> VenueRequest {
    if symbols.count == 1 {
      return VenueRequest("/fapi/v1/ticker/24hr?symbol=\(Quoting.percent(marketName(symbols[0])))", limit: "weight", weight: 1)
    }
    return VenueRequest("/fapi/v1/ticker/24hr", limit: "weight", weight: 40)
  }

  /// Only certain numbers of levels are taken; the next larger one is asked for.
  public func depth(_ symbol: Symbol, levels: Int) -> VenueRequest {
    let steps = [(5, 2), (10, 2), (20, 2), (50, 2), (100, 5), (500, 10), (1000, 20)]
    let (limit, weight) = steps.first { $0.0 >= levels } ?? (1000, 20)
    return VenueRequest("/fapi/v1/depth?symbol=\(Quoting.percent(marketName(symbol)))&limit=\(limit)", limit: "weight", weight: weight)
  }

  public func funding(_ symbol: Symbol) -> VenueRequest {
    VenueRequest("/fapi/v1/premiumIndex?symbol=\(Quoting.percent(marketName(symbol)))", limit: "weight", weight: 1)
  }

  public let fundingRows = 1000
  public let fundingIsNewestFirst = false
  /// Both ends are inclusive.
  public func fundingHistory(_ symbol: Symbol, from: Timestamp, to: Timestamp) -> VenueRequest {
    let query = "symbol=\(Quoting.percent(marketName(symbol)))&startTime=\(from.milliseconds)&endTime=\(to.milliseconds - 1)&limit=\(fundingRows)"
    return VenueRequest("/fapi/v1/fundingRate?\(query)", limit: "funding", weight: 1)
  }

  public func candles(_ symbol: Symbol, _ range: CandleRange, now: Timestamp) -> VenueRequest {
    let count = range.count
    let weight = count < 100 ? 1 : count < 500 ? 2 : count <= 1000 ? 5 : 10
    return VenueRequest("/fapi/v1/klines?\(BinanceFormat.candleQuery(symbol, range))", limit: "weight", weight: weight)
  }

  public func decodeTime(_ body: Bytes) throws(VenueFault) -> Timestamp { try BinanceFormat.decodeTime(body) }
  public func decodeTickers(_ body: Bytes) throws(VenueFault) -> [Ticker] { try BinanceFormat.decodeTickers(body) }
  public func decodeDepth(_ body: Bytes) throws(VenueFault) -> OrderBook { try BinanceFormat.decodeDepth(body) }

  public func decodeFunding(_ body: Bytes) throws(VenueFault) -> FundingRate {
    let document = try VenueDocument(body)
    return FundingRate(
      name: try document.root.required("symbol").text("symbol"), rate: try document.root.required("lastFundingRate").decimal("lastFundingRate"),
      time: try document.root.required("nextFundingTime").numberTime("nextFundingTime"), markPrice: try document.root.optionalDecimal("markPrice"))
  }

  public func decodeFundingHistory(_ body: Bytes) throws(VenueFault) -> [FundingRate] {
    let document = try VenueDocument(body)
    guard document.root.kind == .array else { throw .malformed("no funding rates: \(document.root.excerpt)") }
    var rates: [FundingRate] = []
    for item in document.root.elements {
      rates.append(
        FundingRate(
          name: try item.required("symbol").text("symbol"), rate: try item.required("fundingRate").decimal("fundingRate"),
          time: try item.required("fundingTime").numberTime("fundingTime"), markPrice: try item.optionalDecimal("markPrice")))
    }
    return rates
  }

  public func decodeCandles(_ body: Bytes, _ symbol: Symbol, _ range: CandleRange, now: Timestamp) throws(VenueFault) -> CandlePage {
    let document = try VenueDocument(body)
    return try gather(document.root, newestFirst: false, range, now: now, read: BinanceFormat.candle)
  }

  /// Perpetuals only; dated futures are left out.
  public func decodeInstruments(_ body: Bytes, _ kind: Instrument.Kind) throws(VenueFault) -> ListingPage {
    let document = try VenueDocument(body)
    var listings: [Listing] = []
    for item in try document.root.required("symbols").elements {
      guard item.member("contractType")?.equals("PERPETUAL") == true else { continue }
      let (base, quote) = (try item.required("baseAsset").text("baseAsset"), try item.required("quoteAsset").text("quoteAsset"))
      // A market whose name is none cannot be told of.
      guard let symbol = Symbol(listed: base, quote, settle: try item.required("marginAsset").text("marginAsset")),
        let instrument = try BinanceFormat.instrument(item, .linear)
      else { continue }
      let status = try item.required("status")
      listings.append(
        Listing(
          name: try item.required("symbol").text("symbol"), symbol: symbol,
          status: status.equals("TRADING") ? .trading : status.equals("PENDING_TRADING") ? .upcoming : .halted, instrument: instrument,
          listedAt: try item.member("onboardDate")?.numberTime("onboardDate")))
    }
    return ListingPage(listings: listings, limits: try BinanceFormat.limits(document.root, named: "weight"))
  }

  public func fault(status: Int, headers: HTTPHeaders, body: Bytes, now: Timestamp) -> VenueFault? {
    BinanceFormat.fault(self, status, headers, body, now)
  }

  public func used(_ headers: HTTPHeaders) -> (limit: String, weight: Int)? {
    headers["x-mbx-used-weight-1m"].flatMap { Int($0) }.map { ("weight", $0) }
  }
}
