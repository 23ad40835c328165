/// Keltner channel: an exponential average and as many average true ranges to both sides.
///
/// The middle is the average of the close, as charts have had it since Raschke; TA-Lib averages the typical price, as Keltner did.
public struct Keltner: Indicator {
  public static let card = IndicatorCard(
    name: "keltner", title: "Keltner channel",
    outputs: [.init("keltner_upper", unit: "price"), .init("keltner_middle", unit: "price"), .init("keltner_lower", unit: "price")],
    parameters: [.bars("period", 20), .bars("atr_period", 10, from: 1), .real("ranges", 2, 0.1...20)],
    formula: "middle = EMA(close, period); upper, lower = middle ± ranges·ATR(atr_period)", seed: "at the later of its parts' first index",
    degenerate: "flat: the lines meet", gap: .continues, source: "Raschke's form; parts as TA-Lib EMA and ATR")

  private var middle: EMA
  private var range: ATR
  private let ranges: Double

  public init(period: Int, rangePeriod: Int, ranges: Double) {
    middle = EMA(period: period)
    range = ATR(period: rangePeriod)
    self.ranges = ranges
  }

  public init(_ parameters: [Double]) { self.init(period: Int(known: parameters[0]), rangePeriod: Int(known: parameters[1]), ranges: parameters[2]) }

  public var lookback: Int { max(middle.lookback, range.lookback) }
  public var settled: Int { max(middle.settled, range.settled) }

  /// The middle and the distance of the lines from it, or NaN.
  mutating func next(_ bar: Bar) -> (middle: Double, reach: Double) { (middle.next(bar), ranges * range.next(bar)) }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    let (middle, reach) = next(bar)
    values[0] = middle + reach
    values[1] = middle
    values[2] = middle - reach
  }
}
