import Foundation
import TestKit
import Testing

/// Every kind of bad input: one clear line on standard error, the documented code, and all that came before it written.
@Suite struct BadInputTests {
  struct Expectation: Sendable, CustomTestStringConvertible {
    var file: String
    var stage: String
    var code: Int32
    /// `line:column`, or `line` alone.
    var place: String
    var word: String
    var testDescription: String { "\(file) into \(stage)" }
  }

  /// `Fixtures/bad/expected.tsv`: file, stage, exit code, place, code word.
  static let expectations: [Expectation] = {
    let table = (try? String(contentsOf: Repository.fixtures.appending(path: "bad/expected.tsv"), encoding: .utf8)) ?? ""
    return table.split(separator: "\n").dropFirst().map { row in
      let cells = row.split(separator: "\t").map(String.init)
      return Expectation(file: cells[0], stage: cells[1], code: Int32(cells[2]) ?? -1, place: cells[3], word: cells[4])
    }
  }()

  @Test(arguments: expectations)
  func saysWhatAndWhere(_ expected: Expectation) throws {
    let outcome = try Command(expected.stage).with {
      $0.input = .file(Repository.fixtures.appending(path: "bad/\(expected.file)").path)
    }.run()
    #expect(outcome.code == expected.code)
    #expect(outcome.errorText.hasPrefix("\(expected.stage): stdin:\(expected.place): \(expected.word): "), "\(outcome.errorText)")
    #expect(outcome.errorText.split(separator: "\n").count == 1, "\(outcome.errorText)")
  }

  @Test func everyFileIsExpected() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Repository.fixtures.appending(path: "bad").path).filter { $0 != "expected.tsv" }
    #expect(Set(files) == Set(Self.expectations.map(\.file)))
    #expect(files.count > 30)
  }

  @Test func theCandlesBeforeTheBadLineAreWritten() throws {
    let outcome = try Command("ss-indicators").with { $0.input = .file(Repository.fixtures.appending(path: "bad/nan.ndjson").path) }.run()
    #expect(outcome.lines.count == 1)
    #expect(outcome.text.hasSuffix("}\n"))
  }

  static let good = #"{"type":"weather"}"#

  @Test(arguments: KeptRun.filters)
  func oversizedLines(_ stage: String) throws {
    let long = #"{"type":"weather","text":""# + String(repeating: "a", count: 2 << 20) + "\"}"
    let outcome = try Command("ss-\(stage)").run(.text("\(Self.good)\n\(long)\n\(Self.good)\n"))
    #expect(outcome.code == 65)
    #expect(outcome.errorText.hasPrefix("ss-\(stage): stdin:2: line-too-long: "), "\(outcome.errorText.prefix(300))")
    #expect(outcome.text == Self.good + "\n")
    // One below the limit passes.
    let fitting = #"{"type":"weather","text":""# + String(repeating: "a", count: (1 << 20) - 40) + "\"}\n"
    #expect(try Command("ss-\(stage)").run(.text(fitting)).text == fitting)
  }

  @Test(arguments: KeptRun.filters)
  func deepNesting(_ stage: String) throws {
    let nested = { (depth: Int) in #"{"type":"weather","x":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}\n" }
    #expect(try Command("ss-\(stage)").run(.text(nested(20))).text == nested(20))
    let outcome = try Command("ss-\(stage)").run(.text(nested(200)))
    #expect(outcome.code == 65)
    #expect(outcome.errorText.hasPrefix("ss-\(stage): stdin:1:"), "\(outcome.errorText)")
    #expect(outcome.errorText.contains(": too-deep: "), "\(outcome.errorText)")
  }

  @Test func controlCharactersReachNoTerminal() throws {
    let outcome = try Command("ss-smc", "\u{1B}[31m\u{9B}31m\u{7F}é").run()
    #expect(outcome.code == 66)
    #expect(outcome.errorText.contains("no-input: <U+001B>[31m<U+009B>31m<U+007F>é:"), "\(outcome.errorText)")
  }

  @Test func skippingGoesOnAndSaysSo() throws {
    let input = "\(Self.good)\n{broken\n\(Self.good)\n"
    let skipped = try Command("ss-smc", "--on-error", "skip").run(.text(input))
    #expect(skipped.code == 65)
    #expect(skipped.text == "\(Self.good)\n\(Self.good)\n")
    #expect(skipped.errorText.contains("ss-smc: stdin:2:") && skipped.errorText.contains("1 bad lines left out"), "\(skipped.errorText)")
    #expect(try Command("ss-smc", "--on-error", "skip", "--lenient").run(.text(input)).code == 0)
    try Repository.withTemporaryFolder { folder in
      let file = folder.appending(path: "bad.ndjson")
      let kept = try Command("ss-smc", "--on-error", "quarantine=\(file.path)").run(.text(input))
      #expect(kept.text == "\(Self.good)\n\(Self.good)\n")
      #expect(try String(contentsOf: file, encoding: .utf8) == "{broken\n")
    }
  }

  /// Seeded damage to good lines: never a crash, never a hang, never output that is no JSON.
  @Test func randomDamage() throws {
    var generator = SeededGenerator(seed: 2026)
    let candle =
      #"{"type":"candle","exchange":"synthetic","symbol":"BTC/USDT","timeframe":"1h","open_time":"2024-01-01T00:00:00Z","close_time":"2024-01-01T01:00:00Z","open":100,"high":102,"low":99,"close":101,"volume":10}"#
    var text: [UInt8] = []
    for _ in 0..<3000 {
      var line = Array(candle.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<line.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: line[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: line.remove(at: place)
        default: line.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        }
      }
      text += line + [0x0A]
    }
    for stage in ["indicators", "smc", "score", "notify"] {
      let outcome = try Command("ss-\(stage)", "--on-error", "skip").run(.bytes(text))
      #expect(outcome.code == 65)
      #expect(try Command("jq", "-n", "-e", "all(inputs; type == \"object\")").run(.bytes(outcome.stdout)).code == 0)
    }
  }
}
