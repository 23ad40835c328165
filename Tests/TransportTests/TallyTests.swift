import Foundation
import TestKit
import Testing

/// What was not sent is said at the end of a run, and nothing where all was.
@Suite struct TallyTests {
  @Test func whatWasNotSentIsSaid() throws {
    try LoopbackChat.with { chat in
      let plans =
        Records.plan(1, symbol: "A/USDT", until: "2024-06-30T00:30:00Z") + Records.plan(2, symbol: "B/USDT") + Records.plan(3, symbol: "C/USDT")
      let first = try chat.send(Records.run + Records.plan(2, symbol: "B/USDT") + Records.end)
      #expect(first.errorText == "")
      let outcome = try chat.send(Records.run + plans + Records.end, "telegram", "--summary")
      #expect(outcome.code == 0)
      let said = outcome.errorText.split(separator: "\n").map { String($0) }
      try #require(said.count == 3, "\(said)")
      #expect(
        said[0].hasPrefix("ss-notify: x:A/USDT:balanced:LONG:ob-1: not sent, expired: valid until 2024-06-30T00:30:00Z, now it is 2024-06-30T01:0"))
      #expect(said[1] == "ss-notify: x:B/USDT:balanced:LONG:ob-2: not sent, duplicate: told before")
      #expect(said[2] == "ss-notify: sent 2, duplicate 1, expired 1")
      let summary = try #require(try chat.taken().first { $0.text.hasPrefix("SniperSight") }).text
      #expect(summary.contains("A/USDT LONG score 71.0, medium priority, expired before it was sent\n"), "\(summary)")
      #expect(summary.components(separatedBy: "expired before").count == 2)
      // Whoever renders the stream afterwards sees it too.
      let shown = try Command("ss-notify", "--render", "text").run(.bytes(outcome.stdout)).text
      #expect(
        shown.contains(", expired before it was sent\n") && shown.contains("  Message      expired before it was sent  valid until"), "\(shown)")
      #expect(shown.contains("  Message      not sent again         told before"), "\(shown)")
      #expect(try chat.send(Records.run + plans + Records.end, "telegram", "--quiet").errorText == "")
    }
  }

  /// By the real clock all of 2024 has expired; the hint says how to send it all the same, and that does.
  @Test func whatExpiredMayBeSentByAnotherClock() throws {
    try LoopbackChat.with { chat in
      let input = Records.run + Records.plan() + Records.end
      let real = try chat.command().with { $0.arguments.removeAll { ["--now", "2024-06-30T01:00:00Z"].contains($0) } }.run(.text(input))
      #expect(real.code == 0)
      #expect(real.errorText.contains("ss-notify: expired 1\nss-notify: --now 2024-06-30T00:00:00Z sends what was valid then\n"), "\(real.errorText)")
      #expect(try chat.taken().isEmpty)
      let then = try chat.send(input)
      #expect(then.code == 0 && then.errorText == "", "\(then.errorText)")
      #expect(try chat.taken().count == 1)
      #expect(try chat.send(input).errorText.hasSuffix("duplicate 1\n"))
    }
  }

  @Test func manyAreCountedAndNotNamed() throws {
    try LoopbackChat.with { chat in
      #expect(try chat.send(Records.batch(25)).errorText == "")
      let said = try chat.send(Records.batch(25)).errorText.split(separator: "\n")
      #expect(said.count == 12 && said[10].hasSuffix("and 15 more that were not sent") && said[11].hasSuffix("duplicate 25"), "\(said)")
      // A live run that begins anew finds all that was told: that is no news.
      #expect(try chat.send(Records.batch(25), "telegram", "--live").errorText == "")
      // Nor is what comes twice in one run.
      #expect(try chat.send(Records.run + Records.event(30) + Records.event(30) + Records.end, "telegram", "--live").errorText == "")
    }
  }

  @Test func whatWaitsIsSaid() throws {
    try LoopbackChat.with("500") { chat in
      let outcome = try chat.send(Records.batch(2), "telegram", "--patience", "0")
      #expect(outcome.code == 75)
      #expect(outcome.errorText.contains("S0/USDT 2024-06-30T00:00:00Z: not sent, queued: Internal Server Error: restart"), "\(outcome.errorText)")
      #expect(outcome.errorText.hasSuffix("ss-notify: queued 2\n"), "\(outcome.errorText)")
      // Neither has a place in a digest what is over, nor takes it one from others.
      try chat.control("clear=1")
      let plans = (1...3).map { Records.plan($0, symbol: "S\($0)/USDT", until: $0 == 3 ? "2024-06-30T00:30:00Z" : "2024-07-04T00:00:00Z") }.joined()
      let mixed = try chat.send(Records.run + plans + Records.end, "telegram", "--max", "1")
      #expect(mixed.code == 0)
      let texts = try chat.taken().map(\.text).filter { !$0.contains("stale") }
      #expect(texts.count == 2 && texts[1].hasPrefix("1 more") && !texts.joined().contains("S3/USDT"), "\(texts)")
    }
  }

  /// What a digest told is not told by the digest of the next run.
  @Test func digestsDoNotRepeat() throws {
    try LoopbackChat.with { chat in
      let plans = (1...4).map { Records.plan($0, symbol: "S\($0)/USDT") }.joined()
      for run in ["r1", "r2"] {
        let input = Records.run.replacing("r1", with: run) + plans + Records.end
        #expect(try chat.send(input, "telegram", "--max", "2").code == 0)
        #expect(try chat.taken().count == 3)
      }
      // Two more have all the room there is.
      let more = (5...6).map { Records.plan($0, symbol: "S\($0)/USDT", score: 60) }.joined()
      let third = try chat.send(Records.run.replacing("r1", with: "r3") + plans + more + Records.end, "telegram", "--max", "2")
      #expect(third.code == 0)
      #expect(try chat.taken().count == 5)
    }
  }
}
