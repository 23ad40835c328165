/// On-balance volume: volume summed with the sign of the close's change.
///
/// Begins with the first candle's volume, as TA-Lib does; only differences mean anything.
public struct OBV: Indicator {
  public static let card = IndicatorCard(
    name: "obv", title: "On-balance volume", outputs: [.init("obv", unit: "base asset")], parameters: [],
    formula: "OBV + volume when the close rose, − volume when it fell", seed: "at index 0: the first volume; never settles, only differences count",
    degenerate: "stays while the close is unchanged", gap: .continues, source: "Granville 1963; TA-Lib OBV")

  private var sum = 0.0

  public init() {}
  public init(_ parameters: [Double]) {}

  public var lookback: Int { 0 }

  /// The sum at this bar.
  public mutating func next(_ bar: Bar) -> Double {
    if bar.index == 0 || bar.change > 0 { sum += bar.volume } else if bar.change < 0 { sum -= bar.volume }
    return sum
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) { values[0] = next(bar) }
}

/// How steadily volume flows to one side: the slope of on-balance volume against the mean volume.
public struct OBVSlope: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "obv_slope", title: "Slope of on-balance volume", outputs: [.init("obv_slope", unit: "mean volumes per candle, about −1…1")],
    parameters: [.bars("period", 10)], formula: "least-squares slope of OBV over period / mean(volume, period)",
    seed: "at index period − 1, exact from there",
    degenerate: "absent without volume in the window", gap: .continues, source: "definition")

  private var balance = OBV()
  private var slope: Slope
  private var volumes: RunningSum
  public let lookback: Int

  public init(_ parameters: [Double]) {
    slope = Slope(period: Int(known: parameters[0]))
    volumes = RunningSum(period: Int(known: parameters[0]))
    lookback = Int(known: parameters[0]) - 1
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    slope.add(balance.next(bar))
    volumes.add(bar.volume)
    values[0] = slope.value / volumes.mean
  }
}
