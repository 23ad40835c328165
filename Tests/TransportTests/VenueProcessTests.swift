import Foundation
import TestKit
import Testing

/// Several processes of ss-fetch, and processes that are killed.
@Suite struct VenueProcessTests {
  /// Twenty at once, each with a history of its own, on one account.
  @Test func togetherTheyKeepTheAllowance() throws {
    let venue = try LoopbackVenue(["--dialect", "bybit"])
    try FetchUser.with(venue) { user in
      let children = try (0..<20).map { index in
        let process = Process()
        let command = user.command(["sync", "--exchange", "bybit", "--symbols", "top40", "--timeframes", "1h", "--bars", "20", "--quiet"])
        process.executableURL = Repository.executables.appending(path: "ss-fetch")
        process.arguments = Array(command.arguments.dropFirst())
        // A history of its own, and one account for all.
        let own = ["XDG_CACHE_HOME": user.folder.appending(path: "cache\(index)").path, "PATH": "/usr/local/bin:/usr/bin:/bin"]
        process.environment = command.environment.merging(own) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
      }
      for child in children {
        child.waitUntilExit()
        #expect(child.terminationStatus == 0)
      }
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
          let process = try user.start(arguments + (refreshes ? ["--refresh"] : []))
          usleep(UInt32.random(in: 1000...microseconds, using: &random))
          kill(process.processIdentifier, SIGKILL)
          process.waitUntilExit()
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
