import Glibc

/// The probability that a daily Sharpe ratio is above what the best of N worthless configurations would have shown.
/// Bailey and López de Prado, "The Deflated Sharpe Ratio", 2014.
public struct DeflatedSharpe: Hashable, Sendable {
  /// Of this configuration's daily returns, not annualised.
  public let sharpe: Double
  /// What the best of the configurations tried is expected to show by luck; 0 with one configuration.
  public let expectedBest: Double
  public let trials: Int
  /// Of the daily returns: how many, and their shape.
  public let days: Int
  public let skewness: Double
  public let kurtosis: Double
  public let probability: Double

  /// - Parameters:
  ///   - returns: daily returns of this configuration.
  ///   - trials: daily Sharpe ratios of all configurations tried, this one among them.
  public init?(returns: [Double], trials: [Double]) {
    let moments = Moments(returns)
    guard returns.count > 2, let deviation = moments.sampleDeviation, deviation > 0, let skewness = moments.skewness,
      let kurtosis = moments.kurtosis
    else { return nil }
    let sharpe = moments.mean / deviation
    let n = Double(trials.count)
    let euler = 0.5772156649015329
    var best = 0.0
    if trials.count > 1, let spread = Moments(trials).sampleDeviation {
      best = spread * ((1 - euler) * Normal.quantile(1 - 1 / n) + euler * Normal.quantile(1 - 1 / (n * M_E)))
    }
    let variance = 1 - skewness * sharpe + (kurtosis - 1) * sharpe * sharpe / 4
    guard variance > 0 else { return nil }
    self.sharpe = sharpe
    expectedBest = best
    self.trials = max(1, trials.count)
    days = returns.count
    self.skewness = skewness
    self.kurtosis = kurtosis
    probability = Normal.cumulative((sharpe - best) * Double(returns.count - 1).squareRoot() / variance.squareRoot())
  }
}
