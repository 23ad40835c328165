/// Chaikin money flow: volume weighted by where the close stands within its candle.
///
/// A candle without a range counts with its volume and no flow.
public struct CMF: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "cmf", title: "Chaikin money flow", outputs: [.init("cmf", unit: "−1…1")], parameters: [.bars("period", 20, from: 1)],
    formula: "Σ volume·((close − low) − (high − close))/(high − low) / Σ volume over period", seed: "at index period − 1, exact from there",
    degenerate: "absent without volume in the window; 0 when all candles are flat", gap: .continues, source: "Chaikin; TA-Lib CMF")

  private var flows: RunningSum
  private var volumes: RunningSum
  public let lookback: Int

  public init(_ parameters: [Double]) {
    flows = RunningSum(period: Int(known: parameters[0]))
    volumes = RunningSum(period: Int(known: parameters[0]))
    lookback = Int(known: parameters[0]) - 1
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    let range = bar.high - bar.low
    flows.add(range > 0 ? bar.volume * ((bar.close - bar.low) - (bar.high - bar.close)) / range : 0)
    volumes.add(bar.volume)
    values[0] = volumes.total > 0 ? flows.total / volumes.total : .nan
  }
}
