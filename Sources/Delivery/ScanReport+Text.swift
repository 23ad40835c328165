import Market
import Profiles
import Quoting

extension ScanReport {
  /// For a terminal: a table of all symbols with the reason of each refusal, then each accepted plan in full.
  /// - Parameters:
  ///   - complete: whether the stream ended as it should; an interrupted one says so.
  ///   - profile: by name, for priorities.
  ///   - width: columns; only the table's last column may exceed them.
  public func text(complete: Bool = true, colour: Bool = false, width: Int = 110, profile: (String) -> Profile) -> String {
    var out = TextLayout.inked("SniperSight", .bold, colour: colour) + (occasion.isEmpty ? "" : " · \(Quoting.terminal(occasion))") + "\n"
    if !complete { out += TextLayout.inked("The run was interrupted: what follows is not all of it.", .yellow, colour: colour) + "\n" }
    out += summary + "\n"
    if !refusals.isEmpty { out += "refused: \(refusalCounts)\n" }
    if evaluations > 0 { out += "\n" + table(colour: colour) }
    for signal in accepted { out += "\n" + block(signal, colour: colour, width: width, profile: profile) }
    return out
  }

  private func table(colour: Bool) -> String {
    let head = ["SYMBOL", "SIDE", "STATE", "SCORE", "PRICE", "VERDICT"]
    let rows = latest.map { signal in
      let setup = signal.setup
      return [
        Quoting.terminal(setup.symbol), signal.side, "\(setup.state.label)", signal.score.map { NumberText.fixed($0, decimals: 1) } ?? "-",
        NumberText.significant(setup.price, digits: 7), Quoting.terminal(signal.verdict),
      ]
    }
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    let line = { (cells: [String], ink: TextLayout.Ink?) in
      let padded = cells.indices.map { column in
        column == cells.count - 1 ? cells[column] : TextLayout.padded(cells[column], to: widths[column], right: column == 3 || column == 4)
      }
      return TextLayout.inked(padded.joined(separator: "  "), ink, colour: colour) + "\n"
    }
    return line(head, .bold) + zip(latest, rows).map { line($1, $0.ink) }.joined()
  }

  private func block(_ signal: Signal, colour: Bool, width: Int, profile: (String) -> Profile) -> String {
    guard let plan = signal.plan else { return "" }
    let sheet = PlanSheet(signal, plan, profile(signal.setup.profile))
    var out = TextLayout.inked("── \(sheet.title) ", .bold, colour: colour) + "\(sheet.subtitle)\n"
    out += rows(sheet.orders + sheet.facts, colour: colour, width: width)
    for paragraph in sheet.rationale {
      out += "\n" + TextLayout.wrapped(paragraph, width: width - 2).map { "  \($0)\n" }.joined()
    }
    out += "\n" + rows(sheet.factors, colour: colour, width: width)
    if !sheet.adjustments.isEmpty { out += "  \(sheet.adjustments)\n" }
    if !sheet.gates.isEmpty { out += TextLayout.wrapped("gates: \(sheet.gates)", width: width - 2).map { "  \($0)\n" }.joined() }
    return out
  }

  /// Labels and values in columns, the note beside them, wrapped.
  private func rows(_ rows: [PlanSheet.Row], colour: Bool, width: Int) -> String {
    let label = rows.map(\.label.count).max() ?? 0, value = rows.map(\.value.count).max() ?? 0
    let indent = 2 + label + 2 + value + 2
    var out = ""
    for row in rows {
      let notes = TextLayout.wrapped(row.note, width: max(20, width - indent))
      let first = "  \(TextLayout.padded(row.label, to: label))  " + (notes.isEmpty ? row.value : TextLayout.padded(row.value, to: value) + "  ")
      for (number, note) in (notes.isEmpty ? [""] : notes).enumerated() {
        out += (number == 0 ? first : String(repeating: " ", count: indent)) + TextLayout.inked(note, .dim, colour: colour) + "\n"
      }
    }
    return out
  }
}

extension Signal {
  /// The reason of a refusal, or what the plan is in one line.
  var verdict: String {
    if let refusal { return refusal }
    guard let plan else { return "no plan was made" }
    let price = { (value: Double) in NumberText.significant(value) }
    let targets = plan.targets.map { price($0.level) }.joined(separator: " ")
    let fate = receipt?.status == .expired ? ", expired before it was sent" : ""
    return "PLAN entry \(price(plan.entryZone.near)) stop \(price(plan.stopLoss.level)) targets \(targets)\(fate)"
  }

  fileprivate var ink: TextLayout.Ink? {
    if isAccepted { return setup.direction == .bear ? .red : .green }
    return setup.state == .ready ? nil : .dim
  }
}
