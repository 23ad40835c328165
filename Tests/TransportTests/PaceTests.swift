import Foundation
import Market
import TestKit
import Testing

@testable import Transport

/// How fast messages leave is decided together by all processes.
@Suite struct PaceTests {
  @Test func processesShareOneAllowance() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appending(path: "bot.pace").path
      let one = PaceFile(path: path, limits: [.init(30, per: 1)]), other = PaceFile(path: path, limits: [.init(30, per: 1)])
      let now = Timestamp(milliseconds: 1_719_705_600_000)
      for number in 0..<30 { #expect(try (number % 2 == 0 ? one : other).wait(now + Int64(number * 10), taking: 1) == 0) }
      #expect(try one.wait(now + 300, taking: 1) == 700)
      #expect(try other.wait(now + 999, taking: 1) == 1)
      #expect(try other.wait(now + 1000, taking: 1) == 0)
      #expect(try one.wait(now + 1000, taking: 1) == 10)
      try one.pause(until: now + 5000)
      #expect(try other.wait(now + 2000) == 3000)
    }
  }

  /// An album counts as all of its pictures.
  @Test func albumsCountInFull() throws {
    try Repository.withTemporaryFolder { folder in
      let pace = PaceFile(path: folder.appending(path: "chat.pace").path, limits: [.init(1, per: 1), .init(20, per: 60)])
      let now = Timestamp(milliseconds: 1_719_705_600_000)
      let first = try pace.wait(now, taking: 10)
      #expect(first == 0)
      #expect(try pace.wait(now, taking: 1) == 1000)
      #expect(try pace.wait(now + 1000, taking: 10) == 0)
      #expect(try pace.wait(now + 2000, taking: 1) == 58_000)
    }
  }

  /// Two processes to two chats of one bot that has one message left this second.
  @Test func oneBotHasOneAllowance() throws {
    try Repository.withTemporaryFolder { folder in
      let chat = try LoopbackChat("--bot-rate", "30/1", folder: folder)
      let sender = chat.command().with { $0.arguments.removeAll { ["--pace", "none"].contains($0) } }
      let send = { (chats: [Int], event: Int) in
        let words = sender.arguments.map { "'\($0)'" }.joined(separator: " ")
        let input = folder.appending(path: "\(event).ndjson")
        try Records.run.appending(Records.event(event) + Records.end).write(to: input, atomically: true, encoding: .utf8)
        let line = chats.map { "TELEGRAM_CHAT_ID=\($0) \(words) < '\(input.path)' > /dev/null &" }.joined(separator: " ") + " wait"
        #expect(try Command(shell: line).with { $0.environment = chat.environment }.run().code == 0)
      }
      try send([1], 0)
      let outbox = folder.appending(path: "snipersight/outbox")
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: outbox.path).first {
          $0.hasSuffix(".pace") && !FileManager.default.fileExists(atPath: outbox.appending(path: $0.replacing(".pace", with: ".ndjson")).path)
        })
      // As far ahead as is believed, so that a slow machine is in time.
      let primed = Date().timeIntervalSince1970 + 0.9
      let book = "0\n" + String(repeating: "\(Int(primed * 1000))\n", count: 29)
      try book.write(to: outbox.appending(path: name), atomically: false, encoding: .utf8)
      try send([2, 3], 1)
      let taken = try chat.taken().dropFirst().map(\.at)
      #expect(taken.count == 2 && taken[1] >= primed + 0.99, "\(taken) \(primed)")
    }
  }
}
