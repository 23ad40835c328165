/// A stretch of time for which a series has no candles. It is told, never filled.
public struct Gap: Hashable, Sendable {
  public enum Cause: String, CaseIterable, Sendable {
    /// The venue was down.
    case outage
    /// The market did not exist yet, or no longer.
    case notListed = "not_listed"
    case noTrades = "no_trades"
    /// A live candle that came after its time; it never enters this stream.
    case late
    case unknown
  }

  public var timeframe: Timeframe
  /// The close of the last candle before.
  public var from: Timestamp
  /// The open of the first candle after.
  public var to: Timestamp
  /// How many candles of this timeframe would fit in.
  public var missing: Int
  public var cause: Cause

  public init(timeframe: Timeframe, from: Timestamp, to: Timestamp, cause: Cause) {
    self.timeframe = timeframe
    self.from = from
    self.to = to
    self.cause = cause
    missing = timeframe.count(from: from, to: to)
  }
}

extension Timeframe {
  /// How many whole candles lie between two opens.
  public func count(from: Timestamp, to: Timestamp) -> Int {
    if let length = fixedDuration { return Int((to - from) / length) }
    let (first, last) = (CalendarDay(dayNumber: from.dayNumber), CalendarDay(dayNumber: to.dayNumber))
    return (last.year - first.year) * 12 + last.month - first.month
  }
}
