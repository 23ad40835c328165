import Market
import Profiles
import Testing

@testable import Structure

/// Series that give little to read: what comes out is defined all the same.
@Suite struct EdgeTests {
  @Test func oneCandle() {
    var engine = StructureEngine(rules: StructureRules())
    let observed = engine.observe(Array(LawTests.corpus.prefix(1)), .m15)
    #expect(observed[0].events.isEmpty)
    #expect(observed[0].snapshot == StructureSnapshot())
  }

  @Test func nothingFedYet() {
    var engine = StructureEngine(rules: StructureRules())
    var snapshot = StructureSnapshot()
    snapshot.pools = [
      LiquidityPool(
        id: FactID(.dayPool, .m15, .bull, at: Corpus.start), level: 1, side: .bull, touches: 1, firstAt: Corpus.start, lastAt: Corpus.start,
        state: .resting)
    ]
    engine.snapshot(.h1, cap: 2, into: &snapshot)
    #expect(snapshot == StructureSnapshot())
  }

  /// No price moves: the extremes of days and sessions are known, and nothing else; no number is infinite.
  @Test func flatSeries() {
    var engine = StructureEngine(rules: StructureRules())
    var flat = LawTests.corpus
    for index in flat.indices { (flat[index].open, flat[index].high, flat[index].low, flat[index].close) = (100, 100, 100, 100) }
    let observed = engine.observe(flat, .m15)
    let kinds = Set(observed.flatMap(\.events).map(\.kind))
    #expect(kinds == [.poolFormed, .poolEnded])
    #expect(observed.allSatisfy { $0.snapshot.range == nil && $0.snapshot.sequence == nil && $0.snapshot.trend.outer == .ranging })
  }

  @Test func withoutVolumeThereIsNoVolumeRatio() {
    var engine = StructureEngine(rules: StructureRules())
    var dry = LawTests.corpus
    for index in dry.indices { dry[index].volume = 0 }
    var breaks = 0
    for event in engine.events(dry, .m15) {
      guard case .structuralBreak(let fact) = event.change else { continue }
      breaks += 1
      #expect(fact.volumeRatio == nil)
    }
    #expect(breaks > 0)
  }

  /// A hole of ten candles: no swing's window and no gap spans it, and no true range comes from across it.
  @Test(arguments: [101, 640, 1203]) func nothingIsReadAcrossAHole(_ hole: Int) {
    var series = Array(LawTests.corpus.prefix(1500))
    for index in series.indices where index >= hole {
      series[index].openTime = series[index].openTime + 150 * Timestamp.minute
      series[index].closeTime = series[index].closeTime + 150 * Timestamp.minute
    }
    let numbers = Dictionary(uniqueKeysWithValues: series.enumerated().map { ($1.openTime, $0) })
    var engine = StructureEngine(rules: StructureRules())
    for event in engine.events(series, .m15) {
      guard let number = numbers[event.id.at] else { continue }
      switch event.change {
      case .swing(_, let scope, _, _):
        let span = scope == .inner ? 5 : 20
        #expect(hole <= number - span || hole > number + span, "\(event.id.text)")
      case .gap: #expect(hole < number || hole > number + 1, "\(event.id.text)")
      default: break
      }
    }
    // A jump of the price over the hole leaves the average as it is.
    var average = AverageTrueRange(length: 14)
    for _ in 0..<14 { average.update(high: 105, low: 95, previousClose: 100) }
    average.update(high: 505, low: 495, previousClose: nil)
    #expect(average.value == 10)
  }

  @Test func averageTrueRangeIsWilders() {
    var average = AverageTrueRange(length: 3)
    average.update(high: 10, low: 8, previousClose: nil)
    average.update(high: 11, low: 9, previousClose: 9)
    #expect(average.value == nil)
    average.update(high: 15, low: 13, previousClose: 10)
    #expect(average.value == 3)
    average.update(high: 14, low: 8, previousClose: 14)
    #expect(average.value == 4)
  }

  /// Far beyond what a stream lists, and none at all.
  @Test func anyCapIsFine() {
    for cap in [0, 1, 50] {
      var rules = StructureRules()
      rules.cap = cap
      var engine = StructureEngine(rules: rules)
      let last = engine.observe(LawTests.corpus, .m15, cap: cap).last
      #expect(cap > 0 || last?.snapshot.orderBlocks.isEmpty == true)
      #expect((last?.snapshot.gaps.count ?? 0) <= 2 * cap)
    }
  }
}
