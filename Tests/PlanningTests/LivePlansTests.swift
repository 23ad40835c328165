import Confluence
import Market
import Profiles
import Testing

@testable import Planning

@Suite struct LivePlansTests {
  static let hour = Timestamp.hour

  /// A planned setup, moved so that LONG stands for both directions: the distances are what the tests use.
  static func planned(_ direction: Direction) throws -> (setup: Setup, plan: TradePlan) {
    var source = SyntheticSetup(seed: 21)
    let planner = Planner(PlannerTests.lenient())
    while true {
      let setup = source.next(direction)
      if case .planned(let plan) = try planner.plan(setup, instrument: SyntheticSetup.instrument()), plan.targets.count == 3,
        direction.sign * (setup.price - plan.entryZone.near) > 10
      {
        return (setup, plan)
      }
    }
  }

  static func isStanding(_ plans: LivePlans) -> Bool { !plans.isEmpty }

  private func observe(_ plans: inout LivePlans, _ prices: Double..., after hours: Int64, since: Timestamp) {
    for price in prices {
      let time = since + hours * Self.hour
      plans.observe(high: price, low: price, close: price, from: time, to: time)
    }
  }

  @Test(arguments: Direction.allCases) func priceAloneEndsAPlan(_ direction: Direction) throws {
    let (setup, plan) = try Self.planned(direction)
    let sign = direction.sign
    let rules = PlanRules()
    var fresh = LivePlans()
    #expect(fresh.admit(plan, of: setup, rules: rules) == .planned(plan))
    let near = plan.entryZone.near

    var plans = fresh
    observe(&plans, near + sign, after: 1, since: setup.asOf)
    #expect(Self.isStanding(plans))
    observe(&plans, plan.targets[0].level, after: 2, since: setup.asOf)
    #expect(!Self.isStanding(plans), "the first target before the entry ends it")

    plans = fresh
    observe(&plans, near - sign, plan.targets[0].level, after: 1, since: setup.asOf)
    #expect(Self.isStanding(plans), "after the entry the first target does not")
    observe(&plans, plan.targets[2].level, after: 2, since: setup.asOf)
    #expect(!Self.isStanding(plans), "the last target does")

    plans = fresh
    observe(&plans, plan.stopLoss.level, after: 1, since: setup.asOf)
    #expect(!Self.isStanding(plans), "the stop ends it")

    plans = fresh
    observe(&plans, plan.invalidateIf.closeBeyond - sign * 0.5, after: 1, since: setup.asOf)
    #expect(!Self.isStanding(plans), "a close beyond the zone ends it")

    plans = fresh
    observe(&plans, near + sign, after: 96, since: setup.asOf)
    #expect(!Self.isStanding(plans), "an unfilled order ends when it is no longer valid")

    plans = fresh
    observe(&plans, near - sign, after: 1, since: setup.asOf)
    observe(&plans, near + sign, after: 192, since: setup.asOf)
    #expect(Self.isStanding(plans), "a filled one stands for as long as it may be held")
    observe(&plans, near + sign, after: 193, since: setup.asOf)
    #expect(!Self.isStanding(plans))
  }

  @Test func candlesThatOpenedBeforeThePlanSayNothing() throws {
    let (setup, plan) = try Self.planned(.bull)
    var plans = LivePlans()
    _ = plans.admit(plan, of: setup, rules: PlanRules())
    plans.observe(high: 1e9, low: 1, close: 1, from: setup.asOf + -1, to: setup.asOf + Self.hour)
    #expect(Self.isStanding(plans))
  }

  @Test func theSameIdeaIsPlannedOnce() throws {
    let (setup, plan) = try Self.planned(.bear)
    let rules = PlanRules()
    var plans = LivePlans()
    _ = plans.admit(plan, of: setup, rules: rules)
    guard case .rejected(let rejection) = plans.admit(plan, of: setup, rules: rules) else {
      Issue.record("planned twice")
      return
    }
    #expect(rejection.code == .alreadyPlanned)
    #expect(rejection.detail == plan.planID)
    #expect(rejection.value == 0 && rejection.threshold == rules.materialChange)

    var moved = plan
    moved.planID = "plan-moved"
    moved.stopLoss.level += plan.metadata.atr
    guard case .planned(let replacing) = plans.admit(moved, of: setup, rules: rules) else {
      Issue.record("a material change was refused")
      return
    }
    #expect(replacing.metadata.supersedes == plan.planID)

    observe(&plans, plan.entryZone.near + 1, after: 1, since: setup.asOf)
    #expect(Self.isStanding(plans))
    guard case .rejected(let entered) = plans.admit(plan, of: setup, rules: rules) else {
      Issue.record("a plan that price has entered was replaced")
      return
    }
    #expect(entered.detail == "plan-moved")
  }
}
