import Foundation
import TestKit
import Testing

/// The live loop on a market that is played fast. `SS_SOAK=1` plays a whole day and kills more.
@Suite(.serialized) struct WatchTests {
  static let isLong = ProcessInfo.processInfo.environment["SS_SOAK"] != nil

  /// Messages go to a file, a line each; `sink` is the program that writes them.
  private static let sink = "import sys\ntext = sys.stdin.read()\nopen(sys.argv[1], 'a').write(text)\n"

  private struct Message: Decodable, Equatable {
    var key: String
    var kind: String
    var text: String
  }

  /// Words of a watch of `name` in `folder`; `more` come before those of ss-notify.
  private static func words(_ name: String, _ more: [String] = [], speed: Int = 10_000) -> [String] {
    let market = ["--seed", "13", "--to", "2024-07-01", "--bars", "300", "--replay-speed", "\(speed)"].map { "--fetch=\($0)" }
    return [
      "--exchange", "synthetic", "--symbols", "BTC/USDT,SOL/USDT", "--profile", "aggressive", "--set", "score.minimum_score=45", "--from",
      isLong ? "2024-06-30" : "2024-06-30T12:00:00Z", "--state", name, "--send", "command",
    ] + more + market + [
      "--", "--now", "2024-06-30T00:00:00Z", "--window", "0", "--only", "ready,developing,watching", "--pace", "none", "--on-unknown", "again",
      "--command", "python3 sink.py \(name).messages",
    ]
  }

  private static func watch(_ words: [String], in folder: URL) throws -> RunningCommand {
    try Data(sink.utf8).write(to: folder.appending(path: "sink.py"))
    let command = Command([Repository.pipelines.appending(path: "watch").path] + words).with {
      $0.folder = folder
      $0.environment["HOME"] = folder.path
    }
    return try RunningCommand(command, errors: folder.appending(path: "errors").path)
  }

  private static func messages(_ name: String, in folder: URL) throws -> [Message] {
    guard let text = try? String(contentsOf: folder.appending(path: name + ".messages"), encoding: .utf8) else { return [] }
    return try text.split(separator: "\n").map { try JSONDecoder().decode(Message.self, from: Data($0.utf8)) }
  }

  private static func errors(in folder: URL) -> String { (try? String(contentsOf: folder.appending(path: "errors"), encoding: .utf8)) ?? "" }

  /// The processes of the stages that run now.
  private static func stages(_ name: String, in folder: URL) -> [pid_t] {
    let text = (try? String(contentsOf: folder.appending(path: "\(name)/processes"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { $0.split(separator: " ").last.flatMap { pid_t($0) } }
  }

  private static func newestClose(_ name: String, in folder: URL) -> String {
    (try? String(contentsOf: folder.appending(path: "\(name)/heartbeat"), encoding: .utf8)) ?? ""
  }

  private static func waitUntil(_ seconds: Double = 120, _ isDone: () throws -> Bool) rethrows {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while try !isDone(), Date() < deadline { Thread.sleep(forTimeInterval: 0.05) }
  }

  @Test func killedStagesCostNoMessageAndDoubleNone() throws {
    try Repository.withTemporaryFolder { folder in
      let calm = try Self.watch(Self.words("calm"), in: folder)
      #expect(calm.wait() == 0, "\(Self.errors(in: folder))")
      let wanted = try Self.messages("calm", in: folder)
      #expect(wanted.count > 20 && Set(wanted.map(\.key)).count == wanted.count, "\(wanted.count) messages")

      let rough = try Self.watch(Self.words("rough"), in: folder)
      var random = SeededGenerator(seed: 30)
      var killed = 0
      for _ in 0..<(Self.isLong ? 12 : 2) {
        // Some messages further on, one stage of those that run.
        let before = try Self.messages("rough", in: folder).count
        let step = Int.random(in: 0...8, using: &random)
        try Self.waitUntil { try !rough.isRunning || Self.messages("rough", in: folder).count >= before + step }
        Thread.sleep(forTimeInterval: Double.random(in: 0...0.5, using: &random))
        guard rough.isRunning, let victim = Self.stages("rough", in: folder).randomElement(using: &random) else { continue }
        if kill(victim, SIGKILL) == 0 { killed += 1 }
      }
      let code = rough.wait()
      let errors = Self.errors(in: folder)
      #expect(code == 0 && killed > 0, "\(errors)")
      let all = try Self.messages("rough", in: folder)
      let sent = all.filter { $0.kind != "alert" }
      // One that was being sent when ss-notify died may be there twice, and says so.
      var seen: Set<String> = []
      let once = sent.filter { seen.insert($0.key).inserted }
      #expect(once == wanted, "\(errors)")
      #expect(sent.count - once.count <= killed, "\(sent.count) sent, \(once.count) different, \(killed) killed; \(errors)")
      #expect(all.contains { $0.kind == "alert" && $0.text.contains("ss-") }, "\(errors)")
    }
  }

  @Test func toldToStopItEndsInOrderAndGoesOnLater() throws {
    try Repository.withTemporaryFolder { folder in
      let first = try Self.watch(Self.words("one", speed: 3000), in: folder)
      try Self.waitUntil { try Self.messages("one", in: folder).count >= 3 }
      let second = try Self.watch(Self.words("one"), in: folder)
      #expect(second.wait() == 75 && Self.errors(in: folder).contains("another watch has one"))
      let stages = Self.stages("one", in: folder)
      first.kill(SIGTERM)
      #expect(first.wait() == 0)
      #expect(stages.count == 7 && stages.allSatisfy { kill($0, 0) != 0 }, "nothing is left behind")
      let early = try Self.messages("one", in: folder)
      let again = try Self.watch(Self.words("one", ["--from", "2024-06-30T23:00:00Z"]), in: folder)
      #expect(again.wait() == 0, "\(Self.errors(in: folder))")
      let all = try Self.messages("one", in: folder).filter { $0.kind != "alert" }
      #expect(Array(all.prefix(early.count)) == early && all.count > early.count && Set(all.map(\.key)).count == all.count)
    }
  }

  /// What a kill -9 leaves of a watch: its guard and its stages, stages alone, nothing.
  enum Death: CaseIterable { case shell, shells, all }

  /// Neither its stages nor its lock are in the way of the next, which goes on without a doubled message.
  @Test(arguments: Death.allCases) func killedItselfItLeavesNothingBehind(_ death: Death) throws {
    try Repository.withTemporaryFolder { folder in
      var old: [pid_t] = []
      for round in 1...(Self.isLong ? 5 : 1) {
        let process = try Self.watch(Self.words("one", speed: 3000), in: folder)
        try Self.waitUntil { try Self.messages("one", in: folder).count >= 3 * round && Self.stages("one", in: folder).count == 7 }
        old += Self.stages("one", in: folder)
        switch death {
        case .shell: process.kill(SIGKILL)
        case .shells:
          // The watch last: the guard among them must not see it go.
          let shells = try Command(shell: "pgrep -g \(process.id) -x bash").run().lines.compactMap { pid_t($0) }
          for shell in shells.reversed() { kill(shell, SIGKILL) }
        case .all: kill(-process.id, SIGKILL)
        }
        process.wait()
        if death == .shell { Self.waitUntil { old.allSatisfy { kill($0, 0) != 0 } } }
        if death == .shells { #expect(old.contains { kill($0, 0) == 0 }, "stages live on") }
      }
      let last = try Self.watch(Self.words("one"), in: folder)
      #expect(last.wait() == 0, "\(Self.errors(in: folder))")
      #expect(old.allSatisfy { kill($0, 0) != 0 }, "nothing is left behind")
      let sent = try Self.messages("one", in: folder).filter { $0.kind != "alert" }
      // One that was being sent when ss-notify died may be there twice.
      #expect(sent.count > 20 && sent.count - Set(sent.map(\.key)).count <= (death == .all ? old.count / 7 : 0), "\(Self.errors(in: folder))")
    }
  }

  /// A stage that stands still without dying is noticed by the silence behind it, and the pipe is started again.
  @Test func aStageThatHangsIsReplaced() throws {
    try Repository.withTemporaryFolder { folder in
      let process = try Self.watch(Self.words("one", ["--stale", "5"], speed: 600), in: folder)
      try Self.waitUntil { try Self.messages("one", in: folder).contains { $0.kind != "alert" } }
      let before = Self.stages("one", in: folder)
      try #require(before.count == 7)
      let newest = Self.newestClose("one", in: folder)
      kill(before[2], SIGSTOP)
      Self.waitUntil { kill(before[2], 0) != 0 && Self.newestClose("one", in: folder) > newest }
      #expect(Self.newestClose("one", in: folder) > newest, "\(Self.errors(in: folder))")
      #expect(before.allSatisfy { kill($0, 0) != 0 })
      process.kill(SIGTERM)
      #expect(process.wait() == 0)
      let messages = try Self.messages("one", in: folder)
      #expect(messages.contains { $0.kind == "alert" && $0.text.contains("stale") }, "\(Self.errors(in: folder))")
      #expect(!messages.contains { $0.text.contains("failed") } && Self.errors(in: folder).contains("the pipe is started again"))
      #expect(Set(messages.map(\.key)).count == messages.count)
    }
  }

  @Test(arguments: [
    (["--set", "score.nothing=1"], 64 as Int32, "starting again is of no use"), (["--stale", "soon"], 64, "--stale takes seconds, not 'soon'"),
  ]) func whatIsOfNoUseIsNotTriedAgain(more: [String], code: Int32, message: String) throws {
    try Repository.withTemporaryFolder { folder in
      let process = try Self.watch(Self.words("one", more), in: folder)
      #expect(process.wait() == code && Self.errors(in: folder).contains(message), "\(Self.errors(in: folder))")
      #expect(try Self.messages("one", in: folder).isEmpty)
    }
  }

  /// The venue has locked us out: an alert of its own, once, however often it is asked.
  @Test func aBanIsAnAlert() throws {
    try Repository.withTemporaryFolder { folder in
      let venue = try LoopbackServer("venue.py", ["--fault", "418@klines"])
      let words = [
        "--exchange", "binance", "--symbols", "BTC/USDT", "--state", "one", "--send", "command", "--fetch=--base-url=\(venue.url)", "--", "--pace",
        "none",
        "--command", "python3 sink.py one.messages",
      ]
      let process = try Self.watch(words, in: folder)
      Self.waitUntil { Self.errors(in: folder).components(separatedBy: "banned: binance").count > 2 }
      process.kill(SIGTERM)
      #expect(process.wait() == 0)
      let alerts = try Self.messages("one", in: folder).map(\.text)
      #expect(alerts.count == 2, "\(alerts)\n\(Self.errors(in: folder))")
      #expect(
        alerts.first?.contains("The venue has locked us out") == true && alerts.first?.contains("said: binance has locked this address out") == true)
      #expect(alerts.last?.contains("A stage has failed") == true)
    }
  }

  @Test func silenceOfTheMarketIsAnAlert() throws {
    try Repository.withTemporaryFolder { folder in
      // A candle of five minutes at twenty times the speed: fifteen seconds between two.
      let process = try Self.watch(Self.words("slow", ["--stale", "2"], speed: 20), in: folder)
      try Self.waitUntil { try Self.messages("slow", in: folder).contains { $0.kind == "alert" && $0.text.contains("stale") } }
      process.kill(SIGTERM)
      process.wait()
      #expect(try Self.messages("slow", in: folder).contains { $0.kind == "alert" && $0.text.contains("stale") }, "\(Self.errors(in: folder))")
    }
  }
}
