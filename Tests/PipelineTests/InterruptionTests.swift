import Foundation
import TestKit
import Testing

/// A dead stage must not look like a finished one: no result, and an exit that is not 0.
@Suite struct InterruptionTests {
  /// Runs a scan whose first stage stops half-way; then `stage` is killed; then the rest of the stream, with its `end`, follows.
  private static let script = """
    SS_BIN=$FAKE "$SCAN" --exchange synthetic $KEEP --output text & scan=$!
    until [[ -s $FAKE/pid && -e $FAKE/half ]]; do sleep 0.02; done
    kill -9 "$(<"$FAKE/pid")"
    touch "$FAKE/go"
    wait $scan
    """

  @Test(arguments: KeptRun.stages, [false, true])
  func killedInMidRun(_ stage: String, _ keeps: Bool) throws {
    let run = try KeptRun.shared.get()
    try Repository.withTemporaryFolder { folder in
      let files = FileManager.default
      for name in KeptRun.stages where name != "fetch" && name != stage {
        try files.createSymbolicLink(
          at: folder.appending(path: "ss-\(name)"), withDestinationURL: Repository.executables.appending(path: "ss-\(name)"))
      }
      let size = try run.bytes("fetch").count
      let source = run.file("fetch").path
      let fetch = """
        #!/bin/bash
        [[ $1 != --help* ]] || exit 0
        \(stage == "fetch" ? "echo $$ > '\(folder.path)/pid'" : "")
        head -c \(size / 2) '\(source)'
        touch '\(folder.path)/half'
        until [[ -e '\(folder.path)/go' ]]; do sleep 0.02; done
        tail -c +\(size / 2 + 1) '\(source)'
        """
      try write(fetch, to: folder.appending(path: "ss-fetch"))
      if stage != "fetch" {
        let wrapper = "#!/bin/bash\n[[ $1 == --help* ]] || echo $$ > '\(folder.path)/pid'\nexec '\(Repository.executables.path)/ss-\(stage)' \"$@\"\n"
        try write(wrapper, to: folder.appending(path: "ss-\(stage)"))
      }
      let outcome = try Command(shell: Self.script).with {
        $0.environment = [
          "FAKE": folder.path, "SCAN": Repository.pipelines.appending(path: "scan").path, "KEEP": keeps ? "--keep \(folder.path)/kept" : "",
        ]
        $0.limit = 120
      }.run()
      #expect(outcome.code == 137, "\(outcome.errorText)")
      #expect(outcome.stdout.isEmpty, "this looks like a result:\n\(outcome.text)")
      #expect(outcome.errorText.contains("scan: ss-\(stage) was ended by signal 9\n"), "\(outcome.errorText)")
    }
  }

  private func write(_ text: String, to file: URL) throws {
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  /// Asked to end while nobody reads: what was written, and the end, still come when somebody does.
  @Test func aPlayedStreamEndsInOrderBehindASlowReader() throws {
    try Repository.withTemporaryFolder { folder in
      let script = """
        mkfifo pipe; exec 3<>pipe 4<pipe
        ss-fetch --exchange synthetic --symbols BTC/USDT --from 2024-01-01 --follow --replay-speed 1e7 >pipe 3>&- 4<&- & fetch=$!
        head -c 1 <&3; exec 3>&-; sleep 1
        kill -TERM $fetch; sleep 0.2
        cat <&4
        wait $fetch
        """
      let outcome = try Command(shell: script).with { $0.folder = folder }.run()
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(outcome.text.hasPrefix(#"{"type":"run""#) && outcome.text.hasSuffix("\n"))
      #expect(outcome.lines.last?.hasSuffix(#""status":"interrupted"}"#) == true, "\(outcome.lines.last ?? "")")
      #expect(try Command("ss-check", "stream").run(.bytes(outcome.stdout)).code == 0)
    }
  }

  @Test(arguments: KeptRun.filters)
  func aStreamWithoutItsEndIsTruncated(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let lines = try run.lines(run.before(stage))
    let outcome = try Command("ss-\(stage)").run(.text(lines.dropLast().map { $0 + "\n" }.joined()))
    #expect(outcome.code == 65)
    #expect(outcome.errorText.wholeMatch(of: #/ss-\w+: stdin:\d+: truncated: .*\n/#) != nil, "\(outcome.errorText)")
  }

  @Test(arguments: ["text", "markdown", "json"])
  func nothingIsSaidAboutATruncatedRun(_ form: String) throws {
    let lines = try KeptRun.shared.get().lines("risk")
    for count in [0, 1, lines.count / 2, lines.count - 1] {
      let outcome = try Command("ss-notify", "--render", form).run(.text(lines.prefix(count).map { $0 + "\n" }.joined()))
      #expect(outcome.code == 65)
      #expect(outcome.stdout.isEmpty)
    }
    // Cut inside the last line.
    let whole = lines.joined(separator: "\n")
    let outcome = try Command("ss-notify", "--render", form).run(.text(String(whole.dropLast(3))))
    #expect(outcome.code == 65)
    #expect(outcome.stdout.isEmpty)
  }
}
