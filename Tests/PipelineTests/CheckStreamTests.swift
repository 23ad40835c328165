import Foundation
import TestKit
import Testing

/// `ss-check stream` holds every record of docs/stream.md to its table, and lets pass what nobody knows.
@Suite struct CheckStreamTests {
  @Test(arguments: ["score", "plan", "risk", "notify"])
  func aKeptRunHasNoViolations(_ stage: String) throws {
    let outcome = try Command("ss-check", "stream", "--at", stage, KeptRun.shared.get().file(stage).path).run()
    #expect(outcome.code == 0, "\(outcome.text.prefix(2000))")
  }

  /// The last setup of the kept run with a plan, and what ss-chart would append to it.
  static let accepted = Result {
    let line = try KeptRun.shared.get().lines("notify").last { $0.contains(#""notification":"#) } ?? ""
    return String(line.dropLast()) + #","chart":{"path":"charts/a.png"}}"#
  }

  /// A filter that takes something away, and what has to be said of it.
  @Test(arguments: [
    ("del(.plan.stop_loss.level)", "missing-key: \"plan.stop_loss.level\""), (".plan.targets[0].percentage = \"x\"", "wrong-type: \"plan.targets[0]"),
    ("del(.risk.position_size)", "missing-key: \"risk.position_size\""), (".risk.account = \"mine\"", "wrong-type: \"risk.account\""),
    ("del(.notification.text)", "missing-key: \"notification.text\""), (".notification.priority = 1", "wrong-type: \"notification.priority\""),
    ("del(.chart.path)", "missing-key: \"chart.path\""), (".chart.path = null", "null: \"chart.path\""), ("del(.id)", "missing-key: \"setup.id\""),
    (".gates[0].name = 4", "wrong-type: \"setup.gates[0].name\""),
  ])
  func eachKeyOfASetupIsHeldToItsTable(_ filter: String, _ fault: String) throws {
    let whole = try Self.accepted.get()
    #expect(try Command("ss-check", "stream").run(.text(whole + "\n")).code == 0)
    let outcome = try Command(shell: "jq -c '\(filter)' | ss-check stream").run(.text(whole + "\n"))
    #expect(outcome.code == 1 && outcome.text.contains(fault), "\(outcome.text)")
  }

  /// One of each record that stands by itself, lacking a key.
  @Test(arguments: [
    (#"{"type":"trade","id":"a","plan_id":"b"}"#, "trade.setup_id"), (#"{"type":"report"}"#, "report."),
    (#"{"type":"ticker","exchange":"x","symbol":"BTC/USDT","time":"2024-01-01T00:00:00Z"}"#, "ticker.last"),
    (#"{"type":"funding","exchange":"x","symbol":"BTC/USDT:USDT","time":"2024-01-01T00:00:00Z"}"#, "funding.rate"),
    (#"{"type":"order_book","exchange":"x","symbol":"BTC/USDT","time":"2024-01-01T00:00:00Z","bids":[[1,"2"]]}"#, "order_book.asks"),
    (#"{"type":"gap","exchange":"x","symbol":"BTC/USDT","timeframe":"1h"}"#, "gap.from"),
    (#"{"type":"instrument","exchange":"x"}"#, "instrument.symbol"),
    (#"{"type":"smc_event","exchange":"x"}"#, "smc_event.symbol"), (#"{"type":"candle","exchange":"x"}"#, "candle.symbol"),
    (#"{"type":"run"}"#, "run.run_id"),
    (#"{"type":"end"}"#, "end.records"), (#"{"type":"setup"}"#, "setup.id"),
  ])
  func eachRecordIsHeldToItsTable(_ line: String, _ path: String) throws {
    let outcome = try Command("ss-check", "stream").run(.text(line + "\n"))
    #expect(outcome.code == 1 && outcome.text.contains("missing-key: \"\(path)"), "\(outcome.text)")
  }

  /// docs/stream.md names no record or key without a table.
  @Test func everyRecordOfTheDocumentHasATable() throws {
    let page = try String(contentsOf: Repository.root.appending(path: "docs/stream.md"), encoding: .utf8)
    let table = page.split(separator: "\n").drop { !$0.hasPrefix("| type |") }.dropFirst(2).prefix { $0.hasPrefix("|") }
    var types: [String] = [], keys: [String] = []
    for row in table {
      let cells = row.split(separator: "|")
      types += cells[0].matches(of: #/`(\w+)`/#).map { String($0.1) }
      for append in row.matches(of: #/appends ([^|]*)/#) { keys += append.1.matches(of: #/`([a-z]+)`/#).map { String($0.1) } }
    }
    #expect(types.count >= 8 && keys.count >= 6, "\(types) \(keys)")
    for type in types {
      let outcome = try Command("ss-check", "stream").run(.text("{\"type\":\"\(type)\"}\n"))
      #expect(outcome.text.contains("missing-key: \"\(type)."), "\(outcome.text)")
    }
    for key in keys {
      let host = ["indicators", "smc"].contains(key) ? "candle" : "setup"
      let outcome = try Command("ss-check", "stream").run(.text("{\"type\":\"\(host)\",\"\(key)\":{\"ready\":1,\"trend\":1}}\n"))
      #expect(outcome.text.contains("\"\(key)."), "\(key): \(outcome.text)")
    }
  }

  /// What is not ours is not judged: types, keys, stages that refuse, and their codes. Our stages pass it on.
  @Test func whatNobodyKnowsPasses() throws {
    let lines = [
      #"{"type":"order","client_order_id":"a"}"#, #"{"type":"weather","wind":3,"at":"2024-01-01T00:00:00Z"}"#,
      try Command("jq", "-c", #".mine = {a: [1, "b"]} | .plan.note = "x" | .risk.venue = {fee_tier: 3}"#).run(.text(Self.accepted.get())).text,
      try Command("jq", "-c", #"del(.plan, .risk, .notification, .chart) | .rejected = {stage: "moon", code: "full_moon", value: 1}"#)
        .run(.text(Self.accepted.get())).text,
    ]
    let text = lines.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined()
    let outcome = try Command("ss-check", "stream").run(.text(text))
    #expect(outcome.code == 0, "\(outcome.text)")
    let refused = lines[3]
    let passed = try Command(shell: "ss-plan | ss-risk | ss-notify").run(.text(refused))
    #expect(passed.code == 0 && passed.text == refused, "\(passed.errorText)\(passed.text)")
    for form in ["text", "markdown", "json"] {
      let rendered = try Command("ss-notify", "--render", form).run(.text(refused))
      #expect(rendered.code == 0 && rendered.text.contains("full_moon"), "\(rendered.errorText)\(rendered.text)")
    }
    let report = try Command("ss-report", "--format", "json").run(.text(refused))
    #expect(!report.errorText.contains("wrong-type"), "\(report.errorText)")
  }
}
