import Confluence
import Market
import Planning
import Profiles
import Quoting
import Risk

/// An accepted plan laid out as labelled rows and paragraphs: what every form of message shows, each in its own markup. Each text is one line that
/// a terminal may show.
struct PlanSheet {
  struct Row: Hashable {
    var label: String
    var value: String
    /// Why, and from what; may be empty.
    var note: String

    init(label: String, value: String, note: String) {
      self.label = Quoting.terminal(label)
      self.value = Quoting.terminal(value)
      self.note = Quoting.terminal(note)
    }
  }

  /// `BTC/USDT LONG`.
  var title: String
  /// `intraday · score 71.3 · medium priority · as of … at 64310`.
  var subtitle: String
  var orders: [Row]
  var facts: [Row]
  var rationale: [String]
  /// One for each factor, the largest contribution first.
  var factors: [Row]
  /// What the factors leave unexplained of the score; empty when nothing.
  var adjustments: String
  var gates: String

  init(_ signal: Signal, _ plan: TradePlan, _ profile: Profile) {
    let setup = signal.setup
    let price = { (value: Double) in NumberText.significant(value) }
    let short = { (value: Double) in NumberText.significant(value, digits: 4) }

    title = Quoting.terminal("\(setup.symbol) \(plan.direction.trade)")
    subtitle = [
      "\(plan.setupType.label)", "score \(NumberText.fixed(plan.confidenceScore, decimals: 1))", "\(signal.priority(profile).label) priority",
      "as of \(setup.asOf.forPeople) at \(price(setup.price))",
    ].joined(separator: " · ")

    orders = [Row(label: "Entry", value: PlanSheet.zone(plan.entryZone), note: plan.entryZone.rationale)]
    orders.append(Row(label: "Stop", value: price(plan.stopLoss.level), note: plan.stopLoss.rationale))
    for (number, target) in plan.targets.enumerated() {
      let paid = "\(price(target.level)) (\(short(target.percentage)) %, \(short(target.riskReward)) R)"
      orders.append(Row(label: "Target \(number + 1)", value: paid, note: target.rationale))
    }

    facts = [
      Row(label: "Reward:risk", value: "\(short(plan.riskReward)), at worst \(short(plan.riskRewardWorst))", note: "after costs"),
      Row(
        label: "Valid until", value: plan.validUntil.forPeople,
        note: "unless a close beyond \(price(plan.invalidateIf.closeBeyond)) or a trade at \(price(plan.invalidateIf.tradeBeforeEntry)) comes first"),
    ]
    if let risk = signal.risk { facts += PlanSheet.position(risk, Symbol(setup.symbol)) }
    if let receipt = signal.receipt, receipt.status != .sent {
      facts.append(Row(label: "Message", value: receipt.status.phrase, note: receipt.detail ?? ""))
    }

    rationale = plan.rationale.unicodeScalars.split(separator: "\n").map { Quoting.terminal(String($0)) }
    let confluence = setup.confluence
    factors = (confluence?.factors ?? []).sorted { ($1.contribution, $0.name) < ($0.contribution, $1.name) }.map { factor in
      let product = "\(NumberText.fixed(factor.score, decimals: 2)) × \(short(factor.weight * 100))"
      return Row(
        label: factor.name, value: factor.hasData ? "\(NumberText.fixed(factor.contribution, decimals: 1)) = \(product)" : "no data",
        note: factor.rationale)
    }
    adjustments = Quoting.terminal(confluence.map { PlanSheet.adjustments($0) } ?? "")
    gates = Quoting.terminal(setup.gates.map { "\($0.name) \($0.outcome.label)" }.joined(separator: ", "))
  }

  private static func zone(_ zone: TradePlan.EntryZone) -> String {
    let near = NumberText.significant(zone.near)
    return zone.near == zone.far ? near : "\(near) (zone to \(NumberText.significant(zone.far)))"
  }

  private static func position(_ risk: RiskDecision, _ symbol: Symbol?) -> [Row] {
    let base = symbol?.base ?? "base", quote = symbol?.quote ?? "quote"
    let short = { (value: Double) in NumberText.significant(value, digits: 6) }
    var rows = [
      Row(
        label: "Position", value: "\(NumberText.significant(risk.positionSize)) \(base) (\(short(risk.notional)) \(quote))",
        note: "leverage \(short(risk.leverage)), account \(risk.account.label)"),
      Row(
        label: "Risk", value: "\(short(risk.riskAmount)) \(quote) (\(NumberText.significant(risk.riskPercentage, digits: 3)) %)",
        note: "costs of \(short(risk.fees)) \(quote) included"),
    ]
    if let liquidation = risk.liquidationPrice {
      rows.append(Row(label: "Liquidation", value: NumberText.significant(liquidation), note: "isolated"))
    }
    return rows
  }

  /// `synergy +5.0 (nested zones +3, volume +2), conflict −2.0 (…), regime …, SHORT scored 31.0`.
  private static func adjustments(_ confluence: ConfluenceBreakdown) -> String {
    var parts: [String] = []
    for (name, total, sign) in [("synergy", confluence.synergyBonus, 1.0), ("conflict", confluence.conflictPenalty, -1.0)] where total != 0 {
      let items = confluence.adjustments.filter { $0.points * sign > 0 }.map { "\($0.name) \(signed($0.points))" }
      parts.append("\(name) \(signed(abs(total) * sign))" + (items.isEmpty ? "" : " (\(items.joined(separator: ", ")))"))
    }
    parts.append("regime \(confluence.regime)")
    parts.append("\(confluence.oppositeDirection.trade) scored \(NumberText.fixed(confluence.oppositeScore, decimals: 1))")
    return parts.joined(separator: ", ")
  }

  private static func signed(_ points: Double) -> String { (points < 0 ? "−" : "+") + NumberText.fixed(abs(points), decimals: 1) }
}
