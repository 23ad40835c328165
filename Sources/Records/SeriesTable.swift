import Market
import Stage
import Wire

/// Numbers the series of a stream, and holds each to its order: a candle's close_time comes after the one before.
public struct SeriesTable: ~Copyable {
  private var names: NameTable
  /// By series, the close_time of its newest candle.
  private var newest: [Timestamp] = []
  private var timeframes: [Timeframe] = []

  public init(_ limit: SeriesLimit = .standard) { names = NameTable(limit) }

  public var count: Int { newest.count }

  /// The number of the record's series, from 0 in order of first sight.
  @inline(__always)
  public mutating func series(_ record: Record) throws(StageError) -> Int {
    let id = try names.series(record)
    if id == newest.count { try begin(record) }
    return id
  }

  @inline(never)
  private mutating func begin(_ record: Record) throws(StageError) {
    timeframes.append(try CandleRecord.timeframe(record))
    newest.append(.distantPast)
  }

  public func timeframe(of series: Int) -> Timeframe { timeframes[series] }

  /// Notes a candle's close. A candle that does not come after its series' newest is refused.
  @inline(__always)
  public mutating func advance(_ series: Int, to closeTime: Timestamp, _ record: Record) throws(StageError) {
    if closeTime > newest[series] {
      newest[series] = closeTime
      return
    }
    throw outOfOrder(series, closeTime, record)
  }

  private func outOfOrder(_ series: Int, _ closeTime: Timestamp, _ record: Record) -> StageError {
    let offset = record.offset(of: record[StreamKey.closeTime])
    if closeTime == newest[series] { return .data("duplicate-candle", "a second candle that closes at \(closeTime.text)", offset: offset) }
    return .data(
      "out-of-order", "close_time \(closeTime.text) comes after \(newest[series].text) of the same series", hint: "sort by close_time",
      offset: offset)
  }
}
