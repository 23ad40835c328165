import Foundation
import TestKit
import Testing

/// Names, numbers and files of other people go through every script of pipelines/ as text: nothing of them is run, and no file is made by them.
@Suite struct ForeignTextTests {
  /// Words that are commands to a shell, to its arithmetic, to make, to jq, to awk or to sed.
  static let words = [
    "$(touch PWNED)", "`touch PWNED`", "a[$(touch PWNED)]", "x;touch PWNED", "x\ntouch PWNED", "$(shell touch PWNED)", "'; touch PWNED; '",
    "\"; touch PWNED; \"", "\" | input_filename | \"", "s/x/y/w PWNED", "BEGIN{system(\"touch PWNED\")}", "--output=PWNED", "-oPWNED",
    "-exec touch PWNED ;",
    "\u{1B}]0;PWNED\u{07}", "%s%n", "../PWNED", "PWNED/../x", "<(touch PWNED)", "{touch,PWNED}", "!touch PWNED",
  ]
  static let candles = Result { () throws -> String in
    try Command(shell: "ss-fetch --exchange synthetic --symbols BTC/USDT --timeframes 1h --bars 300 | grep '^{\"type\":\"candle\"'").run().text
  }
  /// By script: arguments in which WORD stands for the word. In the folder are a candle file of that name, if it can be one, and `good.ndjson`.
  static let uses: [(script: String, arguments: [String])] = [
    ("scan", ["--exchange", "WORD"]),
    ("scan", ["--exchange", "synthetic", "--symbols", "WORD"]),
    ("scan", ["--exchange", "synthetic", "--symbols", "BTC/USDT", "--profile", "WORD"]),
    ("scan", ["--exchange", "synthetic", "--symbols", "BTC/USDT", "--set", "WORD"]),
    ("scan", ["--exchange", "synthetic", "--symbols", "BTC/USDT", "--set", "plan.valid_bars=WORD"]),
    ("scan", ["--exchange", "synthetic", "--symbols", "BTC/USDT", "--risk", "WORD", "--keep", "kept"]),
    ("scan", ["--exchange", "synthetic", "--symbols", "BTC/USDT", "--output", "WORD"]),
    ("scan", ["--exchange", "synthetic", "--symbols", "BTC/USDT", "--bars", "300", "--keep", "kept"]),
    ("scan", ["--files", "good.ndjson", "./WORD.ndjson", "--profile", "trend"]),
    ("scan", ["--files", "good.ndjson", "WORD.ndjson", "--profile", "trend"]),
    ("scan", ["WORD"]),
    ("backtest", ["--files", "good.ndjson", "WORD.ndjson", "--draws", "0"]),
    ("backtest", ["--files", "good.ndjson", "--start", "WORD"]),
    ("backtest", ["--files", "good.ndjson", "--end", "WORD"]),
    ("backtest", ["--files", "good.ndjson", "--draws", "WORD"]),
    ("backtest", ["--files", "good.ndjson", "--signs", "WORD"]),
    ("backtest", ["--files", "good.ndjson", "--assume", "WORD"]),
    ("backtest", ["WORD"]),
    ("compare-profiles", ["--jobs", "WORD", "--files", "good.ndjson"]),
    ("compare-profiles", ["--profiles", "WORD", "--files", "good.ndjson", "--draws", "0"]),
    ("factor-edge", ["--runs", "WORD", "--files", "good.ndjson"]),
    ("factor-edge", ["--jobs", "WORD", "--files", "good.ndjson"]),
    ("sweep", ["--jobs", "WORD", "a=1", "--", "--files", "good.ndjson"]),
    ("sweep", ["plan.valid_bars=WORD", "--", "--files", "good.ndjson", "--draws", "0"]),
    ("sweep", ["WORD", "--", "--files", "good.ndjson"]),
    ("watch", ["--exchange", "WORD", "--send", "WORD", "--stale", "WORD"]),
    ("watch", ["--exchange", "synthetic", "--send", "command", "--heartbeat", "WORD"]),
    ("audit", ["WORD"]),
    ("audit", ["--", "WORD"]),
    ("snipersight", ["WORD"]),
    ("soak", ["WORD"]),
    ("check-real", []),
    ("calibrate", []),
  ]

  /// A third of the pairs, each word and each use with many others; with SS_SOAK all.
  @Test(arguments: words.indices)
  func nothingOfAWordIsRun(_ index: Int) throws {
    let word = Self.words[index]
    let all = ProcessInfo.processInfo.environment["SS_SOAK"] != nil
    for (number, (script, arguments)) in Self.uses.enumerated() where all || (number + index) % 3 == 0 {
      try Repository.withTemporaryFolder { folder in
        let candles = try Data(Self.candles.get().utf8)
        try candles.write(to: folder.appending(path: "good.ndjson"))
        let name = "\(word).ndjson"
        if !word.contains("/") { try candles.write(to: folder.appending(component: name)) }
        let real = folder.appending(path: "real")
        try FileManager.default.createDirectory(at: real, withIntermediateDirectories: true)
        if !word.contains("/") { try Data().write(to: real.appending(component: "\(word)-15m.csv.gz")) }
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let outcome = try Command([Repository.pipelines.appending(path: script).path] + arguments.map { $0.replacing("WORD", with: word) }).with {
          $0.folder = folder
          $0.limit = 300
          $0.environment = ["XDG_STATE_HOME": folder.path + "/state", "XDG_CACHE_HOME": folder.path + "/cache", "SS_FETCH_RETRIES": "0"]
          if ["check-real", "calibrate"].contains(script) { $0.environment["SS_REAL"] = real.path }
        }.run()
        let use = "\(script) \(arguments)"
        let made = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { !before.contains($0) }
        #expect(!made.contains { $0.split(separator: "/").last?.hasPrefix("PWNED") ?? false }, "\(use): \(made)")
        #expect([0, 1, 2, 64, 65, 66, 69, 73, 75, 77, 78].contains(outcome.code), "\(use): \(outcome.code) \(outcome.errorText)")
        #expect(!outcome.stderr.contains(0x1B) && !outcome.stdout.contains(0x1B), "\(use): \(outcome.errorText)")
      }
    }
  }

  /// No script makes a program of text, or splits names where they have spaces.
  @Test func scriptsHaveNoShellInTheMiddle() throws {
    let scripts = try FileManager.default.contentsOfDirectory(at: Repository.pipelines, includingPropertiesForKeys: nil)
    #expect(scripts.count > 15)
    for script in scripts {
      let text = try String(contentsOf: script, encoding: .utf8)
      let code = text.split(separator: "\n").filter { !$0.drop(while: { $0 == " " }).hasPrefix("#") }.joined(separator: "\n")
      let found = code.firstMatch(of: #/\beval |\b(ba|da)?sh -c|\bxargs (?!-0)|-exec(dir)? |shell=True|os\.system|\$\(shell /#)
      #expect(found == nil, "\(script.lastPathComponent): \(found.map { String($0.0) } ?? "")")
    }
  }

  /// A packed file is the one of that name, although the name is a pattern that others match.
  @Test(arguments: ["[E]_USDT-1h", "*_USDT-1h", "?_USDT-1h"])
  func namesOfArchivesAreNoPatterns(_ name: String) throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/unzip") else { return print("skipped: no unzip") }
    try Repository.withTemporaryFolder { folder in
      for (file, price) in [("E_USDT-1h", "9"), (name, "2")] {
        let rows = "open_time,open,high,low,close,volume\n1704067200000,\(price),\(price),\(price),\(price),5\n"
        let pack = "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').writestr('a.csv', sys.argv[2])"
        let made = try Command("python3", "-c", pack, "\(file).zip", rows).with { $0.folder = folder }.run()
        #expect(made.code == 0, "\(made.errorText)")
      }
      let series = ["--file-symbol", "E/USDT", "--file-timeframe", "1h", "--timeframes", "1h"]
      let outcome = try Command(["ss-fetch", "--files", "\(name).zip"] + series).with { $0.folder = folder }.run()
      let closes = outcome.text.matches(of: /"close":(\d)/).map { $0.1 }
      #expect(outcome.code == 0 && closes == ["2"], "\(outcome.text)\(outcome.errorText)")
    }
  }

  /// A checkout, a temporary folder and a working folder of any name.
  @Test(arguments: ["$(touch PWNED)", "`touch PWNED`", "$(shell touch PWNED)", "a b'\"", "a%#:x", "-x", "a\nb"])
  func anyFolderOfTheScripts(_ name: String) throws {
    try Repository.withTemporaryFolder { outside in
      let folder = outside.appending(component: name)
      try FileManager.default.createDirectory(at: folder.appending(path: "temporary"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Repository.pipelines, to: folder.appending(path: "pipelines"))
      try Data(Self.candles.get().utf8).write(to: folder.appending(path: "good.ndjson"))
      try FileManager.default.createDirectory(at: folder.appending(path: "candles"), withIntermediateDirectories: true)
      try Data(Self.candles.get().utf8).write(to: folder.appending(path: "candles/good.ndjson"))
      let market = ["--files", "good.ndjson", "--start", "2024-06-25", "--draws", "0"]
      let commands = [
        ["pipelines/scan", "--files", "good.ndjson", "--keep", "kept"], ["pipelines/audit", "kept"],
        ["pipelines/sweep", "plan.valid_bars=4,5", "--"] + market, ["pipelines/compare-profiles", "--profiles", "trend,range"] + market,
        ["pipelines/backtest", "--signs", "1"] + market,
        ["/usr/bin/make", "-f", folder.path + "/pipelines/batch.mk", "IN=candles", "OUT=out"],
      ]
      for command in commands {
        let words = [command[0].hasPrefix("/") ? command[0] : "\(folder.path)/\(command[0])"] + command.dropFirst()
        let outcome = try Command(words).with {
          $0.folder = folder
          $0.environment = ["TMPDIR": folder.appending(path: "temporary").path]
        }.run()
        #expect(outcome.code == 0, "\(command): \(outcome.text)\(outcome.errorText)")
      }
      let made = try FileManager.default.subpathsOfDirectory(atPath: outside.path)
      #expect(!made.contains { $0.split(separator: "/").last?.hasPrefix("PWNED") ?? false }, "\(made)")
    }
  }

  /// What earlier runs have left in a file of trials is shown as text.
  @Test func trialsOfOthersAreText() throws {
    try Repository.withTemporaryFolder { folder in
      try Data(Self.candles.get().utf8).write(to: folder.appending(path: "good.ndjson"))
      let trial = #"{"run_id":"x\u001b[31m|<img src=x>","profile_hash":"$(touch PWNED)","daily_sharpe":0.1,"set":"`touch PWNED`"}"# + "\n"
      try Data(trial.utf8).write(to: folder.appending(path: "trials.ndjson"))
      for words in [["sweep", "plan.valid_bars=4", "--"], ["compare-profiles", "--trials", "trials.ndjson", "--profiles", "trend"]] {
        let command = [Repository.pipelines.appending(path: words[0]).path] + words.dropFirst() + ["--files", "good.ndjson", "--draws", "0"]
        let outcome = try Command(command).with { $0.folder = folder }.run()
        #expect(outcome.code == 0 && !outcome.stdout.contains(0x1B) && !outcome.text.contains("<img"), "\(outcome.text)\(outcome.errorText)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "PWNED").path))
      for text in ["{", "[1]", "7", #"{"daily_sharpe":"`touch PWNED`"}"#, "\u{1B}"] {
        try Data(text.utf8).write(to: folder.appending(path: "-n"))
        for words in [["sweep", "--trials", "-n", "plan.valid_bars=4", "--"], ["compare-profiles", "--trials", "-n", "--profiles", "trend"]] {
          let command = [Repository.pipelines.appending(path: words[0]).path] + words.dropFirst() + ["--files", "good.ndjson", "--draws", "0"]
          let refused = try Command(command).with { $0.folder = folder }.run()
          #expect(refused.code == 65 && refused.text.isEmpty, "\(text): \(refused.text)\(refused.errorText)")
        }
      }
    }
  }
}
