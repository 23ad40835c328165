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
      Field("run_id", .string, optional: true, "of the run"),
      Field("profile", .string, "the trading style"),
      Field("profile_hash", .string, "of its effective values"),
      Field("exchange", .string, "where the candles came from"),
      Field("symbols", .array(.string), "that were evaluated"),
      Field("from", .time, "evaluation began"),
      Field("to", .time, "the last close"),
      Field("status", .choice(["complete", "interrupted"]), "of the stream"),
      Field("balance", .number, unit: "quote", "equity at the start"),
      Field("fills", .choice(FillOrder.allCases.map(\.rawValue)), "what comes first in a candle that holds stop and target"),
      Field("assumed", .array(.string), "what was taken for granted; linear: spot candles were traded as a perpetual"),
      Field("verdict", .object(verdict), "what the evidence amounts to"),
      Field("funnel", .object(funnel), "where evaluations went"),
      Field("orders", .object(orders), "what became of approved plans"),
      Field("metrics", .map(.object(metric)), "each number with its definition"),
      Field("without_symbol", .array(.object(without)), "closed trades with one symbol left out, the worst first; none of one symbol"),
      Field("interval", .object(interval), optional: true, "of mean net R, by drawing blocks of days"),
      Field("baselines", .array(.object(baseline)), "the same orders at random times"),
      Field("bracket", .object(bracket), optional: true, "mean net R of the orders, each alone, under either order of prices inside a candle"),
      Field("deflated_sharpe", .object(deflated), optional: true, "of the daily returns"),
      Field("buy_and_hold", .object(held), optional: true, "what holding would have returned, without costs"),
      Field("breakdowns", .map(.array(.object([Field("group", .string, "of the dimension")] + group))), "closed trades by dimension"),
      Field("factors", .map(.array(.object(quartile))), "closed trades by the quarter of each factor's score; descriptive"),
      Field("factor_edge", .object(factorEdge), optional: true, "scores of all zones against what one fixed order earned there"),
      Field("folds", .array(.object(fold)), "closed trades by equal stretches of the run, an embargo between them"),
      Field("r_distribution", .array(.object(bin)), "closed trades by whole R"),
      Field("drawdowns", .array(.object(drawdown)), "the five deepest of the daily equity"),
      Field("equity", .object(equity), "at the end of each UTC day, as realised"),
      Field("trades", .array(.object(trade)), "closed, in order of their exits"),
      Field("missing", .map(.string), "what could not be computed, and why"),
    ])

  static let verdict: [Field] = [
    Field("ruling", .choice(["edge", "no edge shown", "not enough data"]), "every condition must hold for edge"),
    Field("smallest_visible_edge", .number, optional: true, unit: "R", "mean R that a sample like this shows with 80 % power"),
    Field(
      "conditions",
      .array(
        .object([
          Field("name", .string, "what is asked"),
          Field("value", .number, optional: true, "what was found; absent where it could not be computed"),
          Field("threshold", .number, "what is asked for"),
          Field("met", .boolean, "whether it holds"),
        ])), "sample size first, then evidence"),
  ]
  static let funnel: [Field] = [
    Field("evaluations", .integer, "setups"),
    Field("accepted", .integer, "that no stage refused"),
    Field("refused", .integer, "the others"),
    Field(
      "stages",
      .array(
        .object([
          Field("stage", .string, "that refuses"),
          Field("entered", .integer, "setups"),
          Field("refused", .integer, "of them"),
          Field("passed", .integer, "the others"),
          Field("codes", .map(.integer), "refusals by code, most frequent first"),
        ])), "in order"),
  ]
  static let orders: [Field] = [
    Field("approved", .integer, "plans"),
    Field("filled", .integer, "orders"),
    Field("expired", .map(.integer), "orders without a fill, by reason"),
    Field("waiting", .integer, "orders at the end"),
    Field("closed", .integer, "positions"),
    Field("open", .integer, "positions at the end; in no statistic but equity"),
  ]
  static let metric: [Field] = [
    Field("value", .number, optional: true, "absent where it is undefined"),
    Field("unit", .string, "of the value; 1 for a plain ratio"),
    Field("definition", .string, "what it is, exactly"),
    Field("missing", .string, optional: true, "why there is no value"),
  ]
  static let without: [Field] = [
    Field("symbol", .string, "left out"),
    Field("trades", .integer, "of the others"),
    Field("mean_r", .number, unit: "R", "of the others"),
  ]
  static let interval: [Field] = [
    Field("lower_99", .number, unit: "R", "one-sided 99 % lower bound of mean R"),
    Field("lower_95", .number, unit: "R", "5th percentile"),
    Field("upper_95", .number, unit: "R", "95th percentile"),
    Field("standard_error", .number, unit: "R", "of mean R"),
    Field("block_days", .integer, unit: "days", "drawn together"),
    Field("draws", .integer, "number of draws"),
  ]
  static let baseline: [Field] = [
    Field("name", .choice(RandomBaseline.Choice.allCases.map(\.rawValue)), "where orders may be moved to"),
    Field("draws", .integer, "number of draws"),
    Field("mean_r", .number, unit: "R", "mean over the draws"),
    Field("deviation", .number, unit: "R", "of the draws' means"),
    Field("percentile_95", .number, unit: "R", "of the draws' means"),
    Field("p", .number, "(1 + draws at least as good as ours) / (draws + 1)"),
    Field("tries_per_fill", .number, "orders tried for each that was filled and closed"),
  ]
  static let bracket: [Field] = [
    Field("timeframe", .string, "of the candles"),
    Field("pessimistic", .number, unit: "R", "the stop first"),
    Field("optimistic", .number, unit: "R", "the target first"),
    Field("resolved", .number, optional: true, unit: "R", "the stop first, on the finest candles; absent where none are finer"),
    Field("finest", .string, optional: true, "timeframe of the finest candles"),
  ]
  static let deflated: [Field] = [
    Field("sharpe", .number, "daily, not annualised"),
    Field("expected_best", .number, "of as many worthless configurations; 0 with one"),
    Field("trials", .integer, "configurations tried"),
    Field("probability", .number, "that the Sharpe ratio is above expected_best"),
    Field("days", .integer, "daily returns"),
    Field("skewness", .number, "of them"),
    Field("kurtosis", .number, "of them, raw: 3 for the normal distribution"),
  ]
  static let held: [Field] = [
    Field("mean", .number, unit: "fraction", "equal parts in every market"),
    Field(
      "symbols",
      .array(
        .object([
          Field("symbol", .string, "market"),
          Field("first", .number, unit: "quote", "open of the first candle"),
          Field("last", .number, unit: "quote", "last close"),
          Field("growth", .number, unit: "fraction", "last / first − 1"),
          Field("max_drawdown", .number, unit: "fraction", "of the closes, from their peak"),
        ])), "each market"),
  ]
  static let group: [Field] = [
    Field("trades", .integer, "closed"),
    Field("hit_rate", .number, optional: true, "share with pnl_net > 0"),
    Field("mean_r", .number, optional: true, unit: "R", "net"),
    Field("pnl_net", .number, unit: "quote", "sum"),
    Field("profit_factor", .number, optional: true, "absent without a loss"),
  ]
  static let quartile: [Field] = [Field("from", .number, "lowest score"), Field("to", .number, "highest score")] + group
  static let factorEdge: [Field] = [
    Field("zones", .integer, "that carried a side, each once"),
    Field("closed", .integer, "of them filled and closed"),
    Field("mean_r", .number, optional: true, unit: "R", "of these, net"),
    Field("null_runs", .integer, "the same over candles with random signs"),
    Field("null_mean_r", .number, optional: true, unit: "R", "mean of their mean_r"),
    Field("null_deviation", .number, optional: true, unit: "R", "of it"),
    Field(
      "factors",
      .array(
        .object([
          Field("factor", .string, "or total_score"),
          Field("count", .integer, "zones closed that have it"),
          Field("correlation", .number, optional: true, "of score and net R; absent where either does not vary"),
          Field("null_mean", .number, optional: true, "with random signs"),
          Field("bound", .number, optional: true, "what the distance from it must exceed"),
          Field("shown", .boolean, optional: true, "whether it does"),
        ])), "by name"),
  ]
  static let fold: [Field] = [Field("from", .time, "first day"), Field("to", .time, "last day")] + group
  static let bin: [Field] = [
    Field("from", .integer, unit: "R", "inclusive"),
    Field("to", .integer, unit: "R", "exclusive"),
    Field("trades", .integer, "in between"),
  ]
  static let drawdown: [Field] = [
    Field("depth", .number, "share of the peak"),
    Field("peak", .time, "day"),
    Field("low", .time, "day"),
    Field("recovered", .time, optional: true, "day; absent while it lasts"),
    Field("days", .integer, "from the peak to the recovery, or to the end"),
  ]
  static let equity: [Field] = [
    Field("start", .number, unit: "quote", "before the first day"),
    Field("first_day", .time, "of the values"),
    Field("values", .array(.number), unit: "quote", "one a day"),
    Field("marked", .array(.number), optional: true, unit: "quote", "the same with open positions at each day's last close"),
  ]
  static let trade: [Field] = [
    Field("plan_id", .string, "of the plan"),
    Field("symbol", .string, "market"),
    Field("direction", .choice(Direction.allCases.map { "\($0.trade)" }), "of the position"),
    Field("opened", .time, "close of the candle of the fill"),
    Field("closed", .time, "close of the candle of the last exit"),
    Field("entry", .number, unit: "quote", "price of the fill"),
    Field("exit", .choice(Trade.Event.allCases.map { "\($0.label)" }), "how the last of it ended"),
    Field("r", .number, unit: "R", "net"),
    Field("pnl_net", .number, unit: "quote", "after fees and funding"),
    Field("fees", .number, unit: "quote", "and funding"),
    Field("mae_r", .number, optional: true, unit: "R", "furthest against"),
    Field("mfe_r", .number, optional: true, unit: "R", "furthest for"),
    Field("ambiguous", .boolean, optional: true, "a candle held stop and target; the stop counted"),
    Field("regime", .string, optional: true, "when the order was placed"),
    Field("session", .string, optional: true, "of the fill"),
    Field("style", .string, optional: true, "of the plan"),
    Field("score", .number, optional: true, unit: "0…100", "of the setup"),
  ]
}
