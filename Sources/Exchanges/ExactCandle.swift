import Market

/// One closed candle as a venue or a file told it: the same digits, none rounded.
@frozen
public struct ExactCandle: Sendable {
  public var openTime: Timestamp
  /// The next candle's open.
  public var closeTime: Timestamp
  public var open: Decimal
  public var high: Decimal
  public var low: Decimal
  public var close: Decimal
  /// In the base asset.
  public var volume: Decimal
  /// In the quote asset.
  public var quoteVolume: Decimal?
  /// Number of trades.
  public var trades: Int64?
  /// In the base asset, of the trades in which the buyer crossed the spread.
  public var takerBuyVolume: Decimal?

  @inlinable
  public init(
    openTime: Timestamp, closeTime: Timestamp, open: Decimal, high: Decimal, low: Decimal, close: Decimal, volume: Decimal,
    quoteVolume: Decimal? = nil, trades: Int64? = nil, takerBuyVolume: Decimal? = nil
  ) {
    self.openTime = openTime
    self.closeTime = closeTime
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
    self.quoteVolume = quoteVolume
    self.trades = trades
    self.takerBuyVolume = takerBuyVolume
  }

  /// The first rule of open, high, low, close and volume that this candle breaks; the same rules as `Candle.fault`, on exact numbers.
  @inlinable public var fault: Candle.Fault? {
    if low.mantissa > 0, low <= open, low <= close, open <= high, close <= high, volume.mantissa >= 0, openTime < closeTime { return nil }
    return faultInDetail
  }

  @usableFromInline var faultInDetail: Candle.Fault? {
    if low.mantissa <= 0 || high.mantissa <= 0 || open.mantissa <= 0 || close.mantissa <= 0 { return .notPositive }
    if high < low { return .highBelowLow }
    if open > high || open < low { return .openOutside }
    if close > high || close < low { return .closeOutside }
    if volume.mantissa < 0 { return .negativeVolume }
    return .timesOutOfOrder
  }

  /// Rounded for the analysis.
  public var rounded: Candle {
    Candle(
      openTime: openTime, closeTime: closeTime, open: open.double, high: high.double, low: low.double, close: close.double, volume: volume.double)
  }
}

extension Candle.Fault {
  /// In words, for a diagnostic.
  public var text: StaticString {
    switch self {
    case .notPositive: "a price is not above zero"
    case .beyondMarkets: "a price or the volume is beyond what any market has"
    case .highBelowLow: "high is below low"
    case .openOutside: "open is outside low and high"
    case .closeOutside: "close is outside low and high"
    case .negativeVolume: "volume is below zero"
    case .timesOutOfOrder: "close_time is not after open_time"
    }
  }
}
