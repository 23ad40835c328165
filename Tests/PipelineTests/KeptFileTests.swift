import Foundation
import TestKit
import Testing

/// Something else stands where an executable keeps a file: it ends soon, with a documented exit code, and what a link leads to is as it was.
@Suite struct KeptFileTests {
  /// How an executable comes to the file. `{}` in a word is the folder of the test.
  struct Kept: Sendable, CustomTestStringConvertible {
    var name: String
    var command: String
    /// The name in the folder; a name with `*` is what the command left there when it ran undisturbed.
    var file: String
    var input = ""
    var testDescription: String { name }
  }

  static let run =
    #"{"type":"run","run_id":"r1","profile":"balanced","exchange":"x","symbols":[],"timeframes":[],"from":"2024-06-30T00:00:00Z"}"# + "\n"
  static let end = #"{"type":"end","records":1,"status":"complete"}"# + "\n"
  static let event =
    #"{"type":"event","event_type":"data_stale","symbol":"S/USDT","timestamp":"2024-06-30T00:00:00Z","context":{"about":"x"}}"# + "\n"
  static let candle =
    #"{"type":"candle","exchange":"x","symbol":"A/USDT","timeframe":"1h","open_time":"2024-01-01T00:00:00Z","close_time":"2024-01-01T01:00:00Z","#
    + #""open":1,"high":2,"low":0.5,"close":1.5,"volume":3}"# + "\n"

  private static let notify = "ss-notify --send command --command cat --outbox {}/box"
  private static let fetch = "ss-fetch --exchange binance --base-url http://127.0.0.1:9 --retries 0 --timeout 1 --symbols BTC/USDT --timeframes 1h"

  static let table = [
    Kept(name: "the outbox", command: notify, file: "box/command-*.ndjson", input: run + event + end),
    Kept(name: "the outbox's lock", command: notify, file: "box/command-*.lock", input: run + event + end),
    Kept(name: "the outbox's pace", command: notify, file: "box/command-*.pace", input: run + event + end),
    Kept(name: "the account", command: "ss-risk --account paper={}/account", file: "account", input: candle),
    Kept(name: "the account's lock", command: "ss-risk --account paper={}/account", file: "account.lock", input: candle),
    Kept(name: "the quarantine of a filter", command: "ss-smc --on-error quarantine={}/bad", file: "bad", input: candle + "rubbish\n"),
    Kept(name: "the quarantine of ss-notify", command: "ss-notify --on-error quarantine={}/bad", file: "bad", input: run + "rubbish\n" + end),
    Kept(name: "the ledger", command: fetch, file: "snipersight/*.ledger"),
    Kept(name: "a stored series", command: "ss-fetch list", file: "snipersight/binance/BTC_USDT-1h.ndjson"),
    Kept(name: "trials", command: "ss-report --trials {}/trials", file: "trials", input: run + end),
    Kept(name: "positions", command: "ss-risk --positions {}/positions", file: "positions", input: candle),
    Kept(name: "candles of a chart", command: "ss-chart --candles {}/candles --id x", file: "candles", input: run + end),
    Kept(name: "candles", command: "ss-fetch --files {}/BTCUSDT-1h.csv --timeframes 1h", file: "BTCUSDT-1h.csv"),
    Kept(name: "a user's profile", command: "ss-score", file: "snipersight/mine.profile", input: run.replacing("balanced", with: "mine")),
  ]

  /// Runs the command in a folder that `body` has furnished.
  private static func run(_ kept: Kept, in folder: URL) throws -> (code: Int32, text: String) {
    let words = kept.command.replacing("{}", with: folder.path).split(separator: " ").map(String.init)
    let outcome = try Command(["timeout", "-k", "1", "5"] + words).with {
      $0.environment = ["XDG_STATE_HOME": folder.path, "XDG_CACHE_HOME": folder.path, "XDG_CONFIG_HOME": folder.path, "TMPDIR": folder.path]
      $0.input = .text(kept.input)
      $0.limit = 20
    }.run()
    return (outcome.code, outcome.errorText)
  }

  /// The files whose name has a `*` are found by an undisturbed run.
  private static func place(_ kept: Kept) throws -> String {
    guard kept.file.contains("*") else { return kept.file }
    var found: String?
    try Repository.withTemporaryFolder { folder in
      _ = try run(kept, in: folder)
      let parts = kept.file.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
      let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
      found = names.first { $0.hasPrefix(parts[0]) && $0.hasSuffix(parts[1]) }
    }
    return try #require(found, "\(kept.name): the run left no such file")
  }

  @Test(arguments: table, ["pipe", "link", "dangling link", "folder", "device", "socket"]) func somethingElseStandsThere(_ kept: Kept, _ kind: String)
    throws
  {
    let place = try Self.place(kept)
    try Repository.withTemporaryFolder { folder in
      let file = folder.appending(path: place)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      let target = folder.appending(path: "target")
      let secret = "target-Secret \(Self.candle)"
      if kind != "dangling link" { try secret.write(to: target, atomically: true, encoding: .utf8) }
      switch kind {
      case "pipe": try #require(mkfifo(file.path, 0o600) == 0)
      case "folder": try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
      case "device": try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "/dev/zero")
      case "socket": try Self.socket(file.path)
      default: try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: target.path)
      }
      let (code, text) = try Self.run(kept, in: folder)
      // What a user names as input may be a link.
      let isInput = ["trials", "positions", "candles of a chart", "candles"].contains(kept.name)
      let documented: Set<Int32> = [64, 65, 66, 69, 73, 74, 75, 78]
      #expect(documented.contains(code), "\(code): \(text)")
      #expect(!text.contains("target-Secret") || isInput, "\(text)")
      if kind == "dangling link" {
        #expect(!FileManager.default.fileExists(atPath: target.path), "a file was made through the link")
      } else {
        #expect(try String(contentsOf: target, encoding: .utf8) == secret)
      }
      var status = stat()
      #expect(lstat(file.path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG, "what stood there was replaced")
    }
  }

  private static func socket(_ path: String) throws {
    let line = "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
    // A path of a socket is short: it is bound from its folder.
    let url = URL(filePath: path)
    let outcome = try Command("python3", "-c", line, url.lastPathComponent).with { $0.folder = url.deletingLastPathComponent() }.run()
    try #require(outcome.code == 0, "\(outcome.errorText)")
  }

  /// A link that waits under the name of a file in the making is not followed.
  @Test func temporaryNamesAreNotFollowed() throws {
    try Repository.withTemporaryFolder { folder in
      let target = folder.appending(path: "target")
      try "kept".write(to: target, atomically: true, encoding: .utf8)
      // The shell becomes the program, so its number is known before.
      for (command, name) in [
        ("ss-risk --account paper=account", "account.$$.tmp"), ("ss-smc -o out", "out.$$.tmp"), ("ss-report --json report", "report.$$.tmp"),
        ("ss-report --html page", "page.$$.tmp"),
      ] {
        let line = "cd '\(folder.path)'; ln -s target \(name); exec \(command)"
        let input = command.hasPrefix("ss-report") ? Self.run + Self.end : Self.candle
        let outcome = try Command("/bin/bash", "-c", line).run(.text(input))
        #expect([0, 2].contains(outcome.code), "\(command): \(outcome.errorText)")
        #expect(try String(contentsOf: target, encoding: .utf8) == "kept", "\(command)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".tmp") }
        #expect(left == [], "\(command)")
      }
    }
  }

  /// The second of two accounts on one state ends at once, says why, and changes nothing; one that was killed is in nobody's way.
  @Test func oneAccountAState() throws {
    try Repository.withTemporaryFolder { folder in
      let state = folder.appending(path: "account").path
      let line = """
        cd '\(folder.path)'; mkfifo in; ss-risk --account paper=account < in > first & p=$!; exec 9> in; cat >&9
        for n in $(seq 100); do [ -s account ] && break; sleep 0.05; done; cksum < account > before
        echo '\(Self.candle.dropLast())' | ss-risk --account paper=account > second; echo "code $?"; cksum < account | cmp - before || echo changed
        kill -9 $p; wait $p 2>/dev/null
        echo '\(Self.candle.dropLast())' | ss-risk --account paper=account > third; echo "code $?"
        """
      let outcome = try Command("/bin/bash", "-c", line).run(.text(Self.candle))
      #expect(outcome.text == "code 75\ncode 0\n", "\(outcome.text)\(outcome.errorText)")
      #expect(outcome.errorText.contains("ss-risk: in-use: account is in use by process "), "\(outcome.errorText)")
      #expect(FileManager.default.fileExists(atPath: state))
      #expect(try Data(contentsOf: folder.appending(path: "second")).isEmpty)
    }
  }
}
