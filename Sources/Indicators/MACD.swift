/// Moving average convergence divergence: the distance of two exponential averages, its own average, and the distance of those.
///
/// Both averages begin together, at index slow − 1, the fast one seeded with the mean of the `fast` closes up to there: TA-Lib's way, which the
/// first values depend on. The line is shown from there; TA-Lib hides it until the signal exists.
public struct MACD: Indicator {
  public static let card = IndicatorCard(
    name: "macd", title: "Moving average convergence divergence",
    outputs: [.init("macd", unit: "price"), .init("macd_signal", unit: "price"), .init("macd_histogram", unit: "price")],
    parameters: [.bars("fast", 12), .bars("slow", 26), .bars("signal", 9)],
    formula: "macd = EMA(fast) − EMA(slow); signal = EMA(macd, signal); histogram = macd − signal",
    seed: "macd at index slow − 1, both averages seeded with simple means that end there; signal at slow + signal − 2, the mean of the first values",
    degenerate: "0 when the close is flat", gap: .continues, source: "Appel 1979; TA-Lib MACD")

  private var fast: SmoothedAverage
  private var slow: SmoothedAverage
  private var signal: SmoothedAverage
  private var skip: Int

  public init(_ parameters: [Double]) {
    let (a, b) = (Int(known: parameters[0]), Int(known: parameters[1]))
    fast = .exponential(min(a, b))
    slow = .exponential(max(a, b))
    signal = .exponential(Int(known: parameters[2]))
    skip = slow.period - fast.period
  }

  public var lookback: Int { slow.period + signal.period - 2 }
  public var settled: Int { lookback + slow.fading(to: 0.001) + signal.fading(to: 0.02) }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    let long = slow.add(bar.close)
    if skip > 0 { skip -= 1 } else { fast.add(bar.close) }
    let line = fast.value - long
    let average = line == line ? signal.add(line) : .nan
    values[0] = line
    values[1] = average
    values[2] = line - average
  }
}
