/// Commodity channel index: the typical price's distance from its mean, in mean absolute deviations.
///
/// The mean deviation is taken about the current mean, which no running sum can follow: each candle costs O(period).
public struct CCI: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "cci", title: "Commodity channel index", outputs: [.init("cci", unit: "multiples of 0.015 mean deviations")],
    parameters: [.bars("period", 20)],
    formula: "(typical − mean)/(0.015·mean |typicalᵢ − mean|) over period", seed: "at index period − 1, exact from there",
    degenerate: "absent while the window is flat", gap: .continues, source: "Lambert 1980; TA-Lib CCI")

  private var prices: Ring
  public let lookback: Int

  public init(_ parameters: [Double]) {
    prices = Ring(capacity: Int(known: parameters[0]))
    lookback = Int(known: parameters[0]) - 1
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    _ = prices.push(bar.typical)
    values[0] = .nan
    guard prices.isFull else { return }
    // About the newest price, so that a flat window gives exact zeros.
    let newest = bar.typical
    let n = Double(prices.capacity)
    var sum = 0.0
    prices.forEachInOrder { sum += $0 - newest }
    let mean = sum / n
    var deviation = 0.0
    prices.forEachInOrder { deviation += ($0 - newest - mean).magnitude }
    values[0] = -mean / (0.015 * deviation / n)
  }
}
