import Foundation
import Glibc
import TestKit
import Testing

/// Servers that send without an end, or never what they announce: both programs that ask servers stay small, end in time and leave nothing behind.
@Suite struct HostileServerTests {
  struct Measured {
    var code: Int32
    var errors: String
    /// Of the process and of its curl, in MiB.
    var peak: Double
    var seconds: Double
  }

  static let event =
    #"{"type":"event","event_type":"data_stale","symbol":"S1/USDT","timestamp":"2024-06-30T00:01:00Z","context":{"about":"x"}}"# + "\n"

  /// Runs a command under Python, which tells what it and its children took.
  private static func measure(_ words: [String], _ user: URL, input: String = "") throws -> Measured {
    let program = """
      import os, subprocess, sys, time
      begin = time.monotonic()
      p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
      p.stdin.write(os.environ['GIVEN'].encode()); p.stdin.close()
      _, status, usage = os.wait4(p.pid, 0)
      print(os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024, time.monotonic() - begin)
      """
    let scratch = user.appending(path: "scratch")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    let outcome = try Command(["python3", "-c", program] + words).with {
      $0.environment = [
        "XDG_CACHE_HOME": user.path, "XDG_STATE_HOME": user.path, "TMPDIR": scratch.path, "GIVEN": input, "TELEGRAM_BOT_TOKEN": "1:a",
        "TELEGRAM_CHAT_ID": "42",
      ]
    }.run()
    let told = outcome.text.split(separator: " ").compactMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    try #require(told.count == 3, "\(outcome.text)\(outcome.errorText)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty, "a temporary file is left")
    return Measured(code: Int32(told[0]), errors: outcome.errorText, peak: told[1], seconds: told[2])
  }

  private static func fetch(_ server: LoopbackServer, _ user: URL, _ more: String...) throws -> Measured {
    try measure(
      [
        Repository.executables.appending(path: "ss-fetch").path, "--exchange", "binance", "--symbols", "BTC/USDT", "--timeframes", "1h", "--bars",
        "100",
        "--timeout", "2", "--retries", "1", "--base-url", server.url,
      ] + more, user)
  }

  private static func notify(_ server: LoopbackServer, _ user: URL, patience: Int) throws -> Measured {
    try measure(
      [
        Repository.executables.appending(path: "ss-notify").path, "--send", "telegram", "--pace", "none", "--patience", "\(patience)", "--timeout",
        "2",
        "--now", "2024-06-30T01:00:00Z", "--base-url", server.url,
      ], user, input: event)
  }

  @Test(arguments: [
    ("bomb", 69, "32 MiB; --body-limit raises"), ("endless", 69, "32 MiB; --body-limit raises"), ("long", 69, "32 MiB; --body-limit raises"),
    ("announced", 69, "32 MiB; --body-limit raises"), ("headers", 69, "headers of the answer"), ("line", 75, ""), ("interim", 75, ""),
    ("redirect", 69, "redirects are not followed"), ("drip", 75, ""), ("early", 75, ""), ("short", 75, ""), ("over", 75, ""), ("silent", 75, ""),
  ])
  func bothStaySmallAndEnd(_ kind: String, _ code: Int32, _ words: String) throws {
    try Repository.withTemporaryFolder { user in
      let server = try LoopbackServer("hostile.py", [kind])
      let fetch = try Self.fetch(server, user)
      #expect(fetch.code == code && (words.isEmpty || fetch.errors.contains(words)), "\(kind): \(fetch)")
      #expect(fetch.peak <= 64 && fetch.seconds < 60, "\(kind): \(fetch)")
      let notify = try Self.notify(server, user, patience: 5)
      #expect([75, 77].contains(notify.code), "\(kind): \(notify)")
      #expect(notify.peak <= 64 && notify.seconds < 60, "\(kind): \(notify)")
    }
  }

  @Test func theLimitIsWhatTheOptionSays() throws {
    try Repository.withTemporaryFolder { user in
      let server = try LoopbackServer("hostile.py", ["endless"])
      let fetch = try Self.fetch(server, user, "--body-limit", "3")
      #expect(fetch.code == 69 && fetch.errors.contains("more than 3 MiB"), "\(fetch)")
      #expect(fetch.peak < 32, "\(fetch)")
    }
  }

  /// Whatever a server asks to wait for, a run ends within its patience, and asks no more than a few times.
  @Test(arguments: ["-1", "0", "1e300", "-1e300", "0.0001", "9223372036854775807", "1e-320", "\"soon\"", "null", "[1]", "18446744073709551616"])
  func waitsThatAMessengerNamesOnlyShrinkThePatience(_ seconds: String) throws {
    try Repository.withTemporaryFolder { user in
      let body = #"{"ok":false,"error_code":429,"description":"slow","parameters":{"retry_after":\#(seconds)}}"#
      let server = try LoopbackServer("hostile.py", ["429", "--body", body])
      let notify = try Self.notify(server, user, patience: 3)
      #expect(notify.code == 75, "\(seconds): \(notify)")
      #expect(notify.seconds < 20, "\(seconds): \(notify)")
      let count = try JSONDecoder().decode([String: Int].self, from: try server.get("/control"))["requests"]
      #expect((1...12).contains(count ?? 0), "\(seconds): \(count ?? 0) requests")
    }
  }

  @Test(arguments: ["0", "-1", "1e300", "nan", "inf", "9223372036854775807", "Wed, 21 Oct 2015 07:28:00 GMT", ""])
  func waitsThatAVenueNamesDoNotKeepARunAlive(_ seconds: String) throws {
    try Repository.withTemporaryFolder { user in
      let server = try LoopbackServer("hostile.py", ["429", "--body", "{}", "--header", "Retry-After:\(seconds)"])
      let fetch = try Self.fetch(server, user)
      #expect(fetch.code == 75, "\(seconds): \(fetch)")
      #expect(fetch.seconds < 60, "\(seconds): \(fetch)")
    }
  }

  /// Killed in the middle of an answer, it leaves no file but its own state, and its curl ends.
  @Test func aKillLeavesNothingBehind() throws {
    try Repository.withTemporaryFolder { user in
      let server = try LoopbackServer("hostile.py", ["drip"])
      let scratch = user.appending(path: "scratch")
      try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
      let line =
        "ss-fetch --exchange binance --symbols BTC/USDT --timeframes 1h --timeout 3 --base-url \(server.url) & sleep 0.5; kill -9 $!; wait; ls $TMPDIR"
      let outcome = try Command(shell: line).with {
        $0.environment = ["XDG_CACHE_HOME": user.path, "XDG_STATE_HOME": user.path, "TMPDIR": scratch.path]
      }.run()
      #expect(outcome.text.isEmpty, "\(outcome.text)")
    }
  }
}
