import Market
import Profiles
import Quoting

extension ScanReport {
  /// The same as `text`, in Markdown with tables (GitHub's flavour).
  public func markdown(complete: Bool = true, profile: (String) -> Profile) -> String {
    var out = "# SniperSight\n\n\(Quoting.markdown(occasion))\n\n"
    if !complete { out += "**The run was interrupted: what follows is not all of it.**\n\n" }
    out += "\(summary).\n"
    if !refusals.isEmpty { out += "Refused: \(refusals.map { "\($0.count) \(Quoting.markdownCode($0.code.rawValue))" }.joined(separator: ", ")).\n" }
    if evaluations > 0 {
      let rows = latest.map { signal in
        [
          signal.setup.symbol, signal.side, "\(signal.setup.state.label)", signal.score.map { NumberText.fixed($0, decimals: 1) } ?? "-",
          NumberText.significant(signal.setup.price, digits: 7), signal.verdict,
        ]
      }
      out += "\n" + Markdown.table(["Symbol", "Side", "State", "Score", "Price", "Verdict"], rows)
    }
    for signal in accepted {
      guard let plan = signal.plan else { continue }
      let sheet = PlanSheet(signal, plan, profile(signal.setup.profile))
      out += "\n## \(Quoting.markdown(sheet.title))\n\n\(Quoting.markdown(sheet.subtitle))\n\n"
      out += Markdown.table(["", "", ""], (sheet.orders + sheet.facts).map { [$0.label, $0.value, $0.note] })
      for paragraph in sheet.rationale { out += "\n\(Quoting.markdown(paragraph))\n" }
      if !sheet.factors.isEmpty { out += "\n" + Markdown.table(["Factor", "Points", "Why"], sheet.factors.map { [$0.label, $0.value, $0.note] }) }
      if !sheet.adjustments.isEmpty { out += "\n\(Quoting.markdown(sheet.adjustments))\n" }
      if !sheet.gates.isEmpty { out += "\nGates: \(Quoting.markdown(sheet.gates))\n" }
    }
    return out
  }
}

enum Markdown {
  static func table(_ head: [String], _ rows: [[String]]) -> String {
    let line = { (cells: [String]) in "| " + cells.map { Quoting.markdown(cell: $0) }.joined(separator: " | ") + " |\n" }
    return line(head) + "|" + head.map { _ in " --- |" }.joined() + "\n" + rows.map(line).joined()
  }
}
