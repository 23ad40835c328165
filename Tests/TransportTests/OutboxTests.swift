import Foundation
import TestKit
import Testing

/// Killed at random moments, over and over: every message arrives, and what arrives twice is reported.
@Suite struct OutboxTests {
  static let isSoak = ProcessInfo.processInfo.environment["SS_SOAK"] == "1"
  static let batches = isSoak ? 100 : 1
  static let messages = isSoak ? 200 : 30

  struct Tally {
    var kills = 0, taken = 0, twice = 0, reported = 0
  }

  @Test(arguments: 0..<batches)
  func killedAtRandomMoments(_ batch: Int) throws {
    var generator = SeededGenerator(seed: UInt64(batch + 1))
    var tally = Tally()
    try Repository.withTemporaryFolder { folder in
      // Answers take a while, and some are lost with the message taken.
      let chat = try LoopbackChat("--slow", "0.01", "--seed", "\(batch + 1)", "--fault", "lost:0.01", folder: folder)
      let input = folder.appending(path: "batch.ndjson")
      try Records.batch(Self.messages).write(to: input, atomically: true, encoding: .utf8)
      let sender = chat.command().arguments.map { "'\($0)'" }.joined(separator: " ")
      var code: Int32 = 137
      while tally.kills < 200 {
        // At least one is killed; later ones live longer, so that there is an end.
        let seconds = 0.05 + Double(generator.next() % 1000) / 1000 * (0.4 + 0.3 * Double(tally.kills))
        let line =
          "\(sender) < '\(input.path)' > '\(folder.path)/out' 2>> '\(folder.path)/err' & p=$!; (sleep \(seconds); kill -9 $p 2>/dev/null) & wait $p"
        code = try Command(shell: line).with {
          $0.environment = chat.environment
          $0.limit = 600
        }.run().code
        if code != 137 { break }
        tally.kills += 1
      }
      let said = try String(contentsOf: folder.appending(path: "err"), encoding: .utf8)
      #expect(code == 0, "\(said)")
      // The process that a killed sender left behind may still be at it.
      usleep(300_000)
      let taken = try chat.taken()
      let counts = Dictionary(grouping: taken) { $0.text }.mapValues(\.count)
      let last = try chat.command().run(.file(input.path))
      #expect(last.code == 0)
      #expect(counts.count == Self.messages, "every message arrives")
      tally.taken = taken.count
      tally.reported = last.lines.count { $0.contains("may have arrived twice") }
      for (text, count) in counts where count > 1 {
        tally.twice += 1
        let symbol = text.split(separator: "\n").joined(separator: " ")
        let number = try #require(text.firstMatch(of: /(S\d+)\/USDT/)?.1, "\(symbol)")
        let line = try #require(last.lines.first { $0.contains("\"symbol\":\"\(number)/USDT\"") })
        #expect(line.contains("may have arrived twice"), "\(number) arrived \(count) times and nobody says so")
      }
      #expect(tally.reported >= tally.twice)
    }
    if Self.isSoak {
      print("batch \(batch): \(tally.kills) kills, \(tally.taken) taken, \(tally.twice) twice, \(tally.reported) reported as perhaps twice")
    }
  }

  @Test func aTornLineIsCutAway() throws {
    try LoopbackChat.with("500") { chat in
      #expect(try chat.send(Records.batch(2), "telegram", "--patience", "0").code == 75)
      let outbox = chat.folder.appending(path: "snipersight/outbox")
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: outbox.path).first { $0.hasSuffix(".ndjson") })
      let file = try FileHandle(forWritingTo: outbox.appending(path: name))
      try file.seekToEnd()
      try file.write(contentsOf: Data(#"{"type":"done","key":"event data_st"#.utf8))
      try file.close()
      try chat.control("clear=1")
      #expect(try chat.send(Records.batch(2)).code == 0)
      #expect(try chat.taken().count == 2)
    }
  }

  @Test func twoSendersShareOneOutbox() throws {
    try LoopbackChat.with { chat in
      let sender = chat.command().arguments.map { "'\($0)'" }.joined(separator: " ")
      let input = chat.folder.appending(path: "batch.ndjson")
      try Records.batch(12).write(to: input, atomically: true, encoding: .utf8)
      let outcome = try Command(shell: "for n in 1 2 3; do \(sender) < '\(input.path)' > /dev/null & done; wait").with {
        $0.environment = chat.environment
      }.run()
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(try chat.taken().count == 12)
    }
  }
}
