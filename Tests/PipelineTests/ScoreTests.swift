import Foundation
import TestKit
import Testing

/// ss-score over a whole stream: three synthetic markets, every close of their trigger.
@Suite struct ScoreTests {
  /// The first days of evaluations of the kept run, framed.
  private static func stream(until end: String) throws -> [UInt8] {
    let lines = try KeptRun.shared.get().lines("smc")
    let kept = lines.prefix { line in
      guard let time = line.firstMatch(of: #/"close_time":"([^"]+)"/#) else { return true }
      return time.1 <= end
    }
    return Array((kept + [try #require(lines.last)]).map { $0 + "\n" }.joined().utf8)
  }

  private struct Setup: Decodable, Equatable {
    struct Factor: Decodable, Equatable {
      var name: String
      var score: Double
      var contribution: Double
    }
    struct Adjustment: Decodable, Equatable {
      var name: String
      var points: Double
    }
    struct Other: Decodable, Equatable {
      var direction: String
      var totalScore: Double
    }
    struct Confluence: Decodable, Equatable {
      var totalScore: Double
      var factors: [Factor]
      var synergyBonus: Double
      var conflictPenalty: Double
      var adjustments: [Adjustment]
      var opposite: Other
    }
    struct Gate: Decodable, Equatable {
      var name: String
      var passed: Bool?
    }
    struct Rejected: Decodable, Equatable {
      var code: String
    }
    var type: String
    var asOf: String
    var symbol: String
    var direction: String
    var state: String
    var confluence: Confluence?
    var gates: [Gate]
    var rejected: Rejected?

    /// The other side of the same market.
    var flipped: Setup {
      var other = self
      func turned(_ direction: String) -> String { ["LONG": "SHORT", "SHORT": "LONG"][direction] ?? direction }
      other.direction = turned(direction)
      if let opposite = confluence?.opposite.direction { other.confluence?.opposite.direction = turned(opposite) }
      return other
    }
  }

  private static func setups(_ file: URL) throws -> [Setup] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try String(decoding: Data(contentsOf: file), as: UTF8.self).split(separator: "\n").filter { $0.contains(#""type":"setup""#) }
      .map { try decoder.decode(Setup.self, from: Data($0.utf8)) }
  }

  /// A stream upside down, turned by the mirror rules of the tables, gives each score, factor, adjustment and gate to the other side, exactly.
  @Test func aMarketUpsideDownFlipsEveryScore() throws {
    let folder = KeptRun.scratch.appending(path: "mirror-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // Each run is kept under its number: as it is, in whole ticks, upside down.
    let command = "ss-score --explain=all | tee '\(folder.path)'/$(ls '\(folder.path)' | wc -l)"
    let outcome = try Command(["ss-check", "mirror", "--", "sh", "-c", command]).run(.bytes(try Self.stream(until: "2024-06-20T12:00:00Z")))
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")

    let (first, second) = (try Self.setups(folder.appending(path: "1")), try Self.setups(folder.appending(path: "2")))
    #expect(first.count == second.count)
    let crooked = zip(first, second).filter { $0 != $1.flipped }.map { "\($0.0.symbol) at \($0.0.asOf)" }
    #expect(crooked.isEmpty)
    for confluence in first.compactMap(\.confluence) {
      let sum = confluence.factors.reduce(0) { $0 + $1.contribution } + confluence.synergyBonus - confluence.conflictPenalty
      #expect(abs(min(100, max(0, sum)) - confluence.totalScore) < 0.0051)
    }
    for direction in ["LONG", "SHORT"] {
      let sided = first.filter { $0.direction == direction }
      #expect(sided.count > 100, "\(direction): \(sided.count)")
      #expect(Set(sided.compactMap(\.confluence?.totalScore)).count > 50)
    }
  }

  /// What is refused is written without a setup being made of it; asked for zones as well, ss-score makes all of them.
  @Test func theQuickWayWritesTheSameSetups() throws {
    let input = try Self.stream(until: "2024-06-21T00:00:00Z")
    let quick = try Command(["ss-score"]).run(.bytes(input))
    let whole = try Command(["ss-score", "--shadow"]).run(.bytes(input))
    #expect(quick.code == 0 && whole.code == 0, "\(quick.errorText)\(whole.errorText)")
    #expect(quick.lines.count > 500)
    #expect(quick.lines == whole.lines.filter { !$0.hasPrefix(#"{"type":"zone""#) })
    let states = Set(quick.lines.compactMap { $0.firstMatch(of: #/"state":"([a-z]+)"/#)?.1 })
    #expect(states.isSuperset(of: ["ready", "watching", "developing"]), "\(states)")
  }
}
