import Market

/// What a list of closed trades says about itself. Undefined values are absent.
public struct TradeStatistics: Hashable, Sendable {
  public let count: Int
  public let wins: Int
  public let losses: Int
  public let pnlNet: Double
  public let pnlGross: Double
  public let fees: Double
  public let turnover: Double
  public let profitFactor: Double?
  /// Mean net result, in money.
  public let expectancy: Double?
  /// Mean net R.
  public let meanR: Double?
  public let medianR: Double?
  /// √n · mean / sample deviation of the net results in money.
  public let systemQuality: Double?
  /// Longest runs.
  public let winningStreak: Int
  public let losingStreak: Int
  /// Milliseconds.
  public let medianHolding: Int64?
  public let holdingP90: Int64?
  public let meanMAE: Double?
  public let meanMFE: Double?
  public let ambiguous: Int

  public init(_ trades: [ClosedTrade]) {
    count = trades.count
    wins = trades.count { $0.pnlNet > 0 }
    losses = trades.count { $0.pnlNet < 0 }
    pnlNet = trades.reduce(0) { $0 + $1.pnlNet }
    pnlGross = trades.reduce(0) { $0 + $1.pnlGross }
    fees = trades.reduce(0) { $0 + $1.fee }
    turnover = trades.reduce(0) { $0 + $1.turnover }
    let won = trades.reduce(0) { $0 + max(0, $1.pnlNet) }
    let lost = trades.reduce(0) { $0 - min(0, $1.pnlNet) }
    profitFactor = lost > 0 ? won / lost : nil
    let money = Moments(trades.map(\.pnlNet))
    expectancy = trades.isEmpty ? nil : money.mean
    let r = trades.map(\.r).sorted()
    meanR = r.isEmpty ? nil : r.reduce(0, +) / Double(r.count)
    medianR = quantile(ofSorted: r, 0.5)
    systemQuality = money.sampleDeviation.flatMap { $0 > 0 ? Double(trades.count).squareRoot() * money.mean / $0 : nil }
    winningStreak = TradeStatistics.longestRun(trades) { $0.pnlNet > 0 }
    losingStreak = TradeStatistics.longestRun(trades) { $0.pnlNet < 0 }
    let holding = trades.map { Double($0.holding) }.sorted()
    medianHolding = quantile(ofSorted: holding, 0.5).map { Int64(known: $0) }
    holdingP90 = quantile(ofSorted: holding, 0.9).map { Int64(known: $0) }
    meanMAE = TradeStatistics.mean(trades.compactMap(\.maeR))
    meanMFE = TradeStatistics.mean(trades.compactMap(\.mfeR))
    ambiguous = trades.count { $0.isAmbiguous }
  }

  /// Wins over all closed trades.
  public var hitRate: Double? { count > 0 ? Double(wins) / Double(count) : nil }

  /// The fee per side, as a fraction of the value traded, at which the sample would have earned nothing. Negative: lost before any fee.
  public var breakEvenFee: Double? { turnover > 0 ? pnlGross / turnover : nil }

  /// ((Σ pnl / start) / days) / population deviation of pnl / start, times √365: a Sharpe ratio over trades, not over days.
  public func tradeSharpe365(_ trades: [ClosedTrade], start: Double, days: Int) -> Double? {
    guard days > 0, start > 0, let deviation = Moments(trades.map { $0.pnlNet / start }).populationDeviation, deviation > 0 else { return nil }
    return pnlNet / start / Double(days) / deviation * 365.0.squareRoot()
  }

  /// Trades by whole R: −2 means −2 ≤ R < −1. What is beyond 1000 R counts with the outermost.
  public static func distribution(_ trades: [ClosedTrade]) -> [(floor: Int, count: Int)] {
    var counts: [Int: Int] = [:]
    for trade in trades { counts[Int(clamping: trade.r.rounded(.down), to: -1000...1000), default: 0] += 1 }
    return counts.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  private static func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

  private static func longestRun(_ trades: [ClosedTrade], _ holds: (ClosedTrade) -> Bool) -> Int {
    var longest = 0
    var run = 0
    for trade in trades {
      run = holds(trade) ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
