import Glibc

/// An exponential average seeded with the simple mean of its first `period` numbers: the form behind EMA (weight 2/(n+1)) and Wilder's
/// smoothing (weight 1/n).

public struct SmoothedAverage: Sendable {
  public let period: Int
  /// The share of the newest number.
  public let weight: Double
  private var count = 0
  private var sum = 0.0
  /// NaN until `period` numbers have come.
  public private(set) var value = Double.nan

  public static func exponential(_ period: Int) -> SmoothedAverage { .init(period: period, weight: 2 / Double(period + 1)) }
  public static func wilder(_ period: Int) -> SmoothedAverage { .init(period: period, weight: 1 / Double(period)) }

  public init(period: Int, weight: Double) {
    self.period = period
    self.weight = weight
  }

  /// Takes the next number and returns the average.
  @discardableResult
  public mutating func add(_ x: Double) -> Double {
    if count == period {
      value += weight * (x - value)
    } else {
      count += 1
      sum += x
      if count == period { value = sum / Double(period) }
    }
    return value
  }

  /// How many numbers after the seed it takes until the seed's share of the value is `share` or less.
  public func fading(to share: Double) -> Int { Int((log(share) / log(1 - weight)).rounded(.up)) }
}
