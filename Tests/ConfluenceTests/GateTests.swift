import Market
import Profiles
import Structure
import Testing

@testable import Confluence

/// What makes one gate fail in a scene that is perfect otherwise.
private struct Refusal: Sendable, CustomTestStringConvertible {
  var gate: String
  var code: RejectionCode
  var edit: @Sendable (inout Scene) -> Void
  var testDescription: String { code.rawValue }
}

private let refusals: [Refusal] = [
  Refusal(gate: "structural_anchor", code: .noAnchor) { $0.changeAll { $0.structure.orderBlocks = [] } },
  Refusal(gate: "structural_anchor", code: .notReady) {
    $0.changeAll {
      $0.candle.close = 2128
      $0.candle.high = 2130
    }
  },
  Refusal(gate: "higher_timeframe", code: .htfAgainst) {
    $0.profile.score.htfGate = true
    $0.change(.d1) { $0.structure.trend.outer = .bearish }
  },
  Refusal(gate: "higher_timeframe", code: .htfUnknown) {
    $0.profile.score.htfGate = true
    $0.change(.d1) { $0.structure.trend.outer = .ranging }
  },
  Refusal(gate: "regime", code: .regimeAgainst) {
    $0.change(.h4) {
      $0.indicators.plusDI = 10
      $0.indicators.minusDI = 30
      $0.structure.trend.outer = .bearish
    }
  },
  Refusal(gate: "btc_impulse", code: .btcImpulse) {
    let profile = $0.profile
    $0.reference = [.h4, .h1].map { Scene.perfectFrame($0, profile) }
    $0.reference[1].candle.open = 2130
    $0.reference[1].candle.high = 2140
  },
  Refusal(gate: "conflict", code: .blockedPath) {
    $0.changeAll { frame in
      frame.structure.orderBlocks += [2040.0, 2080].map { low in
        let at = Scene.now + -3 * frame.timeframe.nominalDuration
        return OrderBlock(
          id: FactID(.orderBlock, frame.timeframe, .bear, at: at + Int64(low)), direction: .bear, high: low + 20, low: low, at: at, knownAt: at,
          displacementStrength: 0.8, displacementATR: 8, grade: .a, sources: [])
      }
    }
  },
  Refusal(gate: "volatility_floor", code: .volatilityFloor) { $0.change(.h4) { $0.indicators.atrPercent = 0.1 } },
  Refusal(gate: "minimum_score", code: .notReady) {
    $0.profile.score.minimumScore = 95
    $0.changeAll { $0.structure.sweeps = [] }
    $0.profile.score.synergyCap = 0
  },
  Refusal(gate: "minimum_score", code: .lowScore) {
    $0.profile.score.minimumScore = 99
    $0.changeAll {
      $0.structure.sweeps = []
      $0.structure.pools = []
    }
    $0.profile.score.synergyCap = 0
  },
]

@Suite struct GateTests {
  @Test func everyGateIsAskedOfThePerfectSceneAndPasses() {
    let gates = Scene.perfect(.balanced).evaluation().setup.gates
    #expect(gates.map(\.name) == [DataComplete.name] + Gate.all.map(\.name) + ["minimum_score"])
    #expect(gates.allSatisfy { $0.outcome != .failed })
    let asked = Set(refusals.map(\.gate)).union([DataComplete.name, "spread", "depth", "funding"])
    #expect(asked == Set(gates.map(\.name)))
  }

  @Test(arguments: refusals, Direction.allCases) private func aGateRefusesUnderItsCode(refusal: Refusal, direction: Direction) throws {
    var scene = Scene.perfect(.balanced)
    refusal.edit(&scene)
    let evaluation = scene.facing(direction).evaluation()
    let side = try #require(evaluation.sides.first { $0.direction == direction })
    let failed = side.gates.filter { $0.outcome == .failed }.map(\.name)
    #expect(failed == [refusal.gate])
    #expect(side.failure?.code == refusal.code)
    #expect(evaluation.setup.direction == direction)
    #expect(evaluation.setup.rejected?.code == refusal.code)
    #expect(evaluation.setup.rejected?.stage == "score")
    #expect(evaluation.setup.state == (refusal.gate == "minimum_score" ? .developing : .watching))
  }

  @Test func aWideSpreadIsRefusedAndAnUnknownOneSkipped() throws {
    let scene = Scene.perfect(.balanced)
    let market = scene.market()
    let state = try #require(market.symbol("ETH/USDT", on: "synthetic"))
    let evaluator = Evaluator(profile: scene.profile)
    #expect(evaluator.evaluate(state, in: market, at: Scene.now).setup.gates.first { $0.name == "spread" }?.outcome == .skipped)
    state.spread = 3
    #expect(evaluator.evaluate(state, in: market, at: Scene.now).setup.state == .ready)
    state.spread = 40
    #expect(evaluator.evaluate(state, in: market, at: Scene.now).setup.rejected?.code == .spread)
    // What was told more than a trigger candle ago is not known any more.
    state.quotedAt = Scene.now + -Timestamp.hour
    #expect(evaluator.evaluate(state, in: market, at: Scene.now).setup.state == .ready)
  }

  /// Nothing on a market of candles alone asks these: each passes, refuses and is skipped here, for both sides.
  @Test(arguments: Direction.allCases) func whatAVenueTellsIsAskedOfTheSideThatItHurts(direction: Direction) throws {
    let scene = Scene.perfect(.balanced).facing(direction)
    let market = scene.market()
    let state = try #require(market.symbol("ETH/USDT", on: "synthetic"))
    func answer(_ gate: String) -> (GateResult.Outcome?, RejectionCode?) {
      let setup = Evaluator(profile: scene.profile, explains: true).evaluate(state, in: market, at: Scene.now).setup
      #expect(setup.direction == direction)
      return (setup.gates.first { $0.name == gate }?.outcome, setup.rejected?.code)
    }
    #expect(answer("depth") == (.skipped, nil))
    state.depth = direction == .bull ? (bids: 40_000, asks: 0) : (bids: 0, asks: 40_000)
    #expect(answer("depth") == (.passed, nil))
    state.depth = direction == .bull ? (bids: 20_000, asks: 1e9) : (bids: 1e9, asks: 20_000)
    #expect(answer("depth") == (.failed, .depth))
    state.quotedAt = Scene.now + -Timestamp.hour
    #expect(answer("depth") == (.skipped, nil))

    #expect(answer("funding") == (.skipped, nil))
    for (rate, outcome, code) in [(0.0004, GateResult.Outcome.passed, nil as RejectionCode?), (0.0006, .failed, .funding), (-0.01, .passed, nil)] {
      state.fundingRate = direction.sign * rate
      #expect(answer("funding") == (outcome, code))
    }
    state.fundingRate = direction.sign * 0.0006
    state.fundingAt = Scene.now + -25 * Timestamp.hour
    #expect(answer("funding") == (.skipped, nil))
  }

  @Test func theReferenceIsNeverItsOwnImpulse() throws {
    let scene = Scene.perfect(.balanced)
    let market = MarketState(profile: scene.profile)
    let state = try #require(market.symbol("BTC/USDT", on: "synthetic"))
    for frame in scene.frames { for _ in 0..<60 { Scene.feed(frame, to: state, in: market) } }
    let setup = Evaluator(profile: scene.profile).evaluate(state, in: market, at: Scene.now).setup
    #expect(setup.confluence?.btcImpulseGate == .skipped)
    let perpetual = try #require(market.symbol("ETH/USDT:USDT", on: "synthetic"))
    #expect(market.reference(for: perpetual) == nil)
  }

  @Test func aTouchMoreThanAllowedNoLongerAnchors() throws {
    for (touches, price, anchors) in [(0, 2030.0, true), (1, 2030, true), (2, 2030, false), (2, 1995, true), (3, 1995, false)] {
      var scene = Scene.perfect(.balanced)
      scene.changeAll {
        $0.structure.orderBlocks[0].touches = touches
        $0.candle.close = price
        $0.candle.high = 2040
      }
      #expect((scene.evaluation().sides.first?.isAnchored) == anchors, "\(touches) touches at \(price)")
    }
  }

  @Test func shorterCandlesTellWhatTheZoneDoesNotKnowYet() throws {
    var scene = Scene.perfect(.balanced)
    scene.frames.removeAll { [.h1, .m15].contains($0.timeframe) }
    let market = scene.market()
    let state = try #require(market.symbol("ETH/USDT", on: "synthetic"))
    let quarter = Timestamp.minute * 15
    var now = Scene.now
    for low in [1990.0, 1970] {
      now = now + quarter
      market.advance(to: now)
      for timeframe in [Timeframe.h1, .m15] {
        var frame = Scene.perfectFrame(timeframe, scene.profile)
        frame.structure.orderBlocks = []
        frame.candle.openTime = now + -quarter
        frame.candle.closeTime = now
        frame.candle.low = low
        for _ in 0..<60 { Scene.feed(frame, to: state, in: market) }
      }
      let side = try #require(Evaluator(profile: scene.profile).evaluate(state, in: market, at: now).sides.first)
      #expect(side.isAnchored == (low == 1990), "the block reaches from 1960 to 2000")
    }
  }
}
