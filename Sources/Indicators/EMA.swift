/// Exponential moving average of the close.
///
/// Seeded with the simple mean, as TA-Lib does; a seed of the first close alone (common on charts) differs until it has faded.
public struct EMA: Indicator {
  public static let card = IndicatorCard(
    name: "ema", title: "Exponential moving average", outputs: [.init("ema", unit: "price")], parameters: [.bars("period", 20)],
    formula: "E + 2/(period+1)·(close − E)", seed: "at index period − 1: simple mean of the first period closes",
    degenerate: "equals the close when it is flat", gap: .continues, source: "TA-Lib EMA", namesItsParameters: true)

  private var average: SmoothedAverage

  public init(period: Int = 20) { average = .exponential(period) }
  public init(_ parameters: [Double]) { self.init(period: Int(known: parameters[0])) }

  public var lookback: Int { average.period - 1 }
  /// The seed's distance from the endless average grows with the root of the period.
  public var settled: Int { lookback + average.fading(to: 0.1 / Double(average.period).squareRoot()) }

  /// The average at this bar, or NaN.
  public mutating func next(_ bar: Bar) -> Double { average.add(bar.close) }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) { values[0] = next(bar) }
}
