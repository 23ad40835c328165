import Foundation
import TestKit
import Testing

@testable import Transport

/// Programs of our own making in front of the system's, and ss-notify without an outbox of anybody else.
struct Sandbox {
  let folder: URL

  static let secrets = [
    "TELEGRAM_BOT_TOKEN": "123456789:AAF-secret_Token", "TELEGRAM_CHAT_ID": "-100777",
    "DISCORD_WEBHOOK_URL": "https://discord.com/api/webhooks/77/hook-Secret",
    "SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T0/B0/slack-Secret", "NTFY_TOPIC": "topic-Secret", "NTFY_TOKEN": "tk_ntfy-Secret",
    "WEBHOOK_URL": "https://example.net/hook/web-Secret", "WEBHOOK_TOKEN": "bearer-Secret",
  ]
  static let sinks = ["telegram", "discord", "slack", "ntfy", "webhook"]

  var bin: URL { folder.appending(path: "bin") }

  /// Puts a shell script in the place of programs.
  func replace(_ programs: [String], with script: String) throws {
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    // By a process of its own: what this one has open for writing, one that another test starts meanwhile may have too, and nobody can run it.
    for program in programs {
      _ = try Command(shell: "cat > '\(bin.path)/\(program)' && chmod 755 '\(bin.path)/\(program)'").run(.text("#!/bin/bash\n\(script)\n"))
    }
  }

  func command(_ words: [String], _ more: [String: String] = [:]) -> Command {
    Command(words).with {
      $0.folder = folder
      $0.environment = Sandbox.secrets.merging([
        "PATH": "\(bin.path):\(Repository.executables.path):/usr/local/bin:/usr/bin:/bin", "XDG_STATE_HOME": folder.path,
        "XDG_CACHE_HOME": folder.path,
        "TMPDIR": folder.path,
      ]) { $1 }.merging(more) { $1 }
    }
  }

  func notify(_ sink: String, _ words: [String] = [], _ more: [String: String] = [:], records: String = Records.batch(1)) throws -> Outcome {
    try command(["ss-notify", "--send", sink, "--pace", "none", "--patience", "0", "--timeout", "5", "--now", "2024-06-30T01:00:00Z"] + words, more)
      .run(.text(records))
  }

  /// All that a run has left: what it said, names and bytes of files.
  func everything(_ outcome: Outcome) -> String {
    var all = outcome.text + outcome.errorText
    for file in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? [] {
      all += "\n\(file.path)\n" + ((try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? "")
    }
    return all
  }

  static func with(_ body: (Sandbox) throws -> Void) throws { try Repository.withTemporaryFolder { try body(Sandbox(folder: $0)) } }
}

/// Where secrets go, and where they do not.
@Suite struct SecretTests {
  /// A curl that says what it was asked, and sends nothing.
  private static let silentCurl = "{ echo \"arguments: $*\"; cat; } >>asked; echo '7 0 refused' >&2; exit 7"

  private static func asked(_ box: Sandbox) -> String { (try? String(contentsOf: box.folder.appending(path: "asked"), encoding: .utf8)) ?? "" }
  private static func hosts(_ asked: String) -> Set<String> {
    Set(asked.matches(of: #/(?m)^url = "([a-z]+:\/\/[^\/]+)\//#).map { String($0.1) })
  }

  // MARK: Hosts

  @Test(arguments: Sandbox.sinks)
  func aSecretGoesToItsMessengersHost(_ sink: String) throws {
    let own = [
      "telegram": "https://api.telegram.org", "discord": "https://discord.com", "slack": "https://hooks.slack.com", "ntfy": "https://ntfy.sh",
      "webhook": "https://example.net",
    ]
    let others = Dictionary(
      uniqueKeysWithValues: ["SS_BASE_URL", "SS_FETCH_BASE_URL", "SS_BINANCE_URL", "SS_FETCH_BYBIT_URL", "SS_TELEGRAM_URL"].map {
        ($0, "http://127.0.0.1:9")
      })
    try Sandbox.with { box in
      try box.replace(["curl"], with: Self.silentCurl)
      let outcome = try box.notify(sink, [], others)
      #expect(outcome.code == 75, "\(outcome.errorText)")
      #expect(Self.hosts(Self.asked(box)) == [own[sink]!])
      #expect(!Self.asked(box).contains("location"), "redirects are not followed")
    }
    for (words, more) in [(["--base-url", "https://relay.example/x/"], [:]), ([], ["SS_NOTIFY_BASE_URL": "https://relay.example/x"])] {
      try Sandbox.with { box in
        try box.replace(["curl"], with: Self.silentCurl)
        _ = try box.notify(sink, words, others.merging(more) { $1 })
        #expect(Self.hosts(Self.asked(box)) == ["https://relay.example"])
        #expect(Self.asked(box).contains("url = \"https://relay.example/x/"))
      }
    }
  }

  @Test func nothingThatIsSecretGoesInTheClear() throws {
    for (name, sink) in [("DISCORD_WEBHOOK_URL", "discord"), ("SLACK_WEBHOOK_URL", "slack"), ("WEBHOOK_URL", "webhook")] {
      try Sandbox.with { box in
        try box.replace(["curl"], with: Self.silentCurl)
        for address in ["http://discord.com/a/hook-Secret", "http://127.0.0.1.example/a/hook-Secret", "http://127.0.0.1@example.net/hook-Secret"] {
          let refused = try box.notify(sink, [], [name: address])
          #expect(refused.code == 77 && refused.errorText.contains("\(name) begins with http://"), "\(refused.errorText)")
          #expect(!refused.errorText.contains("hook-Secret"))
        }
        #expect(Self.asked(box) == "")
        // This machine, and what the option names.
        #expect(try box.notify(sink, [], [name: "http://127.0.0.1:9/a/hook-Secret"]).code == 75)
        #expect(try box.notify(sink, ["--base-url", "http://relay.example"], [name: "http://discord.com/a/hook-Secret"]).code == 75)
        #expect(Self.hosts(Self.asked(box)) == ["http://127.0.0.1:9", "http://relay.example"])
      }
    }
  }

  @Test(arguments: ["http://a/?x=", "https://a#", "https://u:p@a", "https://a\\@b", "https://a b", "ftp://a", "https://a\n"])
  func aBaseIsASchemeAHostAndAPath(_ base: String) throws {
    try Sandbox.with { box in
      try box.replace(["curl"], with: Self.silentCurl)
      let outcome = try box.notify("telegram", ["--base-url", base])
      #expect(outcome.code == 64, "\(base): \(outcome.errorText)")
      #expect(Self.asked(box) == "")
    }
  }

  @Test(arguments: Sandbox.sinks, [301, 302, 303, 307, 308])
  func redirectsAreNotFollowed(_ sink: String, _ status: Int) throws {
    try Sandbox.with { box in
      let file = box.folder.appending(path: "answers.json").path
      let elsewhere = try answers([Answer()], file)
      let server = try answers([Answer(status: status, headers: ["Location": "\(elsewhere.url)/elsewhere"])], file)
      let outcome = try box.notify(sink, ["--base-url", server.url])
      #expect(outcome.code == 77, "\(outcome.errorText)")
      #expect(outcome.errorText.contains("redirects are not followed"))
      #expect(String(decoding: try elsewhere.get("/requests"), as: UTF8.self) == "[]")
      #expect(outcome.text.contains(#""status":"queued""#), "what was not sent is kept")
    }
  }

  @Test(arguments: [("", "?wait=true"), ("?thread_id=10", "?thread_id=10&wait=true"), ("?wait=false&thread_id=10", "?thread_id=10&wait=true")])
  func aThreadOfDiscordIsNamedInTheQuery(_ query: String, _ expected: String) throws {
    try Sandbox.with { box in
      let server = try answers([Answer(body: #"{"id":"1"}"#)], box.folder.appending(path: "answers.json").path)
      let outcome = try box.notify("discord", [], ["DISCORD_WEBHOOK_URL": "\(server.url)/api/webhooks/1/tok\(query)"])
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(String(decoding: try server.get("/requests"), as: UTF8.self).contains("\"/api/webhooks/1/tok\(expected)\""))
    }
  }

  // MARK: Echoes

  struct Answer: Encodable {
    var status: Int? = 200
    var reason: String?
    var headers: [String: String]? = [:]
    var body: String? = ""
    var raw: String?
  }

  private func answers(_ list: [Answer], _ file: String) throws -> LoopbackServer {
    try JSONEncoder().encode(list).write(to: URL(filePath: file))
    return try LoopbackServer("answers.py", [file])
  }

  /// What each messenger's secret is.
  private static let secret = [
    "telegram": "123456789:AAF-secret_Token", "discord": "/api/webhooks/77/hook-Secret", "slack": "/services/T0/B0/slack-Secret",
    "ntfy": "tk_ntfy-Secret",
    "webhook": "bearer-Secret",
  ]

  /// A JSON answer in which each field says `text`, as the messengers' own are built.
  private static func body(_ text: String, ok: Bool) throws -> String {
    let object: [String: Any] = [
      "ok": ok, "description": text, "message": text, "error": text, "id": text, "result": ["message_id": 7, "text": text], "errors": [text],
      "parameters": ["migrate_to_chat_id": text],
    ]
    return String(decoding: try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]), as: UTF8.self)
  }

  /// The server says the secret in every spelling, in every field; whatever it says, nothing that a run leaves shows it.
  @Test(arguments: Sandbox.sinks, ["refused", "sent", "markup", "locked", "later", "failed", "plain text", "no HTTP"])
  func echoesAreScrubbed(_ sink: String, _ how: String) throws {
    let secret = Self.secret[sink]!
    let spellings = Spelling.all(of: secret)
    var list: [Answer] = []
    for text in spellings.map(\.text) {
      let line = text.replacing("\n", with: " ")
      var answer = Answer(
        reason: line, headers: ["X-Echo": line, "Content-Type": "text/plain; x=\(line)"], body: try Self.body(text, ok: how == "sent"))
      switch how {
      case "refused": answer.status = 400
      case "sent": answer.status = sink == "ntfy" || sink == "telegram" ? 200 : 201
      case "markup":
        answer.status = 400
        answer.body = try Self.body("Bad Request: can't parse entities \(text)", ok: false)
      case "locked": answer.status = 403
      case "later": answer.status = 429
      case "failed": answer.status = 500
      case "plain text":
        answer.status = 400
        answer.body = text
      default: answer = Answer(status: nil, headers: nil, body: nil, raw: "HTTP/9.9 \(line)\r\nLocation: \(line)\r\n\r\n")
      }
      list.append(answer)
    }
    try Sandbox.with { box in
      let file = FileManager.default.temporaryDirectory.appending(path: "answers-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: file) }
      let server = try answers(list, file)
      let outcome = try box.notify(
        sink, ["--base-url", server.url, "--on-unknown", "report", "--window", "0"], records: Records.batch(spellings.count))
      #expect([0, 75, 77].contains(outcome.code), "\(outcome.errorText)")
      var all = box.everything(outcome)
      // As a reader of JSON sees it, too.
      all += all.replacing("\\\\", with: "\\").replacing("\\\"", with: "\"")
      if how == "refused", sink != "webhook" { #expect(all.contains("***"), "\(outcome.errorText)") }
      for spelling in spellings {
        #expect(!all.contains(spelling.text), "\(spelling.name)")
        for trace in spelling.traces where trace.utf8.count > 9 { #expect(!all.contains(trace), "\(spelling.name): \(trace)") }
      }
      #expect(try !server.get("/requests").isEmpty)
    }
  }

  // MARK: Files

  @Test func aSecretMayComeFromAFileOrAPipe() throws {
    try Sandbox.with { box in
      try box.replace(["curl"], with: Self.silentCurl)
      let file = box.folder.appending(path: "token").path
      let link = box.folder.appending(path: "link").path
      try "\n\(Sandbox.secrets["TELEGRAM_BOT_TOKEN"]!)\r\n".write(toFile: file, atomically: true, encoding: .utf8)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
      for shell in ["TELEGRAM_BOT_TOKEN_FILE='\(file)'", "TELEGRAM_BOT_TOKEN_FILE='\(link)'", "TELEGRAM_BOT_TOKEN_FILE=<(sleep 0.3; cat '\(file)')"] {
        let line = shell.contains("<(") ? "exec 9< \(shell.drop { $0 != "<" }); TELEGRAM_BOT_TOKEN_FILE=/dev/fd/9" : shell
        let send = box.command(["/bin/bash", "-c", "\(line) ss-notify --send telegram --patience 0 --pace none"], ["TELEGRAM_BOT_TOKEN": ""])
        #expect(try send.run(.text(Records.batch(1))).code == 75)
      }
      let sent = Self.asked(box).matches(of: #/\/bot([^\/]+)\//#).map { String($0.1) }
      #expect(sent.count == 3 && Set(sent) == [Sandbox.secrets["TELEGRAM_BOT_TOKEN"]!], "\(sent)")
    }
  }

  @Test func whatIsNoFileOfASecretIsRefused() throws {
    try Sandbox.with { box in
      try box.replace(["curl"], with: Self.silentCurl)
      let make =
        "head -c 5000 /dev/zero | tr '\\0' a >large; head -c 4096 /dev/zero | tr '\\0' a >full; printf 'a b' >two; : >empty; mkfifo fifo; mkdir dir"
      #expect(try box.command(["/bin/bash", "-c", make]).run().code == 0)
      for (file, words) in [
        ("large", "more than 4096 bytes"), ("two", "holds what no secret holds"), ("empty", "is not set"), ("fifo", "is not set"),
        ("dir", "neither a file nor a pipe"),
        ("/dev/zero", "neither a file nor a pipe"), ("missing", "cannot be read"),
      ] {
        let start = Date()
        let outcome = try box.notify("telegram", [], ["TELEGRAM_BOT_TOKEN": "", "TELEGRAM_BOT_TOKEN_FILE": file])
        #expect(outcome.code == 77 && outcome.errorText.contains(words), "\(file): \(outcome.errorText)")
        #expect(Date().timeIntervalSince(start) < 60)
      }
      #expect(try box.notify("telegram", [], ["TELEGRAM_BOT_TOKEN": "", "TELEGRAM_BOT_TOKEN_FILE": "full"]).code == 75, "4096 bytes are taken")
    }
  }
}
