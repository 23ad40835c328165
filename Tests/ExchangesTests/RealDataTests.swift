import Foundation
import Market
import TestKit
import Testing

@testable import Exchanges

private let realData = ProcessInfo.processInfo.environment["SS_REAL"]

/// Resampling against candles that a venue made itself, digit for digit. Needs `SS_REAL`, a folder of gzip CSV files; skipped without it.
@Suite(.enabled(if: realData != nil, "SS_REAL is not set"))
struct RealDataTests {
  private func read(_ path: String, _ timeframe: Timeframe) throws -> CandleFile<CSVRows> {
    let text = try Command("gzip", "-dc", "\(realData ?? "")/\(path).csv.gz").run().text
    return CandleFile(name: path, timeframe: timeframe, lines: TextLines(text), reader: CSVRows())
  }

  /// Some of the daily files carry volumes that went through a double (`2308983.5186999999`); the venue has eight places at most.
  private func withoutNoise(_ line: String) -> String {
    var fields = line.split(separator: " ").map(String.init)
    if let volume = fields.last, volume.count > 16, let number = Double(volume) { fields[fields.count - 1] = "\((number * 1e8).rounded() / 1e8)" }
    return fields.joined(separator: " ")
  }

  @Test(arguments: [
    ("BTC_USDT-15m", "htf/BTC_USDT", Timeframe.m15, Timeframe.h1), ("BTC_USDT-15m", "htf/BTC_USDT", .m15, .h4),
    ("BTC_USDT-15m", "htf/BTC_USDT", .m15, .d1), ("ETH_USDT-15m", "htf/ETH_USDT", .m15, .h1), ("ETH_USDT-15m", "htf/ETH_USDT", .m15, .h4),
    ("ETH_USDT-15m", "htf/ETH_USDT", .m15, .d1), ("history/BTC_USDT-1h", "history/BTC_USDT", .h1, .d1),
    ("history/ETH_USDT-1h", "history/ETH_USDT", .h1, .d1), ("lower/BTC_USDT-5m", "BTC_USDT", .m5, .m15),
    ("lower/BTC_USDT-5m", "htf/BTC_USDT", .m5, .h4),
  ])
  func builtCandlesAreTheVenuesOwn(source: String, native: String, shorter: Timeframe, longer: Timeframe) throws {
    let expected = try Dictionary(
      uniqueKeysWithValues: read("\(native)-\(longer.label)", longer).take(.max).map { ($0.openTime, $0.line) })
    let feed = MarketFeed(market: market("BTC"), source: try read(source, shorter), timeframes: [longer])
    var merge = CanonicalMerge([feed])
    var compared = 0
    while try merge.next() != nil {
      guard case .candle(_, let candle)? = feed.item, let line = expected[candle.openTime] else { continue }
      #expect(withoutNoise(candle.line) == withoutNoise(line))
      compared += 1
    }
    // The venue's file may begin a bucket earlier, where ours is cut.
    #expect(compared >= min(expected.count - 1, 290) && compared > 0)
  }
}
