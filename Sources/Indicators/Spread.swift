/// Mean and variance of the last `period` numbers in O(1) amortised.
///
/// Sums are kept of deviations from a number of the window itself and are built afresh when the ring wraps and whenever cancellation would cost
/// precision, so a flat window has variance 0 exactly and a small spread on a high price keeps its digits.
struct Spread: ~Copyable {
  private var ring: Ring
  private var base = 0.0
  private var sum = 0.0
  private var squares = 0.0
  private let share: Double

  init(period: Int) {
    ring = Ring(capacity: period)
    share = 1 / Double(period)
  }

  var period: Int { ring.capacity }
  var isFull: Bool { ring.isFull }

  mutating func add(_ x: Double) {
    if ring.isFull {
      let old = ring.push(x) - base
      let new = x - base
      sum += new - old
      squares += new * new - old * old
      if ring.hasWrapped || old * old > 1e4 * squares { rebuild(around: x) }
    } else {
      _ = ring.push(x)
      if ring.isFull { rebuild(around: x) }
    }
  }

  /// NaN until there are `period` numbers.
  var mean: Double { ring.isFull ? base + sum * share : .nan }

  /// Of the population (divided by n, not n − 1). NaN until there are `period` numbers.
  mutating func variance() -> Double {
    guard ring.isFull else { return .nan }
    var offset = sum * share
    var variance = squares * share - offset * offset
    if variance * 1e6 < offset * offset {
      rebuild(around: newest)
      offset = sum * share
      variance = squares * share - offset * offset
    }
    return variance > 0 ? variance : 0
  }

  private var newest: Double { ring.storage[(ring.cursor == 0 ? ring.capacity : ring.cursor) - 1] }

  private mutating func rebuild(around x: Double) {
    base = x
    sum = 0
    squares = 0
    for i in 0..<ring.capacity {
      let deviation = ring.storage[i] - x
      sum += deviation
      squares += deviation * deviation
    }
  }
}
