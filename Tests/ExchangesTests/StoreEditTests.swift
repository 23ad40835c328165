import Foundation
import Market
import TestKit
import Testing
import Wire

@testable import Exchanges

/// A stored series that somebody has edited is never read in silence.
@Suite struct StoreEditTests {
  private static let series = StoreTests.series

  /// Rows enough for several segments of many lines and a tail of single ones.
  private static func with(_ count: Int, _ body: (CandleStore, URL) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      let store = try CandleStore(folder: folder.path)
      for start in stride(from: 0, to: count, by: 100) {
        let candles = StoreTests.candles(start..<min(start + 100, count)).filter { $0.openTime != StoreTests.hour(57) }
        try store.append(candles, to: series, askedFrom: StoreTests.hour(0))
      }
      try body(store, URL(filePath: store.path(series)))
    }
  }

  private static func read(_ store: CandleStore, asLines: Bool = true, from: Timestamp = .distantPast) throws -> Int {
    let source = try StoreSource(store.path(series), series, from: from, to: .distantFuture)
    var count = 0
    if asLines { while try source.nextLine() != nil { count += 1 } } else { while try source.next() != nil { count += 1 } }
    return count
  }

  /// What a hand does to rows; the numbers stay numbers, and the order of prices holds.
  static let edits: [(name: String, change: @Sendable (inout [String], Int) -> Void)] = [
    ("a price", { $0[$1] = $0[$1].replacingOccurrences(of: "\"close\":1", with: "\"close\":12", range: nil) }),
    ("a digit of a price", { $0[$1] = $0[$1].replacingOccurrences(of: ".50,\"low\"", with: ".51,\"low\"") }),
    ("a shorter price", { $0[$1] = $0[$1].replacingOccurrences(of: ".50,\"low\"", with: ".5,\"low\"") }),
    ("a volume", { $0[$1] = $0[$1].replacingOccurrences(of: "\"volume\":", with: "\"volume\":9") }),
    ("trades", { $0[$1] = $0[$1].replacingOccurrences(of: "\"trades\":", with: "\"trades\":1") }),
    ("a row taken out", { $0.remove(at: $1) }), ("a row twice", { $0.insert($0[$1], at: $1) }),
    ("two rows swapped", { $0.swapAt($1, $1 + 1) }), ("garbage", { $0[$1] = "garbage" }), ("an empty row", { $0[$1] = "" }),
    ("a new gap", { $0[$1] = gap($0[$1]) }), ("the gap taken out", { lines, _ in lines.removeAll { $0.contains("\"gap\"") } }),
    ("a carriage return", { $0[$1] += "\r" }),
    ("a time", { $0[$1] = $0[$1].replacingOccurrences(of: ":00:00Z\",\"open\"", with: ":00:01Z\",\"open\"") }),
  ]

  /// A row turned into the record of a gap in its place.
  private static func gap(_ row: String) -> String {
    let times = row.matches(of: /2\d{3}-\d\d-\d\dT\d\d:00:00Z/).map { String($0.0) }
    let names = #""exchange":"binance","symbol":"BTC/USDT","timeframe":"1h""#
    return #"{"type":"gap",\#(names),"from":"\#(times[0])","to":"\#(times[1])","missing":1,"cause":"unknown"}"#
  }

  @Test(arguments: edits.map(\.name), [5, 170, 420, 1150]) func anEditIsFound(_ name: String, _ row: Int) throws {
    let change = try #require(Self.edits.first { $0.name == name }).change
    try Self.with(1200) { store, file in
      let before = try String(contentsOf: file, encoding: .utf8)
      var lines = before.split(separator: "\n").map(String.init)
      change(&lines, row)
      let after = lines.joined(separator: "\n") + "\n"
      #expect(after != before)
      for isAtomic in [true, false] {
        try Data(after.utf8).write(to: file, options: isAtomic ? .atomic : [])
        for asLines in [true, false] {
          #expect(throws: StoreDamage.self) { _ = try Self.read(store, asLines: asLines) }
          if name != "the gap taken out" {
            #expect(throws: StoreDamage.self) { _ = try Self.read(store, asLines: asLines, from: StoreTests.hour(row - 4)) }
          }
        }
      }
    }
  }

  /// Any byte: what is read is what was written, or nothing.
  @Test func anyByteIsLookedAt() throws {
    try Self.with(1200) { store, file in
      let whole = Array(try Data(contentsOf: file))
      var generator = SeededGenerator(seed: 5)
      for _ in 0..<300 {
        var bytes = whole
        let place = Int(generator.next() % UInt64(bytes.count))
        bytes[place] ^= UInt8(1 + generator.next() % 255)
        try Data(bytes).write(to: file)
        // The end of the file, cut by a byte that became another, is a torn line.
        if place == bytes.count - 1 { continue }
        #expect(throws: StoreDamage.self, "byte \(place)") { _ = try Self.read(store) }
      }
      try Data(whole).write(to: file)
      #expect(try Self.read(store) == 1199)
    }
  }

  /// A writer does not vouch for what was altered since.
  @Test(arguments: [10, 1190]) func writingMoreHidesNothing(_ row: Int) throws {
    try Self.with(1200) { store, file in
      var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
      lines[row] = lines[row].replacingOccurrences(of: ".50,\"low\"", with: ".51,\"low\"")
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
      do { try store.append(StoreTests.candles(1200..<1210), to: Self.series, askedFrom: StoreTests.hour(0)) } catch is StoreDamage {}
      #expect(throws: StoreDamage.self) { _ = try Self.read(store) }
      #expect(throws: StoreDamage.self) { try store.merge([], into: Self.series, askedFrom: StoreTests.hour(-5)) }
      #expect(throws: StoreDamage.self) { _ = try Self.read(store) }
    }
  }

  /// The file of an older version has no checksums: it is read by its shape and order, and gets them with the next writing, unless it is damaged.
  @Test func anOldFileIsTakenOver() throws {
    try Self.with(1200) { store, file in
      try FileManager.default.removeItem(atPath: file.path + ".sums")
      #expect(try Self.read(store) == 1199)
      let good = try String(contentsOf: file, encoding: .utf8)
      for (name, change) in Self.edits where !["a price", "a digit of a price", "a shorter price", "a volume", "trades", "a new gap"].contains(name) {
        if name == "a carriage return" { continue }
        var lines = good.split(separator: "\n").map(String.init)
        change(&lines, 500)
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        #expect(throws: StoreDamage.self, "\(name)") { _ = try Self.read(store) }
        #expect(throws: StoreDamage.self, "\(name)") {
          try store.append(StoreTests.candles(1200..<1210), to: Self.series, askedFrom: StoreTests.hour(0))
        }
      }
      try Data(good.utf8).write(to: file)
      try store.append(StoreTests.candles(1200..<1210), to: Self.series, askedFrom: StoreTests.hour(0))
      #expect(try Self.read(store) == 1209)
      var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
      lines[700] = lines[700].replacingOccurrences(of: ".50,\"low\"", with: ".51,\"low\"")
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
      #expect(throws: StoreDamage.self) { _ = try Self.read(store) }
    }
  }

  /// Checksums that nobody's store has written are an error, or vouch for nothing; whatever their numbers are, no memory is taken for them.
  @Test(arguments: [[], [0], [1 << 61, 7], [.max, 7], [5, 1, 3, 2], [1 << 40, 7, 1 << 61, 7], [100, 0], [1, 2, 3]] as [[UInt64]])
  func anyChecksumsAreRead(_ words: [UInt64]) throws {
    try Self.with(1200) { store, file in
      let sums = URL(filePath: file.path + ".sums")
      let magic = try Data(contentsOf: sums).prefix(8)
      try (magic + words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }).write(to: sums)
      for from in [StoreTests.hour(0), StoreTests.hour(600)] {
        do { #expect(try Self.read(store, from: from) == (from == StoreTests.hour(0) ? 1199 : 600)) } catch is StoreDamage {} catch is FileFailure {}
      }
      do {
        try store.append(StoreTests.candles(1200..<1210), to: Self.series, askedFrom: StoreTests.hour(0))
      } catch is StoreDamage {
      } catch is FileFailure {
      }
    }
  }

  /// Whatever way a history is put together, its checksums are those of its bytes.
  @Test func checksumsDoNotDependOnTheWay() throws {
    try Repository.withTemporaryFolder { folder in
      var found: Set<Data> = []
      for step in [1, 7, 250, 1200] {
        let store = try CandleStore(folder: folder.appending(path: "\(step)").path)
        for start in stride(from: 0, to: 1200, by: step) {
          try store.append(StoreTests.candles(start..<min(start + step, 1200)), to: Self.series, askedFrom: StoreTests.hour(0))
        }
        if step == 7 { try store.merge([], into: Self.series, askedFrom: StoreTests.hour(0)) }
        found.insert(try Data(contentsOf: URL(filePath: store.path(Self.series) + ".sums")))
      }
      #expect(found.count == 1)
    }
  }

  /// Readers hold no lock: while a history grows and is written anew, each sees a whole one.
  @Test func readersSeeWholeHistories() throws {
    try Repository.withTemporaryFolder { folder in
      let folder = folder.path
      let store = try CandleStore(folder: folder)
      try store.append(StoreTests.candles(300..<900), to: Self.series, askedFrom: StoreTests.hour(300))
      let writer = Thread {
        guard let other = try? CandleStore(folder: folder) else { return }
        for round in 0..<60 {
          let (end, begin) = (900 + 5 * round, 295 - 5 * round)
          _ = try? other.append(StoreTests.candles(end..<(end + 5)), to: Self.series, askedFrom: StoreTests.hour(300))
          try? other.merge(StoreTests.candles(begin..<(begin + 5)), into: Self.series, askedFrom: StoreTests.hour(begin))
        }
      }
      writer.start()
      while !writer.isFinished { try #expect(Self.read(store) >= 600) }
      try #expect(Self.read(store) == 1200)
    }
  }

  /// The line that was altered is among those that are named.
  @Test(arguments: [3, 400, 1195]) func theLineIsNamed(_ row: Int) throws {
    try Self.with(1200) { store, file in
      var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
      lines[row] = lines[row].replacingOccurrences(of: ".50,\"low\"", with: ".51,\"low\"")
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
      let damage = try #require(throws: StoreDamage.self) { _ = try Self.read(store) }
      #expect(damage.line <= row + 1 && damage.line > row - 300, "\(damage)")
    }
  }
}
