import Market
import Wire

/// One GET request to a venue: what follows the base URL, and what it costs.
public struct VenueRequest: Hashable, Sendable {
  /// With the query, percent-encoded.
  public var path: String
  /// The allowance that it draws on; a name of the dialect's `limits`.
  public var limit: String
  public var weight: Int

  public init(_ path: String, limit: String, weight: Int) {
    self.path = path
    self.limit = limit
    self.weight = weight
  }
}

/// An allowance of a venue: so much weight in so many seconds, for everybody on this address.
public struct VenueLimit: Hashable, Sendable {
  public var name: String
  public var weight: Int
  public var seconds: Double

  /// More than any venue allows.
  static let largestWeight = 1_000_000_000
  static func bounded(_ weight: Int) -> Int { min(max(0, weight), largestWeight) }

  public init(_ name: String, weight: Int, per seconds: Double) {
    self.name = name
    self.weight = min(max(1, weight), VenueLimit.largestWeight)
    self.seconds = min(max(0.001, seconds), 86_400)
  }
}

/// A stretch of one series to ask for: candles that open at `from` or later and before `to`.
public struct CandleRange: Hashable, Sendable {
  public var timeframe: Timeframe
  public var from: Timestamp
  public var to: Timestamp

  public init(_ timeframe: Timeframe, from: Timestamp, to: Timestamp) {
    self.timeframe = timeframe
    self.from = from
    self.to = to
  }

  public var count: Int { timeframe.count(from: from, to: to) }
}

/// How one venue is spoken to: from a question to the text of a request, and from the bytes of its answer to records. Nothing here opens a connection.
///
/// Answers are read tolerantly where venues add (unknown keys) and exactly where they do not (types, order, units).
public protocol Dialect: Sendable {
  /// As in the stream's `exchange`.
  var name: String { get }
  var baseURL: String { get }
  /// Where to go when the venue refuses this country, if it offers such a place.
  var alternative: String? { get }
  var kinds: [Instrument.Kind] { get }
  var limits: [VenueLimit] { get }
  /// Timeframes to ask for; others are built from these.
  var timeframes: [Timeframe] { get }
  /// The most candles that one request is used for.
  func rows(_ timeframe: Timeframe) -> Int

  func time() -> VenueRequest
  /// - Parameters:
  ///   - symbols: those that are needed; a venue that cannot choose sends all.
  ///   - cursor: what the page before said; `nil` for the first.
  func instruments(_ kind: Instrument.Kind, symbols: [Symbol], cursor: String?) -> VenueRequest
  /// - Parameter symbols: those that are needed, all for none; a venue that cannot choose sends all.
  func tickers(_ kind: Instrument.Kind, symbols: [Symbol]) -> VenueRequest
  func depth(_ symbol: Symbol, levels: Int) -> VenueRequest
  /// The expected rate of the coming exchange of a perpetual.
  func funding(_ symbol: Symbol) -> VenueRequest
  /// The rates that were exchanged at `from` or later and before `to`; at most `fundingRows` of them.
  func fundingHistory(_ symbol: Symbol, from: Timestamp, to: Timestamp) -> VenueRequest
  var fundingRows: Int { get }
  /// Where a page of rates is full, the older ones are missing, not the newer.
  var fundingIsNewestFirst: Bool { get }
  /// - Parameters:
  ///   - range: at most `rows` candles.
  ///   - now: the venue's time, for venues that keep recent candles apart.
  func candles(_ symbol: Symbol, _ range: CandleRange, now: Timestamp) -> VenueRequest
  /// The venue's name of a market.
  func marketName(_ symbol: Symbol) -> String

  func decodeTime(_ body: Bytes) throws(VenueFault) -> Timestamp
  func decodeInstruments(_ body: Bytes, _ kind: Instrument.Kind) throws(VenueFault) -> ListingPage
  func decodeTickers(_ body: Bytes) throws(VenueFault) -> [Ticker]
  func decodeDepth(_ body: Bytes) throws(VenueFault) -> OrderBook
  func decodeFunding(_ body: Bytes) throws(VenueFault) -> FundingRate
  func decodeFundingHistory(_ body: Bytes) throws(VenueFault) -> [FundingRate]
  /// The closed candles of an answer, oldest first: those whose close is not after `now`, the venue's time.
  func decodeCandles(_ body: Bytes, _ symbol: Symbol, _ range: CandleRange, now: Timestamp) throws(VenueFault) -> CandlePage

  /// What an answer with this status and body has to say about failure; `nil` for an answer worth decoding.
  func fault(status: Int, headers: HTTPHeaders, body: Bytes, now: Timestamp) -> VenueFault?
  /// What the venue says is used of an allowance, in its current window.
  func used(_ headers: HTTPHeaders) -> (limit: String, weight: Int)?
}

extension Dialect {
  public var alternative: String? { nil }
  public var fundingIsNewestFirst: Bool { true }
  public func used(_ headers: HTTPHeaders) -> (limit: String, weight: Int)? { nil }

  /// The timeframe to ask for where `wanted` is to be had: itself, or the longest that builds it.
  public func source(of wanted: Timeframe) -> Timeframe? {
    timeframes.contains(wanted) ? wanted : timeframes.filter { wanted.isBuilt(from: $0) }.max()
  }

  /// What the status alone says, where the venue has no words of its own for it.
  func statusFault(_ status: Int, _ headers: HTTPHeaders, _ said: String) -> VenueFault? {
    let text = "HTTP \(status)" + (said.isEmpty ? "" : ": \(said)")
    switch status {
    case 200..<300: return nil
    case 300..<400: return VenueFault(.refused, "\(text), redirected to \(headers["location"] ?? "nowhere"); redirects are not followed")
    case 429: return VenueFault(.rateLimited(seconds: headers.retryAfter), text)
    case 451: return VenueFault(.region, text)
    case 408, 500...: return VenueFault(.unavailable, text)
    default: return VenueFault(.refused, text)
    }
  }

  /// Gathers rows: leaves out the forming candle and what lies outside the range, and holds the rest to grid and order.
  func gather(
    _ rows: JSONValue, newestFirst: Bool, _ range: CandleRange, now: Timestamp,
    read: (JSONValue) throws(VenueFault) -> (candle: ExactCandle, isOpen: Bool)
  ) throws(VenueFault) -> CandlePage {
    guard rows.kind == .array else { throw .malformed("no array of candles: \(rows.excerpt)") }
    var page = CandlePage()
    page.candles.reserveCapacity(Int(rows.length) / 90)
    var last: Timestamp?
    for row in rows.elements {
      var (candle, isOpen) = try read(row)
      if let last, newestFirst ? candle.openTime >= last : candle.openTime <= last {
        throw .malformed("candles out of order: \(candle.openTime.text) next to \(last.text)")
      }
      last = candle.openTime
      candle.closeTime = range.timeframe.next(afterOpen: candle.openTime)
      if isOpen || candle.closeTime > now || candle.openTime < range.from || candle.openTime >= range.to { continue }
      if range.timeframe.open(containing: candle.openTime) != candle.openTime {
        page.offGrid += 1
        continue
      }
      if let fault = candle.fault { throw .malformed("\(fault.text), at \(candle.openTime.text)") }
      page.candles.append(candle)
    }
    if newestFirst { page.candles.reverse() }
    return page
  }
}

/// The headers of an HTTP answer. Names are compared without regard to case.
public struct HTTPHeaders: Sendable {
  private var fields: [(name: String, value: String)] = []

  public init(_ fields: [(String, String)] = []) {
    for (name, value) in fields { append(name, value) }
  }

  public mutating func append(_ name: String, _ value: String) { fields.append((name.lowercased(), value)) }

  public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// `Retry-After` in seconds; its other form, a date, is not used by these venues.
  public var retryAfter: Double? { self["retry-after"].flatMap(Double.init).flatMap { $0 >= 0 && $0 <= 1e7 ? $0 : nil } }
}
