import Foundation
import TestKit
import Testing

/// The series in Fixtures/ohlcv: made by the commands beside them, and read by ss-smc as what they are called.
@Suite struct MoodTests {
  private static let folder = Repository.fixtures.appending(path: "ohlcv")
  static let series = ["trending_1w", "trending_1d", "ranging_4h", "volatile_1h"]

  @Test(arguments: series) func theCommandMakesTheFile(_ name: String) throws {
    let readme = try String(contentsOf: MoodTests.folder.appending(path: "README.md"), encoding: .utf8)
    let row = try #require(readme.split(separator: "\n").first { $0.contains("`\(name).ndjson`") })
    let command = String(try #require(row.split(separator: "`").first { $0.hasPrefix("ss-fetch") })).replacing("\\|", with: "|")
    let made = try Command(shell: command).run()
    #expect(made.stdout == (try MoodTests.bytes(name)), "\(command)")
  }

  @Test(arguments: series) func theWholeEngineRunsOnThem(_ name: String) throws {
    let checked = try Command(shell: "ss-smc < '\(MoodTests.path(name))' | ss-check stream --at smc").run()
    #expect(checked.code == 0, "\(checked.errorText)")
    let kinds = Set(try events(name).map { $0.split(separator: " ")[0].prefix { $0 != "." } })
    #expect(kinds.isSuperset(of: ["swing", "break", "order_block", "fvg", "sweep"]))
  }

  @Test func aTrendGoesOneWay() throws {
    let weekly = try events("trending_1w")
    #expect(weekly.contains("break.bos bullish") && !weekly.contains("break.bos bearish"))
    #expect(try trend("trending_1w") == "bullish bullish")
    for name in ["trending_1w", "trending_1d"] {
      let gaps = try events(name).filter { $0.hasPrefix("fvg.created") }
      #expect(gaps.filter { $0.hasSuffix("bullish") }.count > 2 * gaps.filter { $0.hasSuffix("bearish") }.count)
    }
  }

  @Test(arguments: ["ranging_4h", "volatile_1h"]) func aRangeGoesNowhere(_ name: String) throws {
    let events = try events(name)
    for direction in ["bullish", "bearish"] {
      #expect(events.contains("break.failed \(direction)") && events.contains("sweep.confirmed \(direction)"))
    }
    #expect(try trend(name) == "ranging ranging")
  }

  private static func path(_ name: String) -> String { folder.appending(path: "\(name).ndjson").path }
  private static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path(name)))) }

  private func events(_ name: String) throws -> [String] {
    try Command(shell: "ss-smc --events --flat < '\(MoodTests.path(name))' | jq -r '.event + \" \" + .direction'").run().lines
  }

  private func trend(_ name: String) throws -> String? {
    try Command(shell: "ss-smc < '\(MoodTests.path(name))' | tail -n 1 | jq -r '.smc.trend | .internal + \" \" + .external'").run().lines.first
  }
}
