import Foundation
import Profiles
import TestKit
import Testing

/// The minimum scores against what `make calibrate` measured on real candles, and the page against the code.
@Suite struct CalibrationTests {
  private struct Row {
    var count: Int
    var p80: Double
    var p90: Double
    var p99: Double
  }

  private func rows() throws -> [String: Row] {
    let text = try String(contentsOf: Repository.fixtures.appending(path: "calibration.tsv"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(lines.first == ["profile", "n", "first", "last", "p50", "p80", "p90", "p95", "p99"])
    return try Dictionary(
      uniqueKeysWithValues: lines.dropFirst().map {
        let numbers = try $0.dropFirst(4).map { try #require(Double($0)) }
        return ($0[0], Row(count: try #require(Int($0[1])), p80: numbers[1], p90: numbers[2], p99: numbers[4]))
      })
  }

  @Test func minimumScoresAreThePercentilesTheyWereFrozenAt() throws {
    let rows = try rows()
    #expect(Set(rows.keys) == Set(Profile.builtIn.map(\.name)))
    for profile in Profile.builtIn {
      let row = try #require(rows[profile.name])
      #expect(row.count >= 1000, "\(profile.name)")
      #expect(abs(profile.score.minimumScore - (profile.name == "aggressive" ? row.p80 : row.p90)) <= 0.51, "\(profile.name)")
      #expect(profile.score.minimumScore <= row.p99, "\(profile.name)")
    }
  }
}
