import Market

/// Lines of indicators: prices among the candles, others in a panel for each unit.
extension ChartScript {
  /// Units of the panels below the price, in the order asked for.
  var units: [String] {
    var units: [String] = []
    for unit in chart.studies.compactMap(\.unit) where !units.contains(unit) { units.append(unit) }
    return units
  }

  func studies(_ unit: String?) -> [Chart.Study] { chart.studies.filter { $0.unit == unit } }

  /// What `plot` draws for the lines of one unit; their data is written first.
  mutating func studyPlots(_ unit: String?) -> [String] {
    studies(unit).enumerated().map { i, study in
      let name = "$study" + (unit.map { "_\(units.firstIndex(of: $0) ?? 0)" } ?? "") + "_\(i)"
      block(
        name,
        zip(chart.all, study.values).map { candle, value in
          "\((ChartScript.seconds(candle.openTime) + ChartScript.seconds(candle.closeTime)) / 2) \(value.isNaN ? "NaN" : number(value))"
        })
      return "\(name) using 1:2 with lines lc rgb \(quoted(colour(i))) dt \((i + i / 4) % 5 + 1) lw 1.5 title \(quoted(study.name))"
    }
  }

  private func colour(_ i: Int) -> String { theme.lines[i % theme.lines.count] }

  /// A panel whose lower edge is `lower` above the lowest one's; the newest values stand on the right.
  mutating func studyPanel(_ unit: String, lower: Double) {
    let shown = studies(unit)
    let values = shown.flatMap(\.values).filter { !$0.isNaN }
    guard var bottom = values.min(), var top = values.max() else { return }
    if unit.hasPrefix("0…100") { (bottom, top) = (0, 100) }
    let room = max(top - bottom, top.magnitude * 1e-9, 1e-12) * 0.05
    (bottom, top) = (bottom - room, top + room)
    line("set tmargin at screen \(number(ChartScript.floor + lower + studyHeight)); set bmargin at screen \(number(ChartScript.floor + lower))")
    line("set yrange [\(number(bottom)):\(number(top))]")
    for level in unit.hasPrefix("0…100") ? [30.0, 70] : [0] where level > bottom && level < top {
      line("set arrow from \(left),\(number(level)) to \(right),\(number(level)) nohead lc rgb \(quoted(theme.faint)) lw 1")
    }
    let labels = shown.enumerated().compactMap { i, study in
      study.values.last { !$0.isNaN }.map { ChartLabels.Label("\(study.name) \(NumberText.significant($0, digits: 4))", at: $0, colour(i)) }
    }
    for label in ChartLabels.spread(labels, distance: (top - bottom) * (isTerminal ? 0.4 : 0.2), within: bottom...top) {
      line(
        "set label \(quoted(label.text)) at graph 1.01,first \(number(label.place)) left front noenhanced textcolor rgb \(quoted(label.colour)) \(font(0.75))"
      )
    }
    line("plot " + studyPlots(unit).joined(separator: ", \\\n     "))
    line("unset arrow; unset label")
  }
}
