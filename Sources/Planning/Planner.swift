import Confluence
import Market
import Profiles
import Structure

/// What becomes of a setup.
public enum PlanOutcome: Hashable, Sendable {
  case planned(TradePlan)
  case rejected(Rejection)
}

/// A plan that must not leave, because a field of it is empty or contradicts another: a fault of the program, never of the market.
public struct PlanFault: Error, Equatable, Sendable {
  /// As the record spells it: `targets[1].source`.
  public var field: String

  public init(field: String) { self.field = field }
}

/// Turns an accepted setup into entry, stop and targets, or into the reason why not. Pure: the same setup always gives the same plan.
public struct Planner: Sendable {
  public let profile: Profile
  var rules: PlanRules { profile.plan }

  public init(_ profile: Profile) { self.profile = profile }

  /// - Parameters:
  ///   - setup: accepted: `ready`, with a direction, not rejected. For any other the answer is `nil`.
  ///   - instrument: absent where the stream says nothing; defaults serve then, and the plan says `assumed`.
  public func plan(_ setup: Setup, instrument: Instrument?) throws(PlanFault) -> PlanOutcome? {
    guard setup.rejected == nil, setup.state == .ready, let direction = setup.direction else { return nil }
    let outcome = try plan(setup, direction, on: profile.timeframes.planning, instrument)
    guard case .rejected(let rejection) = outcome, rejection.code == .costShare, let longer = profile.timeframes.planningFallback,
      case .planned(let plan) = try plan(setup, direction, on: longer, instrument)
    else { return outcome }
    return .planned(plan)
  }

  private func plan(
    _ setup: Setup, _ direction: Direction, on timeframe: Timeframe, _ known: Instrument?
  ) throws(PlanFault) -> PlanOutcome {
    guard let atr = setup.atr(timeframe), atr > 0 else {
      return .rejected(Rejection(stage: "plan", code: .dataIncomplete, detail: "no ATR of \(timeframe.label)"))
    }
    let entries = EntryFinder(setup: setup, direction: direction, timeframe: timeframe, atr: atr, rules: rules).candidates()
    let kind: Instrument.Kind = Symbol(setup.symbol)?.kind ?? .spot
    let instrument = known ?? .assumed(kind, price: setup.price)
    let draft = PlanDraft(
      setup: setup, direction: direction, timeframe: timeframe, atr: atr, profile: profile, instrument: instrument, isAssumed: known == nil)
    var refused = Rejection(stage: "plan", code: .noEntryZone, detail: "none on \(timeframe.label) or longer")
    for entry in entries {
      switch draft.geometry(entry) {
      case .success(let geometry):
        let plan = draft.complete(geometry)
        if let field = plan.faultyField { throw PlanFault(field: field) }
        return .planned(plan)
      case .failure(let refusal): refused = refusal.rejection
      }
    }
    return .rejected(refused)
  }
}

extension TradePlan {
  /// In hours: more than the longest timeframe and `plan.hold_bars` make.
  public static let longestHold = 1e7

  /// The first field that is empty, not finite, or on the wrong side; `nil` for a plan that may leave.
  public var faultyField: String? {
    func isBad(_ value: Double) -> Bool { !(value.isFinite && value > 0) }
    let sign = direction.sign
    if planID.isEmpty { return "plan_id" }
    if isBad(entryZone.near) { return "entry_zone.near_entry" }
    if isBad(entryZone.far) || sign * (entryZone.near - entryZone.far) < 0 { return "entry_zone.far_entry" }
    if entryZone.rationale.isEmpty { return "entry_zone.rationale" }
    if entryZone.source.isEmpty { return "entry_zone.source" }
    if isBad(stopLoss.level) || sign * (entryZone.far - stopLoss.level) <= 0 { return "stop_loss.level" }
    if isBad(stopLoss.distanceATR) { return "stop_loss.distance_atr" }
    if stopLoss.rationale.isEmpty { return "stop_loss.rationale" }
    if stopLoss.source.isEmpty { return "stop_loss.source" }
    if targets.isEmpty { return "targets" }
    var last = entryZone.near
    for (index, target) in targets.enumerated() {
      if isBad(target.level) || sign * (target.level - last) <= 0 { return "targets[\(index)].level" }
      if isBad(target.percentage) { return "targets[\(index)].percentage" }
      if !target.riskReward.isFinite { return "targets[\(index)].risk_reward" }
      if target.rationale.isEmpty { return "targets[\(index)].rationale" }
      if target.source.isEmpty { return "targets[\(index)].source" }
      last = target.level
    }
    if abs(targets.reduce(0) { $0 + $1.percentage } - 100) > 1e-6 { return "targets.percentage" }
    if isBad(riskReward) { return "risk_reward" }
    if isBad(riskRewardWorst) { return "risk_reward_worst" }
    if !(confidenceScore >= 0 && confidenceScore <= 100) { return "confidence_score" }
    if isBad(invalidateIf.closeBeyond) || isBad(invalidateIf.tradeBeforeEntry) { return "invalidate_if" }
    if isBad(minFillRiskReward) { return "min_fill_risk_reward" }
    if rationale.isEmpty { return "rationale" }
    if isBad(metadata.holdHours) || metadata.holdHours > TradePlan.longestHold { return "metadata.hold_hours" }
    if isBad(metadata.atr) || isBad(metadata.tickSize) || metadata.entryKind.isEmpty { return "metadata" }
    return nil
  }
}
