/// Average directional index with the two directional indicators.
///
/// Wilder (1978), seeded as TA-Lib does: the sums hold candles 1…period−1 and are smoothed from candle `period` on, where the directional indicators begin;
/// the index is the mean of the first `period` directional movements. A candle without any range or movement leaves the index as it is and counts as 0 in its
/// seed (as TA-Lib); the directional indicators are then absent (TA-Lib says 0).
public struct ADX: Indicator {
  public static let card = IndicatorCard(
    name: "adx", title: "Average directional index",
    outputs: [.init("adx", unit: "0…100"), .init("plus_di", unit: "0…100"), .init("minus_di", unit: "0…100")], parameters: [.bars("period", 14)],
    formula: "±DI = 100·W(±DM)/W(true range); DX = 100·|+DI − −DI|/(+DI + −DI); ADX = Wilder average of DX; W: Wilder smoothing",
    seed: "±DI at index period, from sums over candles 1…period−1; ADX at 2·period − 1, the mean of the first period DX",
    degenerate: "±DI absent while no candle had a true range; ADX keeps its value while neither side moves",
    gap: .continues, source: "Wilder 1978; TA-Lib ADX, PLUS_DI, MINUS_DI")

  private let period: Int
  private let keep: Double
  private var count = 0
  private var range = 0.0
  private var plus = 0.0
  private var minus = 0.0
  private var index: SmoothedAverage

  public init(_ parameters: [Double]) {
    period = Int(known: parameters[0])
    keep = 1 - 1 / parameters[0]
    index = .wilder(period)
  }

  public var lookback: Int { 2 * period - 1 }
  public var settled: Int { lookback + 2 * index.fading(to: 0.0125) }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    values[0] = .nan
    values[1] = .nan
    values[2] = .nan
    if bar.index == 0 { return }
    let up = bar.high - bar.previousHigh
    let down = bar.previousLow - bar.low
    // Multiplying by 1 while the seed is gathered sums the first candles.
    let fade = count < period - 1 ? 1 : keep
    count += 1
    range = range * fade + bar.trueRange
    plus = plus * fade + (up > down && up > 0 ? up : 0)
    minus = minus * fade + (down > up && down > 0 ? down : 0)
    guard count >= period else { return }
    let both = plus + minus
    if both > 0 {
      index.add(100 * (plus - minus).magnitude / both)
    } else if index.value.isNaN {
      index.add(0)
    }
    values[0] = index.value
    values[1] = 100 * plus / range
    values[2] = 100 * minus / range
  }
}
