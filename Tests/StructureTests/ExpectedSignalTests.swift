import Foundation
import Market
import Profiles
import Structure
import TestKit
import Testing

/// Series whose events were derived by hand: `Fixtures/signals`.
@Suite struct ExpectedSignalTests {
  @Test(arguments: ["break", "ob", "fvg", "sweep"])
  func asDerivedByHand(_ name: String) throws {
    let file = Repository.fixtures.appending(path: "signals/expected_\(name)_detection.txt")
    let series = try ExpectedSeries(String(contentsOf: file, encoding: .utf8))
    var engine = StructureEngine(rules: series.rules)
    for (index, candle) in series.candles.enumerated() {
      engine.update(candle, .w1)
      let found = engine.events.filter { event in series.shown.contains { "\(event.kind.name)".hasPrefix($0) } }.map(series.text)
      #expect(found == series.expected[index] ?? [], "candle \(index)")
    }
    #expect(series.candles.count > 20)
  }

  /// The same, with every price turned over.
  @Test(arguments: ["break", "ob", "fvg", "sweep"])
  func mirrored(_ name: String) throws {
    let file = Repository.fixtures.appending(path: "signals/expected_\(name)_detection.txt")
    let series = try ExpectedSeries(String(contentsOf: file, encoding: .utf8))
    var engine = StructureEngine(rules: series.rules)
    var mirror = StructureEngine(rules: series.rules)
    let turned = Corpus.mirrored(series.candles, around: 1000)
    for (index, candle) in series.candles.enumerated() {
      engine.update(candle, .w1)
      mirror.update(turned[index], .w1)
      #expect(engine.events.map { $0.mirrored(1000) } == mirror.events, "candle \(index)")
    }
  }
}

/// One of those files, read.
private struct ExpectedSeries {
  var rules = StructureRules()
  var shown: [String] = []
  var candles: [Candle] = []
  /// By number of the candle.
  var expected: [Int: [String]] = [:]

  struct Malformed: Error { var line: String }

  init(_ text: String) throws {
    for raw in text.split(separator: "\n").map(String.init) where !raw.hasPrefix("#") {
      let words = raw.split(separator: " ").map(String.init)
      guard let first = words.first else { continue }
      if raw.hasPrefix(" ") {
        expected[candles.count - 1, default: []].append(words.joined(separator: " "))
      } else if first == "set" {
        try set(words[1])
      } else if first == "show" {
        shown = Array(words.dropFirst())
      } else {
        let count = first == "repeat" ? Int(words[1]) ?? 0 : 1
        let prices = words.suffix(4).compactMap { Double($0) }
        guard prices.count == 4, first == "repeat" || Int(first) == candles.count else { throw Malformed(line: raw) }
        for _ in 0..<count { add(prices) }
      }
    }
  }

  private mutating func set(_ text: String) throws {
    let sides = text.split(separator: "=").map(String.init)
    guard sides.count == 2, let value = Int(sides[1]) else { throw Malformed(line: text) }
    switch sides[0] {
    case "structure.internal_swing": rules.internalSwing = value
    case "structure.external_swing": rules.externalSwing = value
    case "structure.sweep_age": rules.sweepAge = value
    default: throw Malformed(line: text)
    }
  }

  private mutating func add(_ prices: [Double]) {
    let open = candles.last?.closeTime ?? Corpus.start
    candles.append(
      Candle(
        openTime: open, closeTime: Timeframe.w1.next(afterOpen: open), open: prices[0], high: prices[1], low: prices[2], close: prices[3], volume: 1))
  }

  private func number(_ time: Timestamp) -> String { "@\((time - Corpus.start) / (7 * Timestamp.day))" }

  /// An event as the files spell it.
  func text(_ event: StructureEvent) -> String {
    ["\(event.kind.name)", "\(event.direction.label)", number(event.id.at)].joined(separator: " ") + details(event).map { " " + $0 }.joined()
  }

  private func details(_ event: StructureEvent) -> [String] {
    switch event.change {
    case .swing(let pivot, let scope, let strength, let leads):
      ["\(scope.label)", "price=\(plain(pivot.price))"] + (pivot.label.map { ["\($0.text)"] } ?? [])
        + (strength.map { ["strength=\(plain($0))"] } ?? []) + (leads ? ["leads"] : [])
    case .superseded(let scope, let other): ["\(scope.label)", "by=\(number(other.at))"]
    case .structuralBreak(let fact):
      ["\(fact.scope.label)"] + (fact.isProtected ? ["protected"] : []) + ["level=\(plain(fact.level))", "of=\(number(fact.levelAt))"]
        + ["distance=\(plain(fact.distanceATR))"] + (fact.volumeRatio.map { ["volume=\(plain($0))"] } ?? []) + ["\(fact.alignment.label)"]
    case .scope(let scope): ["\(scope.label)"]
    case .block(let block):
      [
        "low=\(plain(block.low))", "high=\(plain(block.high))", "displacement=\(plain(block.displacementATR))",
        "strength=\(plain(block.displacementStrength))", "\(block.grade.label)",
      ]
        + block.sources.flatMap { ["by=\(number($0.breakID.at))"] + ($0.leftGap ? ["gap"] : []) + ($0.beganWithSweep ? ["sweep"] : []) }
    case .blockLife(let state, let touches, let mitigation): ["\(state.label)", "touches=\(touches)", "depth=\(plain(mitigation))"]
    case .gap(let gap):
      ["bottom=\(plain(gap.bottom))", "top=\(plain(gap.top))", "size=\(plain(gap.sizeATR))"]
        + (gap.stackedOn.map { ["stacked=\(number($0.at))"] } ?? []) + (gap.balances.map { ["balances=\(number($0.at))"] } ?? [])
    case .gapLife(let state, let fill): ["\(state.label)", "fill=\(plain(fill))"]
    case .ended(let reason): ["\(reason.label)"]
    case .pool(let pool):
      ["level=\(plain(pool.level))", "members=\(pool.touches)", "first=\(number(pool.firstAt))", "last=\(number(pool.lastAt))"]
    case .poolSwept(let sweep): ["by=\(number(sweep.at))"]
    case .sweep(let sweep):
      ["level=\(plain(sweep.level))", "penetration=\(plain(sweep.penetrationATR))"] + (sweep.pool.map { ["pool=\(number($0.at))"] } ?? [])
        + (sweep.isMinor ? ["minor"] : [])
    case .settled, .none: []
    }
  }

  private func plain(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}
