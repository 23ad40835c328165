import Foundation
import TestKit
import Testing

/// What every executable says about itself holds.
@Suite struct SpecTests {
  struct Help: Decodable {
    struct Example: Decodable {
      var about: String
      var command: String
      var input: String
      var output: String
    }
    struct Option: Decodable {
      var long: String
      var short: String?
      var help: String
    }
    var name: String
    var abstract: String
    var examples: [Example]
    var options: [Option]
  }

  /// The folders of entry points.
  static let executables: [String] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: Repository.root.appending(path: "Sources").path)) ?? []
    return folders.filter { $0.hasPrefix("ss-") }.sorted()
  }()

  @Test(arguments: executables)
  func examplesDoWhatTheySay(_ name: String) throws {
    let outcome = try Command(name, "--help=json").run()
    let help = try JSONDecoder().decode(Help.self, from: Data(outcome.stdout))
    #expect(help.name == name)
    #expect(!help.examples.isEmpty, "\(name) shows no example")
    for example in help.examples {
      let shown = try Command(shell: example.command).run(.text(example.input))
      #expect(shown.code == 0, "\(example.command): \(shown.errorText)")
      #expect(shown.text == example.output, "\(example.command)")
    }
  }

  @Test(arguments: executables)
  func optionsAreNamedOnce(_ name: String) throws {
    let help = try JSONDecoder().decode(Help.self, from: Data(try Command(name, "--help=json").run().stdout))
    #expect(Set(help.options.map(\.long)).count == help.options.count)
    #expect(Set(help.options.compactMap(\.short)).count == help.options.compactMap(\.short).count)
    #expect(help.options.allSatisfy { $0.help.hasSuffix(".") }, "help is sentences")
  }

  /// A good case, an empty input, a broken line: three at least.
  @Test(arguments: executables)
  func everyExecutableHasItsCases(_ name: String) throws {
    #expect(try GoldenCase.all(under: name).count >= 3)
  }
}
