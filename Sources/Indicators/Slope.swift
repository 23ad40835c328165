/// Slope of the least-squares line through the last `period` numbers, per step, in O(1) amortised.
///
/// Kept relative to a number of the window and built afresh when the ring wraps, so that a series that grows without bound keeps its digits.
struct Slope: ~Copyable {
  private var ring: Ring
  private var base = 0.0
  private var sum = 0.0
  /// Σ i·yᵢ with i = 0 for the oldest.
  private var moment = 0.0
  private let last: Double
  private let divisor: Double

  init(period: Int) {
    ring = Ring(capacity: period)
    let n = Double(period)
    last = n - 1
    divisor = n * (n * n - 1) / 12
  }

  /// NaN until there are `period` numbers.
  var value: Double { ring.isFull ? (moment - last / 2 * sum) / divisor : .nan }

  mutating func add(_ x: Double) {
    let wasFull = ring.isFull
    let old = ring.push(x) - base
    guard wasFull, !ring.hasWrapped, old.magnitude <= 1e4 * sum.magnitude else {
      if ring.isFull { rebuild(around: x) }
      return
    }
    let new = x - base
    moment += last * new - (sum - old)
    sum += new - old
  }

  private mutating func rebuild(around x: Double) {
    base = x
    sum = 0
    moment = 0
    var i = 0.0
    ring.forEachInOrder {
      sum += $0 - x
      moment += i * ($0 - x)
      i += 1
    }
  }
}
