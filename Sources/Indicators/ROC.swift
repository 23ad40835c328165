/// Rate of change of the close.
public struct ROC: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "roc", title: "Rate of change", outputs: [.init("roc", unit: "percent")], parameters: [.bars("period", 10, from: 1)],
    formula: "100·(close / close period candles ago − 1)", seed: "at index period, exact from there", degenerate: "0 when the close is flat",
    gap: .continues, source: "TA-Lib ROC")

  private var closes: Ring
  public let lookback: Int

  public init(_ parameters: [Double]) {
    lookback = Int(known: parameters[0])
    closes = Ring(capacity: lookback)
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    let isFull = closes.isFull
    let old = closes.push(bar.close)
    values[0] = isFull ? 100 * (bar.close - old) / old : .nan
  }
}
