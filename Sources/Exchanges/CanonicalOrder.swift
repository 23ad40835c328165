import Market

/// A market of one venue.
public struct MarketName: Hashable, Sendable {
  public var exchange: String
  public var symbol: Symbol

  public init(exchange: String, symbol: Symbol) {
    self.exchange = exchange
    self.symbol = symbol
  }

  /// One name for all exchanges of a run.
  public static func together(_ exchanges: Set<String>) -> String {
    let name = exchanges.sorted().joined(separator: "/")
    return exchanges.count > 1 && Identity.name.fault(in: name) != nil ? "several" : name
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
public enum MarketItem {
  case candle(Timeframe, ExactCandle)
  /// A candle that is stored as it is written.
  case line(Timeframe, StoredLine)
  case gap(Gap)

  /// The instant at which it may be known: a close, or the end of a gap.
  public var eventTime: Timestamp {
    switch self {
    case .candle(_, let candle): candle.closeTime
    case .line(_, let line): line.closeTime
    case .gap(let gap): gap.to
    }
  }

  public var timeframe: Timeframe {
    switch self {
    case .candle(let timeframe, _), .line(let timeframe, _): timeframe
    case .gap(let gap): gap.timeframe
    }
  }

  /// The place of the record in the stream: event time, non-candles first, market, longer timeframe first.
  /// - Parameter rank: of its market, by `MarketName.precedes`.
  public func place(rank: Int) -> StreamPlace {
    if case .gap(let gap) = self { return StreamPlace(time: gap.to, order: UInt64(rank) << 8 | UInt64(255 - gap.timeframe.rawValue)) }
    return StreamPlace(candle: eventTime, rank: rank, timeframe)
  }
}

/// A sort key of the stream.
public struct StreamPlace: Hashable, Comparable, Sendable {
  public var time: Timestamp
  var order: UInt64

  init(time: Timestamp, order: UInt64) {
    self.time = time
    self.order = order
  }

  @inline(__always)
  init(candle close: Timestamp, rank: Int, _ timeframe: Timeframe) {
    self.init(time: close, order: 1 << 48 | UInt64(rank) << 8 | UInt64(255 - timeframe.rawValue))
  }

  public static func < (a: StreamPlace, b: StreamPlace) -> Bool {
    a.time != b.time ? a.time < b.time : a.order < b.order
  }
}
