import Foundation
import TestKit
import Testing

/// `--with`: what a venue says besides candles, at its place in the stream.
@Suite struct ExtrasTests {
  @Test(arguments: ["binance", "binance-usdm", "bybit", "okx"]) func theVenuesWordsStandAtTheLastClose(_ name: String) throws {
    try FetchUser.with(try LoopbackVenue(["--dialect", name])) { user in
      let isSpot = name == "binance"
      let symbols = isSpot ? ["BTC/USDT", "ETH/USDT"] : ["BTC/USDT:USDT", "ETH/USDT:USDT"]
      let outcome = try user.command(
        ["--exchange", name] + symbols + ["--timeframes", "15m,1h", "--bars", "20", "--with", "ticker,order_book,funding"]
      ).run()
      #expect(outcome.code == 0 && !outcome.errorText.contains("not-fetched"), "\(outcome.errorText)")
      let judged = try Command("ss-check", "stream").run(.bytes(outcome.stdout))
      #expect(judged.code == 0, "\(judged.text)")
      func lines(_ type: String) -> [String] { outcome.lines.filter { $0.hasPrefix("{\"type\":\"\(type)\"") } }
      // The venue's clock stands at 00:40; the trigger candle closed at 00:30.
      #expect(lines("ticker").count == 2 && lines("ticker").allSatisfy { $0.contains("\"time\":\"2024-07-01T00:30:00Z\"") })
      #expect(lines("ticker").allSatisfy { $0.contains("\"funding_rate\":0.0001") != isSpot })
      let books = lines("order_book")
      // A contract of OKX is a hundredth of a coin.
      let (bid, ask) = name == "okx" ? ("[9.9,0.01]", "[10.1,0.02]") : ("[9.9,1", "[10.1,2")
      #expect(books.count == 2 && books.allSatisfy { $0.contains("\"bids\":[\(bid)") && $0.contains("\"asks\":[\(ask)") }, "\(books)")
      // Exchanged every eight hours, from a day before evaluation begins.
      let times = lines("funding").compactMap { $0.firstMatch(of: #/"time":"([^"]+)"/#).map { String($0.1) } }
      let day = ["2024-06-30T08:00:00Z", "2024-06-30T16:00:00Z", "2024-07-01T00:00:00Z"]
      #expect(times == (isSpot ? [] : day.flatMap { [$0, $0] }), "\(times)")
      #expect(lines("funding").allSatisfy { !$0.contains("0.0009") }, "what was exchanged, not what had been expected")
    }
  }

  /// A long backtest has more fundings than one page.
  @Test func everyPageOfFundingIsRead() throws {
    for name in ["bybit", "okx", "binance-usdm"] {
      try FetchUser.with(try LoopbackVenue(["--dialect", name])) { user in
        let outcome = try user.fetch(
          "--exchange", name, "BTC/USDT:USDT", "--timeframes", "1d", "--from", "2023-06-30", "--bars", "1", "--with", "funding")
        #expect(outcome.code == 0, "\(outcome.errorText)")
        let times = outcome.text.matches(of: #/"funding_time":"([^"]+)"/#).map { String($0.1) }
        #expect(times.count == 368 * 3 + 1 && times == times.sorted() && Set(times).count == times.count, "\(name) \(times.count)")
      }
    }
  }

  @Test func whatCannotBeHadIsNamed() throws {
    try FetchUser.with(try LoopbackVenue(["--fault", "500@depth?symbol=ETHUSDT"])) { user in
      let outcome = try user.fetch("BTC/USDT", "ETH/USDT", "--timeframes", "1h", "--bars", "5", "--with", "order_book", "--retries", "1")
      #expect(outcome.code == 0 && outcome.errorText.contains("not-fetched: binance ETH/USDT order_book: HTTP 500"))
      #expect(outcome.lines.count { $0.contains("order_book") } == 1)
      #expect(try user.fetch("BTC/USDT", "--with", "ticker", "--offline").code == 64)
      #expect(try user.fetch("BTC/USDT", "--with", "ticker", "--to", "2024-01-01").code == 64)
      #expect(try user.fetch("BTC/USDT", "--with", "gossip").code == 64)
    }
  }
}
