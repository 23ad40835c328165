import Market

/// One market as a venue lists it.
public struct Listing: Sendable {
  public enum Status: String, Sendable {
    /// Trades as usual.
    case trading
    /// Announced, not yet open.
    case upcoming
    /// Interrupted, settling or gone.
    case halted
  }

  /// The venue's own name: `BTCUSDT`, `BTC-USDT-SWAP`.
  public var name: String
  public var symbol: Symbol
  public var status: Status
  public var instrument: Instrument
  /// Its first instant, where the venue tells it.
  public var listedAt: Timestamp?
  /// What one unit of an order's size is in the base asset, where the venue counts contracts.
  public var contractSize: Decimal?

  public init(name: String, symbol: Symbol, status: Status, instrument: Instrument, listedAt: Timestamp? = nil) {
    self.name = name
    self.symbol = symbol
    self.status = status
    self.instrument = instrument
    self.listedAt = listedAt
  }
}

/// One answer to a request for instruments.
public struct ListingPage: Sendable {
  public var listings: [Listing]
  /// Allowances that the venue told along.
  public var limits: [VenueLimit] = []
  /// What the request for the next page carries; `nil` on the last.
  public var cursor: String?
}

/// The last 24 hours of one market.
public struct Ticker: Sendable {
  /// The venue's own name of the market.
  public var name: String
  public var last: Decimal
  public var bid: Decimal?
  public var ask: Decimal?
  public var open: Decimal?
  public var high: Decimal?
  public var low: Decimal?
  /// In the base asset.
  public var volume: Decimal?
  /// In the quote asset.
  public var quoteVolume: Decimal?
  /// Of the price over 24 hours: 0.01 is one per cent.
  public var change: Double?
  public var time: Timestamp?

  public init(name: String, last: Decimal) {
    self.name = name
    self.last = last
  }
}

/// The best orders of one market, each side from the best price on.
public struct OrderBook: Sendable {
  public struct Level: Sendable {
    public var price: Decimal
    /// In the base asset.
    public var size: Decimal

    public init(price: Decimal, size: Decimal) {
      self.price = price
      self.size = size
    }
  }

  public var bids: [Level]
  public var asks: [Level]
  /// When the venue took it; spot Binance does not say.
  public var time: Timestamp?

  public init(bids: [Level], asks: [Level], time: Timestamp? = nil) {
    self.bids = bids
    self.asks = asks
    self.time = time
  }

  /// With sizes that count contracts turned into the base asset; `nil` where a number would be too long.
  public func scaled(by contractSize: Decimal?) -> OrderBook? {
    guard let contractSize else { return self }
    func scaled(_ levels: [Level]) -> [Level]? {
      let sizes = levels.compactMap { $0.size.multiplied(by: contractSize) }
      return sizes.count == levels.count ? zip(levels, sizes).map { Level(price: $0.price, size: $1) } : nil
    }
    guard let bids = scaled(bids), let asks = scaled(asks) else { return nil }
    return OrderBook(bids: bids, asks: asks, time: time)
  }
}

/// What the longs of a perpetual pay the shorts, as a fraction of the notional.
public struct FundingRate: Sendable {
  /// The venue's own name of the market.
  public var name: String
  public var rate: Decimal
  /// When it is or was exchanged, to the minute: real funding times are some milliseconds past it.
  public var time: Timestamp
  public var intervalHours: Double?
  public var markPrice: Decimal?

  public init(name: String, rate: Decimal, time: Timestamp, intervalHours: Double? = nil, markPrice: Decimal? = nil) {
    self.name = name
    self.rate = rate
    self.time = FundingRate.rounded(time)
    self.intervalHours = intervalHours
    self.markPrice = markPrice
  }

  static func rounded(_ time: Timestamp) -> Timestamp {
    Timestamp(milliseconds: (time.milliseconds + Timestamp.minute / 2) / Timestamp.minute * Timestamp.minute)
  }
}

/// One answer to a request for candles.
public struct CandlePage: Sendable {
  /// Closed ones, oldest first.
  public var candles: [ExactCandle] = []
  /// Rows that open off the grid of their timeframe, as venues had after some outages; they are left out and counted.
  public var offGrid = 0

  public init() {}
}
