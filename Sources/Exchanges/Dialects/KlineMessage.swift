import Market
import Wire

/// One message of a venue's WebSocket that carries a candle.
public struct KlineMessage: Sendable {
  /// As the venue names the market; spot and perpetual are called alike.
  public var name: String
  public var timeframe: Timeframe
  public var candle: ExactCandle
  public var isClosed: Bool
  /// When the venue sent it: the clock of the stream.
  public var time: Timestamp
}

/// The WebSocket formats that are understood. Anything but candles, such as answers to subscriptions or other streams, carries none.
public enum KlineFormat: String, CaseIterable, Sendable {
  case binance = "binance-ws"
  case bybit = "bybit-ws"

  /// - Throws: where the line is no JSON, or a candle in it is not as the venue writes them.
  public func read(_ line: Bytes) throws(VenueFault) -> [KlineMessage] {
    let document = try VenueDocument(line)
    guard document.root.kind == .object else { return [] }
    switch self {
    case .binance: return try KlineFormat.binance(document.root)
    case .bybit: return try KlineFormat.bybit(document.root)
    }
  }

  /// Raw, or wrapped as `{"stream":…,"data":{…}}`.
  private static func binance(_ root: JSONValue) throws(VenueFault) -> [KlineMessage] {
    let message = root.member("data") ?? root
    guard message.kind == .object, message.member("e")?.equals("kline") == true, let item = message.member("k") else { return [] }
    let label = try item.required("i").text("i")
    guard let timeframe = BinanceFormat.intervals.first(where: { "\($0.value)" == label })?.key else { return [] }
    let candle = try candle(
      item, timeframe, open: try item.required("t").numberTime("t"), keys: ("o", "h", "l", "c", "v", "q"), trades: try item.required("n").count("n"),
      takerBuyVolume: try item.required("V").decimal("V"))
    guard let isClosed = item.member("x")?.flag else { throw .malformed("\"x\" is no boolean") }
    return [
      KlineMessage(
        name: try item.required("s").text("s"), timeframe: timeframe, candle: candle, isClosed: isClosed,
        time: try message.required("E").numberTime("E"))
    ]
  }

  private static func bybit(_ root: JSONValue) throws(VenueFault) -> [KlineMessage] {
    guard let topic = root.member("topic")?.string, topic.hasPrefix("kline.") else { return [] }
    let words = topic.split(separator: ".", maxSplits: 2)
    guard words.count == 3, let timeframe = Bybit.intervals.first(where: { "\($0.value)" == words[1] })?.key else { return [] }
    let time = try root.required("ts").numberTime("ts")
    var messages: [KlineMessage] = []
    for item in try root.required("data").elements {
      // Times are numbers here.
      let candle = try candle(
        item, timeframe, open: try item.required("start").numberTime("start"), keys: ("open", "high", "low", "close", "volume", "turnover"))
      guard let isClosed = item.member("confirm")?.flag else { throw .malformed("\"confirm\" is no boolean") }
      messages.append(KlineMessage(name: String(words[2]), timeframe: timeframe, candle: candle, isClosed: isClosed, time: time))
    }
    return messages
  }

  private typealias Keys = (open: StaticString, high: StaticString, low: StaticString, close: StaticString, volume: StaticString, quote: StaticString)

  private static func candle(
    _ item: JSONValue, _ timeframe: Timeframe, open: Timestamp, keys: Keys, trades: Int64? = nil, takerBuyVolume: Decimal? = nil
  ) throws(VenueFault) -> ExactCandle {
    guard timeframe.open(containing: open) == open else { throw .malformed("no \(timeframe.label) candle opens at \(open.text)") }
    func number(_ key: StaticString) throws(VenueFault) -> Decimal { try item.required(key).decimal(key) }
    let candle = ExactCandle(
      openTime: open, closeTime: timeframe.next(afterOpen: open), open: try number(keys.open), high: try number(keys.high), low: try number(keys.low),
      close: try number(keys.close), volume: try number(keys.volume), quoteVolume: try number(keys.quote), trades: trades,
      takerBuyVolume: takerBuyVolume)
    if let fault = candle.fault { throw .malformed("\(fault.text), at \(open.text)") }
    return candle
  }
}
