import Foundation
import TestKit
import Testing

/// ss-score with programs of other people, good and bad.
@Suite struct PluginTests {
  static let environment = ["ROOT": Repository.root.path]
  static let factor = "python3 \"$ROOT/docs/examples/young_zone.py\""
  static let gate = "awk -W interactive -f \"$ROOT/docs/examples/weekend_gate.awk\""

  /// A day, much of it a Sunday, of enriched candles of three symbols with its `run` and its `end`: some hundred evaluations.
  private static let day = Result {
    let lines = try KeptRun.shared.get().lines("smc")
    return Array(lines.prefix(1) + lines.dropLast(2400).suffix(1200) + lines.suffix(1))
  }
  /// The same as a stream without `run`.
  private static func bare() throws -> [String] { Array(try day.get().dropFirst().dropLast()) }
  private static let good = python("answer('{\"candidate\":%d,\"score\":0.5}' % number)")

  /// Short where lateness is wanted, long enough elsewhere for any machine.
  private static func patience(_ code: String) -> [String] { ["--plugin-timeout", code.hasPrefix("plugin-late") ? "3" : "60"] }

  private static func score(_ plugins: [String], _ words: [String] = [], _ lines: [String]? = nil) throws -> Outcome {
    let all = ["ss-score", "--pass-candles"] + plugins.flatMap { ["--plugin", $0] } + words
    return try Command(all).with { $0.environment = environment }.run(.bytes((lines ?? day.get()).flatMap(\.line)))
  }
  /// What ss-score says with the good plug-in.
  private static let whole = Result { try score([good]) }

  /// A plug-in in Python: `body` is run for each candidate with its `number`; `answer` writes a line.
  private static func python(_ body: String, kind: String = "\"factor\",\"weight\":0.1", before: String = "") -> String {
    let program = """
      import sys, os, time, json
      def answer(text): sys.stdout.write(text + "\\n"); sys.stdout.flush()
      answer('{"type":"plugin","name":"test","kind":\(kind)}')
      number = 0
      \(before)
      for line in sys.stdin:
        number += 1
        \(body.split(separator: "\n").joined(separator: "\n  "))
      """
    return "exec python3 -c '\(program.replacing("'", with: "'\\''"))'"
  }
  private static let answers = "answer('{\"candidate\":%d,\"score\":0.5}' % number)"

  /// Type, id and instant of each line: what no plug-in changes but by the side taken.
  private func outline(_ outcome: Outcome) -> [String] {
    outcome.lines.map { line in
      guard line.recordType == "setup" else { return line.firstMatch(of: #/"type":"run"/#) == nil ? line : "run" }
      return String(line.firstMatch(of: #/"as_of":"[^"]+","exchange":"[^"]+","symbol":"[^"]+"/#)?.0 ?? "")
    }
  }

  @Test func theExamplesTakePart() throws {
    let plain = try Self.score([])
    let outcome = try Self.score([Self.factor, Self.gate])
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(outline(outcome) == outline(plain), "order and number of lines are those without plug-ins")
    #expect(outcome.lines.first?.contains("+plugin=young_zone+plugin=weekend") == true)
    let scored = outcome.lines.filter { $0.contains("\"confluence\"") }
    #expect(scored.count > 30 && scored.allSatisfy { $0.contains("{\"name\":\"young_zone\",\"score\":") })
    #expect(scored.contains { $0.contains("\"name\":\"young_zone\",\"score\":0,\"no_data\":true") })
    let refused = outcome.lines.filter { $0.contains("\"code\":\"plugin\"") }
    #expect(refused.allSatisfy { $0.contains("\"name\":\"weekend\",\"passed\":false,\"value\":") && $0.contains("\"detail\":\"weekend\"") })
    #expect(outcome.lines.contains { $0.contains("\"name\":\"weekend\",\"passed\":false,\"value\":6,\"threshold\":5") })
    #expect(!outcome.lines.contains { $0.contains("\"state\":\"ready\"") && $0.contains("\"name\":\"weekend\",\"passed\":false") })
  }

  @Test func whenAnswersComeDecidesNothing() throws {
    let quick = try Self.whole.get()
    let slow = try Self.score([Self.python("if number % 50 == 0: time.sleep(0.02)\n\(Self.answers)")])
    #expect(quick.code == 0 && slow.code == 0, "\(slow.errorText)")
    #expect(quick.stdout == slow.stdout)
    let input = try Self.day.get().flatMap(\.line)
    let pieces = try Command("ss-score", "--pass-candles", "--plugin", Self.good).run(.pieces(input, size: 4000))
    #expect(pieces.stdout == quick.stdout, "\(pieces.errorText)")
  }

  @Test func evaluationsDoNotWaitForTheNextLine() throws {
    // The stream stays open: the last setups come although nothing follows.
    try Repository.withTemporaryFolder { folder in
      let file = folder.appending(path: "day.ndjson")
      try Data(try Self.day.get().dropLast().flatMap(\.line)).write(to: file)
      let wanted = try Self.whole.get().lines.count - 1
      let script =
        "mkfifo in; ss-score --pass-candles --plugin \"$PLUGIN\" <in >out & exec 3>in; cat day.ndjson >&3\n"
        + "for i in $(seq 600); do [ $(wc -l <out) -lt \(wanted) ] || break; sleep 0.1; done; wc -l <out; kill %1; wait || true"
      let outcome = try Command(shell: script).with {
        $0.environment = ["PLUGIN": Self.good]
        $0.folder = folder
      }.run()
      #expect(outcome.text == "\(wanted)\n", "\(outcome.errorText)")
    }
  }

  @Test func neitherPipeBlocksTheOther() throws {
    // Answers of 60 kB: more than the pipes hold stands on both ways before either side reads.
    let outcome = try Self.score([Self.python("answer('{\"candidate\":%d,\"score\":0.5,\"x\":\"%s\"}' % (number, \"y\" * 60000))")])
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(outcome.stdout == (try Self.whole.get()).stdout)
  }

  @Test func standardErrorMayBeFlooded() throws {
    let outcome = try Self.score([Self.python("sys.stderr.write(\"noise \" * 3000 + \"\\n\")\n\(Self.answers)")])
    #expect(outcome.code == 0 && outcome.stderr.count >= 1_000_000)
    #expect(outcome.stdout == (try Self.whole.get()).stdout)
  }

  /// What each fault of the 101st candidate is called. The setups before it have been written, and nothing else.
  @Test(arguments: [
    ("os._exit(3)", "plugin-died: ", "ended before it answered candidate 101, with 3"),
    ("os.kill(os.getpid(), 9)", "plugin-died: ", "ended before it answered candidate 101, of signal 9"),
    ("sys.exit(0)", "plugin-died: ", "ended before it answered candidate 101"),
    ("answer('hello')", "plugin-answer: test ", "candidate 101: "),
    ("answer('{\"candidate\":102,\"score\":0.5}')", "plugin-answer: test ", "must be 101, as candidates are answered in order"),
    ("answer('{\"candidate\":101,\"score\":1.5}')", "plugin-answer: test ", "\"score\" must be from 0 to 1"),
    ("answer('{\"candidate\":101}')", "plugin-answer: test ", "has no \"score\""),
    ("answer('{\"candidate\":101,\"score\":\"high\"}')", "plugin-answer: test ", "\"score\" must be a number"),
    ("answer('{\"candidate\":101,\"score\":0.5,\"rationale\":\"' + 'x' * 600 + '\"}')", "plugin-answer: test ", "at most 500 bytes"),
    ("answer('x' * 70000)", "plugin-answer: test ", "candidate 101"),
    ("sys.stdout.write('y' * 70000); sys.stdout.flush(); time.sleep(60)", "plugin-answer: test ", "a line without an end"),
    ("sys.stdout.write('{\"candidate\":101'); sys.stdout.flush(); os._exit(0)", "plugin-answer: test ", "its last line is cut"),
    ("time.sleep(60)", "plugin-late: ", "waited 3.0 s for candidate 101"),
    ("os.close(0); time.sleep(60)", "plugin-late: ", "waited 3.0 s for candidate 101"),
    ("os.close(1); time.sleep(60)", "plugin-died: ", "ended before it answered candidate 101, its output closed, though it still runs"),
  ]) func aFaultIsNamedAndNothingIsLost(body: String, code: String, message: String) throws {
    let whole = try Self.whole.get()
    let outcome = try Self.score([Self.python("if number == 101:\n  \(body)\nelse: \(Self.answers)")], Self.patience(code))
    #expect(outcome.code == 69)
    #expect(outcome.errorText.contains(code) && outcome.errorText.contains(message), "\(outcome.errorText)")
    #expect(!outcome.stdout.isEmpty && whole.stdout.starts(with: outcome.stdout), "what was written is what would have been")
    let setups = outcome.lines.filter { $0.contains("\"type\":\"setup\"") && !$0.contains("\"data_incomplete\"") }.count
    #expect(setups >= 50, "\(setups) setups of 50 whose both candidates were answered")
  }

  @Test(arguments: [
    ("true", 69 as Int32, "plugin-died: true: ended before it introduced itself"),
    ("exit 4", 69, "ended before it introduced itself, with 4"),
    ("no-such-program-at-all", 69, "with 127: no such command"),
    ("sleep 60", 69, "plugin-late: sleep 60: waited 3.0 s to introduce itself"),
    ("echo hello; cat", 78, "plugin-introduction: "),
    ("echo '{\"type\":\"setup\"}'; cat", 78, "\"type\" must be \"plugin\" on the first line"),
    ("echo '{\"type\":\"plugin\",\"name\":\"A b\",\"kind\":\"gate\"}'; cat", 78, "\"name\" must be small letters, digits and _, at most 40"),
    ("echo '{\"type\":\"plugin\",\"name\":\"a\",\"kind\":\"oracle\"}'; cat", 78, "\"kind\" must be factor or gate"),
    ("echo '{\"type\":\"plugin\",\"name\":\"a\",\"kind\":\"factor\"}'; cat", 78, "no \"weight\""),
    ("echo '{\"type\":\"plugin\",\"name\":\"a\",\"kind\":\"factor\",\"weight\":2}'; cat", 78, "\"weight\" must be above 0 and at most 1"),
    ("echo '{\"type\":\"plugin\",\"name\":\"a\",\"kind\":\"factor\",\"weight\":0.4}'; cat", 78, "plugin-weight: "),
    ("echo '{\"type\":\"plugin\",\"name\":\"location\",\"kind\":\"gate\"}'; cat", 78, "the name location is taken"),
    ("yes | tr -d '\\n'", 78, "its first line has no end"),
  ]) func introductionsAreChecked(command: String, code: Int32, message: String) throws {
    let outcome = try Self.score([command], Self.patience(message), ["{\"type\":\"note\"}"])
    #expect(outcome.code == code)
    #expect(outcome.errorText.contains(message), "\(outcome.errorText)")
    #expect(outcome.stdout.isEmpty)
  }

  @Test(arguments: [
    ("answer(\"{}\")", "plugin-answer: test ", "an answer that nobody asked for"), ("os._exit(5)", "plugin-died: ", "with 5"),
    ("os.close(1); time.sleep(60)", "plugin-died: ", "its output closed, though it still runs"),
    ("time.sleep(60)", "plugin-late: ", "waited 3.0 s to end, after its input had"),
  ]) func theEndIsLookedAt(after: String, code: String, message: String) throws {
    let whole = try Self.whole.get()
    let plugin = Self.python("\(Self.answers)").dropLast() + "\n\(after.replacing("'", with: "'\\''"))'"
    for isFramed in [true, false] {
      let outcome = try Self.score(
        [String(plugin)], Self.patience(code) + ["--profile", "aggressive"], isFramed ? Self.day.get() : Self.bare())
      #expect(outcome.code == 69)
      #expect(outcome.errorText.contains(code) && outcome.errorText.contains(message), "\(outcome.errorText)")
      let count = outcome.lines.filter { $0.recordType == "setup" }.count
      #expect(count > 0 && count == whole.lines.filter { $0.recordType == "setup" }.count, "all setups are there")
      #expect(outcome.lines.last?.recordType != "end", "and the stream is not called whole")
    }
  }

  @Test func aBadLineOfTheStreamDoesNotLoseWhatWaits() throws {
    let lines = try Self.bare().dropLast(50)
    let outcome = try Self.score([Self.good], [], lines + ["{\"type\":"])
    #expect(outcome.code == 65 && outcome.errorText.contains("bad-json"))
    #expect(outcome.stdout == (try Self.score([Self.good], [], Array(lines))).stdout)
  }

  @Test(arguments: ["causal", "determinism"]) func theLawsHoldWithPlugins(_ law: String) throws {
    let outcome = try Command(
      "ss-check", law, "--", "ss-score", "--profile", "aggressive", "--plugin", Self.gate.replacing("$ROOT", with: Repository.root.path)
    ).run(.bytes(Self.bare().prefix(300).flatMap(\.line)))
    #expect(outcome.code == 0 && outcome.text.hasPrefix("\(law): holds"), "\(outcome.text)\(outcome.errorText)")
  }

  @Test func oneSymbolIsExplainedWithItsPlugins() throws {
    let outcome = try Self.score([Self.factor, Self.gate], ["--why", "ETH/USDT"])
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(outcome.text.contains("\nyoung_zone × 0.05 ") && outcome.text.contains("\nweekend "), "\(outcome.text)")
  }

  @Test func logisticWeightsTakePart() throws {
    try Repository.withTemporaryFolder { folder in
      let names = try Command("ss-score", "--features").run().lines.map { String($0.prefix { $0 != "\t" }) }
      let weights = names.map { "\"\($0)\":\($0 == "total_score" ? 0.05 : 0)" }.joined(separator: ",")
      let file = folder.appending(path: "mine.json")
      try Data("{\"intercept\":-2,\"weights\":{\(weights)}}".utf8).write(to: file)
      let words = ["--model", file.path, "--set", "score.model_weight=0.3", "--profile", "aggressive", "--carry", "features"]
      let outcome = try Self.score([], words, Self.bare())
      #expect(outcome.code == 0, "\(outcome.errorText)")
      let scored = outcome.lines.filter { $0.contains("\"confluence\"") }
      #expect(scored.count > 30)
      for line in scored {
        let score = try #require(line.firstMatch(of: #/"features":\{.*"total_score":([0-9.]+)/#).flatMap { Double($0.1) })
        let probability = try #require(
          line.firstMatch(of: #/"model":\{"name":"mine","version":"[0-9a-f]{16}","probability":([0-9.e-]+)\}/#).flatMap { Double($0.1) })
        #expect(abs(probability - 1 / (1 + exp(2 - 0.05 * score))) < 1e-9)
        #expect(line.contains("{\"name\":\"model\",\"score\":"))
      }
    }
  }
}
