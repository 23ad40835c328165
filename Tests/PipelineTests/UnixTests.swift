import Foundation
import TestKit
import Testing

/// The manners of a process among processes, the same for every stage.
@Suite struct UnixTests {
  @Test(arguments: KeptRun.filters)
  func diesSilentlyWhenItsReaderLeaves(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let input = run.file(run.before(stage)).path
    for ignored in [false, true] {
      let outcome = try Command("ss-\(stage)").with {
        $0.input = .file(input)
        $0.output = .brokenPipe
        $0.ignoresSIGPIPE = ignored
      }.run()
      #expect(outcome.code == 141, "SIGPIPE ignored: \(ignored)")
      #expect(outcome.stderr.isEmpty, "\(outcome.errorText)")
    }
  }

  @Test(arguments: KeptRun.stages)
  func headEndsWhatIsUpstream(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let command = stage == "fetch" ? "ss-fetch \(KeptRun.market.joined(separator: " "))" : "ss-\(stage) < '\(run.file(run.before(stage)).path)'"
    let outcome = try Command(shell: "\(command) | head -n 1; echo ${PIPESTATUS[*]}").run()
    #expect(try outcome.lines.first == run.lines(stage).first)
    #expect(outcome.stderr.isEmpty)
    let statuses = try #require(outcome.lines.last)
    // A short output may fit the pipe before head leaves.
    let fitsThePipe = try run.bytes(stage).count < 1 << 20
    #expect(statuses == "141 0" || (statuses == "0 0" && fitsThePipe), "\(statuses)")
  }

  @Test(arguments: KeptRun.stages)
  func aFullDiskIsAnError(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let outcome = try Command(["ss-\(stage)"] + (stage == "fetch" ? KeptRun.market : [])).with {
      if stage != "fetch" { $0.input = .file(run.file(run.before(stage)).path) }
      $0.output = .file("/dev/full")
    }.run()
    #expect(outcome.code == 74)
    #expect(outcome.errorText.contains("No space left on device"), "\(outcome.errorText)")
  }

  @Test(arguments: KeptRun.stages)
  func closedOutputIsAnError(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let outcome = try Command(["ss-\(stage)"] + (stage == "fetch" ? KeptRun.market : [])).with {
      if stage != "fetch" { $0.input = .file(run.file(run.before(stage)).path) }
      $0.output = .closed
    }.run()
    #expect(outcome.code == 74, "\(outcome.errorText)")
  }

  @Test(arguments: KeptRun.filters)
  func filesAsOperandsAreTheSameStream(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let input = run.file(run.before(stage)).path
    #expect(try Command("ss-\(stage)", input).run().stdout == run.bytes(stage))
    let dash = try Command("ss-\(stage)", "-").with { $0.input = .file(input) }.run()
    #expect(try dash.stdout == run.bytes(stage))
    #expect(try Command("ss-\(stage)", "/nonexistent.ndjson").run().code == 66)
  }

  @Test(arguments: KeptRun.filters)
  func outputFilesAppearWholeOrNotAtAll(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    try Repository.withTemporaryFolder { folder in
      let target = folder.appending(path: "out.ndjson")
      let good = try Command("ss-\(stage)", "-o", target.path).with { $0.input = .file(run.file(run.before(stage)).path) }.run()
      #expect(good.code == 0 && good.stdout.isEmpty, "\(good.errorText)")
      #expect(try Array(Data(contentsOf: target)) == run.bytes(stage))
      // A failing run leaves the old file alone, and nothing beside it.
      #expect(try Command("ss-\(stage)", "-o", target.path).run(.text("{broken\n")).code == 65)
      #expect(try Array(Data(contentsOf: target)) == run.bytes(stage))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.ndjson"])
    }
    #expect(try Command("ss-\(stage)", "-o", "/dev/null/out").run().code == 73)
  }

  /// No file takes the place of what is none.
  @Test func outputGoesIntoAPipeAsItIs() throws {
    try Repository.withTemporaryFolder { folder in
      let script = """
        mkfifo pipe; cat pipe > copy &
        ss-smc -o pipe && wait && [[ -p pipe ]] && cat copy
        cat pipe > copy &
        ss-fetch --exchange synthetic --symbols BTC/USDT --timeframes 1w --bars 1 | ss-report --json pipe > report && wait && [[ -p pipe ]] && head -c 16 copy
        """
      let line = #"{"type":"weather"}"# + "\n"
      let outcome = try Command(shell: script).with { $0.folder = folder }.run(.text(line))
      #expect(outcome.code == 0 && outcome.text == line + #"{"type":"report""#, "\(outcome.text) \(outcome.errorText)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["copy", "pipe", "report"])
      #expect(try Command("ss-smc", "-o", folder.path).run(.text(line)).code == 73)
      #expect(try Command("ss-smc", "--output=").run(.text(line)).code == 64)
    }
  }

  @Test(arguments: KeptRun.stages)
  func answersQuestionsAboutItself(_ stage: String) throws {
    for (option, beginning) in [("--help", ""), ("-h", ""), ("--version", "ss-\(stage) "), ("--schema", "{\"$schema\""), ("--help=json", "{")] {
      let outcome = try Command("ss-\(stage)", option).run()
      #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(option): \(outcome.errorText)")
      #expect(outcome.text.hasPrefix(beginning) && outcome.text.hasSuffix("\n"), "\(option): \(outcome.text.prefix(200))")
    }
    let unknown = try Command("ss-\(stage)", "--hepl").run()
    #expect(unknown.code == 64)
    #expect(unknown.errorText.contains("--hepl") && unknown.errorText.contains("--help"), "\(unknown.errorText)")
  }

  @Test(arguments: ["--schema", "--help=json"])
  func machineReadableAnswersAreJSON(_ option: String) throws {
    for stage in KeptRun.stages {
      let outcome = try Command(shell: "ss-\(stage) \(option) | jq -e . > /dev/null").run()
      #expect(outcome.code == 0, "ss-\(stage) \(option): \(outcome.errorText)")
    }
  }

  /// A live pipe never lags: a line comes out before the next goes in.
  @Test func aLoneLineComesThroughAtOnce() throws {
    let run = try KeptRun.shared.get()
    let candles = try run.lines("fetch").filter { $0.recordType == "candle" }.prefix(20)
    let script = """
      coproc stages { ss-indicators | ss-smc | ss-plan; }
      while IFS= read -r line; do
        printf '%s\\n' "$line" >&"${stages[1]}"
        IFS= read -r -t 10 back <&"${stages[0]}" || exit 9
        [[ $back == "${line%\\}}",* ]] || exit 8
      done
      """
    #expect(try Command(shell: script).run(.text(candles.map { $0 + "\n" }.joined())).code == 0)
  }
}
