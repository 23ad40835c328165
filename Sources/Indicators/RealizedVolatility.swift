import Glibc

/// Standard deviation of the logarithmic returns, per candle, not annualised.
///
/// The sample's (divided by n − 1). The return across a hole spans more than one candle and is left out.
public struct RealizedVolatility: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "realized_volatility", title: "Realised volatility", outputs: [.init("realized_volatility", unit: "fraction per candle")],
    parameters: [.bars("period", 20)], formula: "sample standard deviation of ln(close/previous close) over period",
    seed: "at index period, exact from there", degenerate: "0 when the close is flat", gap: .skipsChange, source: "definition")

  private var returns: Spread
  private let correction: Double
  public var lookback: Int { returns.period }

  public init(_ parameters: [Double]) {
    returns = Spread(period: Int(known: parameters[0]))
    correction = parameters[0] / (parameters[0] - 1)
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    if bar.index > 0, !bar.followsGap { returns.add(log(bar.close / bar.previousClose)) }
    values[0] = (returns.variance() * correction).squareRoot()
  }
}
