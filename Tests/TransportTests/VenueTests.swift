import Foundation
import TestKit
import Testing

/// ss-fetch against venues of its own machine: real processes, real connections, made-up candles.
@Suite(.serialized) struct VenueTests {
  @Test(arguments: ["binance", "binance-usdm", "bybit", "okx"]) func whatIsFetchedIsStoredAndRead(_ name: String) throws {
    let symbols = name == "binance-usdm" ? ["BTC/USDT:USDT", "NEAR/USDT:USDT"] : ["BTC/USDT", "NEAR/USDT"]
    try FetchUser.with(try LoopbackVenue(["--dialect", name])) { user in
      let arguments = ["--exchange", name] + symbols + ["--timeframes", "1h,8h,3d,1w", "--bars", "700"]
      let cold = try user.command(arguments).run()
      #expect(cold.code == 0, "\(cold.errorText)")
      let candles = cold.lines.filter { $0.hasPrefix("{\"type\":\"candle\"") }
      #expect(cold.lines.first?.hasPrefix("{\"type\":\"run\"") == true)
      #expect(cold.lines.last == "{\"type\":\"end\",\"records\":\(cold.lines.count - 1),\"status\":\"complete\"}")
      #expect(candles.count > 2000)
      // Its market opened mid-range.
      #expect(cold.lines.contains { $0.contains("not_listed") } || candles.count { $0.contains("NEAR") } < candles.count { $0.contains("BTC") })

      // Nothing new: nothing asked, the same stream.
      let before = try user.venue.control()["requests"]
      let warm = try user.command(arguments).run()
      let isSame = warm.stdout == cold.stdout
      #expect(isSame)
      #expect(try user.venue.control()["requests"] == before)
      let offline = try user.command(arguments + ["--offline"]).run()
      let isSameOffline = offline.stdout == cold.stdout
      #expect(isSameOffline)

      // The store's lines are the stream's.
      let stored = try user.stored()
      let hours = try #require(stored.first { $0.key.contains("BTC") && $0.key.hasSuffix("-1h.ndjson") }?.value)
      let lines = String(decoding: hours, as: UTF8.self).split(separator: "\n").map(String.init)
      let streamed = candles.filter { $0.contains("BTC") && $0.contains("\"1h\"") }
      let agree = lines.count >= 700 && streamed.count >= 700 && lines.suffix(streamed.count).elementsEqual(streamed)
      #expect(agree, "\(streamed.count) streamed, \(lines.count) stored")
      // A shorter question is a part of the longer one.
      let short = try user.command(["--exchange", name] + symbols + ["--timeframes", "1h,8h,3d,1w", "--bars", "30", "--offline"]).run()
      let isPart = Set(short.lines.filter { $0.contains("\"candle\"") }).isSubset(of: Set(candles))
      #expect(isPart)
    }
  }

  /// Whatever happens on the way, what arrives is the same.
  @Test(arguments: [
    "500:0.15", "503:0.15", "502:0.15", "garbage:0.15", "html:0.15", "none:0.15", "half:0.15", "cut:0.15", "reset:0.15", "reset-early:0.15",
    "short:0.15", "gzip:0.5",
    "429ra:0.05", "slow:0.1",
  ]) func faultsPass(_ fault: String) throws {
    let arguments = ["--symbols", "top6", "--timeframes", "1h,4h", "--bars", "1300", "--exchange", "binance"]
    try FetchUser.with(try LoopbackVenue([])) { calm in
      let expected = try calm.command(arguments).run()
      #expect(expected.code == 0)
      try FetchUser.with(try LoopbackVenue(["--slow", "5"])) { user in
        _ = try user.fetch("--symbols", "top6", "--timeframes", "1w", "--bars", "2", "--exchange", "binance")
        try user.venue.control("fault=\(fault)")
        let outcome = try user.command(arguments).run()
        #expect(outcome.code == 0, "\(outcome.errorText)")
        let isSame = outcome.stdout == expected.stdout
        #expect(isSame)
        #expect(try #require(try user.venue.control()["faults"]) > 0)
      }
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
    try FetchUser.with(try LoopbackVenue(["--dialect", "bybit", "--fault", "403:1"])) { user in
      let outcome = try user.fetch("--exchange", "bybit", "BTC/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(outcome.code == 69 && outcome.errorText.contains("region"))
    }
  }

  @Test func aMarketThatCannotBeHadIsTold() throws {
    try FetchUser.with(try LoopbackVenue(["--fault", "500@klines?symbol=ETHUSDT"])) { user in
      let outcome = try user.fetch("BTC/USDT", "ETH/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(outcome.code == 0)
      #expect(outcome.errorText.contains("not-fetched: binance ETH/USDT 1h: HTTP 500"))
      #expect(outcome.lines.first?.contains("\"ETH/USDT\"") == true, "it stays a symbol of the run")
      #expect(outcome.lines.contains { $0.contains("BTC/USDT") && $0.contains("candle") })
      #expect(try user.fetch("sync", "BTC/USDT", "ETH/USDT", "--timeframes", "1h", "--bars", "5").code == 75)
    }
    try FetchUser.with(try LoopbackVenue(["--fault", "redirect@klines"])) { user in
      let outcome = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(outcome.code == 69 && outcome.errorText.contains("redirects are not followed"))
    }
  }

  @Test func namesAreChecked() throws {
    try FetchUser.with(try LoopbackVenue([])) { user in
      let unknown = try user.fetch("BTC/USDT", "NOPE/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(unknown.code == 66 && unknown.errorText.contains("lists no NOPE/USDT"))
      let other = try user.fetch("BTC/USDT:USDT", "--timeframes", "1h")
      #expect(other.code == 64 && other.errorText.contains("binance-usdm"))
    }
  }

  @Test func aSilentServerIsGivenUp() throws {
    try FetchUser.with(try LoopbackVenue(["--fault", "hang@klines"])) { user in
      let outcome = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "5", "--timeout", "1")
      #expect(outcome.code == 75, "\(outcome.errorText)")
    }
    // Nobody there at all.
    try FetchUser.with(try LoopbackVenue([])) { user in
      let outcome = try user.command(["BTC/USDT", "--timeframes", "1h"]).with { $0.arguments[$0.arguments.count - 1] = "http://127.0.0.1:1" }.run()
      #expect(outcome.code == 75)
    }
  }

  @Test func aCorrectedCandleIsReported() throws {
    let now = 1_719_794_400_000
    try FetchUser.with(try LoopbackVenue(["--now", "\(now)"])) { user in
      let first = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "5")
      let stored = try user.stored()
      // The last closed candle is told anew, and an hour later another one has closed.
      try user.venue.control("correct=\(now / 3_600_000 * 3_600_000 - 3_600_000)&now=\(now + 3_600_000)")
      // Our clock knows nothing of it: the venue is asked for its time.
      try FileManager.default.removeItem(at: user.folder.appending(path: "state"))
      let third = try user.fetch("sync", "BTC/USDT", "--timeframes", "1h", "--bars", "5")
      #expect(third.errorText.contains("disagreement: binance BTC/USDT 1h"), "\(third.errorText)")
      let grown = try user.stored()
      let name = "binance/BTC_USDT-1h.ndjson"
      #expect(try #require(grown[name]).starts(with: try #require(stored[name])), "history only grows")
      #expect(first.code == 0)
      let refreshed = try user.fetch("BTC/USDT", "--timeframes", "1h", "--bars", "5", "--refresh")
      #expect(refreshed.code == 0)
      #expect(try user.stored()[name] != grown[name])
    }
  }

  @Test func aPlanAsksNothing() throws {
    try FetchUser.with(try LoopbackVenue(["--dialect", "bybit"])) { user in
      let plan = try user.fetch("--plan", "--exchange", "bybit", "--symbols", "top50", "--profile", "balanced")
      #expect(plan.code == 0)
      #expect(plan.lines.last?.hasPrefix("total ") == true)
      #expect(plan.lines.count > 200)
      #expect(try user.venue.control()["requests"] == 0)
    }
  }

  @Test func theStoreIsListedAndPruned() throws {
    try FetchUser.with(try LoopbackVenue([])) { user in
      #expect(try user.fetch("sync", "BTC/USDT", "ETH/USDT", "--timeframes", "1h,1d", "--bars", "50").code == 0)
      let list = try user.fetch("list")
      #expect(
        list.lines.map { $0.split(separator: " ").prefix(3).joined(separator: " ") } == [
          "binance BTC/USDT 1d", "binance BTC/USDT 1h", "binance ETH/USDT 1d", "binance ETH/USDT 1h",
        ])
      #expect(try user.fetch("prune").code == 64)
      #expect(try user.fetch("prune", "ETH/USDT").lines.count == 2)
      #expect(try user.fetch("list").lines.count == 2)
    }
  }

  /// Twenty at once, each with a history of its own, on one account.
  @Test func togetherTheyKeepTheAllowance() throws {
    let venue = try LoopbackVenue(["--dialect", "bybit"])
    try FetchUser.with(venue) { user in
      let children = try (0..<20).map { index in
        let arguments = ["sync", "--exchange", "bybit", "--symbols", "top40", "--timeframes", "1h", "--bars", "20", "--quiet"]
        let command = user.command(arguments).with { $0.environment["XDG_CACHE_HOME"] = user.folder.appending(path: "cache\(index)").path }
        return try RunningCommand(command)
      }
      for child in children { #expect(child.wait() == 0) }
      let counts = try venue.control()
      #expect(counts["over"] == 0)
      #expect(try #require(counts["requests"]) >= 20 * 43)
    }
  }

  /// Killed at random moments, the store opens, loses no whole line, and ends as if nothing had happened.
  @Test func killedAndRunAgain() throws {
    let arguments = ["sync", "--symbols", "top5", "--timeframes", "15m,1h", "--bars", "2500"]
    try FetchUser.with(try LoopbackVenue(["--latency", "15"])) { calm in
      #expect(try calm.command(arguments).run().code == 0)
      let expected = try calm.stored()
      try FetchUser.with(calm.venue) { user in
        var random = SeededGenerator(seed: 7)
        let rounds = ProcessInfo.processInfo.environment["SS_SOAK"] == nil ? 25 : 200
        for round in 0..<rounds {
          let before = try user.stored()
          let process = try RunningCommand(user.command(arguments + (round % 10 == 0 ? ["--refresh"] : [])))
          usleep(UInt32.random(in: 1000...400_000, using: &random))
          process.kill(SIGKILL)
          process.wait()
          let after = try user.stored()
          for (name, bytes) in before {
            let kept = bytes[...(bytes.lastIndex(of: 0x0A) ?? bytes.startIndex - 1)]
            if round % 10 != 0 { #expect(try #require(after[name]).starts(with: kept), "round \(round): a whole line of \(name) is lost") }
          }
        }
        let last = try user.command(arguments).run()
        #expect(last.code == 0, "\(last.errorText)")
        let isSame = try user.stored() == expected
        #expect(isSame)
      }
    }
  }
}
