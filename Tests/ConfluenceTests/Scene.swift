import Market
import Profiles
import Structure

@testable import Confluence

/// One candle with all that the stream would have added to it. Synthetic.
struct Frame {
  var timeframe: Timeframe
  var candle: Candle
  var indicators = IndicatorValues()
  var structure = StructureSnapshot()

  /// The same market upside down: every price p becomes `total` − p.
  func mirrored(_ total: Double) -> Frame {
    var frame = self
    frame.candle.open = total - candle.open
    frame.candle.high = total - candle.low
    frame.candle.low = total - candle.high
    frame.candle.close = total - candle.close
    frame.indicators.rsi = indicators.rsi.map { 100 - $0 }
    frame.indicators.bbPercent = indicators.bbPercent.map { 1 - $0 }
    frame.indicators.plusDI = indicators.minusDI
    frame.indicators.minusDI = indicators.plusDI
    frame.indicators.macdHistogram = indicators.macdHistogram.map { -$0 }
    frame.structure = structure.mirrored(total)
    return frame
  }
}

extension FactID {
  var mirrored: FactID { FactID(kind, timeframe, direction.opposite, scope: scope, at: at) }
}

extension Trend {
  var mirrored: Trend { direction.map { Trend($0.opposite) } ?? .ranging }
}

extension StructureSnapshot {
  func mirrored(_ total: Double) -> StructureSnapshot {
    func flip(_ pivots: ByScope<Pivot?>) -> ByScope<Pivot?> {
      ByScope(
        inner: pivots.inner.map { Pivot(price: total - $0.price, at: $0.at, knownAt: $0.knownAt) },
        outer: pivots.outer.map { Pivot(price: total - $0.price, at: $0.at, knownAt: $0.knownAt) })
    }
    var other = StructureSnapshot()
    other.trend = ByScope(inner: trend.inner.mirrored, outer: trend.outer.mirrored)
    other.swingHigh = flip(swingLow)
    other.swingLow = flip(swingHigh)
    other.range = range.map { DealingRange(high: total - $0.low, low: total - $0.high, position: 1 - $0.position, zone: $0.zone) }
    other.sequence = sequence.map { SequenceState(direction: $0.direction.opposite, step: $0.step, at: $0.at) }
    other.orderBlocks = orderBlocks.map {
      var block = $0
      block.id = $0.id.mirrored
      block.direction = $0.direction.opposite
      block.high = total - $0.low
      block.low = total - $0.high
      return block
    }
    other.gaps = gaps.map {
      var gap = $0
      gap.id = $0.id.mirrored
      gap.direction = $0.direction.opposite
      gap.top = total - $0.bottom
      gap.bottom = total - $0.top
      return gap
    }
    other.breaks = breaks.map {
      var fact = $0
      fact.id = $0.id.mirrored
      fact.direction = $0.direction.opposite
      fact.level = total - $0.level
      return fact
    }
    other.pools = pools.map {
      var pool = $0
      pool.id = $0.id.mirrored
      pool.side = $0.side.opposite
      pool.level = total - $0.level
      return pool
    }
    other.sweeps = sweeps.map {
      var sweep = $0
      sweep.id = $0.id.mirrored
      sweep.side = $0.side.opposite
      sweep.level = total - $0.level
      return sweep
    }
    return other
  }
}

/// A market with one symbol under test and, where wanted, its reference. Closes every timeframe at `now`.
struct Scene {
  static let now = Timestamp(day: CalendarDay(year: 2024, month: 3, day: 4))  // a Monday
  static let total = 4096.0

  var profile: Profile
  var frames: [Frame]
  var reference: [Frame] = []
  /// Candles of each timeframe before the newest: the same one, `bars` times.
  var bars = 60
  /// Weeks of hourly candles before them, and whether the coming hour was a lively one in them.
  var weeks = 0
  var isLively = true

  func market() -> MarketState {
    let market = MarketState(profile: profile)
    market.advance(to: Scene.now)
    for (name, frames) in [("BTC/USDT", reference), ("ETH/USDT", frames)] where !frames.isEmpty {
      guard let state = market.symbol(name, on: "synthetic") else { continue }
      for frame in frames.sorted(by: { $0.timeframe > $1.timeframe }) {
        if frame.timeframe == .h1 { feedHours(frame, to: state, in: market) }
        for _ in 0..<bars { Scene.feed(frame, to: state, in: market) }
      }
    }
    return market
  }

  /// Five weeks of hours, of which the one that begins at `now` is the liveliest unless `lively` says otherwise.
  private func feedHours(_ frame: Frame, to state: SymbolState, in market: MarketState) {
    guard weeks > 0 else { return }
    for hour in 0..<(weeks * 168) {
      var past = frame
      past.candle.openTime = Scene.now + -Int64(weeks * 168 - hour) * Timestamp.hour
      past.candle.closeTime = past.candle.openTime + Timestamp.hour
      let isNow = hour % 168 == 0
      let reach = isNow == isLively ? 20.0 : 2
      past.candle.high = past.candle.close + reach
      past.candle.low = past.candle.close - reach
      Scene.feed(past, to: state, in: market)
    }
  }

  static func feed(_ frame: Frame, to state: SymbolState, in market: MarketState) {
    let view = state.view(of: frame.timeframe)
    view.candle = frame.candle
    view.indicators = frame.indicators
    view.structure = frame.structure
    // A test repeats one candle: its own open stands for the close before.
    market.didClose(frame.timeframe, of: state, after: frame.candle.openTime)
  }

  func evaluation(explains: Bool = false) -> Evaluation {
    let market = market()
    guard let state = market.symbol("ETH/USDT", on: "synthetic") else { return Evaluator(profile: profile).none }
    return Evaluator(profile: profile, explains: explains).evaluate(state, in: market, at: Scene.now)
  }

  func mirrored() -> Scene {
    var scene = self
    scene.frames = frames.map { $0.mirrored(Scene.total) }
    scene.reference = reference.map { $0.mirrored(Scene.total) }
    return scene
  }

  /// The scene for a side: as built (LONG) or upside down.
  func facing(_ direction: Direction) -> Scene { direction == .bull ? self : mirrored() }

  mutating func change(_ timeframe: Timeframe, _ edit: (inout Frame) -> Void) {
    for i in frames.indices where frames[i].timeframe == timeframe { edit(&frames[i]) }
  }
  mutating func changeAll(_ edit: (inout Frame) -> Void) { for i in frames.indices { edit(&frames[i]) } }
}

extension Evaluator {
  fileprivate var none: Evaluation { Evaluation(setup: stale("", on: "", at: Scene.now), sides: []) }
}

extension Scene {
  /// Everything that can speak for LONG does: every factor of `profile` reaches 1.
  static func perfect(_ profile: Profile) -> Scene {
    let roles = profile.timeframes
    return Scene(profile: profile, frames: roles.all.map { perfectFrame($0, profile) }, weeks: 5)
  }

  static func perfectFrame(_ timeframe: Timeframe, _ profile: Profile) -> Frame {
    let length = timeframe.nominalDuration
    let at = now + -2 * length
    var frame = Frame(
      timeframe: timeframe,
      candle: Candle(
        openTime: now + -length, closeTime: now, open: 1990, high: 2010, low: 1985, close: 2000, volume: 100))
    frame.indicators.ready = true
    frame.indicators.rsi = 62.5
    frame.indicators.adx = 40
    frame.indicators.plusDI = 30
    frame.indicators.minusDI = 10
    frame.indicators.macdHistogram = 2
    frame.indicators.bbPercent = 0.75
    frame.indicators.atr = 64
    frame.indicators.atrPercent = 8
    frame.indicators.volumeRatio = 4
    frame.structure.trend = .init(inner: .bullish, outer: .bullish)
    let broken = FactID(.structuralBreak, timeframe, .bull, scope: .outer, at: at)
    frame.structure.orderBlocks = [
      OrderBlock(
        id: FactID(.orderBlock, timeframe, .bull, at: at), direction: .bull, high: 2000, low: 1960, at: at, knownAt: now,
        displacementStrength: 0.8, displacementATR: 8, grade: .a,
        sources: [.init(kind: .origin, breakID: broken, leftGap: true, beganWithSweep: true)])
    ]
    frame.structure.breaks = [
      StructuralBreak(
        id: broken, kind: .bos, direction: .bull, scope: .outer, isProtected: false, level: 1995, levelAt: at, knownAt: now, distanceATR: 0.5,
        volumeRatio: 4, alignment: .with)
    ]
    frame.structure.sequence = SequenceState(direction: .bull, step: .reacted, at: now)
    frame.structure.sweeps = [
      LiquiditySweep(
        id: FactID(.sweep, timeframe, .bear, at: at), level: 1970, side: .bear, at: at, knownAt: now, penetrationATR: 0.2,
        confirmation: .confirmed, confirmedAt: now)
    ]
    frame.structure.pools = [
      LiquidityPool(
        id: FactID(.equalPool, timeframe, .bull, at: at), level: 2192, side: .bull, touches: 2, firstAt: at, lastAt: at, state: .resting)
    ]
    frame.structure.range = DealingRange(high: 2300, low: 1900, position: 0.25, zone: .discount)
    frame.structure.swingHigh.outer = Pivot(price: 2300, at: at, knownAt: now)
    frame.structure.swingLow.outer = Pivot(price: 1900, at: at, knownAt: now)
    return frame
  }
}
