import Confluence
import Market
import Profiles
import TestKit
import Testing

@testable import Planning

@Suite struct PlannerTests {
  static let count = Repository.cases(20_000)

  static func lenient(_ change: (inout Profile) -> Void = { _ in }) -> Profile {
    var profile = Profile.balanced
    profile.plan.minimumRewardRisk = 1.5
    change(&profile)
    return profile
  }

  /// Geometry, gates and completeness of whatever is planned; everything else is a named refusal.
  @Test func everyPlanIsWhole() throws {
    var source = SyntheticSetup(seed: 1)
    let profile = Self.lenient()
    let planner = Planner(profile)
    let instrument = SyntheticSetup.instrument()
    var planned = 0
    var refused: [RejectionCode: Int] = [:]
    for _ in 0..<Self.count {
      let setup = source.next()
      switch try planner.plan(setup, instrument: instrument) {
      case .planned(let plan):
        planned += 1
        let sign = plan.direction.sign
        let zone = plan.entryZone
        guard sign * (zone.far - plan.stopLoss.level) > 0, sign * (zone.near - zone.far) >= 0, sign * (setup.price - zone.near) >= 0,
          plan.targets.allSatisfy({ sign * ($0.level - zone.near) > 0 }), plan.faultyField == nil,
          plan.stopLoss.distanceATR >= 0.5, plan.stopLoss.distanceATR <= 3, plan.metadata.costShare <= 0.15,
          plan.targets[0].riskReward >= 1, plan.riskRewardWorst >= 1.5, plan.riskReward >= plan.riskRewardWorst,
          ([zone.near, zone.far, plan.stopLoss.level] + plan.targets.map(\.level)).allSatisfy({ ($0 * 2).rounded() == $0 * 2 })
        else {
          Issue.record("\(plan)")
          return
        }
        let costs = zone.near * 0.0002 + plan.stopLoss.level * (0.00055 + 0.0005)
        let reward = plan.targets.reduce(0) { $0 + $1.percentage / 100 * (sign * ($1.level - zone.near) - costs) }
        let ratio = reward / (sign * (zone.near - plan.stopLoss.level) + costs)
        guard abs(ratio - plan.riskRewardWorst) <= 1.01e-4, ratio >= plan.riskRewardWorst - 1e-9 else {
          Issue.record("\(ratio) \(plan.riskRewardWorst)")
          return
        }
      case .rejected(let rejection):
        refused[rejection.code, default: 0] += 1
        #expect(rejection.stage == "plan")
        if rejection.code != .noEntryZone { #expect(rejection.value != nil && rejection.threshold != nil) }
      case nil: Issue.record("not answered")
      }
    }
    #expect(planned > Self.count / 200)
    #expect(planned + refused.values.reduce(0, +) == Self.count)
    for code in [RejectionCode.stopTooWide, .stopTooTight, .costShare, .noTarget, .firstTargetTooNear, .firstTargetTooFar, .insufficientRewardRisk] {
      #expect(refused[code] != nil, "\(code) never happens")
    }
  }

  @Test func mirroredSetupsGiveMirroredPlans() throws {
    var source = SyntheticSetup(seed: 2)
    let planner = Planner(Self.lenient { $0.plan.slippage = 0 })
    let instrument = SyntheticSetup.instrument(free: true)
    func flip(_ price: Double) -> Double { 2 * SyntheticSetup.center - price }
    var planned = 0
    for _ in 0..<Self.count {
      let setup = source.next()
      switch (try planner.plan(setup, instrument: instrument), try planner.plan(setup.mirrored, instrument: instrument)) {
      case (.planned(let a), .planned(let b)):
        planned += 1
        guard b.direction == a.direction.opposite, b.entryZone.near == flip(a.entryZone.near), b.entryZone.far == flip(a.entryZone.far),
          b.stopLoss.level == flip(a.stopLoss.level), b.stopLoss.distanceATR == a.stopLoss.distanceATR,
          b.targets.map(\.level) == a.targets.map({ flip($0.level) }), b.targets.map(\.percentage) == a.targets.map(\.percentage),
          b.riskRewardWorst == a.riskRewardWorst, b.riskReward == a.riskReward, b.setupType == a.setupType,
          b.invalidateIf.closeBeyond == flip(a.invalidateIf.closeBeyond), b.metadata.entryKind == a.metadata.entryKind
        else {
          Issue.record("\(a)\n\(b)")
          return
        }
      case (.rejected(let a), .rejected(let b)):
        guard a.code == b.code, a.value == b.value else {
          Issue.record("\(a) \(b)")
          return
        }
      case (let a, let b):
        Issue.record("\(String(describing: a)) \(String(describing: b))")
        return
      }
    }
    #expect(planned > Self.count / 200)
  }

  @Test func refusedSetupsAreNeverPlanned() throws {
    var source = SyntheticSetup(seed: 3)
    let planner = Planner(Self.lenient())
    for _ in 0..<Self.count / 10 {
      var setup = source.next()
      setup.rejected = Rejection(stage: "score", code: .lowScore)
      #expect(try planner.plan(setup, instrument: nil) == nil)
      setup.rejected = nil
      for state in [SetupState.watching, .developing, .flat] {
        setup.state = state
        #expect(try planner.plan(setup, instrument: nil) == nil)
      }
      setup.state = .ready
      setup.direction = nil
      #expect(try planner.plan(setup, instrument: nil) == nil)
    }
  }

  @Test func namesDecideNothing() throws {
    var source = SyntheticSetup(seed: 4)
    let planner = Planner(Self.lenient())
    for _ in 0..<Self.count {
      let setup = source.next()
      var other = setup
      other.symbol = "ABC/USDT:USDT"
      other.exchange = "elsewhere"
      guard case .planned(let a) = try planner.plan(setup, instrument: SyntheticSetup.instrument()) else { continue }
      guard case .planned(var b) = try planner.plan(other, instrument: SyntheticSetup.instrument()) else {
        Issue.record("refused under another name")
        return
      }
      b.rationale = a.rationale
      #expect(a == b)
    }
  }

  @Test func withoutInstrumentThePlanSaysAssumed() throws {
    var source = SyntheticSetup(seed: 5)
    let planner = Planner(Self.lenient())
    while true {
      guard case .planned(let plan) = try planner.plan(source.next(), instrument: nil) else { continue }
      #expect(plan.metadata.instrument == "assumed")
      #expect(plan.metadata.tickSize == 0.1)
      #expect(plan.metadata.takerFee == 0.00055)
      break
    }
  }

  @Test func emptyFieldsAreNamed() throws {
    var source = SyntheticSetup(seed: 6)
    let planner = Planner(Self.lenient())
    while true {
      guard case .planned(let plan) = try planner.plan(source.next(), instrument: nil) else { continue }
      func field(_ change: (inout TradePlan) -> Void) -> String? {
        var copy = plan
        change(&copy)
        return copy.faultyField
      }
      #expect(field { _ in } == nil)
      #expect(field { $0.planID = "" } == "plan_id")
      #expect(field { $0.entryZone.source = "" } == "entry_zone.source")
      #expect(field { $0.entryZone.near = .nan } == "entry_zone.near_entry")
      #expect(field { $0.stopLoss.rationale = "" } == "stop_loss.rationale")
      #expect(field { $0.stopLoss.level = $0.entryZone.near } == "stop_loss.level")
      #expect(field { $0.targets = [] } == "targets")
      #expect(field { $0.targets[0].source = "" } == "targets[0].source")
      #expect(field { $0.targets[0].percentage = 0 } == "targets[0].percentage")
      #expect(field { $0.targets[0].level = $0.stopLoss.level } == "targets[0].level")
      #expect(field { $0.rationale = "" } == "rationale")
      #expect(field { $0.confidenceScore = 101 } == "confidence_score")
      break
    }
  }

  @Test func onlyProfilesThatAllowItUseExtensions() throws {
    var source = SyntheticSetup(seed: 7)
    var extended = 0
    for _ in 0..<5000 {
      var setup = source.next()
      setup.evidence = setup.evidence.filter { $0.id == setup.anchor }
      for index in setup.timeframes.indices { setup.timeframes[index].range = nil }
      if case .planned = try Planner(Self.lenient()).plan(setup, instrument: nil) { Issue.record("a plan without targets") }
      if case .planned(let plan) = try Planner(Self.lenient { $0.plan.allowExtension = true }).plan(setup, instrument: nil) {
        extended += 1
        #expect(plan.targets.allSatisfy { $0.source == "extension" })
        #expect(plan.direction.sign * (plan.targets[2].level - plan.entryZone.near) <= 3 * plan.metadata.atr)
      }
    }
    #expect(extended > 100)
  }

  /// Where costs refuse the planning timeframe, the fallback's own ATR and zones are asked.
  @Test func costsMoveThePlanToTheFallbackTimeframe() throws {
    var source = SyntheticSetup(seed: 8)
    let profile = Self.lenient {
      $0.timeframes.planning = .h1
      $0.timeframes.planningFallback = .h4
      $0.plan.maximumCostShare = 0.2
    }
    var without = profile
    without.timeframes.planningFallback = nil
    var moved = 0
    for _ in 0..<5000 {
      let setup = source.next()
      let plain = try Planner(without).plan(setup, instrument: nil)
      guard case .rejected(let rejection) = plain, rejection.code == .costShare else { continue }
      if case .planned(let plan) = try Planner(profile).plan(setup, instrument: nil) {
        moved += 1
        #expect(plan.metadata.planningTimeframe == .h4)
      }
    }
    #expect(moved > 0)
  }
}
