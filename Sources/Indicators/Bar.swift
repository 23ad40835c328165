import Market

/// A view of the newest candle of a series, together with what most indicators ask of it and of the one before, worked out once. What needs a previous
/// candle is NaN on the first. One word wide: all indicators of a series read the same memory, which the next candle overwrites.
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

/// Turns candles into bars.
public struct BarFeed: ~Copyable {
  private let values: UnsafeMutablePointer<Bar.Values>
  private var gapPending = false

  public init() {
    values = .allocate(capacity: 1)
    values.initialize(to: Bar.Values())
  }

  deinit { values.deallocate() }

  /// The newest candle; valid as long as the feed.
  public var bar: Bar { Bar(values: values) }

  /// Candles seen.
  var count: Int { values.pointee.index + 1 }

  /// The next candle will be marked as following a hole.
  public mutating func gap() { gapPending = true }

  public mutating func take(_ candle: Candle) {
    let last = values.pointee
    let above = (candle.high - last.close).magnitude
    let below = (candle.low - last.close).magnitude
    let range = candle.high - candle.low
    let reach = above > below ? above : below
    values.pointee.index = last.index + 1
    values.pointee.followsGap = gapPending
    gapPending = false
    values.pointee.openTime = candle.openTime
    values.pointee.closeTime = candle.closeTime
    values.pointee.high = candle.high
    values.pointee.low = candle.low
    values.pointee.close = candle.close
    values.pointee.volume = candle.volume
    values.pointee.previousHigh = last.high
    values.pointee.previousLow = last.low
    values.pointee.previousClose = last.close
    values.pointee.typical = (candle.high + candle.low + candle.close) / 3
    values.pointee.previousTypical = last.typical
    values.pointee.change = candle.close - last.close
    // Written so that the first candle, whose previous close is NaN, has none either.
    values.pointee.trueRange = range > reach ? range : reach
  }
}
