import TestKit
import Testing

/// Symbols cost nothing to invent: every stage takes thousands of them in seconds, and ends where they are too many.
@Suite struct ManySymbolsTests {
  static func records(_ type: String, _ members: String) -> [UInt8] {
    var text = ""
    for number in 10_000...15_000 {
      text += #"{"type":"\#(type)","exchange":"synthetic","symbol":"S\#(number)/USDT",\#(members)}"# + "\n"
    }
    return Array(text.utf8)
  }

  /// What grows with the cube of the symbols takes an hour here, what grows with their square some seconds.
  @Test(arguments: KeptRun.filters)
  func theyTakeSeconds(_ stage: String) throws {
    let times = #""timeframe":"15m","open_time":"2024-01-01T00:00:00Z","close_time":"2024-01-01T00:15:00Z""#
    let candles = Self.records("candle", times + #","open":100,"high":107,"low":99,"close":103,"volume":1"#)
    let tickers = Self.records("ticker", #""timestamp":"2024-01-01T00:00:00Z","last":1"#)
    for (input, isCounted) in [(candles, stage != "notify"), (tickers, stage == "score")] {
      let outcome = try Command("ss-\(stage)", "--max-series", "5000").with { $0.limit = 60 }.run(.bytes(input))
      #expect(outcome.code == (isCounted ? 65 : 0), "\(outcome.errorText)")
      #expect(outcome.errorText.contains("stdin:5001:") == isCounted, "\(outcome.errorText)")
    }
  }
}
