/// One closed candle, as the analysis sees it. There are no forming candles.
@frozen
public struct Candle: Hashable, Sendable {
  public var openTime: Timestamp
  /// The next candle's open: the instant from which this candle may be used.
  public var closeTime: Timestamp
  public var open: Double
  public var high: Double
  public var low: Double
  public var close: Double
  /// In the base asset.
  public var volume: Double

  @inlinable
  public init(
    openTime: Timestamp, closeTime: Timestamp, open: Double, high: Double, low: Double, close: Double, volume: Double
  ) {
    self.openTime = openTime
    self.closeTime = closeTime
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }

  /// The first rule of open, high, low, close and volume that this candle breaks.
  public enum Fault: Equatable, Sendable {
    case notPositive, beyondMarkets, highBelowLow, openOutside, closeOutside, negativeVolume, timesOutOfOrder
  }

  /// No price is lower or higher: their products and ratios stay numbers.
  @inlinable public static var prices: ClosedRange<Double> { 1e-30...1e36 }
  @inlinable public static var volumes: ClosedRange<Double> { 0...1e36 }

  @inlinable public var fault: Fault? {
    if low <= high, Candle.prices.contains(low), Candle.prices.contains(high), open <= high, open >= low, close <= high, close >= low,
      Candle.volumes.contains(volume), openTime < closeTime
    {
      return nil
    }
    return faultInDetail()
  }

  @usableFromInline func faultInDetail() -> Fault? {
    if !(low > 0 && open > 0 && close > 0 && high > 0) { return .notPositive }
    if high < low { return .highBelowLow }
    if low < Candle.prices.lowerBound || high > Candle.prices.upperBound || volume > Candle.volumes.upperBound { return .beyondMarkets }
    if open > high || open < low { return .openOutside }
    if close > high || close < low { return .closeOutside }
    if !(volume >= 0) { return .negativeVolume }
    if openTime >= closeTime { return .timesOutOfOrder }
    return nil
  }
}
