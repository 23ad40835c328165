import Market
import Profiles
import Structure
import Testing

@testable import Confluence

@Suite struct EvaluatorTests {
  @Test func anIdeaKeepsItsName() {
    let setup = Scene.perfect(.balanced).evaluation().setup
    #expect(setup.id == "synthetic:ETH/USDT:balanced:LONG:ob-1w-bull-20240219T000000Z")
    #expect(setup.anchor?.text == "ob-1w-bull-20240219T000000Z")
    #expect(setup.evidence.first?.id == setup.anchor)
    #expect(setup.evidence.count <= EvidencePick.limit)
    #expect(Set(setup.evidence.map(\.id)).count == setup.evidence.count)
    #expect(setup.evidence.contains { if case .pool = $0 { true } else { false } })
    #expect(setup.timeframes.map(\.timeframe) == [.w1, .d1, .h4, .h1, .m15])
    #expect(setup.triggerFallback == nil)
  }

  @Test(arguments: [Timeframe.h4, .h1, .m15]) func aMissingTimeframeIsFlat(timeframe: Timeframe) {
    var scene = Scene.perfect(.balanced)
    scene.frames.removeAll { $0.timeframe == timeframe }
    let evaluation = scene.evaluation()
    if timeframe == .m15 {
      #expect(evaluation.setup.triggerFallback == .h1)
      #expect(evaluation.setup.state == .ready)
    } else {
      #expect(evaluation.setup.state == .flat && evaluation.setup.direction == nil)
      #expect(evaluation.setup.rejected?.code == .dataIncomplete)
      #expect(evaluation.setup.rejected?.detail == "\(timeframe.label) has no candle")
      #expect(evaluation.setup.confluence == nil && evaluation.sides.isEmpty)
    }
  }

  @Test func whatIsWrongWithTheDataIsNamed() throws {
    func detail(_ edit: (SymbolState) -> Void) throws -> String? {
      let scene = Scene.perfect(.balanced)
      let market = scene.market()
      let state = try #require(market.symbol("ETH/USDT", on: "synthetic"))
      edit(state)
      return Evaluator(profile: .balanced).evaluate(state, in: market, at: Scene.now).setup.rejected?.detail
    }
    #expect(try detail { _ in } == nil)
    #expect(try detail { $0.view(of: .h1).indicators.ready = false } == "1h is warming up (900 candles)")
    #expect(try detail { $0.view(of: .h1).isEnriched = false } == "1h lacks indicators or smc")
    #expect(try detail { $0.noteGap(.h4, endingAt: Scene.now + -20 * Timestamp.hour) } == "4h has a hole before 2024-03-03T04:00:00Z")
    #expect(try detail { $0.noteGap(.h4, endingAt: Scene.now + -400 * Timestamp.hour) } == nil)
    let late = "4h is late, its last close was 2024-03-03T18:00:00Z"
    #expect(try detail { $0.view(of: .h4).candle.closeTime = Scene.now + -6 * Timestamp.hour } == late)
    // A context timeframe may be unknown.
    #expect(try detail { $0.view(of: .w1).indicators.ready = false } == nil)
  }

  @Test func aTieIsFlat() {
    var scene = Scene.perfect(.balanced)
    let upsideDown = scene.mirrored()
    for i in scene.frames.indices {
      let other = upsideDown.frames[i].structure
      scene.frames[i].structure.trend = .init(inner: .ranging, outer: .ranging)
      scene.frames[i].structure.orderBlocks += other.orderBlocks
      scene.frames[i].structure.breaks = []
      scene.frames[i].structure.sequence = nil
      scene.frames[i].structure.sweeps = []
      scene.frames[i].structure.pools = []
      scene.frames[i].indicators.adx = 10
      scene.frames[i].indicators.rsi = 50
      scene.frames[i].indicators.bbPercent = 0.5
      scene.frames[i].indicators.volumeRatio = 1
      scene.frames[i].structure.range = nil
      // The middle of the mirror: both blocks' near edges are equally far.
      scene.frames[i].candle.close = 2048
      scene.frames[i].candle.high = 2060
    }
    let evaluation = scene.evaluation()
    #expect(evaluation.sides[0].totalScore == evaluation.sides[1].totalScore)
    #expect(evaluation.setup.direction == nil && evaluation.setup.state == .flat)
    #expect(evaluation.setup.rejected?.code == .noDirection)
    #expect(evaluation.setup.id == "synthetic:ETH/USDT:balanced:FLAT:20240304T000000Z")
  }

  @Test(arguments: [
    (60.0, 50.0, 3.0, Direction.bull as Direction?), (50, 60, 3, .bear), (60, 57, 3, .bull), (60, 57.01, 3, nil), (57.01, 60, 3, nil),
    (60, 60, 0, nil),
    (60, 59.9, 0, .bull), (0, 0, 0, nil), (0, 0, 3, nil),
  ]) func theChooserHasNoDefaultSide(long: Double, short: Double, margin: Double, expected: Direction?) {
    switch Choice(long: long, short: short, margin: margin) {
    case .side(let side): #expect(side == expected)
    case .flat(let reason):
      #expect(expected == nil)
      #expect(!reason.isEmpty)
    }
  }

  @Test func synergyAndConflictAreItemisedAndBounded() throws {
    var scene = Scene.perfect(.balanced)
    let side = try #require(scene.evaluation().sides.first)
    #expect(side.adjustments.map(\.name) == ["zone_from_sweep", "zone_with_structure", "break_with_volume"])
    #expect(side.synergy == 6)
    scene.profile.score.synergyCap = 4
    #expect(scene.evaluation().sides.first?.synergy == 4)
    let other = try #require(scene.evaluation().sides.last)
    #expect(other.adjustments.map(\.name) == ["opposing_external_break", "opposing_zone_near", "regime_against"])
    #expect(other.conflict == 10)
    #expect(other.totalScore >= 0)
  }

  @Test func aStaleSymbolSaysSo() {
    let setup = Evaluator(profile: .balanced, runID: "run").stale("SOL/USDT", on: "synthetic", at: Scene.now)
    #expect(setup.rejected?.code == .staleData && setup.state == .flat && setup.runID == "run")
  }
}

@Suite struct MirrorTests {
  /// A market upside down gives the same scores to the other side, exactly.
  @Test(arguments: Profile.builtIn.map(\.name)) func scoresFlipExactly(name: String) throws {
    let profile = try #require(Profile.named(name))
    var random = SplitMix(seed: 20_240_304)
    var directions = Set<Direction?>()
    for _ in 0..<300 {
      var scene = Scene(profile: profile, frames: profile.timeframes.all.map { Frame.random($0, &random) })
      scene.reference = [.h4, .h1].map { Frame.random($0, &random) }
      let upright = scene.evaluation(explains: true)
      let flipped = scene.mirrored().evaluation(explains: true)
      #expect(upright.sides.count == 2 && flipped.sides.count == 2)
      for (side, other) in zip(upright.sides, flipped.sides.reversed()) {
        #expect(side.direction == other.direction.opposite)
        #expect(side.totalScore == other.totalScore)
        #expect(side.factors.map { [$0.score, $0.contribution] } == other.factors.map { [$0.score, $0.contribution] })
        #expect(side.adjustments == other.adjustments)
        #expect(side.gates.map { [$0.value, $0.threshold] } == other.gates.map { [$0.value, $0.threshold] })
        #expect(side.gates.map(\.outcome) == other.gates.map(\.outcome))
        #expect(side.zone == other.zone?.mirrored)
      }
      #expect(upright.setup.evidence.map(\.id) == flipped.setup.evidence.map(\.id.mirrored))
      #expect(upright.setup.direction == flipped.setup.direction?.opposite)
      #expect(upright.setup.state == flipped.setup.state)
      #expect(upright.setup.rejected?.code == flipped.setup.rejected?.code)
      directions.insert(upright.setup.direction)
    }
    #expect(directions == [.bull, .bear, nil])
  }
}

/// A small seeded generator, so that random scenes are the same on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Frame {
  /// Integer prices and dyadic oscillators: mirroring them is exact.
  static func random(_ timeframe: Timeframe, _ random: inout SplitMix) -> Frame {
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    func price(_ range: ClosedRange<Int> = 1900...2196) -> Double { Double(Int.random(in: range, using: &random)) }
    func side() -> Direction { chance(50) ? .bull : .bear }
    func trend() -> Trend { [.bullish, .bearish, .ranging][Int.random(in: 0..<3, using: &random)] }
    func sixtyFourth(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &random)) / 64 }
    let now = Scene.now
    let length = timeframe.nominalDuration
    func past() -> Timestamp { now + -Int64(Int.random(in: 1...60, using: &random)) * length }
    let close = price(2030...2066)
    let open = price(2030...2066)
    var frame = Frame(
      timeframe: timeframe,
      candle: Candle(
        openTime: now + -length, closeTime: now, open: open, high: max(open, close) + 4, low: min(open, close) - 4, close: close, volume: 10))
    frame.indicators.ready = true
    frame.indicators.rsi = sixtyFourth(640...5760)
    frame.indicators.adx = sixtyFourth(320...3200)
    frame.indicators.plusDI = sixtyFourth(320...2560)
    frame.indicators.minusDI = sixtyFourth(320...2560)
    frame.indicators.macdHistogram = sixtyFourth(-640...640)
    frame.indicators.bbPercent = chance(90) ? sixtyFourth(-16...80) : nil
    frame.indicators.atr = sixtyFourth(640...3840)
    frame.indicators.atrPercent = sixtyFourth(8...256)
    frame.indicators.volumeRatio = chance(90) ? sixtyFourth(16...320) : nil
    frame.structure.trend = .init(inner: trend(), outer: trend())
    frame.structure.swingHigh.outer = Pivot(price: price(2070...2196), at: past(), knownAt: past())
    frame.structure.swingLow.outer = Pivot(price: price(1900...2026), at: past(), knownAt: past())
    frame.structure.range = DealingRange(high: 2196, low: 1900, position: 0.5, zone: .equilibrium)
    if chance(60) {
      frame.structure.sequence = SequenceState(
        direction: side(), step: SequenceState.Step.allCases[Int.random(in: 1...5, using: &random)], at: past())
    }
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let low = price(1980...2090)
      let direction = side()
      let at = past()
      frame.structure.orderBlocks.append(
        OrderBlock(
          id: FactID(.orderBlock, timeframe, direction, at: at), direction: direction, high: low + price(8...40), low: low, at: at, knownAt: at,
          displacementStrength: 0.5, displacementATR: sixtyFourth(32...640), mitigation: sixtyFourth(0...40), freshness: sixtyFourth(0...64),
          touches: Int.random(in: 0...3, using: &random), state: chance(90) ? .touched : .breaker,
          grade: [.a, .b, .c][Int.random(in: 0..<3, using: &random)],
          sources: [
            .init(
              kind: .origin, breakID: FactID(.structuralBreak, timeframe, direction, scope: chance(50) ? .inner : .outer, at: at),
              leftGap: chance(50),
              beganWithSweep: chance(50))
          ]))
    }
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let bottom = price(1980...2090)
      let height = price(4...30)
      let direction = side()
      let at = past()
      frame.structure.gaps.append(
        FairValueGap(
          id: FactID(.fairValueGap, timeframe, direction, at: at), direction: direction, top: bottom + height, bottom: bottom, at: at, knownAt: at,
          size: height, sizeATR: sixtyFourth(8...160), fill: sixtyFourth(0...64), state: chance(50) ? .fresh : .touched))
    }
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let at = past()
      let direction = side()
      let scope: Scope = chance(50) ? .inner : .outer
      // One break a bar and scope, as the detector has it.
      if frame.structure.breaks.contains(where: { $0.knownAt == at && $0.scope == scope }) { continue }
      frame.structure.breaks.append(
        StructuralBreak(
          id: FactID(.structuralBreak, timeframe, direction, scope: scope, at: at), kind: chance(50) ? .bos : .choch, direction: direction,
          scope: scope,
          isProtected: false, level: price(), levelAt: at, knownAt: at, distanceATR: 0.3, volumeRatio: chance(80) ? sixtyFourth(16...320) : nil,
          alignment: .unknown))
    }
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let at = past()
      let sideOfPool = side()
      frame.structure.pools.append(
        LiquidityPool(
          id: FactID(.equalPool, timeframe, sideOfPool, at: at), level: price(), side: sideOfPool, touches: 2, firstAt: at, lastAt: at,
          state: chance(80) ? .resting : .swept))
      frame.structure.sweeps.append(
        LiquiditySweep(
          id: FactID(.sweep, timeframe, sideOfPool, at: at), level: price(), side: sideOfPool, at: at, knownAt: at, penetrationATR: 0.2,
          confirmation: [.pending, .confirmed, .failed, .lapsed][Int.random(in: 0..<4, using: &random)]))
    }
    return frame
  }
}
