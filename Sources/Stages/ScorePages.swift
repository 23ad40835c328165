import Confluence
import Market
import Profiles
import Stage

/// What ss-score says to people: what each gate and factor means, and how one evaluation came about.
enum ScorePages {
  /// All gates and factors, or the one called `name`; of `codes`, those with which it refuses.
  static func explanation(of name: String) throws(StageError) -> String {
    if name == "codes" { return RejectionPages.table(of: "score") }
    let gates = Gate.shown.map { ("gate", $0.name, $0.meaning) }
    let factors = Factor.all.map { ("factor", $0.name, $0.meaning) }
    let wanted = (gates + factors).filter { name.isEmpty || $0.1 == name }
    guard !wanted.isEmpty else {
      throw .usage(
        "no gate or factor is called \(name)",
        hint: "ss-score --explain lists them, --explain=codes its refusals; --explain=all writes every rationale into the setups")
    }
    return wanted.map { "\($0.0) \($0.1)\n    \($0.2)\n" }.joined()
  }

  /// One evaluation in text: the setup, then both sides next to each other, gate by gate and factor by factor.
  static func why(_ evaluation: Evaluation, _ profile: Profile) -> String {
    let setup = evaluation.setup
    var lines = [
      "\(setup.symbol) on \(setup.exchange), \(profile.name), at \(setup.asOf.text), price \(NumberText.significant(setup.price))",
      "\(setup.direction.map { "\($0.trade)" } ?? "FLAT") \(setup.state.label)"
        + (setup.rejected.map { ": \($0.code.rawValue)" + ($0.detail.map { ", \($0)" } ?? "") } ?? ""),
    ]
    guard evaluation.sides.count == 2 else {
      lines += setup.gates.map { "  \($0.name) \($0.outcome.label) \($0.detail ?? "")" }
      return lines.joined(separator: "\n")
    }
    let (long, short) = (evaluation.sides[0], evaluation.sides[1])
    lines += ["", row("", "LONG", "SHORT")]
    for (a, b) in zip(long.gates, short.gates) { lines.append(row(a.name, answer(a), answer(b))) }
    lines.append("")
    for (a, b) in zip(long.factors, short.factors) { lines.append(row("\(a.name) × \(number(a.weight))", points(a), points(b))) }
    lines.append(row("synergy", "+" + number(long.synergy), "+" + number(short.synergy)))
    lines.append(row("conflict", "−" + number(long.conflict), "−" + number(short.conflict)))
    lines.append(row("total", number(long.totalScore), number(short.totalScore)))
    for side in [long, short] {
      lines += ["", "\(side.direction.trade)"]
      lines += side.factors.filter { !$0.rationale.isEmpty }.map { "  \($0.name): \($0.rationale)" }
      lines += side.adjustments.map { "  \($0.name): \($0.points > 0 ? "+" : "")\(number($0.points))" }
      lines += side.gates.compactMap { gate in gate.detail.map { "  \(gate.name): \($0)" } }
    }
    return lines.joined(separator: "\n")
  }

  private static func row(_ name: String, _ long: String, _ short: String) -> String {
    func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
    let line = padded(name, 28) + padded(long, 28) + short
    return String(line.reversed().drop { $0 == " " }.reversed())
  }

  private static func number(_ value: Double) -> String { NumberText.significant(value, digits: 4) }

  private static func points(_ factor: FactorResult) -> String {
    number(factor.contribution) + (factor.hasData ? " (\(number(factor.score)))" : " (no data)")
  }

  private static func answer(_ gate: GateResult) -> String {
    let numbers = [gate.value, gate.threshold].compactMap { $0.map(number) }.joined(separator: " of ")
    return "\(gate.outcome.label)" + (numbers.isEmpty ? "" : " \(numbers)")
  }
}
