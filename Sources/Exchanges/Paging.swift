import Market

/// Cuts a stretch of a series into requests. Pages lie on the calendar, so that they can be asked for all at once and in any direction.
public enum Paging {
  /// - Parameter rows: the most candles in one page.
  /// - Returns: pages that together cover `range` once, oldest first.
  public static func pages(_ range: CandleRange, rows: Int) -> [CandleRange] {
    var pages: [CandleRange] = []
    var from = range.from
    while from < range.to {
      let to = min(range.to, advance(from, by: rows, range.timeframe))
      pages.append(CandleRange(range.timeframe, from: from, to: to))
      from = to
    }
    return pages
  }

  private static func advance(_ time: Timestamp, by rows: Int, _ timeframe: Timeframe) -> Timestamp {
    if let length = timeframe.fixedDuration { return time + Int64(rows) * length }
    var time = time
    for _ in 0..<rows { time = timeframe.next(afterOpen: time) }
    return time
  }

  /// The open of the candle `bars` before the one that opens at `open`.
  public static func back(_ open: Timestamp, bars: Int, _ timeframe: Timeframe) -> Timestamp {
    if let length = timeframe.fixedDuration { return open + -Int64(bars) * length }
    var time = open
    for _ in 0..<bars { time = timeframe.open(containing: time + -1) }
    return time
  }
}
