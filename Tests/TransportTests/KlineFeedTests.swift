import TestKit
import Testing

/// Messages of WebSockets on standard input, in the shapes of the venues' documentation; the values are made up.
@Suite struct KlineFeedTests {
  private static let hour = 1_704_067_200_000

  private func binance(_ symbol: String, _ interval: String, _ minutes: Int, _ length: Int, closed: Bool = true, sentAfter: Int = 100) -> String {
    let open = Self.hour + minutes * 60_000
    let end = open + length * 60_000
    return """
      {"e":"kline","E":\(end + sentAfter),"s":"\(symbol)","k":{"t":\(open),"T":\(end - 1),"s":"\(symbol)","i":"\(interval)","f":100,"L":200,\
      "o":"42000.10","c":"42010.00","h":"42030.55","l":"41990.00","v":"12.3456","n":1234,"x":\(closed),"q":"518515.20","V":"6.1","Q":"256200.1","B":"0"}}
      """
  }

  private func bybit(_ symbol: String, _ minutes: Int, confirm: Bool = true) -> String {
    let open = Self.hour + minutes * 60_000
    return """
      {"topic":"kline.5.\(symbol)","type":"snapshot","ts":\(open + 300_100),"data":[{"start":\(open),"end":\(open + 299_999),"interval":"5",\
      "open":"42000.1","close":"42010","high":"42030.55","low":"41990","volume":"12.3456","turnover":"518515.2","confirm":\(confirm),\
      "timestamp":\(open + 300_090)}]}
      """
  }

  private func run(_ format: String, _ messages: [String], _ more: String...) throws -> Outcome {
    try Command(["ss-fetch", "--input-format", format] + more + ["-"]).run(.text(messages.joined(separator: "\n") + "\n"))
  }

  private func series(_ outcome: Outcome) -> [String] {
    outcome.lines.map { line in
      let values = line.matches(of: #/"(type|symbol|timeframe|open_time|from|cause)":"([^"]+)"/#).map { String($0.2) }
      return values.joined(separator: " ")
    }
  }

  @Test func closedCandlesOfBinanceAreTaken() throws {
    let messages = [
      #"{"result":null,"id":1}"#, binance("BTCUSDT", "5m", 0, 5, closed: false), #"{"e":"24hrTicker","E":1,"s":"BTCUSDT","c":"1"}"#,
      binance("BTCUSDT", "5m", 0, 5), "", #"{"stream":"btcusdt@kline_5m","data":"# + binance("BTCUSDT", "5m", 5, 5) + "}",
    ]
    let outcome = try run("binance-ws", messages)
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(
      outcome.lines.first == """
        {"type":"candle","exchange":"binance","symbol":"BTC/USDT","timeframe":"5m","open_time":"2024-01-01T00:00:00Z",\
        "close_time":"2024-01-01T00:05:00Z","open":42000.10,"high":42030.55,"low":41990.00,"close":42010.00,"volume":12.3456,\
        "quote_volume":518515.20,"trades":1234,"taker_buy_volume":6.1}
        """)
    #expect(series(outcome) == ["candle BTC/USDT 5m 2024-01-01T00:00:00Z", "candle BTC/USDT 5m 2024-01-01T00:05:00Z"])
  }

  /// In whatever order a connection delivers them, candles come out in the order of the stream.
  @Test func theOrderOfTheStreamIsMade() throws {
    let messages = [
      binance("ETHUSDT", "5m", 55, 5), binance("ETHUSDT", "1h", 0, 60), binance("BTCUSDT", "5m", 55, 5), binance("BTCUSDT", "1h", 0, 60),
      binance("ADAUSDT", "5m", 55, 5), binance("ADAUSDT", "5m", 60, 5), binance("BTCUSDT", "5m", 60, 5, sentAfter: 11_000),
    ]
    let outcome = try run("binance-ws", messages)
    let first = "2024-01-01T00:55:00Z"
    #expect(
      series(outcome) == [
        "candle BTC/USDT 1h 2024-01-01T00:00:00Z", "candle BTC/USDT 5m \(first)", "candle ADA/USDT 5m \(first)",
        "candle ETH/USDT 1h 2024-01-01T00:00:00Z", "candle ETH/USDT 5m \(first)", "candle BTC/USDT 5m 2024-01-01T01:00:00Z",
        "candle ADA/USDT 5m 2024-01-01T01:00:00Z",
      ])
    #expect(try Command("ss-check", "stream").run(.bytes(outcome.stdout)).code == 0)
  }

  /// A connection that was lost leaves a gap; a candle that came too late as well, and never enters.
  @Test func holesAreTold() throws {
    let messages = [
      binance("BTCUSDT", "5m", 0, 5), binance("ETHUSDT", "5m", 0, 5), binance("BTCUSDT", "5m", 5, 5),
      binance("BTCUSDT", "5m", 10, 5, sentAfter: 20_000),
      binance("ETHUSDT", "5m", 5, 5, sentAfter: 400_000), binance("BTCUSDT", "5m", 25, 5), binance("ETHUSDT", "5m", 25, 5),
    ]
    let told = series(try run("binance-ws", messages)).filter { $0.hasPrefix("gap") }
    #expect(told == ["gap BTC/USDT 5m 2024-01-01T00:15:00Z outage", "gap ETH/USDT 5m 2024-01-01T00:05:00Z late"])
  }

  @Test func closedCandlesOfBybitAreTaken() throws {
    let messages = [
      #"{"success":true,"ret_msg":"","conn_id":"x","req_id":"","op":"subscribe"}"#, bybit("BTCUSDT", 0, confirm: false), bybit("BTCUSDT", 0),
      bybit("BTCUSDT", 0), bybit("BTCUSDT", 5),
    ]
    let outcome = try run("bybit-ws", messages, "--kind", "linear")
    #expect(
      series(outcome) == ["candle BTC/USDT:USDT 5m 2024-01-01T00:00:00Z", "candle BTC/USDT:USDT 5m 2024-01-01T00:05:00Z"], "\(outcome.errorText)")
    #expect(outcome.lines.first?.contains("\"exchange\":\"bybit\"") == true && outcome.lines.first?.contains("\"quote_volume\":518515.2") == true)
  }

  @Test func whatIsNotAskedForIsLeftOut() throws {
    let messages = [binance("BTCUSDT", "5m", 0, 5), binance("ETHUSDT", "5m", 0, 5), binance("BTCUSDT", "1h", 0, 60)]
    #expect(series(try run("binance-ws", messages, "--symbols", "BTC/USDT", "--timeframes", "1h")) == ["candle BTC/USDT 1h 2024-01-01T00:00:00Z"])
  }

  /// A broken line ends the run with its number, after all before it has been written.
  @Test func brokenMessagesAreNamed() throws {
    let good = binance("BTCUSDT", "5m", 0, 5)
    for (bad, word) in [
      ("{\"e\":", "bad-message"), (good.replacing("\"42030.55\"", with: "42030.55"), "bad-message"),
      (good.replacing("\"x\":true", with: "\"x\":1"), "bad-message"),
      (good.replacing("\"42030.55\"", with: "\"1.5\""), "bad-message"), (good.replacing("BTCUSDT", with: "BTCXYZ"), "bad-symbol"),
    ] {
      let outcome = try run("binance-ws", [good, binance("BTCUSDT", "5m", 5, 5), bad])
      #expect(outcome.code == 65 && outcome.errorText.contains("stdin:3: \(word)"), "\(outcome.errorText)")
      #expect(outcome.lines.count == 2)
    }
    #expect(try Command("ss-fetch", "--input-format", "binance-ws").run().code == 64)
    #expect(try Command("ss-fetch", "--input-format", "bybit-ws", "BTC/USDT").run().code == 64)
  }
}
