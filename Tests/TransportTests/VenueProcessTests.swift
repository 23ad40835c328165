import Foundation
import TestKit
import Testing

/// Several processes of ss-fetch, and processes that are killed.
@Suite struct VenueProcessTests {
  /// Twenty at once, each with a history of its own, on one account.
  @Test func togetherTheyKeepTheAllowance() throws {
    let venue = try LoopbackVenue(["--dialect", "bybit"])
    try FetchUser.with(venue) { user in
      // Each with a history of its own, all with one account.
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
    let arguments = ["sync", "--symbols", isSoak ? "top5" : "top3", "--timeframes", "15m,1h", "--bars", isSoak ? "2500" : "1500"]
    try FetchUser.with(try LoopbackVenue(["--latency", "15"])) { calm in
      let begin = Date()
      #expect(try calm.command(arguments).run().code == 0)
      let microseconds = UInt32(Date().timeIntervalSince(begin) * 1e6)
      let expected = try calm.stored()
      try FetchUser.with(calm.venue) { user in
        var random = SeededGenerator(seed: 7)
        for round in 0..<(isSoak ? 200 : 25) {
          let refreshes = round % 10 == 0
          let before = try user.stored()
          let process = try RunningCommand(user.command(arguments + (refreshes ? ["--refresh"] : [])))
          usleep(UInt32.random(in: 1000...microseconds, using: &random))
          process.kill(SIGKILL)
          process.wait()
          let after = try user.stored()
          if refreshes { continue }
          for (name, bytes) in before {
            let kept = bytes[...(bytes.lastIndex(of: 0x0A) ?? bytes.startIndex - 1)]
            #expect(try #require(after[name]).starts(with: kept), "round \(round): a whole line of \(name) is lost")
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
