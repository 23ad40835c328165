import Market
import Stage
import Wire

/// `candle`: one closed candle. What every market stage reads.
public struct CandleRecord {
  private var times = TimeReader()

  public init() {}

  public static let table = RecordTable(
    "candle", "One closed candle of one symbol and timeframe.",
    [
      Field("exchange", .string, "where it traded, or synthetic"),
      Field("symbol", .string, "BTC/USDT, or BTC/USDT:USDT for a linear perpetual"),
      Field("timeframe", .choice(Timeframe.allCases.map { "\($0.label)" }), "length of the candle"),
      Field("open_time", .time, "its first instant"),
      Field("close_time", .time, "the next candle's open_time: the instant from which it may be used"),
      Field("open", .number, unit: "quote", mirror: .reflect, "first price"),
      Field("high", .number, unit: "quote", mirror: .reflect, "highest price"),
      Field("low", .number, unit: "quote", mirror: .reflect, "lowest price"),
      Field("close", .number, unit: "quote", mirror: .reflect, "last price"),
      Field("volume", .number, unit: "base", "traded"),
      Field("quote_volume", .number, optional: true, unit: "quote", "traded"),
      Field("trades", .integer, optional: true, "number of trades"),
      Field("taker_buy_volume", .number, optional: true, unit: "base", "bought by takers"),
    ])

  /// The candle of a record of this type, its prices and times checked.
  @inline(__always)
  public mutating func decode(_ record: Record) throws(StageError) -> Candle {
    let candle = Candle(
      openTime: try times.time(record, StreamKey.openTime), closeTime: try times.time(record, StreamKey.closeTime),
      open: try record.number(StreamKey.open), high: try record.number(StreamKey.high), low: try record.number(StreamKey.low),
      close: try record.number(StreamKey.close), volume: try record.number(StreamKey.volume))
    if let fault = candle.fault { throw CandleRecord.error(fault, record) }
    return candle
  }

  /// The record's timeframe.
  @inline(__always)
  public static func timeframe(_ record: Record) throws(StageError) -> Timeframe {
    guard let timeframe = Timeframe(try record.text(StreamKey.timeframe)) else {
      throw record.wrong(StreamKey.timeframe, "one of 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M")
    }
    return timeframe
  }

  private static func error(_ fault: Candle.Fault, _ record: Record) -> StageError {
    let (key, text) =
      switch fault {
      case .notPositive: (StreamKey.low, "prices must be above zero")
      case .highBelowLow: (StreamKey.high, "high is below low")
      case .openOutside: (StreamKey.open, "open lies outside high and low")
      case .closeOutside: (StreamKey.close, "close lies outside high and low")
      case .negativeVolume: (StreamKey.volume, "volume is negative")
      case .timesOutOfOrder: (StreamKey.closeTime, "close_time does not come after open_time")
      }
    return .data("bad-candle", text, offset: record.offset(of: record[key]))
  }
}
