import Foundation
import TestKit
import Testing

/// Names and ids are checked wherever a record is read, and escapes mean what they say.
@Suite struct NameTests {
  static let candle = #"""
    {"type":"candle","exchange":"x","symbol":"BTC/USDT","timeframe":"1h","open_time":"2024-01-01T00:00:00Z",\#
    "close_time":"2024-01-01T01:00:00Z","open":10,"high":12,"low":9,"close":11,"volume":10}
    """#
  static let run = #"""
    {"type":"run","run_id":"r","profile":"balanced","exchange":"x","symbols":["BTC/USDT"],"timeframes":["1h"],\#
    "from":"2024-01-01T00:00:00Z"}
    """#
  static let instrument = #"""
    {"type":"instrument","exchange":"x","symbol":"BTC/USDT","kind":"spot","tick_size":0.01,"lot_size":0.001,\#
    "min_notional":5,"maker_fee":0.001,"taker_fee":0.001,"source":"venue"}
    """#
  static let setup = #"""
    {"type":"setup","id":"x:BTC/USDT:balanced:FLAT","as_of":"2024-01-01T01:00:00Z","exchange":"x","symbol":"BTC/USDT",\#
    "profile":"balanced","run_id":"r","price":11,"direction":"FLAT","state":"flat",\#
    "rejected":{"stage":"score","code":"no_direction"}}
    """#
  static let event = #"""
    {"type":"event","event_type":"data_stale","timestamp":"2024-01-01T00:00:00Z","exchange":"x","symbol":"BTC/USDT"}
    """#

  /// What each executable reads, and the keys by which it tells things apart.
  static let doors: [(command: [String], record: String, keys: [String])] =
    ["ss-indicators", "ss-smc", "ss-score"].map { ([$0], candle, ["exchange", "symbol"]) }
    + ["ss-smc", "ss-score", "ss-plan", "ss-risk"].map { ([$0], instrument, ["exchange", "symbol"]) }
    + ["ss-plan", "ss-risk", "ss-notify"].map { ([$0], setup, ["exchange", "symbol", "profile", "run_id", "id"]) }
    + [(["ss-report"], setup, ["exchange", "symbol", "profile", "run_id", "id"])]
    + [(["ss-chart", "--attach", "charts"], setup, ["exchange", "symbol", "profile", "run_id", "id"])]
    + [(["ss-notify"], event, ["event_type", "exchange", "symbol"])]
    + ["ss-indicators", "ss-smc", "ss-score", "ss-plan", "ss-risk", "ss-notify", "ss-report"].map {
      ([$0], run, ["run_id", "profile", "exchange"])
    }

  static func quoted(_ text: String) throws -> String {
    String(decoding: try JSONEncoder().encode(text), as: UTF8.self).replacing("\\/", with: "/")
  }

  static func replaced(_ record: String, _ key: String, _ value: String) throws -> String {
    let parts = record.split(separator: "\"\(key)\":\"", maxSplits: 1)
    let rest = try #require(parts.last?.drop { $0 != "\"" }.dropFirst())
    return parts[0] + "\"\(key)\":" + value + rest
  }

  /// All names in one stream, each line refused by itself; what begins a stream is tried alone.
  @Test(arguments: doors.indices) func hostileNamesAreRefusedAtEveryDoor(_ number: Int) throws {
    let door = Self.doors[number]
    try Repository.withTemporaryFolder { folder in
      for key in door.keys {
        let lines = try HostileNames.texts.map { try Self.replaced(door.record, key, try Self.quoted($0)) + "\n" }
        let inputs = door.record == Self.run ? Array(lines.prefix(12)) : [lines.joined()]
        for input in inputs {
          let command = Command(door.command + ["--on-error", "skip"]).with { $0.folder = folder }
          let outcome = try command.run(.text(input))
          #expect(outcome.code == 65, "\(door.command) \(key): \(outcome.errorText.prefix(300))")
          let refusals = outcome.errorText.split(separator: "\n").filter { $0.contains(": bad-name: \"\(key)\"") }
          let count = input.count { $0 == "\n" }
          #expect(refusals.count == count, "\(door.command) \(key): \(outcome.errorText.prefix(300))")
          #expect(refusals.allSatisfy { $0.contains(" stdin:") }, "\(door.command) \(key)")
        }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
  }
}
