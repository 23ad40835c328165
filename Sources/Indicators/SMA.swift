/// Simple moving average of the close.
public struct SMA: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "sma", title: "Simple moving average", outputs: [.init("sma", unit: "price")], parameters: [.bars("period", 20, from: 1)],
    formula: "mean(close, period)", seed: "at index period − 1, exact from there", degenerate: "equals the close when it is flat",
    gap: .continues, source: "TA-Lib SMA", namesItsParameters: true)

  private var closes: RunningSum
  public let lookback: Int

  public init(_ parameters: [Double]) {
    closes = RunningSum(period: Int(known: parameters[0]))
    lookback = Int(known: parameters[0]) - 1
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    closes.add(bar.close)
    values[0] = closes.mean
  }
}
