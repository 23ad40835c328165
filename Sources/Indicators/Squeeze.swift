/// Squeeze: the Bollinger bands lie within the Keltner channel. Quiet that tends to end in a move; it fires on the candle that ends it.
public struct Squeeze: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "squeeze", title: "Squeeze", outputs: [.init("squeeze", .flag, unit: "true, false"), .init("squeeze_fired", .flag, unit: "true, false")],
    parameters: [.bars("period", 20), .real("deviations", 2, 0.1...10), .real("ranges", 1.5, 0.1...20)],
    formula: "deviations·σ(close, period) < ranges·ATR(period), both bands about their middles; fired: it was so one candle before and is not now",
    seed: "at index period, the fired flag one later", degenerate: "flat: false, the bands do not lie within lines that they meet",
    gap: .continues, source: "Carter 2005")

  private var closes: Spread
  private var channel: Keltner
  private let deviations: Double
  private var last = Double.nan
  public var lookback: Int { channel.lookback + 1 }
  public var settled: Int { channel.settled + 1 }

  public init(_ parameters: [Double]) {
    let period = Int(known: parameters[0])
    closes = Spread(period: period)
    deviations = parameters[1]
    channel = Keltner(period: period, rangePeriod: period, ranges: parameters[2])
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    closes.add(bar.close)
    let (middle, reach) = channel.next(bar)
    let band = deviations * closes.variance().squareRoot()
    var now = Double.nan
    if reach == reach {
      now = closes.mean + band < middle + reach && closes.mean - band > middle - reach ? 1 : 0
    }
    values[0] = now
    values[1] = last.isNaN ? .nan : (last == 1 && now == 0 ? 1 : 0)
    last = now
  }
}
