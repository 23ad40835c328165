/// Parabolic stop and reverse: a stop that accelerates towards the price with each new extreme and changes side when touched.
///
/// The first side is the one of the first directional movement, as in TA-Lib. Prices are mirrored for the bearish side, so that there is one rule.
public struct ParabolicSAR: Indicator {
  public static let card = IndicatorCard(
    name: "psar", title: "Parabolic SAR",
    outputs: [.init("psar", unit: "price"), .init("psar_direction", .word(["bearish", "bullish"]), unit: "side the stop protects")],
    parameters: [.real("step", 0.02, 0.0001...1), .real("maximum", 0.2, 0.0001...1)],
    formula:
      "stop + a·(extreme − stop), never beyond the last two candles; a grows by step with each new extreme up to maximum; touched: the other side, from the extreme",
    seed: "at index 1: the first candle's far extreme", degenerate: "flat: changes sides at every candle, as a stop that is always touched",
    gap: .continues, source: "Wilder 1978; TA-Lib SAR")

  private let step: Double
  private let maximum: Double
  /// +1 while the stop is below the price.
  private var sign = 1.0
  private var acceleration = 0.0
  // Mirrored by `sign`: the far extreme is a maximum, the near one a minimum.
  private var stop = 0.0
  private var extreme = 0.0

  public init(_ parameters: [Double]) {
    step = min(parameters[0], parameters[1])
    maximum = parameters[1]
  }

  public var lookback: Int { 1 }
  public var settled: Int { 100 }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    values[0] = .nan
    values[1] = .nan
    if bar.index == 0 { return }
    if bar.index == 1 { begin(bar) }
    let near = sign > 0 ? bar.low : -bar.high
    let far = sign > 0 ? bar.high : -bar.low
    let previousNear = bar.index == 1 ? near : (sign > 0 ? bar.previousLow : -bar.previousHigh)
    let previousFar = bar.index == 1 ? far : (sign > 0 ? bar.previousHigh : -bar.previousLow)
    if near <= stop {
      let turned = -max(extreme, previousFar, far)
      sign = -sign
      acceleration = step
      extreme = -near
      values[0] = turned * sign
      stop = min(turned + acceleration * (extreme - turned), -previousFar, -far)
    } else {
      values[0] = stop * sign
      if far > extreme {
        extreme = far
        acceleration = min(acceleration + step, maximum)
      }
      stop = min(stop + acceleration * (extreme - stop), previousNear, near)
    }
    values[1] = sign > 0 ? 1 : 0
  }

  private mutating func begin(_ bar: Bar) {
    let up = bar.high - bar.previousHigh
    let down = bar.previousLow - bar.low
    sign = down > up && down > 0 ? -1 : 1
    acceleration = step
    extreme = sign > 0 ? bar.high : -bar.low
    stop = sign > 0 ? bar.previousLow : -bar.previousHigh
  }
}
