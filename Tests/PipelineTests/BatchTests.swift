import Foundation
import Glibc
import TestKit
import Testing

/// Many symbols through batch.mk: names of anybody's files, settings that change, and ends at any moment.
@Suite struct BatchTests {
  static let makefile = Repository.pipelines.appending(path: "batch.mk").path

  /// Candle files of three markets, made once.
  private static let market = Result {
    let folder = KeptRun.scratch.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for symbol in ["BTC", "ETH", "SOL"] {
      let candles = try Command(
        shell: "ss-fetch --exchange synthetic --symbols \(symbol)/USDT --timeframes 1h --bars 800 | grep '^{\"type\":\"candle\"'"
      ).run()
      try Data(candles.stdout).write(to: folder.appending(path: "\(symbol)_USDT-1h.ndjson"))
    }
    return folder
  }

  /// In a folder where `IN` holds those files and what `change` adds. A file that only a command in a name would make fails the test.
  private func inFolder(_ input: String = "in", _ body: (URL) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      try FileManager.default.copyItem(at: Self.market.get(), to: folder.appending(path: input))
      try body(folder)
      let made = try FileManager.default.subpathsOfDirectory(atPath: folder.path).map { $0.split(separator: "/").last ?? "" }
      #expect(!made.contains { $0.hasPrefix("PWNED") })
    }
  }

  private static func batch(_ folder: URL, _ words: String..., jobs: Int = 2) -> Command {
    Command(["make", "--no-print-directory", "-f", makefile, "-j\(jobs)"] + words).with { $0.folder = folder }
  }

  private static func files(_ folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      files[path] = try? Data(contentsOf: folder.appending(path: path))
    }
    return files
  }

  @Test func theEndIsTheSummaryOfAScan() throws {
    try inFolder { folder in
      let outcome = try Self.batch(folder, "IN=in", "OUT=out", "PROFILE=aggressive").run()
      #expect(outcome.code == 0, "\(outcome.errorText)")
      // A symbol alone does not know BTC: each is compared with its own scan.
      for symbol in ["BTC", "ETH", "SOL"] {
        let scan = try Command(
          Repository.pipelines.appending(path: "scan").path, "--files", "in/\(symbol)_USDT-1h.ndjson", "--profile", "aggressive"
        ).with { $0.folder = folder }.run()
        let row = try #require(scan.lines.first { $0.hasPrefix("\(symbol)/USDT") })
        #expect(outcome.lines.contains { Self.words($0) == Self.words(row) }, "\(row)\n\(outcome.text)")
      }
      #expect(
        outcome.text.hasPrefix("SniperSight · profile aggressive · synthetic · as of ") && outcome.text.contains("\n3 symbols, 3 evaluations: "))
      for (level, name) in [("plan", "plans"), ("risk", "risk")] {
        #expect(try Command("ss-check", "stream", "--at", level, "out/\(name).ndjson").with { $0.folder = folder }.run().code == 0)
      }
    }
  }
  private static func words(_ line: String) -> [Substring] { line.split(separator: " ") }

  @Test func onlyWhatChangedIsMadeAnew() throws {
    try inFolder { folder in
      func made(_ words: String...) throws -> Set<String> {
        let outcome = try Command(["make", "--no-print-directory", "-f", Self.makefile, "-j2", "IN=in", "OUT=out"] + words).with {
          $0.folder = folder
        }.run()
        #expect(outcome.code == 0 && outcome.text.hasPrefix("SniperSight"), "\(outcome.errorText)")
        return Set(outcome.errorText.split(separator: "\n").compactMap { $0.wholeMatch(of: #/batch: (\w+ \w+)/#).map { String($0.1) } })
      }
      let steps = ["candles", "indicators", "smc", "setups", "plans"]
      let all = Set(["BTC", "ETH", "SOL"].flatMap { symbol in steps.map { "\(symbol)_USDT \($0)" } })
      #expect(try made() == all)
      #expect(try made() == [])
      #expect(try made("PROFILE=trend") == all, "another profile")
      #expect(try made("PROFILE=trend") == [])
      #expect(try made("PROFILE=trend", "SET=plan.valid_bars=4 score.minimum_score=1") == all, "another setting")
      #expect(try made() == all)
      let eth = folder.appending(path: "in/ETH_USDT-1h.ndjson")
      try Data(String(contentsOf: eth, encoding: .utf8).split(separator: "\n").dropLast().map { $0 + "\n" }.joined().utf8).write(to: eth)
      try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: eth.path)
      #expect(try made() == all.filter { $0.hasPrefix("ETH") }, "an input that was replaced by one that looks older")
      try Data(contentsOf: folder.appending(path: "in/SOL_USDT-1h.ndjson")).write(to: folder.appending(path: "in/SOL2_USDT-1h.ndjson"))
      try FileManager.default.removeItem(at: folder.appending(path: "in/SOL_USDT-1h.ndjson"))
      #expect(try made() == Set(steps.map { "SOL2_USDT \($0)" }))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out/SOL_USDT.plans.ndjson").path), "a chain that is over is taken away")
      #expect(try Self.batch(folder, "clean", "OUT=out").run().code == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "out").path) == [])
    }
  }

  /// A program that is not the one that made what is there.
  @Test func anotherExecutableMakesItsPartAnew() throws {
    try inFolder { folder in
      let programs = folder.appending(path: "programs")
      try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
      for name in KeptRun.stages {
        try FileManager.default.createSymbolicLink(
          at: programs.appending(path: "ss-\(name)"), withDestinationURL: Repository.executables.appending(path: "ss-\(name)"))
      }
      let command = Self.batch(folder, "IN=in", "OUT=out").with { $0.environment = ["SS_BIN": programs.path] }
      #expect(try command.run().code == 0)
      let plan = programs.appending(path: "ss-plan")
      try FileManager.default.removeItem(at: plan)
      try Data("#!/bin/bash\nexec '\(Repository.executables.path)/ss-plan' \"$@\"\n".utf8).write(to: plan)
      try FileManager.default.setAttributes([.posixPermissions: 0o755, .modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: plan.path)
      let again = try command.run()
      #expect(again.code == 0 && again.errorText.contains(" plans\n") && !again.errorText.contains(" setups\n"), "\(again.errorText)")
    }
  }

  static let names = [
    " x", "-x", "--output=PWNED", "$(touch PWNED)", "`touch PWNED`", "$(shell touch PWNED)", "${shell touch PWNED}", "$$(touch PWNED)",
    ";touch PWNED;",
    "a'b", "a\"b", "a\nb", "a\tb", "a%b", "%", "#", "a:b", "a=b", "a\\", "*", "~", "a|b&c", "(x)", "[x]", "{x,y}", "!", "\u{1B}[31m", "é",
    "x-0123456789abcdef",
    "..", ".PHONY", "keys", "lock", String(repeating: "n", count: 200),
  ]

  /// Every name at once, of files that say in each line what they are about.
  @Test func anyNameOfAFile() throws {
    try inFolder { folder in
      let candles = try String(contentsOf: folder.appending(path: "in/ETH_USDT-1h.ndjson"), encoding: .utf8)
      for (number, name) in Self.names.enumerated() {
        let lines = candles.replacing("ETH/USDT", with: "T\(number)/USDT")
        try Data(lines.utf8).write(to: folder.appending(path: "in").appending(component: "\(name)-1h.ndjson"))
      }
      let outcome = try Self.batch(folder, "IN=in", "OUT=out").run()
      // What the name says comes before what the lines say: names that are symbols stay theirs.
      #expect(outcome.text.contains("evaluations: "), "\(outcome.text)\(outcome.errorText)")
      #expect(!outcome.stdout.contains(0x1B) && !outcome.stderr.contains(0x1B))
      let made = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "out").path)
      #expect(made.allSatisfy { $0 == ".batch" || $0.firstMatch(of: #/^[A-Za-z0-9][A-Za-z0-9_.-]*\.ndjson$/#) != nil }, "\(made)")
      #expect(made.filter { $0.hasSuffix(".plans.ndjson") }.count >= 20, "\(outcome.errorText)")
    }
  }

  @Test(arguments: names.filter { $0 != ".." && !$0.hasPrefix(" ") && !$0.hasPrefix("nn") })
  func anyNameOfAFolder(_ name: String) throws {
    try inFolder(name + " in") { folder in
      let inside = try FileManager.default.contentsOfDirectory(atPath: folder.appending(component: name + " in").path)
      for file in inside where !file.hasPrefix("BTC") {
        try FileManager.default.removeItem(at: folder.appending(component: name + " in").appending(path: file))
      }
      let outcome = try Self.batch(folder, "IN=\(name) in", "OUT=\(name) out", "PROFILE=trend").run()
      #expect(outcome.code == 0 && outcome.text.contains("\n1 symbol"), "\(outcome.errorText)")
      #expect(FileManager.default.fileExists(atPath: folder.appending(component: name + " out").appending(path: "risk.ndjson").path))
      #expect(try Self.batch(folder, "clean", "OUT=\(name) out").run().code == 0)
      for word in ["PROFILE=\(name)", "SET=\(name)", "SET=plan.valid_bars=\(name)"] {
        let refused = try Self.batch(folder, "OUT=refused", "NAMES=BTC_USDT", word).run()
        #expect(refused.code == 2 && refused.text.isEmpty && !refused.stderr.contains(0x1B), "\(word): \(refused.text)\(refused.errorText)")
      }
    }
  }

  @Test func filesOfOneSymbolAreOneChain() throws {
    try inFolder { folder in
      let build = "ss-fetch --files in/BTC_USDT-1h.ndjson --timeframes 4h | grep '^{\"type\":\"candle\"' > in/BTC_USDT-4h.ndjson"
      #expect(try Command(shell: build).with { $0.folder = folder }.run().code == 0)
      let joined = try Self.batch(folder, "IN=in", "OUT=out").run()
      #expect(joined.code == 0 && joined.text.contains("\n3 symbols, 3 evaluations"), "\(joined.text)\(joined.errorText)")
      // The same candles once more, packed: nobody can say which are right.
      #expect(try Command(shell: "gzip -k in/BTC_USDT-1h.ndjson").with { $0.folder = folder }.run().code == 0)
      let twice = try Self.batch(folder, "IN=in", "OUT=out").run()
      #expect(twice.code == 2 && twice.errorText.contains("overlap") && twice.text.contains("\n2 symbols"), "\(twice.text)\(twice.errorText)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out/BTC_USDT.plans.ndjson").path), "no plans of before")
      // And under another name.
      try FileManager.default.moveItem(
        at: folder.appending(path: "in/BTC_USDT-1h.ndjson.gz"), to: folder.appending(path: "in/BTCUSDT-1h.ndjson.gz"))
      let other = try Self.batch(folder, "IN=in", "OUT=out").run()
      #expect(
        other.code == 2 && other.text.isEmpty && other.errorText.contains("BTC/USDT is in the chains BTCUSDT and BTC_USDT"), "\(other.errorText)")
    }
  }

  /// All chains are one run, whose exchange is a name as well.
  @Test func exchangesAreNamedTogether() throws {
    let long = String(repeating: "z", count: 64)
    for (exchange, together) in [("alpha", "alpha/synthetic"), (long, "several")] {
      try inFolder { folder in
        let file = folder.appending(path: "in/ETH_USDT-1h.ndjson")
        try Data(String(contentsOf: file, encoding: .utf8).replacing("synthetic", with: exchange).utf8).write(to: file)
        let outcome = try Self.batch(folder, "IN=in", "OUT=out", "PROFILE=trend").run()
        #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
        let risk = try String(contentsOf: folder.appending(path: "out/risk.ndjson"), encoding: .utf8)
        #expect(risk.prefix { $0 != "\n" }.contains("\"exchange\":\"\(together)\""))
        let checked = try Command("ss-check", "stream", "--at", "risk", "out/risk.ndjson").with { $0.folder = folder }.run()
        #expect(checked.code == 0, "\(checked.text)")
      }
    }
  }

  @Test func symbolsOfTheSyntheticMarket() throws {
    try Repository.withTemporaryFolder { folder in
      let outcome = try Self.batch(folder, "PROFILE=trend", "OUT=out", "NAMES=BTC_USDT ETH_USDT").run()
      #expect(outcome.code == 0 && outcome.text.contains("\n2 symbols"), "\(outcome.text)\(outcome.errorText)")
    }
  }

  /// A batch of which nothing could be made leaves nothing.
  @Test func aBrokenInputLeavesNothing() throws {
    try Repository.withTemporaryFolder { folder in
      try FileManager.default.createDirectory(at: folder.appending(path: "in"), withIntermediateDirectories: true)
      try Data("open_time,open,high,low,close,volume\n1704067200000,1,2,broken\n".utf8).write(to: folder.appending(path: "in/BTC_USDT-1h.csv"))
      let outcome = try Self.batch(folder, "IN=in", "OUT=out").run()
      #expect(outcome.code == 2 && outcome.text.isEmpty && outcome.errorText.contains("the chain BTC_USDT has failed"), "\(outcome.errorText)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "out").path) == [])
    }
  }

  @Test func wrongUse() throws {
    try inFolder { folder in
      for words in [
        ["IN=nowhere", "OUT=out"], ["OUT=out"], ["IN=in", "OUT=in"], ["IN=in", "OUT=out", "PROFILE=frob"], ["NAMES=@/etc/passwd", "OUT=out"],
      ] {
        let outcome = try Command(["make", "-f", Self.makefile] + words).with { $0.folder = folder }.run()
        #expect(outcome.code == 2, "\(words): \(outcome.text)\(outcome.errorText)")
      }
    }
  }

  /// Ended at random moments, by any signal, all of it or a part: the next run makes what an undisturbed one makes, and no file is ever half there.
  @Test func interruptedAtAnyMoment() throws {
    var generator = SeededGenerator(seed: 7)
    try inFolder { folder in
      #expect(try Self.batch(folder, "IN=in", "OUT=calm").run().code == 0)
      let calm = try Self.files(folder.appending(path: "calm"))
      for round in 0..<8 {
        let process = try RunningCommand(Self.batch(folder, "IN=in", "OUT=rough", "PROFILE=\(round % 3 == 2 ? "trend" : "balanced")"))
        usleep(UInt32.random(in: 100_000...2_500_000, using: &generator))
        switch round % 4 {
        case 0: kill(-process.id, SIGINT)
        case 1: kill(-process.id, SIGKILL)
        case 2: process.kill(SIGKILL)
        default: process.kill(SIGTERM)
        }
        process.wait()
        for (path, data) in try Self.files(folder.appending(path: "rough")) where path.hasSuffix(".ndjson") && !path.contains(".batch") {
          let last = String(decoding: data.suffix(200), as: UTF8.self)
          #expect(last.hasSuffix(#""status":"complete"}"# + "\n"), "\(path): \(last)")
        }
      }
      let end = try Self.batch(folder, "IN=in", "OUT=rough").run()
      #expect(end.code == 0, "\(end.errorText)")
      let rough = try Self.files(folder.appending(path: "rough"))
      #expect(rough.keys.sorted() == calm.keys.sorted())
      for (path, data) in calm { #expect(rough[path] == data, "\(path)") }
    }
  }
}
