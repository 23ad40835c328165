import Confluence
import Market
import Structure
import TestKit

/// Generated setups: synthetic, on a grid of half units around 30,000, with every kind of evidence in every relation to price.
struct SyntheticSetup {
  static let tick = 0.5
  static let center = 30_000.0
  static let now = Timestamp(milliseconds: 1_704_268_800_000)

  static func instrument(free: Bool = false) -> Instrument {
    Instrument(
      kind: .linear, tickSize: tick, lotSize: 0.001, minNotional: 5, makerFee: free ? 0 : 0.0002, takerFee: free ? 0 : 0.00055, source: .file)
  }

  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private mutating func pick<T>(_ values: [T]) -> T { values[Int(generator.next() % UInt64(values.count))] }
  /// On the grid.
  private mutating func distance(_ range: ClosedRange<Double>) -> Double {
    (Double.random(in: range, using: &generator) / Self.tick).rounded() * Self.tick
  }

  mutating func next(_ direction: Direction? = nil) -> Setup {
    let direction = direction ?? pick([.bull, .bear])
    let sign = direction.sign
    let price = distance(25_000...35_000)
    let atr = distance(60...600)
    func time(_ bars: Int) -> Timestamp { Self.now + -Int64(bars) * Timeframe.h4.nominalDuration }
    var evidence: [Evidence] = []

    let near = price - sign * distance(-0.2 * atr...atr)
    let height = max(Self.tick, distance(0.1 * atr...(pick([1, 1, 4]) * atr)))
    let anchor = zone(pick([.h4, .h4, .d1]), direction, near: near, height: height, at: time(20))
    evidence.append(anchor)
    if pick([true, false]) {
      let inset = distance(0...height / 2)
      evidence.append(zone(.h1, direction, near: near - sign * inset, height: distance(0...height / 2), at: time(10)))
    }
    if pick([true, false, false]) { evidence.append(zone(.w1, direction, near: near + sign * atr, height: height + 3 * atr, at: time(200))) }
    for index in 0..<Int.random(in: 0...4, using: &generator) {
      let level = price + sign * distance(-0.5 * atr...8 * atr)
      switch pick([0, 1, 2]) {
      case 0:
        let id = FactID(pick([.equalPool, .dayPool]), pick([.h1, .h4, .m15]), direction, at: time(30 + index))
        evidence.append(
          .pool(
            LiquidityPool(
              id: id, level: level, side: direction, touches: 2, firstAt: time(60), lastAt: time(30), state: pick([.resting, .resting, .swept]))))
      case 1:
        let id = FactID(.swing, .h4, direction, scope: .outer, at: time(30 + index))
        evidence.append(.pivot(id, Pivot(price: level, at: time(30 + index), knownAt: time(10))))
      default: evidence.append(zone(.h4, direction.opposite, near: level, height: distance(0.1 * atr...atr), at: time(30 + index)))
      }
    }
    if pick([true, false, false]) {
      let level = near - sign * (height + distance(-20...max(20, 0.5 * atr)))
      let id = FactID(.equalPool, .h1, direction.opposite, at: time(40))
      evidence.append(
        .pool(LiquidityPool(id: id, level: level, side: direction.opposite, touches: 2, firstAt: time(60), lastAt: time(40), state: .resting)))
    }
    let high = price + distance(0...6 * atr)
    let low = price - distance(0...6 * atr)
    let range = DealingRange(high: high, low: low, position: high > low ? (price - low) / (high - low) : 0.5, zone: .equilibrium)
    return Setup(
      id: "SYN/USDT:USDT-balanced-\(direction.trade)-\(anchor.id.text)", asOf: Self.now, exchange: "synthetic", symbol: "SYN/USDT:USDT",
      profile: "balanced", price: price, direction: direction, state: .ready,
      timeframes: [
        TimeframeSummary(timeframe: .d1, closeTime: Self.now, close: price, atr: 2.5 * atr),
        TimeframeSummary(timeframe: .h4, closeTime: Self.now, close: price, atr: atr, range: pick([true, false]) ? range : nil),
        TimeframeSummary(timeframe: .h1, closeTime: Self.now, close: price, atr: atr / 2),
      ], evidence: evidence, anchor: anchor.id, confluence: confluence(direction))
  }

  private mutating func zone(
    _ timeframe: Timeframe, _ direction: Direction, near: Double, height: Double, at: Timestamp
  ) -> Evidence {
    let far = near - direction.sign * max(Self.tick, height)
    let (low, high) = (min(near, far), max(near, far))
    if pick([true, false]) {
      return .gap(
        FairValueGap(
          id: FactID(.fairValueGap, timeframe, direction, at: at), direction: direction, top: high, bottom: low, at: at, knownAt: at,
          size: high - low, sizeATR: 1))
    }
    let isBreaker = pick([true, false, false])
    return .orderBlock(
      OrderBlock(
        id: FactID(.orderBlock, timeframe, isBreaker ? direction.opposite : direction, at: at), direction: direction, high: high, low: low,
        at: at, knownAt: at, displacementStrength: 0.6, displacementATR: 3, state: isBreaker ? .breaker : .fresh, grade: .a, sources: []))
  }

  private mutating func confluence(_ direction: Direction) -> ConfluenceBreakdown {
    let factors = ["location", "structure", "momentum", "volume"].map {
      FactorResult(
        name: $0, score: Double(Int.random(in: 0...4, using: &generator)) / 4, weight: 0.25, hasData: pick([true, true, false]), rationale: "")
    }
    return ConfluenceBreakdown(
      totalScore: Double.random(in: 40...100, using: &generator), factors: factors, synergyBonus: 0,
      conflictPenalty: pick([0, 3.25]), regime: pick(["trend", "range", "risk_on"]), htfAligned: pick([.with, .against, .unknown]),
      btcImpulseGate: .passed, oppositeDirection: direction.opposite, oppositeScore: Double.random(in: 0...60, using: &generator))
  }
}

extension Setup {
  /// The same market seen from the other side: every price p becomes `2 · center − p`.
  var mirrored: Setup {
    func flip(_ price: Double) -> Double { 2 * SyntheticSetup.center - price }
    func flip(_ id: FactID) -> FactID { FactID(id.kind, id.timeframe, id.direction.opposite, scope: id.scope, at: id.at) }
    var copy = self
    copy.direction = direction?.opposite
    copy.price = flip(price)
    copy.anchor = anchor.map(flip)
    copy.timeframes = timeframes.map { summary in
      var summary = summary
      summary.close = flip(summary.close)
      summary.range = summary.range.map { DealingRange(high: flip($0.low), low: flip($0.high), position: 1 - $0.position, zone: $0.zone) }
      return summary
    }
    copy.evidence = evidence.map { fact in
      switch fact {
      case .orderBlock(var block):
        (block.id, block.direction, block.high, block.low) = (flip(block.id), block.direction.opposite, flip(block.low), flip(block.high))
        return .orderBlock(block)
      case .gap(var gap):
        (gap.id, gap.direction, gap.top, gap.bottom) = (flip(gap.id), gap.direction.opposite, flip(gap.bottom), flip(gap.top))
        return .gap(gap)
      case .pool(var pool):
        (pool.id, pool.side, pool.level) = (flip(pool.id), pool.side.opposite, flip(pool.level))
        return .pool(pool)
      case .pivot(let id, var pivot):
        pivot.price = flip(pivot.price)
        return .pivot(flip(id), pivot)
      case .sweep(var sweep):
        (sweep.id, sweep.side, sweep.level) = (flip(sweep.id), sweep.side.opposite, flip(sweep.level))
        return .sweep(sweep)
      case .structuralBreak(var fact):
        (fact.id, fact.direction, fact.level) = (flip(fact.id), fact.direction.opposite, flip(fact.level))
        return .structuralBreak(fact)
      }
    }
    return copy
  }
}
