/// Volume against its average, the candle itself included.
public struct VolumeRatio: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "volume", title: "Volume against its average",
    outputs: [
      .init("volume_sma", unit: "base asset"), .init("volume_ratio", unit: "multiple of the average"),
      .init("volume_spike", .flag, unit: "true, false"),
    ],
    parameters: [.bars("period", 20, from: 1), .real("spike", 2, 1...1000)],
    formula: "sma = mean(volume, period); ratio = volume/sma; spike = volume > spike·sma", seed: "at index period − 1, exact from there",
    degenerate: "without any volume in the window the ratio and the spike are absent", gap: .continues, source: "TA-Lib SMA of the volume")

  private var volumes: RunningSum
  private let spike: Double

  public init(_ parameters: [Double]) {
    spike = parameters[1]
    volumes = RunningSum(period: Int(known: parameters[0]))
  }

  public var lookback: Int { volumes.period - 1 }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    volumes.add(bar.volume)
    let mean = volumes.mean
    values[0] = mean
    values[1] = bar.volume / mean
    values[2] = mean > 0 ? (bar.volume > spike * mean ? 1 : 0) : .nan
  }
}
