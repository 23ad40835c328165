/// Ichimoku lines, each at the candle that it is computed from.
///
/// Charts draw the spans `base` candles ahead and the lagging line behind. In a stream that would be a value of another time under today's name, so
/// nothing is shifted, and the lagging line, which is the close, is left out.
public struct Ichimoku: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "ichimoku", title: "Ichimoku, unshifted",
    outputs: [
      .init("ichimoku_conversion", unit: "price"), .init("ichimoku_base", unit: "price"), .init("ichimoku_span_a", unit: "price"),
      .init("ichimoku_span_b", unit: "price"),
    ],
    parameters: [.bars("conversion", 9), .bars("base", 26), .bars("span", 52)],
    formula: "conversion, base, span b = middle of highest high and lowest low over their period; span a = (conversion + base)/2",
    seed: "each at index period − 1, exact from there", degenerate: "flat: all equal the price", gap: .continues,
    source: "Hosoda 1969; TA-Lib MIDPRICE")

  private var conversion: PriceRange
  private var base: PriceRange
  private var span: PriceRange
  public let lookback: Int

  public init(_ parameters: [Double]) {
    conversion = PriceRange(period: Int(known: parameters[0]))
    base = PriceRange(period: Int(known: parameters[1]))
    span = PriceRange(period: Int(known: parameters[2]))
    lookback = Int(known: max(parameters[0], parameters[1], parameters[2])) - 1
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    conversion.add(bar)
    base.add(bar)
    span.add(bar)
    values[0] = conversion.middle
    values[1] = base.middle
    values[2] = (conversion.middle + base.middle) / 2
    values[3] = span.middle
  }
}
