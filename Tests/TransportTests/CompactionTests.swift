import Foundation
import TestKit
import Testing

/// A journal that has grown is written anew: what waits stays, what was sent is remembered, whenever a process dies.
@Suite struct CompactionTests {
  /// The journal of the chat, beyond the size at which it is written anew: 900 messages sent, 5 that wait.
  private static func grow(_ chat: LoopbackChat) throws -> URL {
    _ = try chat.send(Records.batch(1))
    let folder = chat.folder.appending(path: "snipersight/outbox")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasSuffix(".ndjson") })
    let now = Int(Date().timeIntervalSince1970 * 1000)
    var text = ""
    for number in 1...905 {
      let key = "event data_stale  S\(number)/USDT 2024-06-30T00:\(number % 60 < 10 ? "0" : "")\(number % 60):00Z"
      let long = String(repeating: "word ", count: 300)
      text +=
        #"{"type":"letter","key":"\#(key)","time":1719705600000,"kind":"alert","priority":"high","parts":[{"text":"old \#(number) \#(long)"}],"at":\#(now)}"#
        + "\n"
      if number <= 900 {
        text += #"{"type":"trying","key":"\#(key)","at":\#(now)}"# + "\n" + #"{"type":"done","key":"\#(key)","at":\#(now),"outcome":"sent"}"# + "\n"
      }
    }
    let journal = folder.appending(path: name)
    let file = try FileHandle(forWritingTo: journal)
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
    return journal
  }

  private static func size(_ file: URL) throws -> Int { try Data(contentsOf: file).count }

  private static func check(_ chat: LoopbackChat, _ journal: URL) throws {
    // 0…900 were sent; 901…905 waited; 906 and 907 are new.
    let outcome = try chat.send(Records.run + (0...907).map { Records.event($0) }.joined() + Records.end)
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(outcome.errorText.hasSuffix("ss-notify: sent 7, duplicate 901\n"), "\(outcome.errorText)")
    let taken = try chat.taken().map(\.text)
    #expect(taken.count == 8 && Set(taken).count == 8)
    for number in 901...905 { #expect(taken.contains { $0.hasPrefix("old \(number) ") }) }
    #expect(try size(journal) < 600_000)
    #expect(!FileManager.default.fileExists(atPath: journal.path + ".tmp"))
  }

  @Test func whatWasSentIsRememberedAndWhatWaitsGoes() throws {
    try LoopbackChat.with { chat in
      let journal = try Self.grow(chat)
      #expect(try Self.size(journal) > 1 << 20)
      try Self.check(chat, journal)
      // And again, from what it has become.
      #expect(try chat.send(Records.run + (0...907).map { Records.event($0) }.joined() + Records.end).errorText.hasSuffix("duplicate 908\n"))
    }
  }

  /// What a process killed on the way leaves beside the journal: nothing, a part, all of it.
  @Test(arguments: [0, 10_000, Int.max]) func leftOversAreOfNoAccount(_ count: Int) throws {
    try LoopbackChat.with { chat in
      let journal = try Self.grow(chat)
      try Data(contentsOf: journal).prefix(count).write(to: URL(filePath: journal.path + ".tmp"))
      try Self.check(chat, journal)
    }
  }

  @Test func killedOnTheWayNothingIsLostOrDoubled() throws {
    try LoopbackChat.with("500") { chat in
      var random = SeededGenerator(seed: 3)
      try chat.control("clear=1")
      let journal = try Self.grow(chat)
      try chat.control("fault=500")
      let grown = try Data(contentsOf: journal)
      let sender = chat.command("telegram", ["--patience", "0"]).arguments.map { "'\($0)'" }.joined(separator: " ")
      let input = chat.folder.appending(path: "one.ndjson")
      try (Records.run + Records.event(906) + Records.end).write(to: input, atomically: true, encoding: .utf8)
      for _ in 0..<(OutboxTests.isSoak ? 200 : 12) {
        if try Self.size(journal) < grown.count / 2 { try grown.write(to: journal) }
        let seconds = Double(random.next() % 1000) / 1000 * 0.12
        _ = try Command(shell: "\(sender) < '\(input.path)' > /dev/null 2>&1 & p=$!; sleep \(seconds); kill -9 $p; wait $p").with {
          $0.environment = chat.environment
        }.run()
      }
      try chat.control("clear=1")
      // What carries a request outlives the process that was killed.
      usleep(300_000)
      try Self.check(chat, journal)
    }
  }
}
