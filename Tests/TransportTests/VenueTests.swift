import Foundation
import TestKit
import Testing

/// ss-fetch against venues of its own machine: real processes, real connections, made-up candles.
@Suite struct VenueTests {
  @Test(arguments: ["binance", "binance-usdm", "bybit", "okx"]) func whatIsFetchedIsStoredAndRead(_ name: String) throws {
    let symbols = name == "binance-usdm" ? ["BTC/USDT:USDT", "NEAR/USDT:USDT"] : ["BTC/USDT", "NEAR/USDT"]
    try FetchUser.with(try LoopbackVenue(["--dialect", name])) { user in
      let arguments = ["--exchange", name] + symbols + ["--timeframes", "1h,8h,3d,1w", "--bars", "400"]
      let cold = try user.command(arguments).run()
      #expect(cold.code == 0, "\(cold.errorText)")
      let candles = cold.lines.filter { $0.hasPrefix("{\"type\":\"candle\"") }
      #expect(cold.lines.first?.hasPrefix("{\"type\":\"run\"") == true)
      #expect(cold.lines.last == "{\"type\":\"end\",\"records\":\(cold.lines.count - 1),\"status\":\"complete\"}")
      #expect(candles.count > 1500)
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
      let agree = lines.count >= 400 && streamed.count >= 400 && lines.suffix(streamed.count).elementsEqual(streamed)
      #expect(agree, "\(streamed.count) streamed, \(lines.count) stored")
      // A shorter question is a part of the longer one.
      let short = try user.command(["--exchange", name] + symbols + ["--timeframes", "1h,8h,3d,1w", "--bars", "30", "--offline"]).run()
      let isPart = Set(short.lines.filter { $0.contains("\"candle\"") }).isSubset(of: Set(candles))
      #expect(isPart)
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

  /// Kept and dropped are all there are, each with its reason.
  @Test func everyMarketIsKeptOrDropped() throws {
    try FetchUser.with(try LoopbackVenue(["--symbols", "20"])) { user in
      let outcome = try user.fetch("universe", "--exchange", "binance", "--symbols", "top5", "--deny", "^ADA")
      #expect(outcome.lines.count == 20)
      #expect(outcome.lines.prefix(5).allSatisfy { $0.contains(" kept ") } && outcome.lines.count { $0.contains(" kept ") } == 5)
      #expect(outcome.lines.contains("binance BTCUP/USDT dropped leveraged_token"))
      #expect(outcome.lines.contains("binance ADA/USDT dropped denied"))
      #expect(!outcome.text.contains("JUP/USDT dropped leveraged_token"))
    }
  }

  @Test func symbolsStandInAFile() throws {
    try FetchUser.with(try LoopbackVenue([])) { user in
      let list = user.folder.appending(path: "mine.txt")
      try "# mine\nBTC/USDT, ETHUSDT\n\nSOL-USDT # the third\n".write(to: list, atomically: true, encoding: .utf8)
      let outcome = try user.fetch("--exchange", "binance", "--symbols", "@\(list.path)", "--timeframes", "1d", "--bars", "2")
      #expect(outcome.lines.first?.contains("\"symbols\":[\"BTC/USDT\",\"ETH/USDT\",\"SOL/USDT\"]") == true, "\(outcome.errorText)")
      #expect(try user.fetch("--exchange", "binance", "--symbols", "@\(list.path)x").code == 66)
    }
  }

  /// Instruments come in pages, joined by a cursor.
  @Test func allPagesOfInstrumentsAreRead() throws {
    try FetchUser.with(try LoopbackVenue(["--dialect", "bybit", "--page", "7"])) { user in
      let outcome = try user.fetch("--exchange", "bybit", "INJ/USDT:USDT", "C33/USDT:USDT", "--timeframes", "1h", "--bars", "2")
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(outcome.lines.count { $0.contains("\"instrument\"") } == 2)
      #expect(try #require(try user.venue.control()["requests"]) == 9 + 1 + 2)
    }
  }

  /// On a terminal, one line that is written over; in a pipe, nothing.
  @Test func progressIsShownOnATerminal() throws {
    try FetchUser.with(try LoopbackVenue(["--latency", "150"])) { user in
      let fetch = user.command(["sync", "BTC/USDT", "ETH/USDT", "--timeframes", "1h", "--bars", "2000"])
      let script = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
      let program = Repository.executables.appending(path: "ss-fetch").path
      let seen = try fetch.with { $0.arguments = ["python3", "-c", script, program] + fetch.arguments.dropFirst() }.run()
      #expect(seen.code == 0)
      #expect(seen.text.contains("binance: 2 symbols, ") && seen.text.contains(" requests, weight left "), "\(seen.text)")
      #expect(try fetch.run().errorText == "ss-fetch: 0 candles added\n")
    }
  }
}
