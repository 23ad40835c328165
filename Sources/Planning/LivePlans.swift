import Confluence
import Market
import Profiles

/// The plans of one symbol that still stand, ended by price and time alone: whether anybody followed them is not known here.
///
/// Price comes from the closes of the setups, and from candles where the stream carries them.
public struct LivePlans: Sendable {
  struct Live: Sendable {
    let setupID: String
    let planID: String
    let direction: Direction
    let near: Double
    let stop: Double
    let firstTarget: Double
    let lastTarget: Double
    let closeBeyond: Double
    let atr: Double
    let since: Timestamp
    let validUntil: Timestamp
    let holdMilliseconds: Int64
    /// The close at which price had traded through the limit.
    var enteredAt: Timestamp?
  }
  private(set) var plans: [Live] = []

  public init() {}

  public var isEmpty: Bool { plans.isEmpty }

  /// One price, or one candle that opened when the plan already stood.
  public mutating func observe(high: Double, low: Double, close: Double, from open: Timestamp, to time: Timestamp) {
    var index = 0
    while index < plans.count {
      if plans[index].since <= open, Self.ends(&plans[index], high: high, low: low, close: close, open: open, time: time) {
        plans.remove(at: index)
      } else {
        index += 1
      }
    }
  }

  private static func ends(
    _ plan: inout Live, high: Double, low: Double, close: Double, open: Timestamp, time: Timestamp
  ) -> Bool {
    let sign = plan.direction.sign
    let best = plan.direction == .bull ? high : low
    let worst = plan.direction == .bull ? low : high
    if plan.enteredAt == nil {
      if open >= plan.validUntil { return true }
      if sign * (plan.near - worst) > 0 {
        plan.enteredAt = time
      } else {
        return sign * (best - plan.firstTarget) >= 0 || sign * (plan.closeBeyond - close) > 0
      }
    }
    if sign * (plan.stop - worst) >= 0 || sign * (best - plan.lastTarget) >= 0 || sign * (plan.closeBeyond - close) > 0 { return true }
    return plan.enteredAt.map { open - $0 >= plan.holdMilliseconds } ?? false
  }

  /// Puts a new plan among the others: `already_planned` while one stands for the same setup, unless it still waits for its entry and the
  /// new one differs by the profile's material change; then the new one says which it supersedes.
  public mutating func admit(_ plan: TradePlan, of setup: Setup, rules: PlanRules) -> PlanOutcome {
    var plan = plan
    if let index = plans.firstIndex(where: { $0.setupID == setup.id }) {
      let standing = plans[index]
      let change = standing.change(to: plan)
      if standing.enteredAt != nil || change < rules.materialChange {
        return .rejected(
          Rejection(
            stage: "plan", code: .alreadyPlanned, value: rounded(change), threshold: rules.materialChange, detail: standing.planID))
      }
      plan.metadata.supersedes = standing.planID
      plans.remove(at: index)
    }
    plans.append(Live(plan, setup))
    return .planned(plan)
  }
}

extension LivePlans.Live {
  init(_ plan: TradePlan, _ setup: Setup) {
    self.init(
      setupID: setup.id, planID: plan.planID, direction: plan.direction, near: plan.entryZone.near, stop: plan.stopLoss.level,
      firstTarget: plan.targets[0].level, lastTarget: plan.targets[plan.targets.count - 1].level,
      closeBeyond: plan.invalidateIf.closeBeyond, atr: plan.metadata.atr, since: setup.asOf, validUntil: plan.validUntil,
      holdMilliseconds: Timestamp.span(hours: plan.metadata.holdHours))
  }

  /// The largest move of entry, stop or first target, in ATR of the plan that stands.
  func change(to plan: TradePlan) -> Double {
    max(abs(plan.entryZone.near - near), abs(plan.stopLoss.level - stop), abs(plan.targets[0].level - firstTarget)) / atr
  }
}
