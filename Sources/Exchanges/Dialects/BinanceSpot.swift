import Market
import Quoting
import Wire

/// Binance spot, REST v3. Weight is counted per address and minute; answers carry what is used in `X-MBX-USED-WEIGHT-1M`.
public struct BinanceSpot: Dialect {
  public init() {}

  public let name = "binance"
  public let baseURL = "https://api.binance.com"
  public var alternative: String? { "https://data-api.binance.vision" }
  public let kinds: [Instrument.Kind] = [.spot]
  public let limits = [VenueLimit("weight", weight: 6000, per: 60)]
  public var timeframes: [Timeframe] { BinanceFormat.intervals.keys.sorted() }
  public func rows(_ timeframe: Timeframe) -> Int { 1000 }
  public func marketName(_ symbol: Symbol) -> String { BinanceFormat.marketName(symbol) }

  public func time() -> VenueRequest { VenueRequest("/api/v3/time", limit: "weight", weight: 1) }

  public func instruments(_ kind: Instrument.Kind, symbols: [Symbol], cursor: String?) -> VenueRequest {
    VenueRequest("/api/v3/exchangeInfo\(BinanceFormat.symbolsQuery(symbols))", limit: "weight", weight: 20)
  }

  public func tickers(_ kind: Instrument.Kind, symbols: [Symbol]) -> VenueRequest {
    let weight = symbols.isEmpty || symbols.count > 100 ? 80 : symbols.count <= 20 ? 2 : 40
    return VenueRequest("/api/v3/ticker/24hr\(BinanceFormat.symbolsQuery(symbols))", limit: "weight", weight: weight)
  }

  public func depth(_ symbol: Symbol, levels: Int) -> VenueRequest {
    let weight = levels <= 100 ? 5 : levels <= 500 ? 25 : levels <= 1000 ? 50 : 250
    return VenueRequest("/api/v3/depth?symbol=\(Quoting.percent(marketName(symbol)))&limit=\(min(levels, 5000))", limit: "weight", weight: weight)
  }

  // Spot markets have no funding: nobody asks these.
  public func funding(_ symbol: Symbol) -> VenueRequest { time() }
  public func fundingHistory(_ symbol: Symbol, from: Timestamp, to: Timestamp) -> VenueRequest { time() }
  public let fundingRows = 0

  public func candles(_ symbol: Symbol, _ range: CandleRange, now: Timestamp) -> VenueRequest {
    VenueRequest("/api/v3/klines?\(BinanceFormat.candleQuery(symbol, range))", limit: "weight", weight: 2)
  }

  public func decodeTime(_ body: Bytes) throws(VenueFault) -> Timestamp { try BinanceFormat.decodeTime(body) }
  public func decodeTickers(_ body: Bytes) throws(VenueFault) -> [Ticker] { try BinanceFormat.decodeTickers(body) }
  public func decodeDepth(_ body: Bytes) throws(VenueFault) -> OrderBook { try BinanceFormat.decodeDepth(body) }
  public func decodeFunding(_ body: Bytes) throws(VenueFault) -> FundingRate { throw VenueFault(.refused, "spot markets have no funding") }
  public func decodeFundingHistory(_ body: Bytes) throws(VenueFault) -> [FundingRate] { [] }

  public func decodeCandles(_ body: Bytes, _ symbol: Symbol, _ range: CandleRange, now: Timestamp) throws(VenueFault) -> CandlePage {
    let document = try VenueDocument(body)
    return try gather(document.root, newestFirst: false, range, now: now, read: BinanceFormat.candle)
  }

  public func decodeInstruments(_ body: Bytes, _ kind: Instrument.Kind) throws(VenueFault) -> ListingPage {
    let document = try VenueDocument(body)
    var listings: [Listing] = []
    for item in try document.root.required("symbols").elements {
      let (base, quote) = (try item.required("baseAsset").text("baseAsset"), try item.required("quoteAsset").text("quoteAsset"))
      // A market whose name is none cannot be told of.
      guard let symbol = Symbol(listed: base, quote), let instrument = try BinanceFormat.instrument(item, .spot) else { continue }
      let status = try item.required("status")
      listings.append(
        Listing(
          name: try item.required("symbol").text("symbol"), symbol: symbol,
          status: status.equals("TRADING") ? .trading : .halted, instrument: instrument))
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
