import Market
import Profiles
import Testing

@testable import Structure

/// What must hold for every detector at once, on a synthetic corpus in whole ticks.
@Suite struct LawTests {
  static let corpus = Corpus.walk(seed: 7, count: 6000)

  @Test func everyKindFiresInBothDirections() {
    var engine = StructureEngine(rules: StructureRules())
    let events = engine.events(LawTests.corpus, .m15)
    for kind in StructureEvent.Kind.allCases {
      for direction in Direction.allCases {
        #expect(events.contains { $0.kind == kind && $0.direction == direction }, "\(kind.name) \(direction.label)")
      }
    }
  }

  @Test func theSequenceGoesAllTheWayInBothDirections() {
    var engine = StructureEngine(rules: StructureRules())
    var steps: Set<SequenceStep> = []
    for observed in engine.observe(Corpus.walk(seed: 8, count: 30_000), .m15) {
      if let state = observed.snapshot.sequence { steps.insert(SequenceStep(direction: state.direction, step: state.step)) }
    }
    for direction in Direction.allCases {
      for step in [SequenceState.Step.swept, .zoneLeft, .returned, .reacted] {
        #expect(steps.contains(SequenceStep(direction: direction, step: step)), "\(direction.label) \(step.label)")
      }
    }
  }

  private struct SequenceStep: Hashable {
    var direction: Direction
    var step: SequenceState.Step
  }

  /// What a longer series says about its first bars is what the shorter one said: nothing is known early, nothing is taken back.
  @Test(arguments: [1, 2, 14, 15, 40, 333, 1000, 1501]) func doesNotKnowTheFuture(_ length: Int) {
    var whole = StructureEngine(rules: StructureRules())
    var prefix = StructureEngine(rules: StructureRules())
    let all = whole.observe(Array(LawTests.corpus.prefix(1600)), .m15)
    // What follows the prefix is another series altogether.
    let other =
      Array(LawTests.corpus.prefix(length))
      + Corpus.walk(seed: 99, count: 100).map { candle in
        var late = candle
        late.openTime = candle.openTime + 100 * Timestamp.day
        late.closeTime = candle.closeTime + 100 * Timestamp.day
        return late
      }
    #expect(Array(prefix.observe(other, .m15).prefix(length)) == Array(all.prefix(length)))
  }

  @Test func mirroredInputGivesMirroredOutput() {
    let around = 200_000.0
    var engine = StructureEngine(rules: StructureRules())
    var mirror = StructureEngine(rules: StructureRules())
    engine.tick = 1
    mirror.tick = 1
    let straight = engine.observe(LawTests.corpus, .m15)
    let turned = mirror.observe(Corpus.mirrored(LawTests.corpus, around: around), .m15)
    for (index, pair) in zip(straight, turned).enumerated() {
      #expect(pair.0.events.map { $0.mirrored(around) } == pair.1.events, "bar \(index)")
      let expected = pair.0.snapshot.mirrored(around)
      #expect(expected.withoutPosition == pair.1.snapshot.withoutPosition, "bar \(index)")
      #expect(abs((expected.range?.position ?? 0) - (pair.1.snapshot.range?.position ?? 0)) < 1e-12)
      if expected.withoutPosition != pair.1.snapshot.withoutPosition { break }
    }
  }

  @Test(arguments: [0.03125, 0.5, 4, 1024]) func scaledInputGivesScaledOutput(_ factor: Double) {
    var engine = StructureEngine(rules: StructureRules())
    var scaled = StructureEngine(rules: StructureRules())
    engine.tick = 1
    scaled.tick = factor
    let small = engine.observe(LawTests.corpus, .m15)
    let large = scaled.observe(Corpus.scaled(LawTests.corpus, by: factor), .m15)
    for (index, pair) in zip(small, large).enumerated() {
      #expect(pair.0.events.map { $0.scaled(factor) } == pair.1.events, "bar \(index)")
      #expect(pair.0.snapshot.scaled(factor) == pair.1.snapshot, "bar \(index)")
      if pair.0.snapshot.scaled(factor) != pair.1.snapshot { break }
    }
  }

  @Test func idsAreUnique() {
    var engine = StructureEngine(rules: StructureRules())
    var seen: Set<FactID> = []
    for event in engine.events(LawTests.corpus, .m15) {
      switch event.change {
      case .swing, .structuralBreak, .gap, .sweep: #expect(seen.insert(event.id).inserted, "\(event.id.text)")
      case .block(let block) where block.sources.count == 1: #expect(seen.insert(event.id).inserted, "\(event.id.text)")
      case .pool(let pool) where pool.touches <= 2: #expect(seen.insert(event.id).inserted, "\(event.id.text)")
      default: #expect(seen.contains(event.id), "\(event.kind.name) of \(event.id.text) before it was known")
      }
    }
  }

  @Test func factsAreKnownAtTheCloseThatMakesThem() {
    var engine = StructureEngine(rules: StructureRules())
    for candle in LawTests.corpus {
      engine.update(candle, .m15)
      for event in engine.events {
        #expect(event.knownAt == candle.closeTime)
        #expect(event.at <= candle.openTime)
      }
    }
  }

  @Test func foldingTheEventsGivesTheLists() {
    var engine = StructureEngine(rules: StructureRules())
    var fold = Fold()
    for (index, candle) in LawTests.corpus.enumerated() {
      engine.update(candle, .m15)
      for event in engine.events { fold.take(event) }
      var snapshot = StructureSnapshot()
      engine.snapshot(.m15, cap: 1000, into: &snapshot)
      #expect(fold.blocks == Dictionary(uniqueKeysWithValues: snapshot.orderBlocks.map { ($0.id, $0.withoutAge) }), "bar \(index)")
      #expect(fold.gaps == Dictionary(uniqueKeysWithValues: snapshot.gaps.map { ($0.id, $0.withoutPrice) }), "bar \(index)")
      let resting = fold.pools.filter { $0.value.state == .resting }
      #expect(resting == Dictionary(uniqueKeysWithValues: snapshot.pools.map { ($0.id, $0) }), "bar \(index)")
      if index == 2500 { break }
    }
  }

  @Test func listsAreCappedAndNearestFirst() {
    var engine = StructureEngine(rules: StructureRules())
    for (index, observed) in engine.observe(Array(LawTests.corpus.prefix(3000)), .m15, cap: 2).enumerated() {
      let close = LawTests.corpus[index].close
      let snapshot = observed.snapshot
      for direction in Direction.allCases {
        #expect(snapshot.orderBlocks.filter { $0.direction == direction }.count <= 2)
        #expect(snapshot.gaps.filter { $0.direction == direction }.count <= 2)
        #expect(snapshot.pools.filter { $0.side == direction }.count <= 2)
        #expect(snapshot.sweeps.filter { $0.side == direction }.count <= 2)
      }
      let distances = snapshot.pools.map { abs($0.level - close) }
      #expect(distances == distances.sorted())
    }
  }

  @Test func memoryIsBoundedByLiveZones() {
    var engine = StructureEngine(rules: StructureRules())
    var snapshot = StructureSnapshot()
    var most = 0
    for (index, candle) in Corpus.walk(seed: 3, count: 20_000).enumerated() {
      engine.update(candle, .m15)
      guard index % 50 == 0 else { continue }
      engine.snapshot(.m15, cap: 100_000, into: &snapshot)
      most = max(most, snapshot.orderBlocks.count + snapshot.gaps.count + snapshot.pools.count)
    }
    #expect(most > 20 && most < 500)
  }

  @Test func seriesDoNotDisturbEachOther() {
    let hours = Corpus.built(LawTests.corpus, .h1)
    var alone = StructureEngine(rules: StructureRules())
    var together = StructureEngine(rules: StructureRules())
    let expected = alone.observe(hours, .h1)
    var found: [Observed] = []
    var next = 0
    for candle in LawTests.corpus {
      while next < hours.count, hours[next].closeTime <= candle.closeTime {
        found += together.observe([hours[next]], .h1)
        next += 1
      }
      together.update(candle, .m15)
    }
    #expect(found == expected)
  }

  @Test func breaksAreReadAgainstTheNextLongerTimeframe() {
    let hours = Corpus.built(LawTests.corpus, .h1)
    var engine = StructureEngine(rules: StructureRules())
    var snapshot = StructureSnapshot()
    var next = 0
    var seen: Set<Alignment> = []
    for candle in LawTests.corpus {
      while next < hours.count, hours[next].closeTime <= candle.closeTime {
        engine.update(hours[next], .h1)
        next += 1
      }
      engine.snapshot(.h1, cap: 0, into: &snapshot)
      let higher = snapshot.trend.outer.direction
      engine.update(candle, .m15)
      for event in engine.events {
        guard case .structuralBreak(let fact) = event.change else { continue }
        #expect(fact.alignment == (higher.map { $0 == fact.direction ? .with : .against } ?? .unknown))
        seen.insert(fact.alignment)
      }
    }
    #expect(seen.count == 3)
  }
}
