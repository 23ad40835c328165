import Confluence
import Market

/// A plan in the words of the trade: thesis, entry, invalidation, targets, what speaks against it, costs. Each number is the text of a
/// field of the record, digit for digit, and each level names the fact it comes from.
struct Rationale {
  let plan: TradePlan
  let setup: Setup

  /// - Parameter short: three lines, for small screens.
  func text(short: Bool) -> String {
    short
      ? [headline + ".", orders, "\(number(plan.riskRewardWorst)) R after costs; valid until \(plan.validUntil.text)."].joined(separator: "\n")
      : [thesis, entry, invalidation, targets, against, costs].joined(separator: "\n\n")
  }

  private var isLong: Bool { plan.direction == .bull }

  private var headline: String {
    "\(plan.direction.trade) \(setup.symbol), \(plan.setupType.label), score \(number(plan.confidenceScore)): "
      + "\(plan.metadata.planningTimeframe.label) \(plan.metadata.entryKind)"
  }

  private var orders: String {
    let targets = plan.targets.map { number($0.level) }.joined(separator: ", ")
    return "\(isLong ? "Buy" : "Sell") at \(number(plan.entryZone.near)), stop \(number(plan.stopLoss.level)), targets \(targets)."
  }

  private var thesis: String {
    var text = "Thesis: \(headline) with price at \(number(setup.price))"
    guard let confluence = setup.confluence else { return text + "." }
    text += ", \(Self.article(confluence.regime)) \(confluence.regime) regime."
    let carriers = confluence.factors.filter { $0.hasData && $0.contribution > 0 }.sorted { $0.contribution > $1.contribution }
    if !carriers.isEmpty { text += " Carried by \(Self.list(carriers.prefix(3).map(\.name)))." }
    switch confluence.htfAligned {
    case .with: text += " The higher timeframe agrees."
    case .against: text += " The higher timeframe disagrees."
    case .unknown: text += " What the higher timeframe does is unknown."
    }
    return text
  }

  private var entry: String {
    "Entry: one limit to \(isLong ? "buy" : "sell") at \(number(plan.entryZone.near)). \(plan.entryZone.rationale) "
      + "The idea allows fills as far as \(number(plan.entryZone.far)), never one that leaves less than \(number(plan.minFillRiskReward)) R. "
      + "The order is good until \(plan.validUntil.text)."
  }

  private var invalidation: String {
    "Invalidation: stop at \(number(plan.stopLoss.level)), \(number(plan.stopLoss.distanceATR)) ATR from the entry. \(plan.stopLoss.rationale) "
      + "Before the fill, a close \(isLong ? "below" : "above") \(number(plan.invalidateIf.closeBeyond)) or a trade at "
      + "\(number(plan.invalidateIf.tradeBeforeEntry)) cancels the order."
  }

  private var targets: String {
    let each = plan.targets.map {
      "\(number($0.percentage)) % at \(number($0.level)) for \(number($0.riskReward)) R (\($0.source))"
    }
    return "Targets: \(each.joined(separator: "; ")). Weighted and after costs \(number(plan.riskRewardWorst)) R from the limit, "
      + "\(number(plan.riskReward)) R from the middle of the zone. Expected to take \(number(plan.metadata.expectedHours)) hours: "
      + "\(Self.article(plan.setupType.label.description)) \(plan.setupType.label) trade. Closed at the market after "
      + "\(number(plan.metadata.holdHours)) hours."
  }

  private var against: String {
    var points: [String] = []
    if let confluence = setup.confluence {
      points.append("the other side scores \(number(confluence.oppositeScore))")
      if confluence.conflictPenalty > 0 { points.append("conflicts cost \(number(confluence.conflictPenalty)) points") }
      let silent = confluence.factors.filter { $0.weight > 0 && $0.hasData && $0.score == 0 }.map(\.name)
      if !silent.isEmpty { points.append("nothing from \(Self.list(silent))") }
      let blind = confluence.factors.filter { $0.weight > 0 && !$0.hasData }.map(\.name)
      if !blind.isEmpty { points.append("no data for \(Self.list(blind))") }
      if confluence.htfAligned == .against { points.append("the higher timeframe points the other way") }
    }
    if plan.targets.contains(where: { $0.source == TradePlan.Target.extensionSource }) { points.append("no opposing level confirms the targets") }
    if points.isEmpty { points.append("nothing measured") }
    return "Against it: \(points.joined(separator: "; "))."
  }

  private var costs: String {
    let metadata = plan.metadata
    return "Costs: \(number(metadata.costs)) a unit in and out through the stop, \(number(metadata.costShare)) of the risk; fees "
      + "\(number(metadata.makerFee)) resting and \(number(metadata.takerFee)) taking, slippage \(number(metadata.slippage)) "
      + "(\(metadata.instrument))."
  }

  private func number(_ value: Double) -> String { NumberText.significant(value) }

  private static func list(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }

  private static func article(_ word: String) -> String {
    word.first.map { "aeiou".contains($0) } == true ? "an" : "a"
  }
}
