import Evidence
import Market
import Risk
import Stage
import Wire

/// `report`: what a whole run says about itself. ss-report writes it, at the end of the stream.
public enum ReportRecord {
  public static let table = RecordTable(
    "report", "Statistics, evidence and verdict of a run. What is undefined is absent, and says why.",
    [
      Field("run_id", .name, optional: true, "of the run"),
      Field("profile", .name, "the trading style"),
      Field("profile_hash", .name, "of its effective values"),
      Field("exchange", .name, "where the candles came from"),
      Field("symbols", .array(.name), "that were evaluated"),
      Field("from", .time, "evaluation began"),
      Field("to", .time, "the last close"),
      Field("status", .choice(["complete", "interrupted"]), "of the stream"),
      Field("balance", .number(above: 0), unit: "quote", "equity at the start"),
      Field("fills", .choice(FillOrder.allCases.map(\.rawValue)), "what comes first in a candle that holds stop and target"),
      Field("assumed", .array(.text), "what was taken for granted; linear: spot candles were traded as a perpetual"),
      Field("verdict", .object(verdict), "what the evidence amounts to"),
      Field("funnel", .object(funnel, rules: ["refused = evaluations − accepted"]), "where evaluations went"),
      Field("orders", .object(orders, rules: ["filled ≤ approved"]), "what became of approved plans"),
      Field("metrics", .map(.object(metric)), "each number with its definition"),
      Field("without_symbol", .array(.object(without)), "closed trades with one symbol left out, the worst first; none of one symbol"),
      Field("interval", .object(interval, rules: ["lower_99 ≤ lower_95 ≤ upper_95"]), optional: true, "of mean net R, by drawing blocks of days"),
      Field("baselines", .array(.object(baseline)), "the same orders at random times"),
      Field("bracket", .object(bracket), optional: true, "mean net R of the orders, each alone, under either order of prices inside a candle"),
      Field("deflated_sharpe", .object(deflated), optional: true, "of the daily returns"),
      Field("buy_and_hold", .object(held), optional: true, "what holding would have returned, without costs"),
      Field("breakdowns", .map(.array(.object([Field("group", .text, "of the dimension")] + group))), "closed trades by dimension"),
      Field("factors", .map(.array(.object(quartile, rules: ["from ≤ to"]))), "closed trades by the quarter of each factor's score; descriptive"),
      Field("factor_edge", .object(factorEdge), optional: true, "scores of all zones against what one fixed order earned there"),
      Field("folds", .array(.object(fold, rules: ["from ≤ to"])), "closed trades by equal stretches of the run, an embargo between them"),
      Field("r_distribution", .array(.object(bin, rules: ["from < to"])), "closed trades by whole R"),
      Field("drawdowns", .array(.object(drawdown, rules: ["peak ≤ low ≤ recovered"]), atMost: 5), "the five deepest of the daily equity"),
      Field("equity", .object(equity), "at the end of each UTC day, as realised"),
      Field("trades", .array(.object(trade, rules: ["opened ≤ closed"])), "closed, in order of their exits"),
      Field("missing", .map(.text), "what could not be computed, and why"),
    ], rules: ["from ≤ to"])

  static let verdict: [Field] = [
    Field("ruling", .choice(["edge", "no edge shown", "not enough data"]), "every condition must hold for edge"),
    Field("smallest_visible_edge", .amount, optional: true, unit: "R", "mean R that a sample like this shows with 80 % power"),
    Field(
      "conditions",
      .array(
        .object([
          Field("name", .text, "what is asked"),
          Field("value", .number, optional: true, "what was found; absent where it could not be computed"),
          Field("threshold", .number, "what is asked for"),
          Field("met", .boolean, "whether it holds"),
        ])), "sample size first, then evidence"),
  ]
  static let funnel: [Field] = [
    Field("evaluations", .count, "setups"),
    Field("accepted", .count, "that no stage refused"),
    Field("refused", .count, "the others"),
    Field(
      "stages",
      .array(
        .object(
          [
            Field("stage", .text, "that refuses"),
            Field("entered", .count, "setups"),
            Field("refused", .count, "of them"),
            Field("passed", .count, "the others"),
            Field("codes", .map(.count), "refusals by code, most frequent first"),
          ], rules: ["passed = entered − refused"])), "in order"),
  ]
  static let orders: [Field] = [
    Field("approved", .count, "plans"),
    Field("filled", .count, "orders"),
    Field("expired", .map(.count), "orders without a fill, by reason"),
    Field("waiting", .count, "orders at the end"),
    Field("closed", .count, "positions"),
    Field("open", .count, "positions at the end; in no statistic but equity"),
  ]
  static let metric: [Field] = [
    Field("value", .number, optional: true, "absent where it is undefined"),
    Field("unit", .text, "of the value; 1 for a plain ratio"),
    Field("definition", .text, "what it is, exactly"),
    Field("missing", .text, optional: true, "why there is no value"),
  ]
  static let without: [Field] = [
    Field("symbol", .name, "left out"),
    Field("trades", .count, "of the others"),
    Field("mean_r", .number, unit: "R", "of the others"),
  ]
  static let interval: [Field] = [
    Field("lower_99", .number, unit: "R", "one-sided 99 % lower bound of mean R"),
    Field("lower_95", .number, unit: "R", "5th percentile"),
    Field("upper_95", .number, unit: "R", "95th percentile"),
    Field("standard_error", .amount, unit: "R", "of mean R"),
    Field("block_days", .count, unit: "days", "drawn together"),
    Field("draws", .count, "number of draws"),
  ]
  static let baseline: [Field] = [
    Field("name", .choice(RandomBaseline.Choice.allCases.map(\.rawValue)), "where orders may be moved to"),
    Field("draws", .count, "number of draws"),
    Field("mean_r", .number, unit: "R", "mean over the draws"),
    Field("deviation", .amount, unit: "R", "of the draws' means"),
    Field("percentile_95", .number, unit: "R", "of the draws' means"),
    Field("p", .number(in: 0...1), "(1 + draws at least as good as ours) / (draws + 1)"),
    Field("tries_per_fill", .amount, "orders tried for each that was filled and closed"),
  ]
  static let bracket: [Field] = [
    Field("timeframe", .choice(Timeframe.allCases.map { "\($0.label)" }), "of the candles"),
    Field("pessimistic", .number, unit: "R", "the stop first"),
    Field("optimistic", .number, unit: "R", "the target first"),
    Field("resolved", .number, optional: true, unit: "R", "the stop first, on the finest candles; absent where none are finer"),
    Field("finest", .choice(Timeframe.allCases.map { "\($0.label)" }), optional: true, "timeframe of the finest candles"),
  ]
  static let deflated: [Field] = [
    Field("sharpe", .number, "daily, not annualised"),
    Field("expected_best", .number, "of as many worthless configurations; 0 with one"),
    Field("trials", .count, "configurations tried"),
    Field("probability", .number(in: 0...1), "that the Sharpe ratio is above expected_best"),
    Field("days", .count, "daily returns"),
    Field("skewness", .number, "of them"),
    Field("kurtosis", .amount, "of them, raw: 3 for the normal distribution"),
  ]
  static let held: [Field] = [
    Field("mean", .number, unit: "fraction", "equal parts in every market"),
    Field(
      "symbols",
      .array(
        .object([
          Field("symbol", .name, "market"),
          Field("first", .price, unit: "quote", "open of the first candle"),
          Field("last", .price, unit: "quote", "last close"),
          Field("growth", .number(atLeast: -1), unit: "fraction", "last / first − 1"),
          Field("max_drawdown", .number(in: 0...1), unit: "fraction", "of the closes, from their peak"),
        ])), "each market"),
  ]
  static let group: [Field] = [
    Field("trades", .count, "closed"),
    Field("hit_rate", .number(in: 0...1), optional: true, "share with pnl_net > 0"),
    Field("mean_r", .number, optional: true, unit: "R", "net"),
    Field("pnl_net", .number, unit: "quote", "sum"),
    Field("profit_factor", .amount, optional: true, "absent without a loss"),
  ]
  static let quartile: [Field] = [Field("from", .number, "lowest score"), Field("to", .number, "highest score")] + group
  static let factorEdge: [Field] = [
    Field("zones", .count, "that carried a side, each once"),
    Field("closed", .count, "of them filled and closed"),
    Field("mean_r", .number, optional: true, unit: "R", "of these, net"),
    Field("null_runs", .count, "the same over candles with random signs"),
    Field("null_mean_r", .number, optional: true, unit: "R", "mean of their mean_r"),
    Field("null_deviation", .amount, optional: true, unit: "R", "of it"),
    Field(
      "factors",
      .array(
        .object([
          Field("factor", .text, "or total_score"),
          Field("count", .count, "zones closed that have it"),
          Field("correlation", .number(in: -1...1), optional: true, "of score and net R; absent where either does not vary"),
          Field("null_mean", .number(in: -1...1), optional: true, "with random signs"),
          Field("bound", .amount, optional: true, "what the distance from it must exceed"),
          Field("shown", .boolean, optional: true, "whether it does"),
        ])), "by name"),
  ]
  static let fold: [Field] = [Field("from", .time, "first day"), Field("to", .time, "last day")] + group
  static let bin: [Field] = [
    Field("from", .integer, unit: "R", "inclusive"),
    Field("to", .integer, unit: "R", "exclusive"),
    Field("trades", .count, "in between"),
  ]
  static let drawdown: [Field] = [
    Field("depth", .number(in: 0...1), "share of the peak"),
    Field("peak", .time, "day"),
    Field("low", .time, "day"),
    Field("recovered", .time, optional: true, "day; absent while it lasts"),
    Field("days", .count, "from the peak to the recovery, or to the end"),
  ]
  static let equity: [Field] = [
    Field("start", .number, unit: "quote", "before the first day"),
    Field("first_day", .time, "of the values"),
    Field("values", .array(.number), unit: "quote", "one a day"),
    Field("marked", .array(.number), optional: true, unit: "quote", "the same with open positions at each day's last close"),
  ]
  static let trade: [Field] = [
    Field("plan_id", .name, "of the plan"),
    Field("symbol", .name, "market"),
    Field("direction", .choice(Direction.allCases.map { "\($0.trade)" }), "of the position"),
    Field("opened", .time, "close of the candle of the fill"),
    Field("closed", .time, "close of the candle of the last exit"),
    Field("entry", .price, unit: "quote", "price of the fill"),
    Field("exit", .choice(Trade.Event.allCases.map { "\($0.label)" }), "how the last of it ended"),
    Field("r", .number, unit: "R", "net"),
    Field("pnl_net", .number, unit: "quote", "after fees and funding"),
    Field("fees", .number, unit: "quote", "and funding"),
    Field("mae_r", .amount, optional: true, unit: "R", "furthest against"),
    Field("mfe_r", .amount, optional: true, unit: "R", "furthest for"),
    Field("ambiguous", .boolean, optional: true, "a candle held stop and target; the stop counted"),
    Field("regime", .string, optional: true, "when the order was placed"),
    Field("session", .string, optional: true, "of the fill"),
    Field("style", .string, optional: true, "of the plan"),
    Field("score", .number, optional: true, unit: "0…100", "of the setup"),
  ]
}
