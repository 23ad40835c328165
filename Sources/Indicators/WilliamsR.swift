/// Williams %R: how far the close lies below the highest high, in percent of the range.
public struct WilliamsR: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "williams_r", title: "Williams %R", outputs: [.init("williams_r", unit: "−100…0")], parameters: [.bars("period", 14)],
    formula: "−100·(highest high − close)/(highest high − lowest low) over period", seed: "at index period − 1, exact from there",
    degenerate: "absent while the window has no range", gap: .continues, source: "Williams 1973; TA-Lib WILLR")

  private var range: PriceRange
  public let lookback: Int

  public init(_ parameters: [Double]) {
    range = PriceRange(period: Int(known: parameters[0]))
    lookback = Int(known: parameters[0]) - 1
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    range.add(bar)
    values[0] = 100 * (bar.close - range.high) / (range.high - range.low)
  }
}
