/// Bollinger bands: the mean of the last closes, and as many of their standard deviations to both sides.
///
/// The deviation is the population's (divided by n), as Bollinger and TA-Lib have it. Width is a fraction of the middle; percent is where the close
/// stands, 0 at the lower band and 1 at the upper one.
public struct Bollinger: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "bb", title: "Bollinger bands",
    outputs: [
      .init("bb_upper", unit: "price"), .init("bb_middle", unit: "price"), .init("bb_lower", unit: "price"),
      .init("bb_width", unit: "fraction of the middle"), .init("bb_percent", unit: "0 lower band … 1 upper band"),
    ],
    parameters: [.bars("period", 20), .real("deviations", 2, 0.1...10)],
    formula:
      "middle = mean(close, period); upper, lower = middle ± deviations·σ; width = (upper − lower)/middle; percent = (close − lower)/(upper − lower)",
    seed: "at index period − 1, exact from there", degenerate: "flat: the bands meet, width 0, percent absent",
    gap: .continues, source: "Bollinger 2001; TA-Lib BBANDS")

  private var closes: Spread
  private let deviations: Double

  public init(_ parameters: [Double]) {
    deviations = parameters[1]
    closes = Spread(period: Int(known: parameters[0]))
  }

  public var lookback: Int { closes.period - 1 }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    closes.add(bar.close)
    let reach = deviations * closes.variance().squareRoot()
    let middle = closes.mean
    values[0] = middle + reach
    values[1] = middle
    values[2] = middle - reach
    values[3] = 2 * reach / middle
    values[4] = (bar.close - middle + reach) / (2 * reach)
  }
}
