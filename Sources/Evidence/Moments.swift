import Glibc

/// Mean, spread and shape of a sample.
public struct Moments: Hashable, Sendable {
  public let count: Int
  public let mean: Double
  /// Sums of powers of the distances from the mean.
  private let second: Double
  private let third: Double
  private let fourth: Double

  public init(_ sample: some Collection<Double>) {
    count = sample.count
    let mean = sample.isEmpty ? 0 : sample.reduce(0, +) / Double(sample.count)
    self.mean = mean
    var second = 0.0
    var third = 0.0
    var fourth = 0.0
    for x in sample {
      let d = x - mean
      second += d * d
      third += d * d * d
      fourth += d * d * d * d
    }
    self.second = second
    self.third = third
    self.fourth = fourth
  }

  /// Divided by n − 1; absent below two values.
  public var sampleDeviation: Double? { count > 1 ? (second / Double(count - 1)).squareRoot() : nil }
  /// Divided by n.
  public var populationDeviation: Double? { count > 0 ? (second / Double(count)).squareRoot() : nil }
  /// g₃ = m₃ / m₂^1.5; absent without spread.
  public var skewness: Double? { second > 0 ? (third / Double(count)) / pow(second / Double(count), 1.5) : nil }
  /// Raw g₄ = m₄ / m₂² (3 for the normal distribution); absent without spread.
  public var kurtosis: Double? { second > 0 ? (fourth / Double(count)) / pow(second / Double(count), 2) : nil }
}

/// The value below which a share `q` of a sorted sample lies, by linear interpolation between neighbours (type 7 of Hyndman and Fan, 1996).
public func quantile(ofSorted sorted: [Double], _ q: Double) -> Double? {
  guard let first = sorted.first else { return nil }
  let position = q * Double(sorted.count - 1)
  let below = Int(known: position.rounded(.down))
  guard below >= 0 else { return first }
  guard below + 1 < sorted.count else { return sorted.last }
  return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
}
