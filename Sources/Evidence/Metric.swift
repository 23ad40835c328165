import Market

/// One number with its definition beside it. What is undefined has no value, and says why.
public struct Metric: Hashable, Sendable {
  public let name: String
  public let value: Double?
  /// `quote`, `R`, `1` for plain ratios, `days`…
  public let unit: String
  public let definition: String
  /// Why there is no value.
  public let missing: String?

  init(_ name: String, _ value: Double?, _ unit: String, _ definition: String, missing: String = "no closed trade") {
    self.name = name
    self.value = value.flatMap { $0.isFinite ? $0 : nil }
    self.unit = unit
    self.definition = definition
    self.missing = self.value == nil ? missing : nil
  }

  /// In the order in which they are shown.
  /// - Parameters:
  ///   - marked: equity with open positions at each day's last close; `nil` without candles.
  ///   - days: first and last day of the run.
  static func all(_ trades: [ClosedTrade], _ equity: DailyEquity, marked: DailyEquity?, days: ClosedRange<Int>) -> [Metric] {
    let of = TradeStatistics(trades)
    let hour = Double(Timestamp.hour)
    let net = (equity.equity.last ?? equity.start) - equity.start
    let flat = "no day with another result than the rest"
    let falls = "no day ended lower than an earlier one"
    return [
      Metric("trades", Double(of.count), "1", "closed positions"),
      Metric("hit_rate", of.hitRate, "1", "closed trades with pnl_net > 0 / all closed trades"),
      Metric("expectancy", of.expectancy, "quote", "mean pnl_net of the closed trades"),
      Metric("mean_r", of.meanR, "R", "mean of pnl_net / money at risk when the order was placed, fees, slippage and funding included"),
      Metric("median_r", of.medianR, "R", "median of the same"),
      Metric("profit_factor", of.profitFactor, "1", "Σ pnl_net > 0 / −Σ pnl_net < 0", missing: "no losing trade"),
      Metric("sqn", of.systemQuality, "1", "√n · mean / sample deviation of pnl_net", missing: "fewer than two trades, or all alike"),
      Metric("pnl_net", net, "quote", "equity at the end − at the start, from realised results; open positions count by what they have paid so far"),
      Metric("pnl_gross", of.pnlGross, "quote", "of the closed trades, before fees and funding"),
      Metric("fees", of.fees, "quote", "of the closed trades, funding included"),
      Metric("total_return", equity.start > 0 ? net / equity.start : nil, "1", "pnl_net / equity at the start", missing: "no equity at the start"),
      Metric("cagr", equity.compoundAnnualGrowth, "1", "(equity at the end / start)^(365 / days) − 1", missing: "no equity left"),
      Metric(
        "sharpe_daily_365", equity.sharpeDaily365, "1", "mean / sample deviation of the daily returns, all days, × √365; no riskless rate",
        missing: flat),
      Metric(
        "sharpe_trade_365", of.tradeSharpe365(trades, start: equity.start, days: days.count), "1",
        "(Σ pnl_net / start / days) / population deviation of pnl_net / start, × √365", missing: "fewer than two trades, or all alike"),
      Metric(
        "sortino_daily_365", equity.sortinoDaily365, "1", "mean daily return / √(Σ_{r<0} r² / days), × √365", missing: "no losing day"),
      Metric("calmar", equity.calmar, "1", "cagr / max_drawdown", missing: falls),
      Metric(
        "max_drawdown", equity.maximumDrawdown?.depth, "1", "largest fall of the daily equity below its peak, as a share of the peak", missing: falls),
      Metric(
        "max_drawdown_days", equity.maximumDrawdown.map { Double($0.days) }, "days", "from its peak to the recovery, or to the end", missing: falls),
      Metric(
        "max_drawdown_marked", marked?.maximumDrawdown?.depth, "1", "the same of equity with open positions at each day's last close",
        missing: marked == nil ? "the stream has no candles" : falls),
      Metric("average_drawdown", equity.averageDrawdown, "1", "mean depth of all drawdowns", missing: falls),
      Metric("exposure", exposure(trades, days: days), "1", "share of the time in which at least one of the closed trades was open"),
      Metric("winning_streak", Double(of.winningStreak), "trades", "most in a row with pnl_net > 0, in order of their exits"),
      Metric("losing_streak", Double(of.losingStreak), "trades", "most in a row with pnl_net < 0, in order of their exits"),
      Metric("mean_mae_r", of.meanMAE, "R", "mean furthest move against the position"),
      Metric("mean_mfe_r", of.meanMFE, "R", "mean furthest move for the position"),
      Metric(
        "median_holding", of.medianHolding.map { Double($0) / hour }, "hours", "from the close of the candle of the fill to that of the last exit"),
      Metric("holding_p90", of.holdingP90.map { Double($0) / hour }, "hours", "90th percentile of the same"),
      Metric("ambiguous_trades", Double(of.ambiguous), "trades", "with a candle that held stop and target; the stop counted"),
      Metric(
        "break_even_fee", of.breakEvenFee, "1",
        "pnl_gross / turnover: the cost a side at which the closed trades would have earned nothing; negative: lost before any fee"),
    ]
  }

  private static func exposure(_ trades: [ClosedTrade], days: ClosedRange<Int>) -> Double? {
    guard !trades.isEmpty else { return nil }
    var covered: Int64 = 0
    var until = Timestamp.distantPast
    for trade in trades.sorted(by: { $0.openedAt < $1.openedAt }) {
      covered += max(0, trade.closedAt - max(until, trade.openedAt))
      until = max(until, trade.closedAt)
    }
    return Double(covered) / (Double(days.count) * Double(Timestamp.day))
  }
}
