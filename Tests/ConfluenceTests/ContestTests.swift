import Market
import Profiles
import Structure
import Testing

@testable import Confluence

@Suite struct ContestTests {
  /// Scenes of all kinds: the perfect one, random ones, both ways up.
  private func scenes(_ count: Int = 150) -> [Scene] {
    var random = SplitMix(seed: 20_240_305)
    return Profile.builtIn.flatMap { profile in
      [Scene.perfect(profile), Scene.perfect(profile).mirrored()]
        + (0..<(count / 5)).map { _ in
          var scene = Scene(profile: profile, frames: profile.timeframes.all.map { Frame.random($0, &random) })
          scene.reference = [.h4, .h1].map { Frame.random($0, &random) }
          return scene
        }
    }
  }

  private func contest(_ scene: Scene, explains: Bool = false, carriesAll: Bool = true) throws -> Contest {
    let market = scene.market()
    let state = try #require(market.symbol("ETH/USDT", on: "synthetic"))
    return try #require(Evaluator(profile: scene.profile, explains: explains).contest(state, in: market, at: Scene.now, carriesAll: carriesAll))
  }

  @Test(arguments: [false, true]) func withoutOpinionsTheDecisionIsTheEvaluators(explains: Bool) throws {
    var states = Set<SetupState>()
    for scene in scenes() {
      let setup = scene.evaluation(explains: explains).setup
      states.insert(setup.state)
      #expect(try contest(scene, explains: explains).decided().setup == setup)
      #expect(try contest(scene, explains: explains, carriesAll: false).decided().setup == setup)
    }
    #expect(states.isSuperset(of: [.ready, .watching]))
  }

  @Test func aFactorTakesItsShare() throws {
    var contest = try contest(.perfect(.balanced))
    let before = contest.decided().setup
    contest.add([.factor(FactorResult(name: "mine", score: 0.5, weight: 0.2, hasData: true, rationale: "half"))], to: 0)
    let setup = contest.decided().setup
    let factors = try #require(setup.confluence?.factors)
    #expect(factors.count == Factor.all.count + 1 && factors.last?.name == "mine" && factors.last?.rationale == "half")
    #expect(abs(factors.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
    let old = try #require(before.confluence)
    let expected = 0.8 * old.factors.reduce(0) { $0 + $1.contribution } + 10 + old.synergyBonus - old.conflictPenalty
    #expect(abs((setup.confluence?.totalScore ?? 0) - min(100, expected)) < 0.0051)
  }

  @Test func noWeightOfOpinionsGoesBeyondItsBound() throws {
    for score in [0.0, 1] {
      var contest = try contest(.perfect(.balanced))
      let before = contest.contenders[1].setup.confluence?.totalScore ?? 0
      contest.add([.factor(FactorResult(name: "mine", score: score, weight: 0.3, hasData: true, rationale: ""))], to: 1)
      let after = contest.decided().sides[1].totalScore
      #expect(abs(after - before) <= 30.01)
      #expect((0...100).contains(after))
    }
  }

  @Test func aLowOpinionMakesASetupDevelop() throws {
    var scene = Scene.perfect(.balanced)
    scene.profile.score.minimumScore = 95
    var contest = try contest(scene)
    contest.add([.factor(FactorResult(name: "mine", score: 0.4, weight: 0.2, hasData: true, rationale: "low"))], to: 0)
    let setup = contest.decided().setup
    #expect(setup.state == .developing && setup.rejected?.code == .notReady)
    #expect(setup.rejected?.detail?.hasPrefix("missing mine 12") == true, "\(setup.rejected?.detail ?? "")")
    #expect(setup.evidence.isEmpty && setup.confluence?.factors.allSatisfy { $0.rationale.isEmpty } == true)
  }

  @Test(arguments: [false, true]) func aGateRefusesByName(explains: Bool) throws {
    var contest = try contest(.perfect(.balanced), explains: explains)
    contest.add(
      [
        .gate(GateResult(name: "calm", outcome: .passed)),
        .gate(GateResult(name: "night", outcome: .failed, value: 3, threshold: 2, detail: "night: no")),
      ], to: 0)
    let setup = contest.decided().setup
    // Without words a refused setup keeps the gates that failed.
    #expect(setup.gates.suffix(3).map(\.name) == (explains ? ["calm", "night", "minimum_score"] : ["night"]))
    #expect(setup.state == .watching)
    #expect(setup.rejected == Rejection(stage: "score", code: .plugin, value: 3, threshold: 2, detail: "night: no"))
  }

  @Test func aModelIsAFactorAndSaysWhoItIs() throws {
    var contest = try contest(.perfect(.balanced))
    let opinion = ModelOpinion(name: "m", version: "7", probability: 0.25)
    contest.add([.model(opinion, weight: 0.4)], to: 0)
    let setup = contest.decided().setup
    #expect(setup.model == opinion)
    #expect(setup.confluence?.factors.last?.name == "model" && setup.confluence?.factors.last?.contribution == 10)
    #expect(contest.decided().features == contest.contenders[0].features)
  }

  @Test func opinionsMayTurnTheChoice() throws {
    var contest = try contest(.perfect(.aggressive))
    for (place, score) in [0.0, 1].enumerated() {
      contest.add([.factor(FactorResult(name: "mine", score: score, weight: 0.99, hasData: true, rationale: ""))], to: place)
    }
    #expect(contest.decided().setup.direction == .bear)
  }
}

@Suite struct FeatureTests {
  @Test func namesAreUniqueAndWellFormed() {
    let names = Feature.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F } })
    #expect(Feature.all.allSatisfy { !$0.meaning.isEmpty && !$0.meaning.contains("|") && !$0.meaning.contains("\t") })
  }

  /// A market upside down gives the other direction the same vector, and no feature is the same number everywhere.
  @Test func vectorsMirror() throws {
    var random = SplitMix(seed: 20_240_306)
    var seen = [Set<Double>](repeating: [], count: Feature.all.count)
    func vectors(_ scene: Scene) throws -> [[Double]] {
      let market = scene.market()
      let state = try #require(market.symbol("ETH/USDT", on: "synthetic"))
      state.spread = 2
      return try #require(Evaluator(profile: scene.profile).contest(state, in: market, at: Scene.now, carriesAll: false)).contenders.map(\.features)
    }
    for _ in 0..<100 {
      var scene = Scene(profile: .balanced, frames: Profile.balanced.timeframes.all.map { Frame.random($0, &random) })
      scene.reference = [.h4, .h1].map { Frame.random($0, &random) }
      let (upright, flipped) = (try vectors(scene), try vectors(scene.mirrored()))
      for side in 0...1 {
        for (place, feature) in Feature.all.enumerated() {
          let (a, b) = (upright[side][place], flipped[1 - side][place])
          #expect(a == b || (a.isNaN && b.isNaN) || abs(a - b) <= 1e-9 * max(1, abs(a)), "\(feature.name): \(a), \(b)")
          if !a.isNaN { seen[place].insert(a) }
        }
      }
    }
    let calendar: Set = ["hour_of_day", "day_of_week", "spread"]
    for (feature, values) in zip(Feature.all, seen) where values.count < 2 && !calendar.contains(feature.name) {
      #expect(
        ["breadth", "factor_hour", "range_place", "volatility_rank", "trend_strong"].contains(feature.name), "\(feature.name) is always \(values)")
    }
  }
}
