import Exchanges
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
      Field("exchange", .name, "where it traded, or synthetic"),
      Field("symbol", .name, "BTC/USDT, or BTC/USDT:USDT for a linear perpetual"),
      Field("timeframe", .choice(Timeframe.allCases.map { "\($0.label)" }), "length of the candle"),
      Field("open_time", .time, "its first instant"),
      Field("close_time", .time, "the next candle's open_time: the instant from which it may be used"),
      Field("open", .number(in: Candle.prices), unit: "quote", mirror: .reflect, "first price"),
      Field("high", .number(in: Candle.prices), unit: "quote", mirror: .reflect, "highest price"),
      Field("low", .number(in: Candle.prices), unit: "quote", mirror: .reflect, "lowest price"),
      Field("close", .number(in: Candle.prices), unit: "quote", mirror: .reflect, "last price"),
      Field("volume", .number(in: Candle.volumes), unit: "base", "traded"),
      Field("quote_volume", .amount, optional: true, unit: "quote", "traded"),
      Field("trades", .count, optional: true, "number of trades"),
      Field("taker_buy_volume", .amount, optional: true, unit: "base", "bought by takers"),
    ], rules: ["open_time < close_time", "low ≤ open ≤ high", "low ≤ close ≤ high"])

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
      case .beyondMarkets: (StreamKey.low, "prices must be \(Limits(Candle.prices).text), and volume \(Limits(Candle.volumes).text)")
      case .highBelowLow: (StreamKey.high, "high is below low")
      case .openOutside: (StreamKey.open, "open lies outside high and low")
      case .closeOutside: (StreamKey.close, "close lies outside high and low")
      case .negativeVolume: (StreamKey.volume, "volume is negative")
      case .timesOutOfOrder: (StreamKey.closeTime, "close_time does not come after open_time")
      }
    return .data("bad-candle", text, offset: record.offset(of: record[key]))
  }
}

/// Writes the candles of one series. What they have in common is put together once.
public struct CandleEncoder: Sendable {
  private let head: [UInt8]

  public init(exchange: String, symbol: Symbol, timeframe: Timeframe) {
    var out = ByteBuffer()
    out.beginObject()
    out.field("type", "candle")
    out.field("exchange", exchange)
    out.field("symbol", symbol.text)
    out.field("timeframe", timeframe.label)
    head = Array(out.bytes)
  }

  /// Appends one whole object, prices and volumes with the digits that they came with.
  public func encode(_ candle: ExactCandle, into out: inout ByteBuffer) {
    head.withUnsafeBufferPointer { out.append($0) }
    out.field("open_time", candle.openTime)
    out.field("close_time", candle.closeTime)
    out.field("open", candle.open)
    out.field("high", candle.high)
    out.field("low", candle.low)
    out.field("close", candle.close)
    out.field("volume", candle.volume)
    if let amount = candle.quoteVolume { out.field("quote_volume", amount) }
    if let trades = candle.trades { out.field("trades", Int(trades)) }
    if let amount = candle.takerBuyVolume { out.field("taker_buy_volume", amount) }
    out.endObject()
  }
}

extension ByteBuffer {
  /// An exact number, digit for digit.
  @inline(__always)
  mutating func field(_ name: StaticString, _ number: Decimal) {
    key(name)
    value(number)
  }

  @inline(__always)
  mutating func value(_ number: Decimal) {
    separate()
    reserve(Decimal.textCapacity)
    let end = end
    advance(to: end + number.write(to: end))
  }
}
