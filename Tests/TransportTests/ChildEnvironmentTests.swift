import Foundation
import TestKit
import Testing
import Wire

/// What programs that ours start find in their environment: everything but secrets.
@Suite struct ChildEnvironmentTests {
  /// Writes the environment of the program in whose place it stands, then does that program's work.
  private static let spy =
    "tr '\\0' '\\n' </proc/$$/environ >>\"seen-${0##*/}\"; [ -x \"/usr/bin/${0##*/}\" ] && exec \"/usr/bin/${0##*/}\" \"$@\"; exit 1"
  private static let show = "tr '\\0' '\\n' </proc/$$/environ"

  private static let values: [String: String] = {
    var all = Sandbox.secrets
    for name in Sandbox.secrets.keys { all["\(name)_FILE"] = "/run/secrets/\(name.lowercased())" }
    return all
  }()
  private static let kept = ["KEEP_ME": "as it is", "http_proxy": "", "TELEGRAM_BOT_TOKENS": "no secret of ours", "MY_WEBHOOK_URL": "nor this"]

  private func run(_ box: Sandbox, _ words: [String], _ input: Command.Input = .none, _ more: [String: String] = [:]) throws -> Outcome {
    try box.command(words, Self.values.merging(Self.kept) { $1 }.merging(more) { $1 }).run(input)
  }

  /// The environment that a child found, by name.
  private func seen(_ box: Sandbox, _ child: String, _ outcome: Outcome) throws -> [String: String] {
    let file = box.folder.appending(path: "seen-\(child)")
    let text = try #require(try? String(contentsOf: file, encoding: .utf8), "\(child) did not run: \(outcome.errorText)")
    var found: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { found[String(parts[0])] = String(parts[1]) }
    }
    return found
  }

  private func expectNoSecret(_ found: [String: String], _ child: String) {
    for (name, value) in Self.values {
      #expect(found[name] == nil, "\(child) has \(name)")
      #expect(!found.values.contains { $0.contains(value) }, "\(child) has what \(name) holds")
    }
    for (name, value) in Self.kept { #expect(found[name] == value, "\(child) lacks \(name)") }
    for name in ["PATH", "HOME"] { #expect(found[name]?.isEmpty == false, "\(child) lacks \(name)") }
  }

  private static let archives = Repository.fixtures.appending(path: "cases/ss-fetch/archives").path
  private static let candles = Repository.fixtures.appending(path: "ohlcv/volatile_1h.ndjson").path
  private static let setups = Repository.fixtures.appending(path: "cases/ss-chart/long-and-what-came-after/in.ndjson").path

  /// Every kind of child that an executable starts, and how it comes to start it.
  static let children: [(child: String, words: [String], input: Command.Input)] =
    Sandbox.sinks.map { ("curl", ["ss-notify", "--send", $0, "--base-url", "http://127.0.0.1:9", "--patience", "0"], .text(Records.batch(1))) }
    + [
      ("curl", ["ss-fetch", "--exchange", "binance", "--symbols", "BTC/USDT", "--base-url", "http://127.0.0.1:9", "--retries", "0"], .none),
      ("unzip", ["ss-fetch", "--files", "\(archives)/BTCUSDT-1d-2025-01.zip", "--timeframes", "1d"], .none),
      ("sha256sum", ["ss-fetch", "--files", "\(archives)/BTCUSDT-1d-2024-12.zip", "--timeframes", "1d"], .none),
      ("gzip", ["ss-fetch", "--files", "BTC_USDT-1h.ndjson.gz", "--timeframes", "1h"], .none),
      ("gnuplot", ["ss-chart", "--attach", "charts", setups], .none),
      ("plugin", ["ss-score", "--plugin", "\(show) >seen-plugin"], .none),
      ("command", ["ss-notify", "--send", "command", "--command", "take"], .text(Records.batch(1))),
      ("take", ["ss-notify", "--send", "command", "--command", "take"], .text(Records.batch(1))),
      ("subject", ["ss-check", "append", "--", "sh", "-c", "\(show) >>seen-subject; cat"], .file(candles)),
      ("subject", ["ss-check", "causal", "--", "sh", "-c", "\(show) >>seen-subject; exec cat"], .file(candles)),
      ("subject", ["ss-check", "all", "--", "sh", "-c", "\(show) >>seen-subject; cat"], .file(candles)),
      ("subject", ["ss-check", "mirror", "--", "sh", "-c", "\(show) >>seen-subject; cat"], .file(candles)),
      ("subject", ["ss-check", "liveness", "--", "sh", "-c", "\(show) >>seen-subject; cat"], .file(candles)),
    ].filter { $0.0 != "command" }

  @Test(arguments: children.indices)
  func noChildHasASecret(_ place: Int) throws {
    let (child, words, input) = Self.children[place]
    if child == "gnuplot", !FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot") { return }
    try Sandbox.with { box in
      try box.replace(["curl", "gzip", "unzip", "sha256sum", "gnuplot", "take"], with: Self.spy)
      _ = try box.command(["/bin/bash", "-c", "/usr/bin/gzip -c '\(Self.candles)' >BTC_USDT-1h.ndjson.gz"]).run()
      let outcome = try run(box, words, input)
      expectNoSecret(try seen(box, child, outcome), words.joined(separator: " "))
    }
  }

  @Test func aPluginAndACommandGetWhatIsNamed() throws {
    for (child, words, input): (String, [String], Command.Input) in [
      ("plugin", ["ss-score", "--plugin", "\(Self.show) >seen-plugin"], .none),
      ("take", ["ss-notify", "--send", "command", "--command", "take"], .text(Records.batch(1))),
    ] {
      try Sandbox.with { box in
        try box.replace(["take"], with: Self.spy)
        let named = ["--pass-env", "NTFY_TOKEN", "--pass-env=WEBHOOK_TOKEN_FILE", "--pass-env", "NO_SUCH"]
        var found = try seen(box, child, try run(box, words + named, input))
        #expect(found["NTFY_TOKEN"] == Self.values["NTFY_TOKEN"] && found["WEBHOOK_TOKEN_FILE"] == Self.values["WEBHOOK_TOKEN_FILE"])
        found["NTFY_TOKEN"] = nil
        found["WEBHOOK_TOKEN_FILE"] = nil
        expectNoSecret(found, child)
        // By the stage's variable, one a line.
        let stage = child == "plugin" ? "SS_SCORE_PASS_ENV" : "SS_NOTIFY_PASS_ENV"
        try FileManager.default.removeItem(at: box.folder.appending(path: "seen-\(child)"))
        let again = try seen(
          box, child, try run(box, words + ["--window=0"].filter { _ in false }, .text(Records.batch(2)), [stage: "NTFY_TOKEN\nNTFY_TOPIC"]))
        #expect(again["NTFY_TOKEN"] != nil && again["NTFY_TOPIC"] != nil && again["WEBHOOK_TOKEN_FILE"] == nil)
      }
    }
  }

  /// A doubled variable, and bytes that are no UTF-8: all copies of a secret go, everything else stays as it is.
  @Test func oddEnvironmentsPass() throws {
    try Sandbox.with { box in
      let script = """
        import os, ctypes
        libc = ctypes.CDLL(None)
        entries = [b'PATH=' + os.environb[b'PATH'], b'HOME=/tmp', b'NTFY_TOKEN=one-secret', b'RAW=\\xff\\xfe', b'NTFY_TOKEN=two-secret', b'ODD', b'=x', b'EMPTY=']
        words = [b'ss-check', b'append', b'--', b'sh', b'-c', b'cat >/dev/null; cat /proc/$$/environ']
        libc.execve(os.environb[b'PROGRAM'], (ctypes.c_char_p * 7)(*words, None), (ctypes.c_char_p * 9)(*entries, None))
        """
      let outcome = try box.command(["python3", "-c", script], ["PROGRAM": Repository.executables.appending(path: "ss-check").path])
        .run(.text(#"{"type":"x"}"# + "\n"))
      let all = Data(outcome.stdout + outcome.stderr)
      #expect(all.range(of: Data("-secret".utf8)) == nil)
      #expect(outcome.code == 1, "\(outcome.errorText)")
    }
  }

  /// Whatever starts a process gives it the environment that is made in one place.
  @Test func processesAreStartedInOneWay() throws {
    let found = try Command(
      shell:
        "grep -rnE '\\b(posix_spawnp?|execve?p?|popen|fork|environ)\\b' Sources --include=*.swift --include=*.c | grep -vE '^[^:]*:[0-9]+: *///?'"
    ).run().lines
    let places = Set(found.map { String($0.prefix { $0 != ":" }) })
    #expect(
      places.subtracting([
        "Sources/Wire/ChildEnvironment.swift", "Sources/Wire/ChildProcess.swift", "Sources/Transport/CurlProcess.swift",
        "Sources/Stage/UnknownVariables.swift",
      ]) == [])
    for line in found where line.contains("posix_spawn") && !line.contains("_file_actions") && !line.contains("attr") {
      #expect(line.contains("$0)"), "the environment comes from ChildEnvironment: \(line)")
    }
    #expect(Set(ChildEnvironment.secrets) == Set(Sandbox.secrets.keys))
  }
}
