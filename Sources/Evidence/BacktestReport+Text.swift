import Market

extension BacktestReport {
  /// For a terminal: what was run, the verdict with its conditions, then the numbers.
  public var text: String {
    var out = title + "\n"
    if !run.isComplete { out += "The run was interrupted: what follows is not all of it.\n" }
    out += "\n" + verdictText + "\n" + funnelText
    out +=
      "\nMETRICS (docs/backtesting.md defines each)\n"
      + table(metrics.map { ["  " + $0.name, shown($0.value), $0.value == nil ? $0.missing ?? "" : unit($0.unit)] })
    out += "\nEVIDENCE\n" + evidenceText
    if !trades.isEmpty { out += "\nR DISTRIBUTION\n" + distributionText }
    for breakdown in breakdowns where !trades.isEmpty {
      out += "\nBY \(breakdown.dimension.uppercased())\n" + groups(breakdown.groups.map { ($0.name, $0.statistics) })
    }
    if let folds, !trades.isEmpty {
      out += "\nBY STRETCH OF THE RUN (\(folds.embargoDays) days of embargo)\n"
      out += groups(folds.folds.map { ("\(day($0.days.lowerBound)) … \(day($0.days.upperBound))", $0.statistics) })
    }
    for factor in factors {
      out += "\nBY \(factor.factor.uppercased()) SCORE (admitted trades alone: descriptive)\n"
      out += groups(factor.quartiles.map { ("\(shown($0.from)) … \(shown($0.to))", $0.statistics) })
    }
    if let factorEdge { out += "\nFACTOR EDGE\n" + text(factorEdge) }
    if !buyAndHold.isEmpty {
      out += "\nBUY AND HOLD (without costs)\n"
      out += table(
        buyAndHold.map { ["  " + $0.symbol, percent($0.growth), "drawdown \(percent($0.maximumDrawdown))"] } + [
          ["  mean", percent(meanBuyAndHold), ""]
        ])
    }
    if !missing.isEmpty { out += "\nNOT COMPUTED\n" + missing.map { "  \($0.name): \($0.reason)\n" }.joined() }
    return out
  }

  /// One line: what the numbers are of, and what was taken for granted.
  public var title: String {
    var parts = ["SniperSight backtest"]
    if run.assumesLinear { parts.append("spot candles traded as a perpetual (assumed fees and funding)") }
    if run.fills == .optimistic { parts.append("OPTIMISTIC FILLS") }
    parts += ["profile \(run.profile)", run.exchange, "\(run.symbols.count) symbols", "\(run.from.text) … \(run.to.text)"]
    return parts.joined(separator: " · ")
  }

  private var verdictText: String {
    var out = "VERDICT: \(verdict.ruling.rawValue)\n"
    out += table(
      verdict.conditions.map { condition in
        let sign = condition.name == "random_baseline_p" ? "≤" : condition.threshold == 0 ? ">" : "≥"
        return [
          "  " + (condition.isMet ? "met    " : "not met") + " " + condition.name, shown(condition.value), "\(sign) \(shown(condition.threshold))",
        ]
      })
    if let edge = verdict.smallestVisibleEdge { out += "  a mean of \(shown(edge)) R or more would have been seen in this sample with 80 % power\n" }
    return out
  }

  private var funnelText: String {
    var out = "FUNNEL: \(funnel.evaluations) evaluations = \(funnel.accepted) accepted + \(funnel.refusedTotal) refused\n"
    for stage in funnel.stages(funnel.stageNames) {
      let codes = funnel.codes(of: stage.stage).map { "\($0.count) \($0.code)" }.joined(separator: ", ")
      out += "  \(stage.stage): \(stage.entered) in, \(stage.refused) refused, \(stage.passed) out" + (codes.isEmpty ? "" : " (\(codes))") + "\n"
    }
    let expired = orders.expired.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    let lapsed = orders.approved - orders.filled - orders.waiting
    out +=
      "  orders: \(orders.approved) approved = \(orders.filled) filled + \(lapsed) expired + \(orders.waiting) waiting"
      + (expired.isEmpty ? "" : " (\(expired))") + "\n"
    out += "  positions: \(orders.filled) filled = \(orders.closed) closed + \(orders.open) open at the end\n"
    return out
  }

  private var evidenceText: String {
    var rows: [[String]] = []
    if let bootstrap {
      rows.append([
        "  mean R, 90 % interval", "\(shown(bootstrap.bound(0.05))) … \(shown(bootstrap.bound(0.95)))",
        "\(bootstrap.draws) draws of blocks of \(bootstrap.blockDays) days",
      ])
    }
    for baseline in baselines {
      rows.append([
        "  random, \(baseline.choice.rawValue)", shown(baseline.mean) + " R",
        "p \(shown(baseline.p)); \(baseline.draws) draws, deviation \(shown(baseline.deviation)) R",
      ])
    }
    if let bracket {
      rows.append([
        "  bracket of fills", "\(shown(bracket.pessimistic)) … \(shown(bracket.optimistic))",
        "mean R of each order alone on \(bracket.timeframe.label), stop first … target first",
      ])
      if let resolved = bracket.resolved {
        rows.append(["  resolved by \(bracket.finest.label)", shown(resolved) + " R", "the same orders on finer candles"])
      }
    }
    if let deflatedSharpe {
      let tried = deflatedSharpe.trials == 1 ? "one configuration: nothing to deflate by" : "\(deflatedSharpe.trials) configurations tried"
      rows.append(["  deflated Sharpe", shown(deflatedSharpe.probability), tried])
    }
    for rest in verdict.withoutEach { rows.append(["  without \(rest.symbol)", shown(rest.meanR) + " R", "\(rest.trades) trades"]) }
    return table(rows)
  }

  private func text(_ edge: FactorEdge) -> String {
    var out = "  \(edge.zones) zones, \(edge.closed) filled and closed under one order each: mean \(shown(edge.meanR)) R"
    if let mean = edge.nullMeanR { out += "; with random signs \(shown(mean)) ± \(shown(edge.nullDeviation)) R" }
    out += edge.nullMeanR == nil ? "\n  not judged: fewer than \(FactorEdge.fewestRuns) runs with random signs (pipelines/factor-edge)\n" : "\n"
    return out
      + table(
        [["  ", "zones", "correlation with R", "random signs", "bound", ""]]
          + edge.factors.map {
            [
              "  " + $0.name, "\($0.count)", shown($0.correlation), shown($0.nullMean), shown($0.bound),
              $0.bound == nil ? "" : $0.isShown ? "shown" : "not shown",
            ]
          })
  }

  private var distributionText: String {
    let bins = TradeStatistics.distribution(trades)
    let most = bins.map(\.count).max() ?? 1
    return table(
      bins.map { bin in
        ["  \(bin.floor) … \(bin.floor + 1) R", "\(bin.count)", String(repeating: "█", count: max(1, bin.count * 40 / most))]
      })
  }

  private func groups(_ rows: [(name: String, statistics: TradeStatistics)]) -> String {
    table(
      [["  ", "trades", "hit rate", "mean R", "net"]]
        + rows.map {
          [
            "  " + $0.name, "\($0.statistics.count)", percent($0.statistics.hitRate), shown($0.statistics.meanR),
            NumberText.fixed($0.statistics.pnlNet, decimals: 2),
          ]
        })
  }

  /// Columns, the first to the left, numbers to the right; the last as it is where it is text.
  private func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        let isLastText = column == 2 && columns == 3
        line += (column > 0 ? "  " : "") + (column == 0 || isLastText ? cell + (column == columns - 1 ? "" : space) : space + cell)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  private func shown(_ value: Double?) -> String { value.map { NumberText.significant($0, digits: 4) } ?? "-" }
  private func percent(_ value: Double?) -> String { value.map { NumberText.fixed($0 * 100, decimals: 1) + " %" } ?? "-" }
  private func unit(_ unit: String) -> String { unit == "1" ? "" : unit }
  private func day(_ number: Int) -> String { String(Timestamp(milliseconds: Int64(number) * Timestamp.day).text.prefix(10)) }
}
