import Market
import Profiles
import Structure
import Testing

@testable import Confluence

@Suite struct RegimeTests {
  private func values(adx: Double, up: Bool, atrPercent: Double = 1) -> IndicatorValues {
    var values = IndicatorValues()
    values.adx = adx
    values.plusDI = up ? 30 : 10
    values.minusDI = up ? 10 : 30
    values.atrPercent = atrPercent
    return values
  }

  private func regime(_ tracker: RegimeTracker, _ structure: Trend = .ranging) -> SymbolRegime {
    SymbolRegime(tracker, structure: structure, ScoreRules())
  }

  @Test(arguments: [true, false]) func aTrendNeedsThreeReadingsAndHoldsBetweenTheBounds(up: Bool) {
    let side: Direction = up ? .bull : .bear
    var tracker = RegimeTracker(ScoreRules())
    for expected in [nil, nil, side] as [Direction?] {
      tracker.read(values(adx: 30, up: up))
      #expect(tracker.movement == expected)
    }
    for _ in 0..<5 { tracker.read(values(adx: 22, up: up)) }
    #expect(tracker.movement == side)
    for expected in [side, side, nil] as [Direction?] {
      tracker.read(values(adx: 15, up: up))
      #expect(tracker.movement == expected)
    }
    for _ in 0..<5 { tracker.read(values(adx: 22, up: up)) }
    #expect(tracker.movement == nil)
    for _ in 0..<3 { tracker.read(values(adx: 36, up: up)) }
    #expect(regime(tracker).isStrong)
    #expect(regime(tracker).label == (up ? "strong_up_unknown" : "strong_down_unknown"))
  }

  @Test func anInterruptedChangeStartsOver() {
    var tracker = RegimeTracker(ScoreRules())
    for adx in [30.0, 30, 10, 30, 30] { tracker.read(values(adx: adx, up: true)) }
    #expect(tracker.movement == nil)
    tracker.read(values(adx: 30, up: true))
    #expect(tracker.movement == .bull)
  }

  @Test func structureThatDisagreesIsNoTrend() {
    var tracker = RegimeTracker(ScoreRules())
    for _ in 0..<5 { tracker.read(values(adx: 40, up: true)) }
    #expect(regime(tracker, .bearish).trend == nil && !regime(tracker, .bearish).isStrong)
    #expect(regime(tracker, .bullish).trend == .bull && regime(tracker, .ranging).trend == .bull)
  }

  @Test func bandsComeFromTheSymbolsOwnHistory() {
    var tracker = RegimeTracker(ScoreRules())
    for i in 0..<49 { tracker.read(values(adx: 10, up: true, atrPercent: Double(i % 7) + 1)) }
    #expect(tracker.band == nil)
    for i in 0..<200 { tracker.read(values(adx: 10, up: true, atrPercent: Double(i % 7) + 1)) }
    #expect(tracker.volatilityRank != nil)
    for _ in 0..<3 { tracker.read(values(adx: 10, up: true, atrPercent: 50)) }
    #expect(tracker.band == .elevated)
    for _ in 0..<3 { tracker.read(values(adx: 10, up: true, atrPercent: 0.01)) }
    #expect(tracker.band == .compressed)
    #expect(regime(tracker).label == "sideways_compressed")
  }

  @Test func ranksAgreeWithCountingThem() {
    var random = SplitMix(seed: 7)
    var rank = RollingRank(window: 50)
    var all: [Double] = []
    for _ in 0..<400 {
      let value = Double(Int.random(in: 0..<30, using: &random))
      rank.add(value)
      all.append(value)
      let window = all.suffix(50)
      let below = Double(window.count { $0 < value }) + Double(window.count { $0 == value }) / 2
      #expect(rank.rank(of: value) == below / Double(window.count))
      #expect(rank.count == window.count)
    }
  }

  @Test func breadthIsOfTheInstantBefore() throws {
    let market = MarketState(profile: .balanced)
    var now = Scene.now
    for step in 0..<4 {
      now = now + 4 * Timestamp.hour
      market.advance(to: now)
      for i in 0..<6 {
        let state = try #require(market.symbol("S\(i)/USDT", on: "synthetic"))
        var frame = Scene.perfectFrame(.h4, .balanced)
        frame.candle.closeTime = now
        Scene.feed(frame, to: state, in: market)
        #expect(market.breadth.lean == (step < 3 ? nil : .bull), "three readings make a trend, and it shows an instant later")
      }
    }
    #expect(market.breadth.share(.bull) == 1 && market.breadth.share(.bear) == 0)
  }

  @Test func theMarketsLabelNeedsBreadthAndReference() {
    var up = RegimeTracker(ScoreRules())
    for _ in 0..<3 { up.read(values(adx: 30, up: true)) }
    let idle = RegimeTracker(ScoreRules())
    var breadth = Breadth()
    #expect(Regime(symbol: regime(up), reference: regime(idle), breadth: breadth) == .trend)
    #expect(Regime(symbol: regime(idle), reference: regime(up), breadth: breadth) == .range)
    for _ in 0..<5 { breadth.move(from: nil, known: false, to: .bull) }
    breadth.advance(to: Scene.now)
    #expect(Regime(symbol: regime(idle), reference: regime(up), breadth: breadth) == .riskOn)
    #expect(Regime(symbol: regime(idle), reference: regime(idle), breadth: breadth) == .range)
    for _ in 0..<5 { breadth.move(from: .bull, known: true, to: .bear) }
    breadth.advance(to: Scene.now + 1)
    var down = RegimeTracker(ScoreRules())
    for _ in 0..<3 { down.read(values(adx: 30, up: false)) }
    #expect(Regime(symbol: regime(up), reference: regime(down), breadth: breadth) == .riskOff)
  }
}
