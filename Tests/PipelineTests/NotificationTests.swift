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
          "TELEGRAM_BOT_TOKEN": "1:secret", "TELEGRAM_CHAT_ID": "42", "XDG_STATE_HOME": folder.path, "SS_PACE": "none",
          "SS_NOW": "2024-06-18T00:00:00Z",
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
