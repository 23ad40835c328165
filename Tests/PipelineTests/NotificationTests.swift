import Foundation
import TestKit
import Testing

/// Messages end to end, against the messenger of Tests/loopback.
@Suite struct NotificationTests {
  /// The ```sh blocks of docs/notifications.md.
  static let recipes: [String] = {
    let text = (try? String(contentsOf: Repository.root.appending(path: "docs/notifications.md"), encoding: .utf8)) ?? ""
    return text.matches(of: #/(?ms)^```sh\n(.*?)^```/#).map { String($0.1) }
  }()

  static let chat = Result { try LoopbackServer("chat.py", []) }

  @Test(arguments: recipes)
  func thePageWorks(_ recipe: String) throws {
    let run = try KeptRun.shared.get()
    let chat = try Self.chat.get()
    try Repository.withTemporaryFolder { folder in
      try FileManager.default.createSymbolicLink(at: folder.appending(path: "kept"), withDestinationURL: run.folder)
      try FileManager.default.createSymbolicLink(at: folder.appending(path: "pipelines"), withDestinationURL: Repository.pipelines)
      let outcome = try Command(shell: "set -u\n\(recipe)").with {
        $0.folder = folder
        $0.environment = ["CHAT": chat.url]
      }.run()
      #expect(outcome.code == 0 || outcome.errorText.contains("bad-template"), "\(outcome.errorText)")
      #expect(!outcome.stdout.isEmpty, "a recipe shows something")
    }
  }

  @Test func thereAreRecipes() { #expect(Self.recipes.count >= 7) }

  @Test func aScanTellsAMessenger() throws {
    try Repository.withTemporaryFolder { folder in
      let chat = try LoopbackServer("chat.py", [])
      let scan = Command([
        Repository.pipelines.appending(path: "scan").path, "--exchange", "synthetic", "--symbols", "BTC/USDT,ETH/USDT,SOL/USDT", "--profile",
        "aggressive",
        "--seed", "13", "--from", "2024-06-18", "--bars", "400", "--output", "telegram", "--messenger", chat.url,
      ]).with {
        $0.environment = [
          "TELEGRAM_BOT_TOKEN": "1:secret", "TELEGRAM_CHAT_ID": "42", "XDG_STATE_HOME": folder.path, "SS_NOTIFY_PACE": "none",
          "SS_NOTIFY_NOW": "2024-06-18T00:00:00Z",
        ]
      }
      let outcome = try scan.run()
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(outcome.text.hasPrefix("SniperSight · profile aggressive"))
      struct Message: Decodable { var text: String, photos: Int }
      let taken = try JSONDecoder().decode([Message].self, from: try chat.get("/taken"))
      #expect(taken.first?.text.hasPrefix("SniperSight profile aggressive") == true)
      #expect(taken.count >= 2)
      let hasGnuplot = try Command(shell: "command -v gnuplot").run().code == 0
      #expect(
        taken.dropFirst().filter { $0.photos == 1 }.count
          == (hasGnuplot ? taken.count(where: { $0.text.contains(" LONG\n") || $0.text.contains(" SHORT\n") }) : 0))
      let again = try scan.run()
      #expect(again.code == 0)
      #expect(try JSONDecoder().decode([Message].self, from: try chat.get("/taken")).count == taken.count)
    }
  }

  /// A plan of 2024 has expired by the wall clock: the summary says so, the run says so, and --now sends it with its chart.
  @Test func aPlanThatExpiredIsSpokenOf() throws {
    try Repository.withTemporaryFolder { folder in
      let log = folder.appending(path: "log")
      let chat = try LoopbackServer("chat.py", ["--log"], log: log.path)
      let scan = { (more: [String]) in
        Command(
          [
            Repository.pipelines.appending(path: "scan").path, "--exchange", "synthetic", "--seed", "5", "--symbols", "NEAR/USDT", "--to",
            "2024-06-26T16:00:00Z", "--output", "telegram", "--messenger", chat.url,
          ] + more
        ).with { $0.environment = ["TELEGRAM_BOT_TOKEN": "1:secret", "TELEGRAM_CHAT_ID": "42", "XDG_STATE_HOME": folder.path] }
      }
      let late = try scan([]).run()
      #expect(late.code == 0)
      #expect(late.text.contains(", expired before it was sent\n") && late.text.contains("  Message      expired before it was sent"), "\(late.text)")
      let said = late.errorText.split(separator: "\n").map { String($0) }
      try #require(said.count == 3, "\(said)")
      #expect(
        said[0].hasPrefix("ss-notify: synthetic:NEAR/USDT:balanced:LONG:")
          && said[0].contains(": not sent, expired: valid until 2024-06-30T16:00:00Z"))
      #expect(Array(said[1...]) == ["ss-notify: sent 1, expired 1", "ss-notify: --now 2024-06-26T16:00:00Z sends what was valid then"])
      // As on a machine where nothing was sent before.
      let fresh = folder.appending(path: "fresh").path
      let then = try scan(["--now", "2024-06-26T16:00:00Z"]).with { $0.environment["XDG_STATE_HOME"] = fresh }.run()
      #expect(then.code == 0 && then.errorText == "" && !then.text.contains("expired before"), "\(then.errorText)")
      let hasGnuplot = try Command(shell: "command -v gnuplot").run().code == 0
      let requests = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map { $0.split(separator: " ") }
      #expect(requests.allSatisfy { $0[0] == "POST" && $0.last == "200" }, "\(requests)")
      let text = "/bot…/sendMessage"
      #expect(requests.map { String($0[1]) } == [text, text] + (hasGnuplot ? ["/bot…/sendPhoto", text] : [text]), "\(requests)")
    }
  }

  @Test func whatGoesWithAMessenger() throws {
    let scan = [Repository.pipelines.appending(path: "scan").path, "--exchange", "synthetic"]
    for more in [["--now", "2024-06-26"], ["--messenger", "http://127.0.0.1:1", "--output", "json"]] {
      let outcome = try Command(scan + more).run()
      #expect(outcome.code == 64 && outcome.errorText.contains("go with a messenger"), "\(outcome.errorText)")
    }
  }

  /// The message of an audit, from what ss-report says of a run.
  @Test func aReportIsAMessage() throws {
    let chat = try LoopbackServer("chat.py", [])
    try Repository.withTemporaryFolder { folder in
      let line =
        "ss-report --render json --draws 50 Fixtures/cases/ss-report/render-text/in.ndjson | ss-notify --send telegram --base-url \(chat.url)"
      let outcome = try Command(shell: line).with {
        $0.environment = ["TELEGRAM_BOT_TOKEN": "1:secret", "TELEGRAM_CHAT_ID": "42", "XDG_STATE_HOME": folder.path]
      }.run()
      #expect(outcome.code == 0 && outcome.errorText == "" && outcome.text.contains(#""kind":"audit""#), "\(outcome.errorText)")
      struct Message: Decodable { var text: String, silent: Bool }
      let taken = try JSONDecoder().decode([Message].self, from: try chat.get("/taken"))
      try #require(taken.count == 1)
      #expect(taken[0].silent)
      for words in [
        "Audit: not enough data\ntrend · synthetic · BTC/USDT, ETH/USDT, SOL/USDT\n2024-03-01 00:00 UTC to 2024-06-29 16:00 UTC\n", "\ntrades: 10\n",
        "\n\ntrades: 10 against 100, not met\n",
      ] {
        #expect(taken[0].text.contains(words), "\(taken[0].text)")
      }
      #expect(
        try !Command(shell: line.replacing("--send telegram --base-url \(chat.url)", with: "--render telegram")).run().text.contains("SniperSight"))
    }
  }

  @Test func withoutCredentialsNothingIsSaid() throws {
    let scan = Command([
      Repository.pipelines.appending(path: "scan").path, "--exchange", "synthetic", "--symbols", "BTC/USDT", "--profile", "trend", "--output",
      "telegram",
    ])
    let outcome = try scan.run()
    #expect(outcome.code == 77, "\(outcome.errorText)")
    #expect(outcome.errorText.contains("TELEGRAM_BOT_TOKEN is not set"))
    #expect(outcome.stdout.isEmpty)
  }
}
