/// Donchian channel: the highest high and the lowest low, the candle itself included.
public struct Donchian: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "donchian", title: "Donchian channel",
    outputs: [.init("donchian_upper", unit: "price"), .init("donchian_middle", unit: "price"), .init("donchian_lower", unit: "price")],
    parameters: [.bars("period", 20, from: 1)], formula: "upper = highest high, lower = lowest low over period; middle between them",
    seed: "at index period − 1, exact from there", degenerate: "flat: the lines meet", gap: .continues, source: "Donchian; TA-Lib DONCHIAN")

  private var range: PriceRange
  public let lookback: Int

  public init(_ parameters: [Double]) {
    range = PriceRange(period: Int(known: parameters[0]))
    lookback = Int(known: parameters[0]) - 1
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    range.add(bar)
    values[0] = range.high
    values[1] = range.middle
    values[2] = range.low
  }
}
