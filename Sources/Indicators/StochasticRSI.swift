/// Stochastic RSI: where the RSI stands in its own recent range, smoothed twice.
///
/// K is the mean of the raw position and D the mean of K, as charts draw it (TA-Lib's fast K is the raw position, its fast D our K). While the RSI has
/// no range there is no position: absent, and so is each mean whose window holds such a candle (TA-Lib says 0).
public struct StochasticRSI: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "stoch_rsi", title: "Stochastic RSI",
    outputs: [.init("stoch_rsi_k", unit: "0…100"), .init("stoch_rsi_d", unit: "0…100")],
    parameters: [.bars("period", 14), .bars("window", 14), .bars("k", 3, from: 1), .bars("d", 3, from: 1)],
    formula: "raw = 100·(RSI − min)/(max − min) over window; K = mean(raw, k); D = mean(K, d)",
    seed: "K at index period + window + k − 2, D at d − 1 later; seeded as the RSI",
    degenerate: "absent while the RSI has no range, as in a one-way or flat market",
    gap: .continues, source: "Chande and Kroll 1994; TA-Lib STOCHRSI")

  private var rsi: RSI
  private var highest: SlidingMaximum
  private var lowest: SlidingMaximum
  private var k: RunningSum
  private var d: RunningSum
  public var lookback: Int { rsi.lookback + highest.period + k.period + d.period - 3 }
  public var settled: Int { lookback + rsi.settled - rsi.lookback }

  public init(_ parameters: [Double]) {
    let (window, smooth, again) = (Int(known: parameters[1]), Int(known: parameters[2]), Int(known: parameters[3]))
    rsi = RSI(period: Int(known: parameters[0]))
    highest = SlidingMaximum(period: window)
    lowest = SlidingMaximum(period: window)
    k = RunningSum(period: smooth)
    d = RunningSum(period: again)
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    let strength = rsi.next(bar)
    values[0] = .nan
    values[1] = .nan
    guard strength == strength else { return }
    highest.add(strength)
    lowest.add(-strength)
    let range = highest.value + lowest.value
    // In a market that has gone flat the RSI stands still but for rounding.
    k.add(range > 1e-9 ? 100 * (strength + lowest.value) / range : .nan)
    d.add(k.mean)
    values[0] = k.mean
    values[1] = d.mean
  }
}
