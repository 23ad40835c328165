/// Average true range, in price.
///
/// Wilder (1978). The first candle has no true range (there is no previous close), so the seed is the mean of those of candles 1…period, as in TA-Lib.
public struct ATR: Indicator {
  public static let card = IndicatorCard(
    name: "atr", title: "Average true range", outputs: [.init("atr", unit: "price")], parameters: [.bars("period", 14, from: 1)],
    formula: "Wilder average of max(high − low, |high − previous close|, |low − previous close|)",
    seed: "at index period: simple mean of the true ranges of candles 1…period", degenerate: "0 when all is flat",
    gap: .continues, source: "Wilder 1978; TA-Lib ATR")

  private var average: SmoothedAverage

  public init(period: Int = 14) { average = .wilder(period) }
  public init(_ parameters: [Double]) { self.init(period: Int(known: parameters[0])) }

  public var lookback: Int { average.period }
  public var settled: Int { lookback + average.fading(to: 0.005) }

  /// The range at this bar, or NaN.
  public mutating func next(_ bar: Bar) -> Double { bar.index == 0 ? .nan : average.add(bar.trueRange) }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) { values[0] = next(bar) }
}

/// Average true range in percent of the close.
public struct ATRPercent: Indicator {
  public static let card = IndicatorCard(
    name: "atr_percent", title: "Average true range in percent", outputs: [.init("atr_percent", unit: "percent of the close")],
    parameters: [.bars("period", 14, from: 1)], formula: "100·ATR/close", seed: "as atr", degenerate: "0 when all is flat",
    gap: .continues, source: "TA-Lib NATR")

  private var range: ATR

  public init(_ parameters: [Double]) { range = ATR(parameters) }

  public var lookback: Int { range.lookback }
  public var settled: Int { range.settled }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) { values[0] = 100 * range.next(bar) / bar.close }
}
