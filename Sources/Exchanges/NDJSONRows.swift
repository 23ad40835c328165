import Market
import Wire

/// Lines of the stream's own `candle` records, all of one series; other records are passed over. Numbers may stand in quotes, as venues send them.
///
/// A line is followed by a newline and 64 readable bytes, as `LineReader` hands it out.
public final class NDJSONRows: RowReader {
  private static let keys: [StaticString] = [
    "type", "open_time", "open", "high", "low", "close", "volume", "quote_volume", "trades", "taker_buy_volume", "exchange", "symbol", "timeframe",
  ]
  private enum Key {
    static let type = 0, openTime = 1, open = 2, high = 3, low = 4, close = 5, volume = 6, quoteVolume = 7, trades = 8, takerBuyVolume = 9
    static let exchange = 10, symbol = 11, timeframe = 12
  }

  private var scanner = RecordScanner(keys: keys)
  /// What the first candle said; the others must say the same.
  public private(set) var symbol: String?
  public private(set) var timeframe: String?
  public private(set) var exchange: String?
  private var seen = false

  public init() {}

  public func read(_ line: Bytes) throws(RowFault) -> ExactCandle? {
    guard scanner.scan(line) else {
      let fault = scanner.fault(in: line)
      throw RowFault(.badJSON, fault.reason.rawValue, column: fault.offset + 1)
    }
    let record = scanner.record(line)
    guard record[Key.type].kind == .string else { throw RowFault(.missingColumn, "the record has no \"type\"") }
    guard record[Key.type].equals("candle") else { return nil }
    try follow(record)
    guard let openTime = Timestamp(record[Key.openTime].bytes) else {
      throw RowFault(.badTime, "\"open_time\" is not ISO-8601 or epoch time", column: record.offset(of: record[Key.openTime]) + 1)
    }
    var trades: Int64?
    if record[Key.trades].exists { trades = try number(record, Key.trades).integer }
    return ExactCandle(
      openTime: openTime, closeTime: openTime, open: try number(record, Key.open), high: try number(record, Key.high),
      low: try number(record, Key.low),
      close: try number(record, Key.close), volume: try number(record, Key.volume), quoteVolume: try optional(record, Key.quoteVolume),
      trades: trades,
      takerBuyVolume: try optional(record, Key.takerBuyVolume))
  }

  private func follow(_ record: Record) throws(RowFault) {
    guard seen else {
      for key in [Key.exchange, Key.symbol] where record[key].exists { try NDJSONRows.check(record, key) }
      seen = true
      symbol = record[Key.symbol].string
      timeframe = record[Key.timeframe].string
      exchange = record[Key.exchange].string
      return
    }
    for (key, first) in [(Key.symbol, symbol), (Key.timeframe, timeframe), (Key.exchange, exchange)] {
      guard same(record[key], first) else {
        throw RowFault(
          .otherSeries, "\"\(record.name(key))\" differs from the lines before: one file holds one series", column: record.offset(of: record[key]) + 1
        )
      }
    }
  }

  private static func check(_ record: Record, _ key: Int) throws(RowFault) {
    guard let fault = Identity.name.fault(in: record[key].string ?? "") else { return }
    throw RowFault(
      .badName, "\"\(record.name(key))\" \(fault.text(.name)): it must be \(Identity.name.rule)",
      column: record.offset(of: record[key]) + 1)
  }

  private func same(_ value: JSONValue, _ first: String?) -> Bool {
    guard value.kind == .string, let first else { return value.string == first }
    return first.utf8.withContiguousStorageIfAvailable { value.bytes.equals($0) } == true || value.string == first
  }

  private func optional(_ record: Record, _ key: Int) throws(RowFault) -> Decimal? {
    record[key].exists ? try number(record, key) : nil
  }

  private func number(_ record: Record, _ key: Int) throws(RowFault) -> Decimal {
    let value = record[key]
    guard value.exists else { throw RowFault(.missingColumn, "the record has no \"\(record.name(key))\"") }
    guard value.kind == .number || value.kind == .string, let number = Decimal(value.bytes) else {
      throw RowFault(.badNumber, "\"\(record.name(key))\" is not a number", column: record.offset(of: value) + 1)
    }
    return number
  }
}
