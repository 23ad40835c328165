import Market

/// A view of the newest candle of a series, together with what most indicators ask of it and of the one before, worked out once. What needs a previous
/// candle is NaN on the first. One word wide: all indicators read the same memory, which the next candle of any series overwrites.
public struct Bar {
  struct Values {
    var index = -1
    var followsGap = false
    var openTime = Timestamp.distantPast
    var closeTime = Timestamp.distantPast
    var high = Double.nan
    var low = Double.nan
    var close = Double.nan
    var volume = Double.nan
    var previousHigh = Double.nan
    var previousLow = Double.nan
    var previousClose = Double.nan
    var typical = Double.nan
    var previousTypical = Double.nan
    var change = Double.nan
    var trueRange = Double.nan
  }
  let values: UnsafePointer<Values>

  /// Candles seen before this one.
  public var index: Int { values.pointee.index }
  /// Whether a hole in the series lies between this candle and the one before.
  public var followsGap: Bool { values.pointee.followsGap }
  public var openTime: Timestamp { values.pointee.openTime }
  public var closeTime: Timestamp { values.pointee.closeTime }
  public var high: Double { values.pointee.high }
  public var low: Double { values.pointee.low }
  public var close: Double { values.pointee.close }
  public var volume: Double { values.pointee.volume }
  public var previousHigh: Double { values.pointee.previousHigh }
  public var previousLow: Double { values.pointee.previousLow }
  public var previousClose: Double { values.pointee.previousClose }
  /// (high + low + close) / 3
  public var typical: Double { values.pointee.typical }
  public var previousTypical: Double { values.pointee.previousTypical }
  /// close − previous close
  public var change: Double { values.pointee.change }
  /// The largest of high − low, |high − previous close| and |low − previous close|.
  public var trueRange: Double { values.pointee.trueRange }
}

/// Turns the candles of one series into bars, and holds what the next one asks of the last.
struct BarFeed {
  /// Candles seen.
  private(set) var count = 0
  private var gapPending = false
  private var high = Double.nan
  private var low = Double.nan
  private var close = Double.nan
  private var typical = Double.nan

  /// The next candle will be marked as following a hole.
  mutating func gap() { gapPending = true }

  mutating func take(_ candle: Candle, into bar: UnsafeMutablePointer<Bar.Values>) {
    let above = (candle.high - close).magnitude
    let below = (candle.low - close).magnitude
    let range = candle.high - candle.low
    let reach = above > below ? above : below
    bar.pointee.index = count
    bar.pointee.followsGap = gapPending
    bar.pointee.openTime = candle.openTime
    bar.pointee.closeTime = candle.closeTime
    bar.pointee.high = candle.high
    bar.pointee.low = candle.low
    bar.pointee.close = candle.close
    bar.pointee.volume = candle.volume
    bar.pointee.previousHigh = high
    bar.pointee.previousLow = low
    bar.pointee.previousClose = close
    bar.pointee.previousTypical = typical
    bar.pointee.change = candle.close - close
    // Written so that the first candle, whose previous close is NaN, has none either.
    bar.pointee.trueRange = range > reach ? range : reach
    count += 1
    gapPending = false
    high = candle.high
    low = candle.low
    close = candle.close
    typical = (candle.high + candle.low + candle.close) / 3
    bar.pointee.typical = typical
  }
}
