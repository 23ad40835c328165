import Foundation
import TestKit
import Testing

/// Whatever reads and writes the stream is a stage; whatever runs commands can drive it.
@Suite struct CompositionTests {
  static let environment = ["ROOT": Repository.root.path]

  @Test func aPythonProgramTakesTheRiskStagesPlace() throws {
    let run = try KeptRun.shared.get()
    let script = "python3 \"$ROOT/docs/examples/fixed_risk.py\" < '\(run.file("plan").path)' | ss-notify"
    let outcome = try Command(shell: script).with { $0.environment = Self.environment }.run()
    #expect(outcome.code == 0, "\(outcome.errorText)")
    let planned = try run.lines("plan").filter { $0.contains(",\"plan\":{") && !$0.contains(",\"rejected\":{") }
    #expect(!planned.isEmpty, "the sample has a plan")
    #expect(outcome.lines.filter { $0.contains(",\"risk\":{\"approved\": true") && $0.contains(",\"notification\":{") }.count == planned.count)
    #expect(try outcome.lines.count == run.lines("plan").count)
  }

  @Test func theExampleIsTenLinesLong() throws {
    let text = try String(contentsOf: Repository.root.appending(path: "docs/examples/fixed_risk.py"), encoding: .utf8)
    #expect(text.split(separator: "\n").dropFirst(3).count <= 10)
  }

  @Test func anAWKProgramLooksOn() throws {
    let run = try KeptRun.shared.get()
    let outcome = try Command(shell: "awk -f \"$ROOT/docs/examples/count_states.awk\" < '\(run.file("score").path)'").with {
      $0.environment = Self.environment
    }.run()
    #expect(try outcome.stdout == run.bytes("score"))
    #expect(!outcome.stderr.isEmpty)
  }

  /// The ```sh blocks of the cookbook, each run in a folder of its own with the sample stream at hand.
  static let recipes: [String] = {
    let text = (try? String(contentsOf: Repository.root.appending(path: "docs/cookbook.md"), encoding: .utf8)) ?? ""
    return text.matches(of: #/(?ms)^```sh\n(.*?)^```/#).map { String($0.1) }
  }()

  @Test(arguments: recipes)
  func theCookbookWorks(_ recipe: String) throws {
    let run = try KeptRun.shared.get()
    try Repository.withTemporaryFolder { folder in
      try FileManager.default.createSymbolicLink(at: folder.appending(path: "kept"), withDestinationURL: run.folder)
      for name in ["pipelines", "docs"] {
        try FileManager.default.createSymbolicLink(at: folder.appending(path: name), withDestinationURL: Repository.root.appending(path: name))
      }
      let outcome = try Command(shell: recipe).with { $0.folder = folder }.run()
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(!outcome.stdout.isEmpty, "a recipe shows something")
    }
  }

  /// What docs/checking.md begins with: certificates for a whole stream, and the planted look-ahead caught in it.
  @Test func thePageOfCertificatesWorks() throws {
    let page = try String(contentsOf: Repository.root.appending(path: "docs/checking.md"), encoding: .utf8)
    let commands = page.split(separator: "\n").drop { !$0.hasPrefix("    ss-") }.prefix { $0.hasPrefix("    ss-") }
    #expect(commands.count == 5)
    try Repository.withTemporaryFolder { folder in
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "docs"), withDestinationURL: Repository.root.appending(path: "docs"))
      let outcome = try Command(shell: commands.joined(separator: "\n")).with { $0.folder = folder }.run()
      #expect(outcome.text.contains("look-ahead: candle ETH/USDT"), "\(outcome.text)\(outcome.errorText)")
      #expect(outcome.text.contains("causal: does not hold"))
      #expect(outcome.text.contains("causal: holds: over every prefix of"))
      #expect(outcome.text.contains("no violations"))
      #expect(outcome.errorText.isEmpty, "\(outcome.errorText)")
    }
  }

  @Test func thereAreRecipes() { #expect(Self.recipes.count >= 8) }
}
