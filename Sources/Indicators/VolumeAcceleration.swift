/// How fast volume grows: the slope of its line against its mean.
public struct VolumeAcceleration: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "volume_acceleration", title: "Acceleration of the volume",
    outputs: [.init("volume_acceleration", unit: "fraction of the mean per candle")],
    parameters: [.bars("period", 10)], formula: "least-squares slope of the volume over period / mean(volume, period)",
    seed: "at index period − 1, exact from there", degenerate: "absent without volume in the window", gap: .continues, source: "definition")

  private var slope: Slope
  private var volumes: RunningSum
  public let lookback: Int

  public init(_ parameters: [Double]) {
    slope = Slope(period: Int(known: parameters[0]))
    volumes = RunningSum(period: Int(known: parameters[0]))
    lookback = Int(known: parameters[0]) - 1
  }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    slope.add(bar.volume)
    volumes.add(bar.volume)
    values[0] = volumes.mean > 0 ? slope.value / volumes.mean : .nan
  }
}
