import Foundation
import TestKit
import Testing

/// A stream whose strings and keys are spelled with escapes is the same stream: what is derived from it is the same to the
/// byte, and its own bytes pass.
@Suite struct EscapeTests {
  /// The golden cases that end well. Commands that cut lines by their text are left out: they see the spelling.
  static let cases = (try? GoldenCase.all())?.filter { golden in
    let code = try? String(contentsOf: golden.folder.appending(path: "code"), encoding: .utf8)
    return !golden.input.isEmpty && !golden.runsOnce && code == "0\n" && !golden.command.contains("cut -c")
      && !golden.command.contains("grep")
  }

  @Test func thereAreCases() { #expect((Self.cases?.count ?? 0) > 60) }

  @Test(arguments: cases ?? []) func derivedOutputIsTheSame(_ golden: GoldenCase) throws {
    let input = String(decoding: golden.input, as: UTF8.self)
    let plain = try golden.run().lines
    for spelling in Spelling.allCases {
      let other = spelling.respelled(input)
      let spelled = Dictionary(zip(input.split(separator: "\n"), other.split(separator: "\n"))) { first, _ in first }
      let outcome = try golden.run(.text(other))
      #expect(outcome.code == 0, "\(golden.name) \(spelling): \(outcome.errorText)")
      #expect(outcome.lines.count == plain.count, "\(golden.name) \(spelling)")
      for (old, new) in zip(plain, outcome.lines) where old != new {
        #expect(
          Self.isSame(old, new, spelled), "\(golden.name) \(spelling)\n  \(old.prefix(300))\n  \(new.prefix(300))")
      }
    }
  }

  /// Whether `new` is the line of the input that `old` is, or that with the same added; what is cut shorter is compared as
  /// values.
  private static func isSame(_ old: String, _ new: String, _ spelled: [Substring: Substring]) -> Bool {
    for (line, other) in spelled where old.hasPrefix(line.dropLast()) {
      if new == other.dropLast() + old.dropFirst(line.count - 1) { return true }
    }
    let values = [old, new].map { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary }
    return values[0] != nil && values[0] == values[1]
  }

  @Test func moreSeriesThanAllowedEndTheStage() throws {
    let line = { (number: Int) in
      #"{"type":"candle","exchange":"x","symbol":"S\#(number)/USDT","timeframe":"1h","open_time":"2024-01-01T00:00:00Z","#
        + #""close_time":"2024-01-01T01:00:00Z","open":10,"high":12,"low":9,"close":11,"volume":10}"# + "\n"
    }
    let input = (0..<20_001).map(line).joined()
    for stage in ["ss-indicators", "ss-plan", "ss-report", "ss-chart --attach ."] {
      let outcome = try Command(shell: "\(stage) > /dev/null").run(.text(input))
      #expect(outcome.code == 65, "\(stage)")
      #expect(
        outcome.errorText.contains("stdin:20001:") && outcome.errorText.contains(": too-many-series: "),
        "\(outcome.errorText)")
      #expect(outcome.errorText.contains("--max-series"), "\(outcome.errorText)")
    }
    #expect(try Command(shell: "ss-plan --max-series 20001 > /dev/null").run(.text(input)).code == 0)
  }
}
