import Glibc

/// An exponential average seeded with the simple mean of its first `period` numbers: the form behind EMA (weight 2/(n+1)) and Wilder's
/// smoothing (weight 1/n).
public struct SmoothedAverage: Sendable {
  /// The share of the newest number.
  public let weight: Double
  private let length: Int32
  /// Numbers still missing for the seed.
  private var missing: Int32
  /// The sum of the numbers of the seed; then the average.
  private var gathered = 0.0

  public static func exponential(_ period: Int) -> SmoothedAverage { .init(period: period, weight: 2 / Double(period + 1)) }
  public static func wilder(_ period: Int) -> SmoothedAverage { .init(period: period, weight: 1 / Double(period)) }

  public init(period: Int, weight: Double) {
    self.weight = weight
    length = Int32(period)
    missing = length
  }

  public var period: Int { Int(length) }

  /// NaN until `period` numbers have come.
  public var value: Double { missing == 0 ? gathered : .nan }

  /// Takes the next number and returns the average.
  @discardableResult
  public mutating func add(_ x: Double) -> Double {
    if missing == 0 {
      gathered += weight * (x - gathered)
      return gathered
    }
    gathered += x
    missing -= 1
    if missing == 0 { gathered /= Double(length) }
    return value
  }

  /// How many numbers after the seed it takes until the seed's share of the value is `share` or less.
  public func fading(to share: Double) -> Int { Int(known: (log(share) / log(1 - weight)).rounded(.up)) }
}
