import Foundation
import TestKit
import Testing

@Suite struct SendTests {
  @Test func aBatchIsSentInOrderAndOnce() throws {
    try LoopbackChat.with { chat in
      let first = try chat.send(Records.batch(5))
      #expect(first.code == 0, "\(first.errorText)")
      #expect(first.lines.count == 7)
      #expect(first.lines.filter { $0.contains(#""status":"sent","attempts":1,"receipt":"10"#) }.count == 5, "\(first.text)")
      let taken = try chat.taken()
      #expect(taken.map { $0.text.contains("Data is stale") } == Array(repeating: true, count: 5))
      #expect(taken.map(\.parsed) == Array(repeating: true, count: 5))
      #expect(taken.allSatisfy { $0.chat == "42" && !$0.silent })
      let again = try chat.send(Records.batch(5))
      #expect(again.code == 0)
      #expect(again.lines.filter { $0.contains(#""delivered":true,"status":"duplicate""#) }.count == 5, "\(again.text)")
      #expect(try chat.taken().count == 5)
    }
  }

  @Test func nothingIsSentOfABatchThatWasCutOff() throws {
    try LoopbackChat.with { chat in
      let cut = try chat.send(Records.run + Records.events(3))
      #expect(cut.code == 65)
      #expect(cut.lines.count == 4)
      #expect(!cut.text.contains(#""notification""#))
      #expect(try chat.control()["requests"] == 0)
      #expect(try chat.send(Records.run + Records.events(3) + #"{"type":"en"#).code == 65)
      #expect(try chat.control()["requests"] == 0)
    }
  }

  @Test func liveSendsRecordByRecord() throws {
    try LoopbackChat.with { chat in
      // No end arrives, and yet what came was sent.
      let live = try chat.send(Records.run + Records.events(3), "telegram", "--live")
      #expect(live.code == 65)
      #expect(live.lines.filter { $0.contains(#""status":"sent""#) }.count == 3, "\(live.text)")
      #expect(try chat.taken().count == 3)
    }
  }

  @Test(arguments: ["discord", "slack", "ntfy", "webhook"])
  func otherSinks(_ sink: String) throws {
    try LoopbackChat.with { chat in
      let outcome = try chat.send(Records.run + Records.plan(rationale: "RSI < 30 & *rising* @everyone") + Records.end, sink)
      #expect(outcome.code == 0, "\(outcome.errorText)\(outcome.text)")
      let taken = try chat.taken()
      try #require(taken.map(\.service) == [sink])
      let rationale = [
        "discord": #"RSI \< 30 & \*rising\* \@everyone"#, "slack": "RSI &lt; 30 &amp; *rising* @everyone", "ntfy": "RSI < 30 & *rising* @everyone",
        "webhook": "RSI < 30 & *rising* @everyone",
      ]
      #expect(taken[0].text.contains(rationale[sink] ?? ""), "\(taken[0].text)")
      #expect(taken[0].text.contains(sink == "discord" ? "**BTC/USDT LONG**" : sink == "slack" ? "*BTC/USDT LONG*" : "BTC/USDT LONG"))
      if sink == "webhook" { #expect(taken[0].key != nil) }
      #expect(try chat.send(Records.run + Records.plan() + Records.end, sink).code == 0)
      #expect(try chat.taken().count == 1)
    }
  }

  @Test func aCommandReadsEachMessage() throws {
    try LoopbackChat.with { chat in
      let file = chat.folder.appending(path: "read")
      let program = chat.folder.appending(path: "take")
      try "#!/bin/sh\ntest -z \"$TELEGRAM_BOT_TOKEN\" || exit 1\ncat >> '\(file.path)'\n".write(to: program, atomically: true, encoding: .utf8)
      let outcome = try chat.command("command", ["--command", "/bin/sh \(program.path)"]).with { $0.environment["TELEGRAM_BOT_TOKEN"] = nil }
        .run(.text(Records.run + Records.plan() + Records.end))
      #expect(outcome.code == 0, "\(outcome.errorText)")
      let read = try String(contentsOf: file, encoding: .utf8)
      #expect(read.hasPrefix(#"{"key":"x:BTC/USDT:balanced:LONG:ob-1","kind":"signal","priority":"#))
      #expect(read.contains(#""record":{"type":"setup""#))
      let code = chat.folder.appending(path: "code")
      try "#!/bin/sh\nexit $(cat '\(code.path)')\n".write(to: chat.folder.appending(path: "end"), atomically: true, encoding: .utf8)
      for (number, status) in [(75, "queued"), (3, "refused")] {
        try "\(number)".write(to: code, atomically: true, encoding: .utf8)
        let refused = try chat.command("command", ["--command", "/bin/sh \(chat.folder.path)/end", "--patience", "0"])
          .run(.text(Records.run + Records.plan(number, symbol: "S\(number)/USDT") + Records.end))
        #expect(refused.code == 75)
        #expect(refused.text.contains("\"status\":\"\(status)\""), "\(refused.errorText)\(refused.text)")
      }
    }
  }

  // MARK: Faults

  @Test(arguments: ["429,times=2", "500,times=2", "html,times=1", "reset,times=1"])
  func whatPassesIsTriedAgain(_ fault: String) throws {
    try LoopbackChat.with(fault) { chat in
      let outcome = try chat.send(Records.batch(3))
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(try chat.taken().count == 3)
      #expect(try chat.control()["faults"] ?? 0 > 0 || fault.hasPrefix("reset"))
    }
  }

  @Test func aLostAnswerIsRepeatedAndReported() throws {
    try LoopbackChat.with("lost,times=1") { chat in
      let outcome = try chat.send(Records.batch(2))
      #expect(outcome.code == 0)
      #expect(outcome.errorText.contains("S0/USDT 2024-06-30T00:00:00Z: may arrive twice"), "\(outcome.errorText)")
      #expect(outcome.lines[1].contains(#""error":"may have arrived twice""#), "\(outcome.lines[1])")
      #expect(try chat.taken().count == 3)
    }
  }

  @Test func whatProgramsReadIsNotRepeatedBlindly() throws {
    try LoopbackChat.with("lost,times=1") { chat in
      let outcome = try chat.send(Records.batch(2), "webhook")
      #expect(outcome.code == 75)
      #expect(outcome.lines[1].contains(#""delivered":false,"status":"unknown""#), "\(outcome.lines[1])")
      #expect(outcome.lines[2].contains(#""status":"sent""#))
      #expect(try chat.taken().count == 2)
      // Settled: it is not sent by the next run either.
      #expect(try chat.send(Records.batch(2), "webhook").code == 0)
      #expect(try chat.taken().count == 2)
    }
  }

  @Test func markupThatIsRefusedIsSentPlain() throws {
    try LoopbackChat.with("markup,times=1") { chat in
      let outcome = try chat.send(Records.batch(2))
      #expect(outcome.code == 0)
      #expect(outcome.errorText.contains("sent without markup: Bad Request: can't parse entities"))
      #expect(try chat.taken().map(\.parsed) == [false, true])
    }
  }

  @Test(arguments: ["401", "403"])
  func whoeverIsLockedOutKeepsItsMessages(_ fault: String) throws {
    try LoopbackChat.with(fault) { chat in
      let outcome = try chat.send(Records.batch(3))
      #expect(outcome.code == 77, "\(outcome.errorText)")
      #expect(outcome.lines.count == 5, "the stream goes on")
      #expect(outcome.lines.filter { $0.contains(#""status":"queued""#) }.count == 3)
      #expect(try chat.control()["requests"] == 1)
      try chat.control("clear=1")
      // A run with nothing of its own sends what is left.
      #expect(try chat.send("").code == 0)
      #expect(try chat.taken().count == 3)
    }
  }

  @Test func aHangingServerCostsOneRequestAndThePatience() throws {
    try LoopbackChat.with("hang") { chat in
      let outcome = try chat.send(Records.batch(2), "telegram", "--timeout", "1", "--patience", "0")
      #expect(outcome.code == 75)
      #expect(outcome.errorText.contains("2 messages are still in the outbox"), "\(outcome.errorText)")
      try chat.control("clear=1")
      let later = try chat.send(Records.batch(2))
      #expect(later.code == 0)
      #expect(later.errorText.contains("may arrive twice"))
      #expect(try chat.taken().count == 2)
    }
  }

  @Test func nobodyListens() throws {
    try LoopbackChat.with { chat in
      let outcome = try chat.command("telegram", ["--patience", "0"]).with {
        $0.arguments += ["--base-url", "http://127.0.0.1:9"]
      }.run(.text(Records.batch(2)))
      #expect(outcome.code == 75)
      // What never left is no risk.
      #expect(try chat.send(Records.batch(2)).errorText == "")
      #expect(try chat.taken().count == 2)
    }
  }

  @Test func limitsAreKept() throws {
    try Repository.withTemporaryFolder { folder in
      let chat = try LoopbackChat("--rate", "2/1.5", folder: folder)
      let outcome = try Command([
        "ss-notify", "--send", "telegram", "--pace", "1/1", "--base-url", chat.server.url, "--now", "2024-06-30T01:00:00Z",
      ]).with { $0.environment = chat.environment }.run(.text(Records.batch(4)))
      #expect(outcome.code == 0)
      #expect(try chat.control()["over"] == 0)
      // Unpaced, the server's own word is obeyed.
      let hasty = try chat.send(Records.run + (10..<16).map { Records.event($0) }.joined() + Records.end)
      #expect(hasty.code == 0)
      let counts = try chat.control()
      #expect(counts["taken"] == 10)
      #expect((1...6).contains(counts["over"] ?? 0), "\(counts)")
    }
  }

  // MARK: Rules

  @Test func whatExpiredIsNotSentAndSaysSo() throws {
    try LoopbackChat.with { chat in
      let outcome = try chat.send(Records.run + Records.plan(until: "2024-06-30T00:30:00Z") + Records.end)
      #expect(outcome.code == 0)
      #expect(
        outcome.text.contains(#""status":"expired","attempts":0,"error":"valid until 2024-06-30T00:30:00Z, now it is 2024-06-30T01:0"#),
        "\(outcome.text)")
      #expect(try chat.taken().isEmpty)
    }
  }

  @Test func oneSymbolFiresOnceInAWindow() throws {
    try LoopbackChat.with { chat in
      let records = Records.run + Records.plan(1) + Records.plan(2) + Records.plan(3, symbol: "ETH/USDT") + Records.end
      let outcome = try chat.send(records)
      #expect(outcome.code == 0)
      #expect(outcome.lines[2].contains("x BTC/USDT LONG fired at 2024-06-30T00:00:00Z already"), "\(outcome.text)")
      #expect(try chat.taken().count == 2)
      #expect(try chat.send(records, "telegram", "--window", "0").code == 0)
      #expect(try chat.taken().count == 3)
    }
  }

  @Test func aDigestTellsOfTheRest() throws {
    try LoopbackChat.with { chat in
      let plans = (1...5).map { Records.plan($0, symbol: "S\($0)/USDT", score: 60 + Double($0)) }.joined()
      let outcome = try chat.send(Records.run + plans + Records.end, "telegram", "--max", "2", "--summary")
      #expect(outcome.code == 0, "\(outcome.errorText)")
      let texts = try chat.taken().map(\.text)
      try #require(texts.count == 4)
      #expect(texts[0].hasPrefix("SniperSight") && texts[0].contains("5 plans"), "\(texts[0])")
      #expect(texts[1].hasPrefix("S4/USDT") && texts[2].hasPrefix("S5/USDT"))
      #expect(texts[3].hasPrefix("3 more") && texts[3].contains("S1/USDT"), "\(texts[3])")
      #expect(outcome.lines.filter { $0.contains(#""status":"digest""#) }.count == 3)
      // What a digest told is not told again.
      #expect(try chat.send(Records.run + plans + Records.end, "telegram", "--summary").code == 0)
      #expect(try chat.taken().count == 4)
    }
  }

  @Test func quietHoursAreReadOnALocalWall() throws {
    try LoopbackChat.with { chat in
      // 01:00 UTC is 03:00 in Berlin in summer.
      let quiet = ["--quiet-hours", "02:00-06:00", "--time-zone", "Europe/Berlin"]
      let plan = Records.run + Records.plan(score: 71) + Records.end
      #expect(try chat.command("telegram", quiet).run(.text(plan)).code == 0)
      #expect(try chat.taken().map(\.silent) == [true])
      let held = try chat.command("telegram", quiet + ["--during-quiet", "hold"]).run(
        .text(Records.run + Records.plan(2, symbol: "A/USDT") + Records.event(1) + Records.end))
      #expect(held.code == 75)
      #expect(try chat.taken().count == 2, "an alert goes out at night")
      #expect(try chat.send("", "telegram").code == 0)
      #expect(try chat.taken().count == 3)
      #expect(try chat.command("telegram", ["--quiet-hours", "02:00-06:00", "--time-zone", "Mars/Olympus"]).run(.text("")).code == 64)
    }
  }

  @Test func longTextsAreSplitAndChartsCaptioned() throws {
    try LoopbackChat.with { chat in
      let chart = chat.folder.appending(path: "chart.png")
      try Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array(repeating: 0, count: 100)).write(to: chart)
      let paragraphs = (0..<40).map { "Paragraph \($0): " + String(repeating: "volume 𝟛 < 5 & rising. ", count: 12) }.joined(separator: "\\n")
      let plan = Records.plan(rationale: paragraphs).replacing("}\n", with: #","chart":{"path":"\#(chart.path)"}}"# + "\n")
      let outcome = try chat.send(Records.run + plan + Records.end, "telegram", "--charts", chat.folder.path)
      #expect(outcome.code == 0, "\(outcome.errorText)")
      let taken = try chat.taken()
      try #require(taken.count >= 3)
      #expect(taken.map(\.photos) == [1] + Array(repeating: 0, count: taken.count - 1))
      #expect(taken[0].text.utf16.count <= 1024 && taken.allSatisfy { $0.text.utf16.count <= 4096 })
      let whole = taken.map(\.text).joined(separator: "\n")
      for number in 0..<40 { #expect(whole.contains("Paragraph \(number): volume 𝟛 < 5 & rising.")) }
      // Pictures that nobody wants leave the text.
      try chat.control("fault=photo")
      let bare = try chat.send(
        Records.run + plan.replacing("ob-1", with: "ob-2") + Records.end, "telegram", "--window", "0", "--charts", chat.folder.path)
      #expect(bare.code == 0)
      #expect(bare.errorText.contains("sent without its picture"))
    }
  }

  // MARK: Secrets

  @Test(arguments: ["telegram", "discord", "slack", "ntfy", "webhook"], ["", "401", "hang", "reset", "500", "html"])
  func secretsAppearNowhere(_ sink: String, _ fault: String) throws {
    try LoopbackChat.with { chat in
      if !fault.isEmpty { try chat.control("fault=\(fault)") }
      // Every process that is started says its arguments.
      let spy = chat.folder.appending(path: "bin")
      try FileManager.default.createDirectory(at: spy, withIntermediateDirectories: true)
      let seen = chat.folder.appending(path: "seen")
      let script =
        "#!/bin/bash\n{ echo \"$@\"; tr '\\0' ' ' < /proc/$$/cmdline; tr '\\0' '\\n' < /proc/$$/environ; } >> '\(seen.path)'\nexec /usr/bin/curl \"$@\"\n"
      // By a process of its own: what this one has open for writing, one that another test starts meanwhile may have too, and nobody can run it.
      _ = try Command(shell: "cat > '\(spy.path)/curl' && chmod 755 '\(spy.path)/curl'").run(.text(script))
      let outcome = try chat.command(sink, ["--timeout", "1", "--patience", "0", "--outbox", chat.folder.appending(path: "outbox").path]).with {
        $0.environment["PATH"] = "\(spy.path):\(Repository.executables.path):/usr/bin:/bin"
      }.run(.text(Records.batch(1)))
      var all = outcome.text + outcome.errorText + (try String(contentsOf: seen, encoding: .utf8))
      for file in FileManager.default.enumerator(at: chat.folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? [] {
        all += file.path + ((try? String(contentsOf: file, encoding: .utf8)) ?? "")
      }
      all = all.lowercased()
      #expect(all.contains("--config"))
      let own =
        ["telegram": "secret_token", "discord": "hook-secret", "slack": "slack-secret", "ntfy": "topic-secret", "webhook": "web-secret"][sink] ?? ""
      #expect(!all.contains(own), "\(sink) \(fault): \(outcome.errorText)")
    }
  }

  @Test func secretsMayStandInAFile() throws {
    try LoopbackChat.with { chat in
      let file = chat.folder.appending(path: "token")
      try "\(LoopbackChat.token)\n".write(to: file, atomically: true, encoding: .utf8)
      let outcome = try chat.command().with {
        $0.environment["TELEGRAM_BOT_TOKEN"] = nil
        $0.environment["TELEGRAM_BOT_TOKEN_FILE"] = file.path
      }.run(.text(Records.batch(1)))
      #expect(outcome.code == 0, "\(outcome.errorText)")
      for name in ["TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID"] {
        let missing = try chat.command().with { $0.environment[name] = nil }.run(.text(Records.batch(1)))
        #expect(missing.code == 77)
        #expect(missing.errorText.contains("\(name) is not set"))
      }
    }
  }
}
