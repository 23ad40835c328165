import Foundation
import TestKit
import Testing

/// A journal that is not what the outbox wrote ends the run with 65 and its place, and no request is made.
@Suite struct JournalDamageTests {
  /// Changes the lines of a journal of three messages: the letters, then an attempt, a part and an outcome of each.
  struct Damage: Sendable, CustomTestStringConvertible {
    var name: String
    /// The line that is named.
    var line: Int
    var change: @Sendable (inout [String]) -> Void
    var testDescription: String { name }
  }

  static let table = [
    Damage(name: "no JSON", line: 5) { $0[4] = "rubbish" },
    Damage(name: "NUL bytes", line: 5) { $0[4] = String(repeating: "\0", count: 60) },
    Damage(name: "a NUL in a text", line: 2) { $0[1] = $0[1].replacing("nothing", with: "no\0thing") },
    Damage(name: "cut in the middle and gone on", line: 5) { $0[4] = String($0[4].prefix(30)) },
    Damage(name: "cut, and the next line stuck to it", line: 5) { $0[4] = String($0[4].prefix(30)) + $0.remove(at: 5) },
    Damage(name: "no type", line: 6) { $0[5] = $0[5].replacing(#""type":"done","#, with: "") },
    Damage(name: "an unknown type", line: 6) { $0[5] = $0[5].replacing(#""type":"done""#, with: #""type":"dune""#) },
    Damage(name: "no key", line: 6) { $0[5] = $0[5].replacing(#""key":"#, with: #""kay":"#) },
    Damage(name: "another key", line: 6) { $0[5] = $0[5].replacing("S0/USDT", with: "S9/USDT") },
    Damage(name: "the key of another message", line: 6) { $0[5] = $0[5].replacing("S0/USDT", with: "S1/USDT").replacing("T00:00", with: "T00:01") },
    Damage(name: "another key of the message", line: 1) { $0[0] = $0[0].replacing("S0/USDT", with: "S9/USDT") },
    Damage(name: "no outcome", line: 6) { $0[5] = $0[5].replacing("outcome", with: "outcame") },
    Damage(name: "an unknown outcome", line: 6) { $0[5] = $0[5].replacing(#""outcome":"sent""#, with: #""outcome":"Sent""#) },
    Damage(name: "another outcome", line: 6) { $0[5] = $0[5].replacing(#""outcome":"sent""#, with: #""outcome":"expired""#) },
    Damage(name: "no time", line: 1) { $0[0] = $0[0].replacing(#""time":"#, with: #""tame":"#) },
    Damage(name: "a time beyond all times", line: 1) { $0[0] = number($0[0], "time", "9223372036854775807") },
    Damage(name: "a time below all times", line: 1) { $0[0] = number($0[0], "time", "-9223372036854775808") },
    Damage(name: "a time with an exponent", line: 4) { $0[3] = number($0[3], "at", "1e300") },
    Damage(name: "a time that is a text", line: 4) { $0[3] = number($0[3], "at", "\"now\"") },
    Damage(name: "a broken time", line: 1) { $0[0] = number($0[0], "at", "1.5") },
    Damage(name: "no parts", line: 1) { $0[0] = $0[0].replacing(#""parts":["#, with: #""ports":["#) },
    Damage(name: "a part without its text", line: 1) { $0[0] = $0[0].replacing(#"{"text":"#, with: #"{"tixt":"#) },
    Damage(name: "a part too many", line: 6) { $0.insert($0[4], at: 5) },
    Damage(name: "another text", line: 2) { $0[1] = $0[1].replacing("nothing", with: "nothinG") },
    Damage(name: "an outcome taken out", line: 6) { $0.remove(at: 5) },
    Damage(name: "an attempt, a part and an outcome taken out", line: 4) { $0.removeSubrange(3...5) },
    Damage(name: "a message taken out", line: 1) { $0.remove(at: 0) },
    Damage(name: "a message and its steps taken out", line: 1) {
      $0.removeSubrange(3...5)
      $0.remove(at: 0)
    },
    Damage(name: "the first steps put last", line: 4) { $0 = Array($0[..<3] + $0[6...] + $0[3..<6]) },
    Damage(name: "a message twice", line: 2) { $0.insert($0[0], at: 1) },
    Damage(name: "two lines swapped", line: 4) { $0.swapAt(3, 4) },
    Damage(name: "an empty line", line: 5) { $0.insert("", at: 4) },
    Damage(name: "a sum that is not last", line: 4) { $0[3] = $0[3].dropLast() + #","more":1}"# },
    Damage(name: "another sum", line: 4) { $0[3] = String($0[3].dropLast(3)) + "g\"}" },
    Damage(name: "a list", line: 1) { $0[0] = "[]" },
    Damage(name: "a key twice", line: 4) { $0[3] = $0[3].replacing(#""at":"#, with: #""at":1,"at":"#) },
    Damage(name: "an escape cut off", line: 2) { $0[1] = $0[1].replacing("nothing", with: #"\u12"#) },
    Damage(name: "another file", line: 1) { $0 = ["root:x:0:0:root:/root:/bin/bash"] },
  ]

  private static func number(_ line: String, _ key: String, _ value: String) -> String {
    let place = line.range(of: "\"\(key)\":")
    guard let place else { return line }
    let rest = line[place.upperBound...].drop { $0.isNumber || $0 == "-" }
    return line[..<place.upperBound] + value + rest
  }

  @Test(arguments: table) func isFound(_ damage: Damage) throws {
    try LoopbackChat.with { chat in
      #expect(try chat.send(Records.batch(3)).code == 0)
      let journal = try chat.journal()
      var lines = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n").map(String.init)
      #expect(lines.count == 12)
      damage.change(&lines)
      let damaged = lines.joined(separator: "\n") + "\n"
      try Data(damaged.utf8).write(to: journal)
      for more in [[], ["--live"], ["--on-error", "skip"], ["--lenient", "--on-error", "skip", "--live"]] {
        let outcome = try chat.command("telegram", more).run(.text(Records.batch(5)))
        #expect(outcome.code == 65, "\(more): \(outcome.errorText)")
        let place = "\(journal.path):\(damage.line):"
        #expect(outcome.errorText.contains("bad-outbox: ") && outcome.errorText.contains(place), "\(outcome.errorText)")
        #expect(outcome.errorText.contains("mv "), "says what to do")
      }
      #expect(try chat.control()["requests"] == 3, "nothing was sent")
      #expect(try Data(contentsOf: journal) == Data(damaged.utf8), "the journal is as it was")
    }
  }

  /// What follows the last line break is what a dead writer left, when it begins as a line does.
  @Test(arguments: [
    (#"{"type":"don"#, true), (#"{"#, true), (#"{"type":"done","key":"event data_stale  S0/USDT 2024-06-30T00:00:00Z","at":1"#, true),
    ("rubbish", false),
    ("\0\0\0\0\0\0\0\0\0\0", false), ("{\"type\":\"done\",\0", false), (#"{"key":"#, false),
  ]) func whatHasNoEnd(_ rest: String, isTorn: Bool) throws {
    try LoopbackChat.with { chat in
      #expect(try chat.send(Records.batch(2)).code == 0)
      let journal = try chat.journal()
      let file = try FileHandle(forWritingTo: journal)
      try file.seekToEnd()
      try file.write(contentsOf: Data(rest.utf8))
      try file.close()
      let outcome = try chat.send(Records.batch(3))
      #expect(outcome.code == (isTorn ? 0 : 65), "\(outcome.errorText)")
      #expect(try chat.control()["requests"] == (isTorn ? 3 : 2))
    }
  }

  /// Lines of older versions have no sums. They are read as strictly, and the first new line vouches for them.
  @Test func linesWithoutSumsAreRead() throws {
    try LoopbackChat.with { chat in
      #expect(try chat.send(Records.batch(2)).code == 0)
      let journal = try chat.journal()
      let old = try String(contentsOf: journal, encoding: .utf8).replacing(#/,"sum":"[0-9a-f]{16}"/#, with: "")
      try Data(old.utf8).write(to: journal)
      let outcome = try chat.send(Records.batch(3))
      #expect(outcome.code == 0 && outcome.errorText.contains("sent 1, duplicate 2"), "\(outcome.errorText)")
      let lines = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n").map(String.init)
      try Data((lines[..<9] + lines[10...]).map { $0 + "\n" }.joined().utf8).write(to: journal)
      let damaged = try chat.send(Records.batch(3))
      #expect(damaged.code == 65 && damaged.errorText.contains("\(journal.path):10:"), "\(damaged.errorText)")
      #expect(try chat.control()["requests"] == 3)
    }
  }

  /// While a live sender runs, its journal is cut, removed, or replaced by an older one.
  @Test(arguments: ["cut", "removed", "replaced"]) func changesWhileItRuns(_ how: String) throws {
    try LoopbackChat.with { chat in
      #expect(try chat.send(Records.batch(1)).code == 0)
      let journal = try chat.journal()
      let older = try Data(contentsOf: journal)
      let change =
        switch how {
        case "cut": "truncate -s \(older.count) '\(journal.path)'"
        case "removed": "rm '\(journal.path)'"
        default: "cp '\(journal.path).old' '\(journal.path).new'; mv '\(journal.path).new' '\(journal.path)'"
        }
      try older.write(to: URL(filePath: journal.path + ".old"))
      let sender = chat.command("telegram", ["--live"]).arguments.map { "'\($0)'" }.joined(separator: " ")
      let first = Records.event(1).replacing("\n", with: "")
      let line = "{ echo '\(first)'; sleep 2; \(change); echo '\(first.replacing("S1/", with: "S2/"))'; } | \(sender) > /dev/null"
      let outcome = try Command(shell: line).with { $0.environment = chat.environment }.run()
      #expect(outcome.code == 65, "\(outcome.errorText)")
      #expect(try chat.control()["requests"] == 2)
    }
  }
}
