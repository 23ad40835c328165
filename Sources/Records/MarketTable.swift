import Market
import Stage
import Wire

/// Numbers the markets (exchange and symbol) of a stream from 0 in order of first sight, and holds the whole stream to its order in time.
public struct MarketTable: ~Copyable {
  private var names: NameTable
  private var newest = Timestamp.distantPast

  public init(_ limit: SeriesLimit = .standard) { names = NameTable(limit) }

  public mutating func market(_ record: Record) throws(StageError) -> Int { try names.market(record) }

  /// Notes a record's event time. One that lies before an earlier record's is refused.
  public mutating func advance(to time: Timestamp, _ record: Record, _ key: Int) throws(StageError) {
    if time >= newest {
      newest = time
      return
    }
    throw .data(
      "out-of-order", "\(time.text) comes after \(newest.text)", hint: "sort the stream by time",
      offset: record.offset(of: record[key]))
  }
}
