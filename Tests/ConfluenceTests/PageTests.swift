import Foundation
import Profiles
import TestKit
import Testing

@testable import Confluence

/// docs/quality-gates.md says of each gate, factor, weight and code what the code says.
@Suite struct PageTests {
  @Test func everyRowStandsOnThePage() throws {
    let page = try String(contentsOf: Repository.root.appending(path: "docs/quality-gates.md"), encoding: .utf8)
    let lines = Set(page.split(separator: "\n").map(String.init))
    var rows = Gate.shown.map { "| `\($0.name)` | \($0.meaning) |" }
    rows += Factor.all.map { "| `\($0.name)` | \($0.meaning) |" }
    rows += RejectionCode.known.map { "| ss-\($0.stage) | `\($0.code.rawValue)` | \($0.meaning) |" }
    for factor in Factor.all {
      let key = "score.weight.\(factor.name)"
      let weights = Profile.builtIn.map { profile in Setting.all(of: profile).first { $0.key == key }?.read(profile) ?? "none" }
      rows.append("| `\(factor.name)` | " + weights.joined(separator: " | ") + " |")
    }
    for row in rows { #expect(lines.contains(row), "docs/quality-gates.md lacks: \(row)") }
  }
}
