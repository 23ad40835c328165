import Market

/// A market of one venue.
public struct MarketName: Hashable, Sendable {
  public var exchange: String
  public var symbol: Symbol

  public init(exchange: String, symbol: Symbol) {
    self.exchange = exchange
    self.symbol = symbol
  }

  /// Bitcoin leads the others of its venue and kind, so that they find its close of the same instant.
  public var isReference: Bool { symbol.base == "BTC" }

  /// The order in which markets of one instant stand: the reference first, then by symbol and exchange.
  public static func precedes(_ a: MarketName, _ b: MarketName) -> Bool {
    if a.isReference != b.isReference { return a.isReference }
    if a.symbol != b.symbol { return a.symbol < b.symbol }
    return a.exchange < b.exchange
  }
}

/// One record of a market on its way into the stream.
public enum MarketItem: Sendable {
  case candle(Timeframe, ExactCandle)
  case gap(Gap)

  /// The instant at which it may be known: a close, or the end of a gap.
  public var eventTime: Timestamp {
    switch self {
    case .candle(_, let candle): candle.closeTime
    case .gap(let gap): gap.to
    }
  }

  public var timeframe: Timeframe {
    switch self {
    case .candle(let timeframe, _): timeframe
    case .gap(let gap): gap.timeframe
    }
  }

  /// The place of the record in the stream: event time, non-candles first, market, longer timeframe first.
  /// - Parameter rank: of its market, by `MarketName.precedes`.
  public func place(rank: Int) -> StreamPlace {
    let isCandle: UInt64 = if case .candle = self { 1 } else { 0 }
    return StreamPlace(time: eventTime, order: isCandle << 48 | UInt64(rank) << 8 | UInt64(255 - timeframe.rawValue))
  }
}

/// A sort key of the stream.
public struct StreamPlace: Hashable, Comparable, Sendable {
  public var time: Timestamp
  var order: UInt64

  public static func < (a: StreamPlace, b: StreamPlace) -> Bool {
    a.time != b.time ? a.time < b.time : a.order < b.order
  }
}
