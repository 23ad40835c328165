/// Relative strength index: the share of upward movement in all movement of the close.
///
/// Wilder, *New Concepts in Technical Trading Systems* (1978). Without any movement there is no share: absent (TA-Lib says 0).
public struct RSI: Indicator {
  public static let card = IndicatorCard(
    name: "rsi", title: "Relative strength index", outputs: [.init("rsi", unit: "0…100")], parameters: [.bars("period", 14)],
    formula: "100·G/(G+L); G, L: Wilder averages of the rises and the falls of the close",
    seed: "at index period: simple means of the first period rises and falls",
    degenerate: "absent while nothing has moved since the first candle; 100 or 0 while all movement went one way",
    gap: .continues, source: "Wilder 1978; TA-Lib RSI")

  private var gain: SmoothedAverage
  private var loss: SmoothedAverage

  public init(period: Int = 14) {
    gain = .wilder(period)
    loss = .wilder(period)
  }

  public init(_ parameters: [Double]) { self.init(period: Int(known: parameters[0])) }

  public var lookback: Int { gain.period }
  public var settled: Int { lookback + gain.fading(to: 0.001) }

  /// The index at this bar, or NaN.
  public mutating func next(_ bar: Bar) -> Double {
    if bar.index == 0 { return .nan }
    let change = bar.change
    let up = gain.add(change > 0 ? change : 0)
    let down = loss.add(change < 0 ? -change : 0)
    return 100 * up / (up + down)
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) { values[0] = next(bar) }
}
