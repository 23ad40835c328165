import Market

/// Builds the candles of one longer timeframe from closed candles of a shorter one, bucket by bucket of the calendar, as venues do:
/// prices are the digits of the child they come from, volumes are exact sums, and a child without volume counts only where no child has any.
///
/// Flat: one open bucket. A hole at a bucket's edge or inside leaves its mark on the bucket; the caller tells holes as gaps of the shorter series.
public struct Resampler: Sendable {
  public let timeframe: Timeframe
  private var bucket: ExactCandle?
  /// The series began inside this bucket: it will not be emitted.
  private var isCut = false
  private var isFirst = true

  /// - Parameter timeframe: one that `isBuilt(from:)` the timeframe of the children.
  public init(_ timeframe: Timeframe) { self.timeframe = timeframe }

  /// The end of the open bucket.
  public var end: Timestamp? { bucket?.closeTime }

  /// Takes the next child, which opens at or after the end of any bucket that was not yet taken by `close(by:)`.
  /// - Returns: the open of the bucket that this child begins, if it begins one.
  /// - Throws: when a sum of volumes no longer fits 38 digits.
  public mutating func add(_ child: ExactCandle) throws(RowFault) -> Timestamp? {
    guard var open = bucket else {
      let start = timeframe.open(containing: child.openTime)
      var first = child
      first.openTime = start
      first.closeTime = timeframe.next(afterOpen: start)
      isCut = isFirst && start < child.openTime
      isFirst = false
      bucket = first
      return start
    }
    if child.volume.mantissa > 0 {
      if open.volume.mantissa == 0 {
        // Until now nothing was traded: the first traded price opens the bucket.
        (open.open, open.high, open.low) = (child.open, child.high, child.low)
      } else {
        if child.high > open.high { open.high = child.high }
        if child.low < open.low { open.low = child.low }
      }
      open.close = child.close
    }
    guard let volume = open.volume.adding(child.volume) else { throw RowFault(.badNumber, "the sum of volumes has too many digits") }
    open.volume = volume
    open.quoteVolume = sum(open.quoteVolume, child.quoteVolume)
    open.takerBuyVolume = sum(open.takerBuyVolume, child.takerBuyVolume)
    if let trades = open.trades {
      open.trades = child.trades.flatMap { more in
        let (all, overflow) = trades.addingReportingOverflow(more)
        return overflow ? nil : all
      }
    }
    bucket = open
    return nil
  }

  /// Ends the open bucket if it ends at or before `time`.
  /// - Returns: its candle; `nil` also for the cut first one.
  public mutating func close(by time: Timestamp) -> ExactCandle? {
    guard var done = bucket, done.closeTime <= time else { return nil }
    bucket = nil
    if isCut { return nil }
    done.volume = done.volume.trimmed
    done.quoteVolume = done.quoteVolume?.trimmed
    done.takerBuyVolume = done.takerBuyVolume?.trimmed
    return done
  }

  private func sum(_ a: Decimal?, _ b: Decimal?) -> Decimal? {
    guard let a, let b else { return nil }
    return a.adding(b)
  }
}
