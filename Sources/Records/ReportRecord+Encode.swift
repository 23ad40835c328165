import Evidence
import Market
import Risk
import Wire

extension ReportRecord {
  /// One record.
  public static func encode(_ report: BacktestReport, into out: inout ByteBuffer) {
    let run = report.run
    out.beginObject()
    out.field("type", "report")
    out.field("run_id", run.runID)
    out.field("profile", run.profile)
    out.field("profile_hash", run.profileHash)
    out.field("exchange", run.exchange)
    out.list("symbols", run.symbols) { $0.value($1) }
    out.field("from", run.from)
    out.field("to", run.to)
    out.field("status", run.isComplete ? "complete" : "interrupted" as StaticString)
    out.field("balance", run.balance)
    out.field("fills", run.fills.rawValue)
    out.list("assumed", report.assumed) { $0.value($1) }
    encode(report.verdict, into: &out)
    encode(report.funnel, into: &out)
    encode(report.orders, into: &out)
    out.object("metrics") { out in
      for metric in report.metrics { encode(metric, into: &out) }
    }
    encodeEvidence(report, into: &out)
    encodeGroups(report, into: &out)
    out.list("r_distribution", TradeStatistics.distribution(report.trades)) { out, bin in
      out.beginObject()
      out.field("from", bin.floor)
      out.field("to", bin.floor + 1)
      out.field("trades", bin.count)
      out.endObject()
    }
    out.list("drawdowns", Array(report.equity.drawdowns.sorted { $0.depth > $1.depth }.prefix(5))) { out, fall in
      out.beginObject()
      out.field("depth", fall.depth)
      out.field("peak", Timestamp(dayNumber: fall.peakDay))
      out.field("low", Timestamp(dayNumber: fall.lowDay))
      out.field("recovered", fall.recoveredDay.map { Timestamp(dayNumber: $0) })
      out.field("days", fall.days)
      out.endObject()
    }
    out.object("equity") { out in
      out.field("start", report.equity.start)
      out.field("first_day", Timestamp(dayNumber: report.equity.firstDay))
      out.list("values", report.equity.equity) { $0.value($1) }
      if let marked = report.marked { out.list("marked", marked.equity) { $0.value($1) } }
    }
    out.list("trades", report.trades) { encode($1, into: &$0) }
    out.object("missing") { out in
      for (name, reason) in report.missing {
        out.key(name)
        out.value(reason)
      }
    }
    out.endObject()
  }

  private static func encode(_ verdict: Verdict, into out: inout ByteBuffer) {
    out.object("verdict") { out in
      out.field("ruling", verdict.ruling.rawValue)
      out.field("smallest_visible_edge", verdict.smallestVisibleEdge)
      out.list("conditions", verdict.conditions) { out, condition in
        out.beginObject()
        out.field("name", condition.name)
        out.field("value", condition.value)
        out.field("threshold", condition.threshold)
        out.field("met", condition.isMet)
        out.endObject()
      }
    }
  }

  private static func encode(_ funnel: Funnel, into out: inout ByteBuffer) {
    out.object("funnel") { out in
      out.field("evaluations", funnel.evaluations)
      out.field("accepted", funnel.accepted)
      out.field("refused", funnel.refusedTotal)
      out.list("stages", funnel.stages(funnel.stageNames)) { out, stage in
        out.beginObject()
        out.field("stage", stage.stage)
        out.field("entered", stage.entered)
        out.field("refused", stage.refused)
        out.field("passed", stage.passed)
        out.object("codes") { out in
          for (code, count) in funnel.codes(of: stage.stage) {
            out.key(code)
            out.value(count)
          }
        }
        out.endObject()
      }
    }
  }

  private static func encode(_ orders: OrderFunnel, into out: inout ByteBuffer) {
    out.object("orders") { out in
      out.field("approved", orders.approved)
      out.field("filled", orders.filled)
      out.object("expired") { out in
        for (reason, count) in orders.expired.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
          out.key(reason)
          out.value(count)
        }
      }
      out.field("waiting", orders.waiting)
      out.field("closed", orders.closed)
      out.field("open", orders.open)
    }
  }

  private static func encode(_ metric: Metric, into out: inout ByteBuffer) {
    out.key(metric.name)
    out.beginObject()
    out.field("value", metric.value)
    out.field("unit", metric.unit)
    out.field("definition", metric.definition)
    out.field("missing", metric.missing)
    out.endObject()
  }

  private static func encodeEvidence(_ report: BacktestReport, into out: inout ByteBuffer) {
    out.list("without_symbol", report.verdict.withoutEach) { out, rest in
      out.beginObject()
      out.field("symbol", rest.symbol)
      out.field("trades", rest.trades)
      out.field("mean_r", rest.meanR)
      out.endObject()
    }
    if let bootstrap = report.bootstrap {
      out.object("interval") { out in
        out.field("lower_99", bootstrap.bound(0.01))
        out.field("lower_95", bootstrap.bound(0.05))
        out.field("upper_95", bootstrap.bound(0.95))
        out.field("standard_error", bootstrap.standardError)
        out.field("block_days", bootstrap.blockDays)
        out.field("draws", bootstrap.draws)
      }
    }
    out.list("baselines", report.baselines) { out, baseline in
      out.beginObject()
      out.field("name", baseline.choice.rawValue)
      out.field("draws", baseline.draws)
      out.field("mean_r", baseline.mean)
      out.field("deviation", baseline.deviation)
      out.field("percentile_95", baseline.percentile95)
      out.field("p", baseline.p)
      out.field("tries_per_fill", baseline.triesPerFill)
      out.endObject()
    }
    if let bracket = report.bracket {
      out.object("bracket") { out in
        out.field("timeframe", bracket.timeframe.label)
        out.field("pessimistic", bracket.pessimistic)
        out.field("optimistic", bracket.optimistic)
        out.field("resolved", bracket.resolved)
        if bracket.resolved != nil { out.field("finest", bracket.finest.label) }
      }
    }
    if let sharpe = report.deflatedSharpe {
      out.object("deflated_sharpe") { out in
        out.field("sharpe", sharpe.sharpe)
        out.field("expected_best", sharpe.expectedBest)
        out.field("trials", sharpe.trials)
        out.field("probability", sharpe.probability)
        out.field("days", sharpe.days)
        out.field("skewness", sharpe.skewness)
        out.field("kurtosis", sharpe.kurtosis)
      }
    }
    if let mean = report.meanBuyAndHold {
      out.object("buy_and_hold") { out in
        out.field("mean", mean)
        out.list("symbols", report.buyAndHold) { out, held in
          out.beginObject()
          out.field("symbol", held.symbol)
          out.field("first", held.first)
          out.field("last", held.last)
          out.field("growth", held.growth)
          out.field("max_drawdown", held.maximumDrawdown)
          out.endObject()
        }
      }
    }
  }

  private static func encodeGroups(_ report: BacktestReport, into out: inout ByteBuffer) {
    out.object("breakdowns") { out in
      for breakdown in report.breakdowns {
        out.list(key: breakdown.dimension, breakdown.groups) { out, group in
          out.beginObject()
          out.field("group", group.name)
          encode(group.statistics, into: &out)
          out.endObject()
        }
      }
    }
    out.object("factors") { out in
      for factor in report.factors {
        out.list(key: factor.factor, factor.quartiles) { out, quartile in
          out.beginObject()
          out.field("from", quartile.from)
          out.field("to", quartile.to)
          encode(quartile.statistics, into: &out)
          out.endObject()
        }
      }
    }
    if let edge = report.factorEdge { encode(edge, into: &out) }
    out.list("folds", report.folds?.folds ?? []) { out, fold in
      out.beginObject()
      out.field("from", Timestamp(dayNumber: fold.days.lowerBound))
      out.field("to", Timestamp(dayNumber: fold.days.upperBound))
      encode(fold.statistics, into: &out)
      out.endObject()
    }
  }

  private static func encode(_ edge: FactorEdge, into out: inout ByteBuffer) {
    out.object("factor_edge") { out in
      out.field("zones", edge.zones)
      out.field("closed", edge.closed)
      out.field("mean_r", edge.meanR)
      out.field("null_runs", edge.nullRuns)
      out.field("null_mean_r", edge.nullMeanR)
      out.field("null_deviation", edge.nullDeviation)
      out.list("factors", edge.factors) { out, factor in
        out.beginObject()
        out.field("factor", factor.name)
        out.field("count", factor.count)
        out.field("correlation", factor.correlation)
        out.field("null_mean", factor.nullMean)
        out.field("bound", factor.bound)
        if factor.bound != nil { out.field("shown", factor.isShown) }
        out.endObject()
      }
    }
  }

  private static func encode(_ statistics: TradeStatistics, into out: inout ByteBuffer) {
    out.field("trades", statistics.count)
    out.field("hit_rate", statistics.hitRate)
    out.field("mean_r", statistics.meanR)
    out.field("pnl_net", statistics.pnlNet)
    out.field("profit_factor", statistics.profitFactor)
  }

  private static func encode(_ trade: ClosedTrade, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("plan_id", trade.planID)
    out.field("symbol", trade.symbol)
    out.field("direction", trade.direction.trade)
    out.field("opened", trade.openedAt)
    out.field("closed", trade.closedAt)
    out.field("entry", trade.entry)
    out.field("exit", trade.exit.label)
    out.field("r", trade.r)
    out.field("pnl_net", trade.pnlNet)
    out.field("fees", trade.fee)
    out.field("mae_r", trade.maeR)
    out.field("mfe_r", trade.mfeR)
    if trade.isAmbiguous { out.field("ambiguous", true) }
    if let labels = trade.labels {
      out.field("regime", labels.regime)
      out.field("session", labels.session)
      out.field("style", labels.setupType.label)
      out.field("score", labels.confidenceScore)
    }
    out.endObject()
  }
}

extension ByteBuffer {
  fileprivate mutating func object(_ name: StaticString, _ body: (inout ByteBuffer) -> Void) {
    key(name)
    beginObject()
    body(&self)
    endObject()
  }

  fileprivate mutating func list<Element>(_ name: StaticString, _ items: [Element], _ body: (inout ByteBuffer, Element) -> Void) {
    key(name)
    write(items, body)
  }

  fileprivate mutating func list<Element>(key name: String, _ items: [Element], _ body: (inout ByteBuffer, Element) -> Void) {
    key(name)
    write(items, body)
  }

  private mutating func write<Element>(_ items: [Element], _ body: (inout ByteBuffer, Element) -> Void) {
    beginArray()
    for item in items { body(&self, item) }
    endArray()
  }
}

extension Timestamp {
  fileprivate init(dayNumber: Int) { self.init(milliseconds: Int64(dayNumber) * Timestamp.day) }
}
