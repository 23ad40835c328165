import Market

/// A candle together with what most indicators ask of it and of the one before, worked out once. What needs a previous candle is NaN on the first.

public struct Bar: ~Copyable {
  /// Candles seen before this one.
  public var index: Int
  /// Whether a hole in the series lies between this candle and the one before.
  public var followsGap: Bool
  public var openTime: Timestamp
  public var closeTime: Timestamp
  public var high: Double
  public var low: Double
  public var close: Double
  public var volume: Double
  public var previousHigh: Double
  public var previousLow: Double
  public var previousClose: Double
  /// (high + low + close) / 3
  public var typical: Double
  public var previousTypical: Double
  /// close − previous close
  public var change: Double
  /// The largest of high − low, |high − previous close| and |low − previous close|.
  public var trueRange: Double
}

/// Turns candles into bars: `bar` is the newest. Not copied, as all indicators of a series read it in place.

public struct BarFeed: ~Copyable {
  public private(set) var bar = Bar(
    index: -1, followsGap: false, openTime: .distantPast, closeTime: .distantPast, high: .nan, low: .nan, close: .nan, volume: .nan,
    previousHigh: .nan, previousLow: .nan, previousClose: .nan, typical: .nan, previousTypical: .nan, change: .nan, trueRange: .nan)
  private var gapPending = false

  public init() {}

  /// Candles seen.
  var count: Int { bar.index + 1 }

  /// The next candle will be marked as following a hole.
  public mutating func gap() { gapPending = true }

  public mutating func take(_ candle: Candle) {
    bar.index += 1
    bar.followsGap = gapPending
    gapPending = false
    bar.previousHigh = bar.high
    bar.previousLow = bar.low
    bar.previousClose = bar.close
    bar.previousTypical = bar.typical
    bar.openTime = candle.openTime
    bar.closeTime = candle.closeTime
    bar.high = candle.high
    bar.low = candle.low
    bar.close = candle.close
    bar.volume = candle.volume
    bar.typical = (candle.high + candle.low + candle.close) / 3
    bar.change = bar.close - bar.previousClose
    // Neither comparison holds against NaN, so the first bar would keep high − low: it has no true range.
    let range = bar.high - bar.low
    let above = (bar.high - bar.previousClose).magnitude
    let below = (bar.low - bar.previousClose).magnitude
    let wider = above > below ? above : below
    bar.trueRange = bar.index == 0 ? .nan : (wider > range ? wider : range)
  }
}
