import Market
import Profiles
import Structure
import Testing

@testable import Confluence

/// What takes one factor from 1 to 0, and nothing else needed.
private let removals: [(factor: String, edit: @Sendable (inout Frame) -> Void)] = [
  ("location", { $0.structure.orderBlocks = [] }),
  (
    "structure",
    {
      $0.structure.trend = .init(inner: .bearish, outer: .bearish)
      $0.structure.breaks = []
      $0.structure.sequence = nil
    }
  ),
  (
    "liquidity",
    {
      $0.structure.sweeps = []
      $0.structure.pools = []
    }
  ),
  (
    "momentum",
    {
      $0.indicators.plusDI = 10
      $0.indicators.minusDI = 30
      $0.structure.trend = .init(inner: .bearish, outer: .bearish)
      $0.indicators.macdHistogram = -2
    }
  ),
  ("alignment", { $0.structure.trend = .init(inner: .ranging, outer: .ranging) }),
  (
    "volume",
    {
      $0.indicators.volumeRatio = 1
      $0.structure.breaks[0].volumeRatio = 0.5
    }
  ),
  ("premium_discount", { $0.structure.range = DealingRange(high: 2005, low: 1900, position: 0.95, zone: .premium) }),
  ("volatility_cost", { $0.indicators.atrPercent = nil }),
]

private func profile(_ name: String) -> Profile { Profile.named(name) ?? .balanced }
private let names = Profile.builtIn.map(\.name)

@Suite struct FactorTests {
  @Test func everyFactorHasItsWeightInEveryProfile() {
    for profile in Profile.builtIn { #expect(Set(Factor.all.map(\.name)) == Set(profile.score.weights.keys)) }
    #expect(Set(removals.map(\.factor)).union(["hour"]) == Set(Factor.all.map(\.name)))
  }

  @Test(arguments: names, Direction.allCases) func theBestReachableScoreIsAHundred(name: String, direction: Direction) throws {
    let evaluation = Scene.perfect(profile(name)).facing(direction).evaluation()
    let side = try #require(evaluation.sides.first { $0.direction == direction })
    for factor in side.factors { #expect(factor.score == 1, "\(factor.name)") }
    #expect(abs(side.factors.reduce(0) { $0 + $1.contribution } - 100) < 1e-9)
    #expect(side.totalScore == 100)
    #expect(evaluation.setup.direction == direction)
    #expect(evaluation.setup.state == .ready)
    #expect(evaluation.setup.rejected == nil)
  }

  @Test(arguments: removals.map(\.factor), Direction.allCases) func withoutItsEvidenceAFactorScoresNothing(factor: String, direction: Direction)
    throws
  {
    let removal = try #require(removals.first { $0.factor == factor })
    var scene = Scene.perfect(.balanced)
    scene.changeAll(removal.edit)
    let sides = scene.facing(direction).evaluation().sides
    let side = try #require(sides.first { $0.direction == direction })
    let result = try #require(side.factors.first { $0.name == factor })
    #expect(result.score == 0)
    #expect(result.contribution == 0)
  }

  @Test(arguments: Direction.allCases) func inARangeMomentumIsExhaustion(direction: Direction) throws {
    var scene = Scene.perfect(.range)
    scene.changeAll {
      $0.indicators.adx = 12
      $0.indicators.rsi = 25
      $0.indicators.bbPercent = 0
    }
    let sides = scene.facing(direction).evaluation(explains: true).sides
    let with = try #require(sides.first { $0.direction == direction }?.factors.first { $0.name == "momentum" })
    let against = try #require(sides.first { $0.direction != direction }?.factors.first { $0.name == "momentum" })
    #expect(with.score == 1)
    #expect(against.score == 0)
    #expect(with.rationale.hasPrefix("in a range: RSI"))
  }

  @Test(arguments: Direction.allCases) func theHourOfTheWeekSpeaksOfItsOwnHistory(direction: Direction) throws {
    func hour(_ weeks: Int, _ isLively: Bool) throws -> FactorResult {
      var scene = Scene.perfect(.balanced)
      (scene.weeks, scene.isLively) = (weeks, isLively)
      let side = scene.facing(direction).evaluation(explains: true).sides.first { $0.direction == direction }
      return try #require(side?.factors.first { $0.name == "hour" })
    }
    #expect(try hour(5, true).score == 1)
    #expect(try hour(5, false).score == 0)
    #expect(try hour(5, false).hasData)
    #expect(try !hour(2, true).hasData)
    #expect(try hour(25, true).score == 1)
  }

  @Test func absentEvidenceSaysSo() throws {
    var scene = Scene.perfect(.balanced)
    scene.changeAll {
      $0.indicators.rsi = nil
      $0.indicators.adx = nil
    }
    let side = try #require(scene.evaluation(explains: true).sides.first)
    let momentum = try #require(side.factors.first { $0.name == "momentum" })
    #expect(!momentum.hasData && momentum.score == 0)
    #expect(momentum.rationale == "no oscillator yet")
  }

  @Test func anUnknownContextScoresNothingAndSaysSo() throws {
    var scene = Scene.perfect(.balanced)
    scene.bars = 29
    let side = try #require(scene.evaluation(explains: true).sides.first)
    let alignment = try #require(side.factors.first { $0.name == "alignment" })
    #expect(!alignment.hasData && alignment.score == 0)
    #expect(alignment.rationale == "context trend: 1w unknown, 1d unknown")
    scene.bars = 30
    let later = try #require(scene.evaluation(explains: true).sides.first?.factors.first { $0.name == "alignment" })
    #expect(later.score == 0.5)
  }

  @Test func rationalesOnlyWhereTheyAreRead() throws {
    let ready = Scene.perfect(.balanced).evaluation()
    #expect(ready.setup.confluence?.factors.allSatisfy { !$0.rationale.isEmpty } == true)
    var poor = Scene.perfect(.balanced)
    poor.profile.score.volatilityFloor = 50
    let refused = poor.evaluation()
    #expect(refused.setup.rejected?.code == .volatilityFloor)
    #expect(refused.setup.confluence?.factors.allSatisfy { $0.rationale.isEmpty } == true)
    #expect(poor.evaluation(explains: true).setup.confluence?.factors.allSatisfy { !$0.rationale.isEmpty } == true)
  }
}
