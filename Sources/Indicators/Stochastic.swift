/// Stochastic oscillator: where the close stands in the range of the last candles, smoothed twice.
///
/// Without a range there is no position: absent, as is each mean whose window holds such a candle (TA-Lib says 0).
public struct Stochastic: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "stoch", title: "Stochastic oscillator", outputs: [.init("stoch_k", unit: "0…100"), .init("stoch_d", unit: "0…100")],
    parameters: [.bars("period", 14), .bars("k", 3, from: 1), .bars("d", 3, from: 1)],
    formula: "raw = 100·(close − lowest low)/(highest high − lowest low) over period; K = mean(raw, k); D = mean(K, d)",
    seed: "K at index period + k − 2, D at d − 1 later, exact from there", degenerate: "absent while the window has no range",
    gap: .continues, source: "Lane; TA-Lib STOCH")

  private var range: PriceRange
  private var k: RunningSum
  private var d: RunningSum
  public let lookback: Int

  public init(_ parameters: [Double]) {
    let (period, smooth, again) = (Int(known: parameters[0]), Int(known: parameters[1]), Int(known: parameters[2]))
    range = PriceRange(period: period)
    k = RunningSum(period: smooth)
    d = RunningSum(period: again)
    lookback = period + smooth + again - 3
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    range.add(bar)
    k.add(100 * (bar.close - range.low) / (range.high - range.low))
    d.add(k.mean)
    values[0] = k.mean
    values[1] = d.mean
  }
}

/// Highest high and lowest low of the last `period` candles: NaN until there are so many.
struct PriceRange: ~Copyable {
  private var highs: SlidingMaximum
  private var lows: SlidingMaximum

  init(period: Int) {
    highs = SlidingMaximum(period: period)
    lows = SlidingMaximum(period: period)
  }

  var high: Double { highs.value }
  var low: Double { -lows.value }
  var middle: Double { (high + low) / 2 }

  mutating func add(_ bar: Bar) {
    highs.add(bar.high)
    lows.add(-bar.low)
  }
}
