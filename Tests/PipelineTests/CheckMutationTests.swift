import Foundation
import TestKit
import Testing

/// Records broken in every way that their schemas know, one fault a line: numbers just outside their limits, other types, null, empty, missing and
/// doubled fields, rules between fields. `ss-check stream` names each by line and field, and refuses whatever the reading stage refuses.
@Suite struct CheckMutationTests {
  /// Beside what a scan writes: what a venue tells, and what is read from elsewhere.
  private static let quotes = [
    #"{"type":"order_book","exchange":"x","symbol":"BTC/USDT","time":"2024-01-01T00:00:00Z","taken_at":"2024-01-01T00:00:01Z","bids":[[99,1],[98,2]],"asks":[[101,1],[102,0]]}"#,
    #"{"type":"ticker","exchange":"x","symbol":"BTC/USDT:USDT","time":"2024-01-01T00:00:00Z","taken_at":"2024-01-01T00:00:01Z","last":100,"bid":99,"ask":101,"open":98,"high":110,"low":90,"volume":5,"quote_volume":500,"change":0.02,"mark_price":100.5,"funding_rate":0.0001,"next_funding_time":"2024-01-01T08:00:00Z"}"#,
    #"{"type":"funding","exchange":"x","symbol":"BTC/USDT:USDT","time":"2024-01-01T00:00:00Z","funding_time":"2024-01-01T00:00:00Z","rate":0.0001}"#,
  ]
  private static let candle =
    #"{"type":"candle","exchange":"x","symbol":"BTC/USDT","timeframe":"1h","open_time":"2024-01-01T00:00:00Z","close_time":"2024-01-01T01:00:00Z","open":10,"high":12,"low":9,"close":11,"volume":5,"quote_volume":50,"trades":7,"taker_buy_volume":2}"#
  private static let others = [
    #"{"type":"gap","exchange":"x","symbol":"BTC/USDT","timeframe":"1h","from":"2024-01-01T00:00:00Z","to":"2024-01-01T03:00:00Z","missing":3,"cause":"outage"}"#,
    #"{"type":"instrument","exchange":"x","symbol":"BTC/USDT:USDT","kind":"linear","tick_size":0.1,"lot_size":0.001,"min_notional":5,"maker_fee":0.0002,"taker_fee":0.0005,"min_quantity":0.001,"max_quantity":1000,"max_leverage":50,"maintenance_margin_rate":0.005,"funding_interval_hours":8,"source":"venue"}"#,
    #"{"type":"zone","exchange":"x","symbol":"BTC/USDT","as_of":"2024-01-01T00:00:00Z","direction":"LONG","id":"ob-1h-bull-20231231T230000Z","near":100,"atr":2,"total_score":55,"passed":true,"factors":{"location":0.5}}"#,
    #"{"type":"event","event_type":"data_stale","timestamp":"2024-01-01T00:00:00Z","exchange":"x","symbol":"BTC/USDT","context":{"minutes":12}}"#,
    #"{"type":"trade","id":"plan-1:opened","plan_id":"plan-1","setup_id":"s","exchange":"x","symbol":"BTC/USDT","direction":"LONG","event":"opened","time":"2024-01-01T00:00:00Z","price":100,"quantity":1,"fee":0.1,"funding":0.05,"pnl_gross":0,"pnl_net":-0.1,"r_multiple":-0.01,"mae_r":0.1,"mfe_r":0.2,"regime":"trend","session":"london","confidence_score":60,"setup_type":"swing","profile":"balanced","profile_hash":"0123456789abcdef","factors":{"location":0.5},"assumed":["funding"]}"#,
    #"{"type":"end","records":3,"not_fetched":1,"status":"complete"}"#,
  ]

  /// What a stage reads, and records of each type that it may read.
  static let inputs: [(stage: String, samples: @Sendable () throws -> [String])] = [
    ("ss-indicators", { [candle] + others }),
    ("ss-smc", { [try last("indicators", #""ema_200":"#)] + others }),
    ("ss-score", { [try last("smc", #""order_blocks":[{"#, #""fvgs":[{"#, #""liquidity_sweeps":[{"#, #""events":[{"#)] + quotes + others }),
    ("ss-plan", { [try last("score", #""state":"ready""#), try last("score", #""rejected":"#), candle] + others }),
    ("ss-risk", { [try last("plan", #""plan":"#), try last("plan", #""rejected":"#), candle] + quotes + others }),
    ("ss-notify", { [try last("risk", #""risk":"#), try last("risk", #""rejected":"#)] + others }),
    ("ss-report", { [try last("risk", #""risk":"#), try last("risk", #""rejected":"#), candle] + others }),
    ("ss-check", { [try CheckStreamTests.accepted.get(), try report()] }),
  ]

  /// The last line of a kept stream with all of these texts.
  private static func last(_ stage: String, _ texts: String...) throws -> String {
    let line = try KeptRun.shared.get().lines(stage).last { line in texts.allSatisfy { line.contains($0) } && !line.contains(#""type":"run""#) }
    return try #require(line, "the kept run has no line with \(texts)")
  }

  private static func report() throws -> String {
    let folder = Repository.fixtures.appending(path: "cases/ss-report/render-json/out.ndjson")
    let line = try #require(try String(contentsOf: folder, encoding: .utf8).split(separator: "\n").first.map(String.init))
    // The case leaves the hash out, which changes with every profile.
    return line.replacing(#""profile":"trend","#, with: #""profile":"trend","profile_hash":"0123456789abcdef","#)
  }

  @Test(arguments: inputs.map(\.stage))
  func everyFaultIsNamed(_ stage: String) throws {
    let samples = try #require(Self.inputs.first { $0.stage == stage }).samples
    let folder = FileManager.default.temporaryDirectory.appending(path: "snipersight-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let expected = folder.appending(path: "expected.txt").path
    let broken = try Command("python3", Repository.root.appending(path: "Tests/Support/mutate_records.py").path, "docs/schemas", expected)
      .run(.text(try samples().joined(separator: "\n") + "\n"))
    try #require(broken.code == 0, "\(broken.errorText)")
    let lines = broken.lines
    let paths = try String(contentsOfFile: expected, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(lines.count == paths.count && lines.count > 50)

    let verdict = try Command("ss-check", "stream").run(.bytes(broken.stdout))
    let found = Self.reports(verdict.text, of: "ss-check")
    var wrong: [String] = []
    for (place, path) in paths.enumerated() {
      let reports = found[place + 1] ?? []
      let names = path == "-" ? reports.isEmpty : reports.contains { Self.names(path, $0) }
      if !names { wrong.append("\(path): \(reports.map(\.text)) in \(lines[place].prefix(300))") }
    }
    #expect(wrong.isEmpty, "\(wrong.count) of \(lines.count): \(wrong.prefix(5).joined(separator: "\n"))")
    if stage != "ss-check" { try expectCovered(stage, lines, paths, found) }
  }

  /// What the stage leaves out, ss-check has named. In short streams, as each line is a market of its own.
  private func expectCovered(_ stage: String, _ lines: [String], _ paths: [String], _ found: [Int: [Report]]) throws {
    var left: [String] = []
    for start in stride(from: 0, to: lines.count, by: 250) {
      let part = lines[start..<min(start + 250, lines.count)].joined(separator: "\n") + "\n"
      let outcome = try Command(stage, "--on-error", "skip").run(.text(part))
      try #require([0, 1, 2, 65].contains(outcome.code), "\(outcome.code): \(outcome.errorText.suffix(500))")
      for (number, reports) in Self.reports(outcome.errorText, of: stage) {
        let place = start + number - 1
        if paths[place] == "-" || found[place + 1] == nil { left.append("\(paths[place]): \(reports.map(\.text)) in \(lines[place].prefix(300))") }
      }
    }
    #expect(left.isEmpty, "\(left.count): \(left.prefix(5).joined(separator: "\n"))")
  }

  private struct Report {
    var code: String
    var text: String
  }

  /// What is said of each line, but for its place among the others.
  private static func reports(_ text: String, of program: String) -> [Int: [Report]] {
    var found: [Int: [Report]] = [:]
    for line in text.split(separator: "\n") {
      guard let match = line.firstMatch(of: #/^[a-z-]+: stdin:(\d+):(?:\d+:)? ([a-z-]+): (.*)$/#), let number = Int(match.1) else { continue }
      if ["out-of-order", "duplicate-candle", "untold-gap", "late-instrument", "after-end", "end-without-run", "wrong-count"].contains(match.2) {
        continue
      }
      found[number, default: []].append(Report(code: String(match.2), text: String(match.3)))
    }
    return found
  }

  /// A doubled key is a fault of the line, and a candle that contradicts itself is told as the stages tell it.
  private static func names(_ path: String, _ report: Report) -> Bool {
    ["duplicate-key", "bad-candle", "contradiction", "bad-gap"].contains(report.code) || report.text.contains("\"\(path)")
  }
}
