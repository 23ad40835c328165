import Foundation
import TestKit
import Testing

/// ss-fetch and a venue that answers wrongly, late, or not at all.
@Suite struct VenueFaultTests {
  private static let history = ["BTC/USDT", "ETH/USDT", "--timeframes", "1h", "--bars", "1100", "--exchange", "binance"]
  /// What comes of it in peace.
  private static let expected = Result { try FetchUser.with(try LoopbackVenue([])) { try $0.command(history).run().stdout } }

  /// Whatever happens on the way, what arrives is the same. Of five requests for candles, some are answered wrongly first.
  @Test(arguments: [
    "500@klines,times=3", "503@klines,times=3", "502@klines,times=3", "garbage@klines,times=3", "html@klines,times=3", "none@klines,times=3",
    "half@klines,times=3", "cut@klines,times=3", "reset@klines,times=3", "reset-early@klines,times=3", "short@klines,times=3",
    "gzip@api,times=20", "429@klines,times=1", "429ra@klines,times=1", "slow@klines,times=1", "500@time,times=2", "reset@exchangeInfo,times=2",
  ]) func faultsPass(_ fault: String) throws {
    try FetchUser.with(try LoopbackVenue(["--slow", "1000", "--fault", fault])) { user in
      // One byte a second is not waited for.
      let outcome = try user.command(Self.history + (fault.hasPrefix("slow") ? ["--timeout", "5"] : [])).run()
      #expect(outcome.code == 0, "\(outcome.errorText)")
      let isSame = outcome.stdout == (try Self.expected.get())
      #expect(isSame)
      #expect(try #require(try user.venue.control()["faults"]) > 0)
    }
  }

  @Test func aBanIsRemembered() throws {
    try FetchUser.with(try LoopbackVenue(["--fault", "418@klines"])) { user in
      let first = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(first.code == 75)
      #expect(first.errorText.contains("banned") && first.errorText.contains("another 1"))
      #expect(first.stdout.isEmpty)
      let requests = try user.venue.control()["requests"]
      let second = try user.fetch("ETH/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(second.code == 75)
      #expect(try user.venue.control()["requests"] == requests, "nobody asks while banned")
    }
  }

  @Test func aClosedCountryIsExplained() throws {
    try FetchUser.with(try LoopbackVenue(["--fault", "451:1"])) { user in
      let outcome = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(outcome.code == 69)
      #expect(outcome.errorText.contains("--base-url https://data-api.binance.vision"))
      #expect(try user.venue.control()["requests"] == 1, "it is not asked again")
    }
    try FetchUser.with(try LoopbackVenue(["--fault", "403@klines"])) { user in
      let outcome = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(outcome.code == 69 && outcome.errorText.contains("firewall"))
    }
    try FetchUser.with(try LoopbackVenue(["--dialect", "bybit", "--fault", "403:1"])) { user in
      let outcome = try user.fetch("--exchange", "bybit", "BTC/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(outcome.code == 69 && outcome.errorText.contains("region"))
    }
  }

  /// One market fails: it is told on standard error, by a gap and in the end record, and the others go on.
  @Test func aMarketThatCannotBeHadIsTold() throws {
    try FetchUser.with(try LoopbackVenue(["--fault", "500@klines?symbol=ETHUSDT"])) { user in
      let arguments = ["BTC/USDT", "ETH/USDT", "--timeframes", "1h,8h", "--bars", "5"]
      let outcome = try user.command(arguments).run()
      #expect(outcome.code == 0)
      #expect(outcome.errorText.contains("not-fetched: binance ETH/USDT 1h: HTTP 500"))
      #expect(outcome.lines.first?.contains("\"ETH/USDT\"") == true, "it stays a symbol of the run")
      #expect(outcome.lines.contains { $0.contains("BTC/USDT") && $0.contains("candle") })
      let gaps = outcome.lines.filter { $0.contains("\"gap\"") }
      #expect(gaps.count == 2 && gaps.allSatisfy { $0.contains("ETH/USDT") && $0.contains("\"cause\":\"outage\"") }, "\(gaps)")
      #expect(outcome.lines.last?.contains("\"not_fetched\":2,\"status\":\"complete\"") == true, "\(outcome.lines.last ?? "")")
      let judged = try Command("ss-check", "stream").run(.bytes(outcome.stdout))
      #expect(judged.code == 0, "\(judged.text)")

      let strict = try user.command(arguments + ["--require-all"]).run()
      let isSame = strict.stdout == outcome.stdout
      #expect(strict.code == 75 && isSame)
      #expect(try user.command(["sync"] + arguments).run().code == 75)
      // Later the rest is had, and the gap is gone.
      try user.venue.control("clear=1")
      let later = try user.command(arguments + ["--require-all"]).run()
      #expect(later.code == 0 && !later.text.contains("\"gap\"") && !later.text.contains("not_fetched"))
    }
    try FetchUser.with(try LoopbackVenue(["--fault", "redirect@klines"])) { user in
      let outcome = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(outcome.code == 69 && outcome.errorText.contains("redirects are not followed"))
    }
  }

  @Test func aSilentServerIsGivenUp() throws {
    try FetchUser.with(try LoopbackVenue(["--fault", "hang@klines"])) { user in
      let outcome = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "5", "--timeout", "1", "--retries", "1")
      #expect(outcome.code == 75, "\(outcome.errorText)")
    }
    // Nobody there at all.
    try FetchUser.with(try LoopbackVenue([])) { user in
      let outcome = try user.command(["BTC/USDT", "--timeframes", "1h"]).with { $0.arguments[$0.arguments.count - 1] = "http://127.0.0.1:1" }.run()
      #expect(outcome.code == 75)
    }
  }

  /// An answer without candles is an answer: nothing is stored, and nothing is made up.
  @Test func noCandlesAreTold() throws {
    try FetchUser.with(try LoopbackVenue(["--fault", "empty@klines?symbol=ETHUSDT"])) { user in
      let alone = try user.fetch("ETH/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(alone.code == 66 && alone.errorText.contains("no-candles") && alone.stdout.isEmpty)
      let both = try user.fetch("BTC/USDT", "ETH/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(both.code == 0 && both.errorText.contains("no-candles: binance ETH/USDT 1h"))
    }
  }

  /// What has closed is decided by the venue's clock, however far ours is off.
  @Test(arguments: [1_577_900_000_000, 1_719_794_399_900, 2_100_000_000_000]) func theVenuesClockDecides(_ now: Int64) throws {
    try FetchUser.with(try LoopbackVenue(["--now", "\(now)"])) { user in
      let outcome = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "3")
      #expect(outcome.code == 0, "\(outcome.errorText)")
      let last = try #require(outcome.lines.last { $0.contains("\"candle\"") }?.firstMatch(of: #/"close_time":"([^"]+)"/#)?.1)
      let close = try #require(ISO8601DateFormatter().date(from: String(last))).timeIntervalSince1970 * 1000
      // A candle needs half a second to settle; a slow test lets an hour pass at the edge.
      #expect(close <= Double(now + 600_000) && close > Double(now - 3_601_000))
    }
  }

  @Test func aDelistedMarketEndsWhereItEnded() throws {
    let now = 1_719_794_400_000
    try FetchUser.with(try LoopbackVenue(["--now", "\(now)", "--delisted", "\(now - 50 * 3_600_000)"])) { user in
      let outcome = try user.fetch("BTC/USDT", "XLM/USDT", "--timeframes", "1h", "--bars", "100")
      #expect(outcome.code == 0, "\(outcome.errorText)")
      let count = { (symbol: String) in outcome.lines.count { $0.contains("\"candle\"") && $0.contains(symbol) } }
      #expect(count("BTC/USDT") == 100 && count("XLM/USDT") == 51, "\(count("BTC/USDT")) \(count("XLM/USDT"))")
      #expect(try user.fetch("universe", "--exchange", "binance", "--symbols", "top50").lines.contains("binance XLM/USDT dropped not_trading"))
    }
  }
}
