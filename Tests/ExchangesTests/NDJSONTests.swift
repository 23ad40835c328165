import Market
import Testing

@testable import Exchanges

struct NDJSONTests {
  private func read(_ text: String) throws -> [ExactCandle] {
    try CandleFile(name: "f", timeframe: .h1, lines: TextLines(text), reader: NDJSONRows()).take(.max)
  }

  private static let start = #"{"type":"candle","exchange":"x","symbol":"BTC/USDT","timeframe":"1h","open_time":"#

  @Test func readsCandlesAndPassesOverTheRest() throws {
    let text = """
      {"type":"run","run_id":"1"}
      \(NDJSONTests.start)"2024-01-01T00:00:00Z","open":1.50,"high":2,"low":1e0,"close":"1.75","volume":0,"rsi":{"a":[1]}}

      {"low":1,"type":"candle","exchange":"x","symbol":"BTC/USDT","timeframe":"1h","open_time":1704070800000,"open":1,"high":2,"close":2,"volume":3,"trades":4}
      {"type":"end","records":2,"status":"complete"}
      """
    let candles = try read(text)
    #expect(candles.map(\.line) == ["2024-01-01T00:00:00Z 1.50 2 1 1.75 0", "2024-01-01T01:00:00Z 1 2 1 2 3"])
    #expect(candles[1].trades == 4)
  }

  @Test(arguments: [
    (#"{"type":"candle""#, RowFault.Code.badJSON), ("[1]", .badJSON), ("{}", .missingColumn), ("\(start)1704067200,\"open\":1}", .missingColumn),
    ("\(start)\"x\",\"open\":1,\"high\":1,\"low\":1,\"close\":1,\"volume\":1}", .badTime),
    ("\(start)1704067200,\"open\":true,\"high\":1,\"low\":1,\"close\":1,\"volume\":1}", .badNumber),
    ("\(start)1704067200,\"open\":1,\"high\":1,\"low\":2,\"close\":1,\"volume\":1}", .badCandle),
    ("\(start)1704067201,\"open\":1,\"high\":1,\"low\":1,\"close\":1,\"volume\":1}", .offGrid),
  ])
  func faults(line: String, code: RowFault.Code) {
    let fault = #expect(throws: SourceFault.self) { try read(line) }
    #expect(fault?.fault.code == code)
  }

  /// A key that a line does not have is not read from where an earlier line had it.
  @Test(arguments: ["open_time", "open", "close", "volume"]) func whatIsMissingIsNotReadFromTheLineBefore(_ key: String) {
    let whole = "\(NDJSONTests.start)1704067200,\"open\":1,\"high\":1,\"low\":1,\"close\":1,\"volume\":1}"
    let text = "\(whole)\n\(whole.replacing("1704067200", with: "1704070800").replacing("\"\(key)\"", with: "\"other\""))"
    let fault = #expect(throws: SourceFault.self) { try read(text) }
    #expect(fault?.fault.code == (key == "open_time" ? .badTime : .missingColumn))
  }

  @Test func oneFileHoldsOneSeries() {
    let rest = #","open":1,"high":1,"low":1,"close":1,"volume":1}"#
    let text = "\(NDJSONTests.start)1704067200\(rest)\n\(NDJSONTests.start.replacing("BTC", with: "ETH"))1704070800\(rest)"
    do {
      _ = try read(text)
      Issue.record("no fault")
    } catch {
      #expect((error as? SourceFault)?.fault.code == .otherSeries && (error as? SourceFault)?.line == 2)
    }
  }

  @Test func theLastCandleWithoutThoseBetween() throws {
    let header = "open_time,open,high,low,close,volume\n"
    let rows = (0..<20).map { "\(1_704_067_200 + 3600 * $0),1,2,1,2,\($0 == 7 ? "broken" : "5")\n" }.joined()
    let file = CandleFile(name: "f", timeframe: .h1, lines: TextLines(header + rows), reader: CSVRows())
    _ = try file.next()
    #expect(try file.skipToLast()?.openTime.text == "2024-01-01T19:00:00Z" && file.line == 21)
    #expect(try file.skipToLast() == nil)
  }
}
