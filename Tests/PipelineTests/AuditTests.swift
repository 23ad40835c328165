import Foundation
import Glibc
import TestKit
import Testing

/// A kept run may be somebody else's: nothing that it names is started, written, sent to, or read outside it.
@Suite struct AuditTests {
  static let audit = Repository.pipelines.appending(path: "audit").path
  static let scan = Repository.pipelines.appending(path: "scan").path
  static let market = ["--exchange", "synthetic", "--symbols", "BTC/USDT", "--seed", "13", "--from", "2024-06-25", "--bars", "100"]

  /// A small kept run, made once.
  private static let kept = Result {
    let folder = KeptRun.scratch.appending(path: UUID().uuidString)
    let run = try Command([scan] + market + ["--keep", folder.path]).run()
    #expect(run.code == 0, "\(run.errorText)")
    return folder
  }

  /// Audits a copy of that run which `change` has altered, in an empty folder, and demands that nothing but the copy is in it afterwards.
  private func audit(_ words: [String] = [], named name: String = "kept", _ change: (URL) throws -> Void) throws -> Outcome {
    try Repository.withTemporaryFolder { folder in
      let copy = folder.appending(path: name)
      try FileManager.default.copyItem(at: Self.kept.get(), to: copy)
      try change(copy)
      let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
      let outcome = try Command([Self.audit] + words + ["--", name]).with {
        $0.folder = folder
        $0.limit = 120
      }.run()
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() == before, "nothing is made")
      #expect(!outcome.stdout.contains { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F }, "no control characters")
      return outcome
    }
  }

  /// What is recorded, and what the report says of it.
  static let recorded: [(file: String, words: [String], said: String)] = [
    ("score.args", ["--plugin", "touch PWNED"], "--plugin=touch PWNED: runs a command"),
    ("score.args", ["--plugin=touch PWNED"], "--plugin=touch PWNED: runs a command"),
    ("score.vars", ["SS_SCORE_PLUGIN=touch PWNED", "SS_TYPO=touch PWNED"], "touch PWNED: "),
    ("score.vars", ["SS_SET=plan.valid_bars=4\nx", "SS_SCORE_PLUGIN=true\ntouch PWNED"], "--plugin=touch PWNED: runs a command"),
    ("score.args", ["--pass-env", "TELEGRAM_BOT_TOKEN"], "passes a secret on"),
    ("score.vars", ["PATH=.", "LD_PRELOAD=./x.so", "BASH_ENV=x"], "PATH=.: the stage reads no such variable"),
    ("profile.args", ["--output", "PWNED"], "--output=PWNED: writes a file"),
    ("profile.args", ["-oPWNED"], "-oPWNED: this is no option in its long form"),
    ("profile.args", ["-qoPWNED"], "this is no option in its long form"),
    ("profile.args", ["--on-error", "quarantine=PWNED"], "writes a file"),
    ("risk.args", ["--account", "paper=PWNED"], "writes a file"),
    ("score.args", ["--model", "/etc/passwd"], "reads a file outside the kept run"),
    ("score.args", ["--model", "inputs/model/../../../../../etc/passwd"], "reads a file outside the kept run"),
    ("score.args", ["--model", "inputs/model/.."], "reads a file outside the kept run"),
    ("profile.args", ["--profile", "/etc/passwd"], "reads a file outside the kept run"),
    ("profile.args", ["--profile", "./x.profile"], "reads a file outside the kept run"),
    ("risk.args", ["--kill-switch", "/etc/passwd"], "reads a file outside the kept run"),
    ("plan.args", ["/etc/passwd"], "this is no option in its long form"),
    ("plan.args", ["--", "/etc/passwd"], "this is no option in its long form"),
    ("plan.args", ["--assume"], "the value is missing"),
    ("score.args", ["--pass-candles=yes"], "the option takes no value"),
    ("score.args", ["--plug\nin", "x"], "there is no such option"),
    ("score.args", ["\u{1B}]0;title\u{07}|`<img src=x>`\u{202E}"], "\\|\\`\\<img src=x\\>\\`"),
    ("risk.args", ["--send", "command", "--command", "touch PWNED"], "there is no such option"),
  ]

  @Test(arguments: recorded)
  func whatIsRecordedIsNotDone(file: String, words: [String], said: String) throws {
    let outcome = try audit { try Self.write(words, to: $0.appending(path: file)) }
    #expect(outcome.code == 1)
    #expect(outcome.text.contains(said) && outcome.text.contains("| not run |"), "\(outcome.text)\(outcome.errorText)")
    #expect(!outcome.text.contains("root:"), "\(outcome.text)")
  }

  /// Harmless options with values that are programs of something else.
  @Test(arguments: ["input_filename", "env|tostring|halt_error", "$(touch PWNED)", "a[$(touch PWNED)]", "1e999", "nan", "-1", "0.5\ntouch PWNED"])
  func numbersAreNumbers(_ value: String) throws {
    let outcome = try audit { try Self.write(["--risk", value], to: $0.appending(path: "risk.args")) }
    #expect(outcome.code == 1)
    #expect(outcome.text.contains("| ss-risk | failed |"), "\(outcome.text)\(outcome.errorText)")
  }

  /// The first line of the stream names a profile and much else.
  @Test(arguments: [
    #""profile":"--output=PWNED""#, #""profile":"/etc/passwd""#, #""profile":"../x.profile""#, #""profile":"$(touch PWNED)""#, #""profile":{"a":1}"#,
    #""exchange":"x\u001b]0;t\u0007|<img src=x>`$(touch PWNED)`""#, #""run_id":"a\nb\u202e","profile":7"#,
  ])
  func theStreamNamesNothing(_ members: String) throws {
    let outcome = try audit { folder in
      for name in ["fetch", "indicators", "smc", "score", "plan", "risk"] {
        let file = folder.appending(path: "\(name).ndjson")
        let rest = try Data(contentsOf: file).split(separator: 0x0A, maxSplits: 1)[1]
        try (Data(#"{"type":"run",\#(members)}"#.utf8) + [0x0A] + rest).write(to: file)
      }
    }
    #expect(outcome.code == 1)
    #expect(
      outcome.text.hasPrefix("# Audit\n") && !outcome.text.replacing("\\<", with: "").contains("<img") && !outcome.text.contains("root:"),
      "\(outcome.text)\(outcome.errorText)")
  }

  @Test func nothingIsFollowedOrWaitedFor() throws {
    for name in ["fetch.ndjson", "risk.ndjson", "score.args", "score.vars", "inputs", "inputs/profile/.hidden", "inputs/model/-x"] {
      for isLink in [true, false] {
        let outcome = try audit { folder in
          let file = folder.appending(path: name)
          try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          if name.hasPrefix("inputs/profile") { try Self.write(["--profile", name], to: folder.appending(path: "profile.args")) }
          try? FileManager.default.removeItem(at: file)
          if isLink {
            try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "/etc/passwd")
          } else {
            #expect(mkfifo(file.path, 0o600) == 0)
          }
        }
        #expect(outcome.code == 65 && outcome.text.isEmpty, "\(name): \(outcome.errorText)")
      }
    }
    let large = try audit { folder in
      let inputs = folder.appending(path: "inputs/model")
      try FileManager.default.createDirectory(at: inputs, withIntermediateDirectories: true)
      #expect(FileManager.default.createFile(atPath: inputs.appending(path: "m.json").path, contents: nil))
      #expect(truncate(inputs.appending(path: "m.json").path, 1 << 40) == 0)
    }
    #expect(large.code == 65 && large.text.isEmpty, "\(large.errorText)")
    let missing = try audit { try FileManager.default.removeItem(at: $0.appending(path: "plan.ndjson")) }
    #expect(missing.code == 1 && missing.text.contains("has not kept both"), "\(missing.text)\(missing.errorText)")
  }

  @Test(arguments: ["-x", "a b", "$(touch PWNED)", "`touch PWNED`", "a\nb", "o'brien\"", "--output=PWNED", "*", "\u{1B}[31m", "line 9 |/#s"])
  func anyFolderName(_ name: String) throws {
    let outcome = try audit(named: name) { _ in }
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
    let changed = try audit(["--verbose"], named: name) { folder in
      let file = folder.appending(path: "plan.ndjson")
      try Data(String(contentsOf: file, encoding: .utf8).replacing("\"price\":", with: "\"price\":1").utf8).write(to: file)
    }
    #expect(changed.code == 1 && changed.text.contains("| ss-plan | failed | plan.ndjson - differ: "), "\(changed.text)\(changed.errorText)")
  }

  @Test func aLongLineAndManyWordsAreBounded() throws {
    let long = try audit { folder in
      let line = #"{"type":"run","profile":""# + String(repeating: "x", count: 3_000_000) + "\"}\n"
      try Data(line.utf8).write(to: folder.appending(path: "risk.ndjson"))
      try Data(count: 5_000_000).write(to: folder.appending(path: "score.args"))
    }
    #expect(long.code == 1 && long.stdout.count < 200_000)
  }

  /// Limits that are not known leave the other checks as they are; a record that cannot be read leaves none of them `ok`.
  @Test func whatIsNotKnownIsNotCalledRight() throws {
    let kept = try KeptRun.shared.get()
    try Repository.withTemporaryFolder { folder in
      let copy = folder.appending(path: "kept")
      try FileManager.default.copyItem(at: kept.folder, to: copy)
      try Self.write(["--account", "paper=PWNED"], to: copy.appending(path: "risk.args"))
      let unknown = try Command(Self.audit, copy.path).with { $0.limit = 120 }.run()
      #expect(unknown.code == 1 && !unknown.text.contains("every record can be read"), "\(unknown.text)")
      #expect(unknown.text.contains("| limits were held | not run |") && unknown.text.contains("| rows add up | ok |"), "\(unknown.text)")
      let risk = try kept.lines("risk").map { $0.replacing("\"risk_percentage\":", with: "\"risk_percentage\":[1],\"x\":") }
      try Data((risk.joined(separator: "\n") + "\n").utf8).write(to: copy.appending(path: "risk.ndjson"))
      let unread = try Command(Self.audit, copy.path).with { $0.limit = 120 }.run()
      #expect(unread.code == 1 && unread.text.contains("| every record can be read | failed |"), "\(unread.text)")
      #expect(unread.text.contains("| rows add up | not run |"), "\(unread.text)")
    }
  }

  @Test(arguments: ["audit kept >/dev/full": 74, "audit --output /dev/full kept": 74, "audit --output none/report.md kept": 73])
  func aReportThatCannotBeWritten(_ command: String, _ code: Int32) throws {
    try Repository.withTemporaryFolder { folder in
      try FileManager.default.copyItem(at: Self.kept.get(), to: folder.appending(path: "kept"))
      let outcome = try Command(shell: "'\(Repository.pipelines.path)/'\(command)").with { $0.folder = folder }.run()
      #expect(outcome.code == code, "\(outcome.errorText)")
    }
  }

  /// Variables decide as arguments do; files that they name come with the run; ours do not count.
  @Test func aRunThatVariablesDecidedIsRepeated() throws {
    try Repository.withTemporaryFolder { folder in
      let kept = folder.appending(path: "kept").path
      try Data("extends=trend\nscore.minimum_score=50\n".utf8).write(to: folder.appending(path: "careful.profile"))
      let names = try Command("ss-score", "--features").run().lines.map { "\"\($0.prefix { $0 != "\t" })\":0.001" }
      let model = folder.appending(path: "mine.json")
      try Data("{\"intercept\":-2,\"weights\":{\(names.joined(separator: ","))}}".utf8).write(to: model)
      let help = try Command("ss-score", "--help=json").run()
      let variable = try Command("jq", "-r", #"[.options[] | select(.long == "model") | .environment] | flatten[0]"#).run(.bytes(help.stdout)).lines[
        0]
      let run = try Command([Self.scan] + Self.market + ["--keep", kept]).with {
        $0.folder = folder
        $0.environment = [
          "SS_PROFILE": "careful.profile", "SS_SET": "score.model_weight=0.3\nplan.valid_bars=5", variable: "mine.json",
          "TELEGRAM_BOT_TOKEN": "hidden",
        ]
      }.run()
      #expect(run.code == 0, "\(run.errorText)")
      for name in ["mine.json", "careful.profile"] { try FileManager.default.removeItem(at: folder.appending(path: name)) }
      let outcome = try Command(Self.audit, kept).with { $0.environment = ["SS_SET": "score.minimum_score=99", "SS_PROFILE": "range"] }.run()
      #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
      #expect(try String(contentsOfFile: kept + "/score.ndjson", encoding: .utf8).contains("+model=mine"), "the model took part")
      let told = try Command(shell: "cat *.vars *.args | tr '\\0' '\\n'").with { $0.folder = URL(filePath: kept) }.run()
      #expect(told.text.contains("\(variable)=inputs/model/mine.json") && !told.text.contains("hidden"), "\(told.text)")
    }
  }

  @Test func commandsRunWhenThatIsAsked() throws {
    try Repository.withTemporaryFolder { folder in
      let kept = folder.appending(path: "kept").path
      let help = try Command("ss-score", "--help=json").run()
      let variable = try Command("jq", "-r", #"[.options[] | select(.long == "plugin") | .environment] | flatten[0]"#).run(.bytes(help.stdout)).lines[
        0]
      let plugin = "python3 '\(Repository.root.path)/docs/examples/young_zone.py'"
      let run = try Command([Self.scan] + Self.market + ["--keep", kept]).with { $0.environment = [variable: plugin] }.run()
      #expect(run.code == 0, "\(run.errorText)")
      let careful = try Command(Self.audit, kept).run()
      #expect(careful.code == 1 && careful.text.contains("| ss-score | not run |") && careful.text.contains("| ss-plan | ok |"), "\(careful.text)")
      let outcome = try Command(Self.audit, "--run-commands", kept).run()
      #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
    }
  }

  private static func write(_ words: [String], to file: URL) throws {
    try Data(words.flatMap { Array($0.utf8) + [0] }).write(to: file)
  }
}
