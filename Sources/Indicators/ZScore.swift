/// How many standard deviations the close stands from its mean.
public struct ZScore: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "zscore", title: "Z-score of the close", outputs: [.init("zscore", unit: "standard deviations")], parameters: [.bars("period", 20)],
    formula: "(close − mean(close, period))/σ(close, period), σ of the population", seed: "at index period − 1, exact from there",
    degenerate: "absent while the window is flat", gap: .continues, source: "definition")

  private var closes: Spread
  public var lookback: Int { closes.period - 1 }

  public init(_ parameters: [Double]) { closes = Spread(period: Int(known: parameters[0])) }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    closes.add(bar.close)
    let deviation = closes.variance().squareRoot()
    values[0] = (bar.close - closes.mean) / deviation
  }
}
