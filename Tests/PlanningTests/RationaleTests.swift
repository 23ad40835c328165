import Confluence
import Market
import Profiles
import Testing

@testable import Planning

@Suite struct RationaleTests {
  /// Numbers as they stand in the text. What touches a letter, a dash or a colon belongs to an id, a timeframe, a symbol or a time.
  static func numbers(in text: String) -> [String] {
    text.split { " \n,;()".contains($0) }.map { $0.last == "." || $0.last == ":" ? String($0.dropLast()) : String($0) }.filter {
      !$0.isEmpty && $0.allSatisfy { $0.isNumber || $0 == "." || $0 == "-" } && $0.contains { $0.isNumber }
    }
  }

  static func fields(_ plan: TradePlan, _ setup: Setup) -> Set<String> {
    let metadata = plan.metadata
    var values = [
      plan.entryZone.near, plan.entryZone.far, plan.stopLoss.level, plan.stopLoss.distanceATR, plan.riskReward, plan.riskRewardWorst,
      plan.confidenceScore, plan.invalidateIf.closeBeyond, plan.invalidateIf.tradeBeforeEntry, plan.minFillRiskReward, metadata.atr,
      metadata.expectedHours, metadata.holdHours, metadata.costs, metadata.costShare, metadata.firstTargetATR, metadata.tickSize,
      metadata.makerFee, metadata.takerFee, metadata.slippage, setup.price,
    ]
    for target in plan.targets { values += [target.level, target.percentage, target.riskReward] }
    if let confluence = setup.confluence { values += [confluence.oppositeScore, confluence.conflictPenalty] }
    return Set(values.map { NumberText.significant($0) })
  }

  @Test(arguments: [true, false]) func everyNumberIsAField(short: Bool) throws {
    var source = SyntheticSetup(seed: 11)
    let planner = Planner(PlannerTests.lenient { $0.plan.shortRationale = short })
    var planned = 0
    for _ in 0..<5_000 {
      let setup = source.next()
      guard case .planned(let plan) = try planner.plan(setup, instrument: SyntheticSetup.instrument()) else { continue }
      planned += 1
      let texts = [plan.rationale, plan.entryZone.rationale, plan.stopLoss.rationale] + plan.targets.map(\.rationale)
      let known = Self.fields(plan, setup)
      for text in texts {
        for number in Self.numbers(in: text) where !known.contains(number) {
          Issue.record("\(number) is no field of: \(text)")
          return
        }
      }
      let found = Self.numbers(in: plan.rationale)
      #expect(found.count >= (short ? 5 : 15))
      let parts = plan.rationale.split(separator: "\n", omittingEmptySubsequences: true)
      #expect(parts.count == (short ? 3 : 6))
    }
    #expect(planned > 50)
  }

  @Test func readsLikeThis() throws {
    var source = SyntheticSetup(seed: 12)
    let planner = Planner(PlannerTests.lenient())
    while true {
      let setup = source.next(.bull)
      guard case .planned(let plan) = try planner.plan(setup, instrument: SyntheticSetup.instrument()), plan.targets.count > 1 else { continue }
      for heading in ["Thesis: LONG", "Entry: one limit to buy", "Invalidation: stop", "Targets: ", "Against it: ", "Costs: "] {
        #expect(plan.rationale.contains(heading))
      }
      for target in plan.targets { #expect(plan.rationale.contains(target.source)) }
      break
    }
  }
}
