import Glibc
import Market

/// Equity at the end of each UTC day, from results as they are realised: open positions count when they close.
public struct DailyEquity: Hashable, Sendable {
  public let start: Double
  /// The first day's number (days since 1970-01-01); every day to the last follows, quiet ones too.
  public let firstDay: Int
  /// Equity at the end of each day.
  public let equity: [Double]

  /// - Parameters:
  ///   - results: day number and net result, in any order.
  ///   - days: first and last day of the account's life, so that quiet days at both ends count.
  public init(start: Double, results: [(day: Int, pnl: Double)], days: ClosedRange<Int>) {
    self.start = start
    firstDay = days.lowerBound
    var daily = [Double](repeating: 0, count: days.count)
    for (day, pnl) in results where days.contains(day) { daily[day - days.lowerBound] += pnl }
    var sum = start
    equity = daily.map { pnl in
      sum += pnl
      return sum
    }
  }

  init(start: Double, firstDay: Int, equity: [Double]) {
    self.start = start
    self.firstDay = firstDay
    self.equity = equity
  }

  /// End of day over end of the day before, minus 1.
  public var returns: [Double] {
    var previous = start
    return equity.map { value in
      defer { previous = value }
      return previous > 0 ? value / previous - 1 : 0
    }
  }

  /// Mean daily return over its sample deviation, times √365.
  public var sharpeDaily365: Double? {
    let moments = Moments(returns)
    guard let deviation = moments.sampleDeviation, deviation > 0 else { return nil }
    return moments.mean / deviation * 365.0.squareRoot()
  }

  /// Mean daily return over √(Σ_{r<0} r² / days), times √365.
  public var sortinoDaily365: Double? {
    let returns = returns
    let downside = (returns.reduce(0) { $1 < 0 ? $0 + $1 * $1 : $0 } / Double(max(1, returns.count))).squareRoot()
    guard downside > 0 else { return nil }
    return returns.reduce(0, +) / Double(returns.count) / downside * 365.0.squareRoot()
  }

  /// (last / start)^(365 / days) − 1.
  public var compoundAnnualGrowth: Double? {
    guard let last = equity.last, last > 0, start > 0 else { return nil }
    return pow(last / start, 365 / Double(equity.count)) - 1
  }

  /// Growth over the largest drawdown.
  public var calmar: Double? {
    guard let growth = compoundAnnualGrowth, let drawdown = drawdowns.map(\.depth).max(), drawdown > 0 else { return nil }
    return growth / drawdown
  }

  /// A fall from a peak until the peak is reached again, or the end.
  public struct Drawdown: Hashable, Sendable {
    /// Day numbers: of the peak (the day before `firstDay` for the start), of the lowest point, and of the recovery.
    public var peakDay: Int
    public var lowDay: Int
    public var recoveredDay: Int?
    /// Share of the peak lost at the lowest point.
    public var depth: Double
    /// Days from the peak to the recovery, or to the end.
    public var days: Int
  }

  /// In order of time.
  public var drawdowns: [Drawdown] {
    var all: [Drawdown] = []
    var peak = start
    var peakDay = firstDay - 1
    var current: Drawdown?
    for (i, value) in equity.enumerated() {
      let day = firstDay + i
      if value >= peak {
        if var ended = current {
          ended.recoveredDay = day
          ended.days = day - ended.peakDay
          all.append(ended)
          current = nil
        }
        peak = value
        peakDay = day
        continue
      }
      let depth = 1 - value / peak
      var falling = current ?? Drawdown(peakDay: peakDay, lowDay: day, depth: depth, days: 0)
      if depth >= falling.depth {
        falling.depth = depth
        falling.lowDay = day
      }
      falling.days = day - falling.peakDay
      current = falling
    }
    if let current { all.append(current) }
    return all
  }

  public var maximumDrawdown: Drawdown? { drawdowns.max { $0.depth < $1.depth } }
  /// Mean depth of all drawdowns.
  public var averageDrawdown: Double? {
    let depths = drawdowns.map(\.depth)
    return depths.isEmpty ? nil : depths.reduce(0, +) / Double(depths.count)
  }
}
