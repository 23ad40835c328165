import Glibc
import Market

/// Hourly closes of one symbol over the last 720 hours, for correlation as of an earlier instant.
public struct HourlyReturns: Hashable, Sendable {
  static let hours = 720
  static let leastCommon = 200

  /// Logarithms of closes, by hour of the epoch modulo the window; NaN where no candle closed.
  public private(set) var closes: [Double] = []
  /// Hours since 1970.
  public private(set) var newest = Int.min

  public init() {}

  /// As saved: the last 721 closes' logarithms, oldest first, the last one of hour `newest`.
  public init(newest: Int, oldestFirst: [Double]) {
    guard oldestFirst.count == Self.hours + 1 else { return }
    self.newest = newest
    closes = oldestFirst
    for (index, close) in oldestFirst.enumerated() { closes[place(newest - Self.hours + index)] = close }
  }

  /// Empty before the first close.
  public var oldestFirst: [Double] { closes.isEmpty ? [] : (0...Self.hours).map { closes[place(newest - Self.hours + $0)] } }

  private func place(_ hour: Int) -> Int { ((hour % (Self.hours + 1)) + Self.hours + 1) % (Self.hours + 1) }

  mutating func record(close: Double, at time: Timestamp) {
    guard time.milliseconds % Timestamp.hour == 0 else { return }
    let hour = Int(time.milliseconds / Timestamp.hour)
    guard hour > newest else { return }
    if closes.isEmpty { closes = [Double](repeating: .nan, count: Self.hours + 1) }
    if newest != .min {
      for skipped in (newest + 1)..<max(newest + 1, min(hour, newest + closes.count)) { closes[place(skipped)] = .nan }
    }
    closes[place(hour)] = log(close)
    newest = hour
  }

  private func change(_ hour: Int) -> Double {
    hour > newest - Self.hours && hour <= newest ? closes[place(hour)] - closes[place(hour - 1)] : .nan
  }

  /// Pearson's, over the hours that both have; 1 while fewer than 200 are common.
  /// - Parameter before: only hours that closed earlier than this count.
  static func correlation(_ a: HourlyReturns, _ b: HourlyReturns, before: Timestamp) -> Double {
    guard a.newest != .min, b.newest != .min else { return 1 }
    let last = min(a.newest, b.newest, Int((before.milliseconds - 1) / Timestamp.hour))
    var count = 0.0, sumA = 0.0, sumB = 0.0, sumAA = 0.0, sumBB = 0.0, sumAB = 0.0
    for hour in (last - hours + 1)...last {
      let x = a.change(hour)
      let y = b.change(hour)
      guard x.isFinite, y.isFinite else { continue }
      count += 1
      sumA += x
      sumB += y
      sumAA += x * x
      sumBB += y * y
      sumAB += x * y
    }
    guard count >= Double(leastCommon) else { return 1 }
    let varianceA = count * sumAA - sumA * sumA
    let varianceB = count * sumBB - sumB * sumB
    guard varianceA > 0, varianceB > 0 else { return 1 }
    return max(-1, min(1, (count * sumAB - sumA * sumB) / (varianceA * varianceB).squareRoot()))
  }
}
