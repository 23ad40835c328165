/// The largest of the last `period` numbers, and how long ago it was, in O(1) amortised: a queue of the numbers that can still become the largest.
/// Of equal numbers the earliest counts. A minimum is the maximum of the negated numbers.
struct SlidingMaximum: ~Copyable {
  private let values: UnsafeMutablePointer<Double>
  private let positions: UnsafeMutablePointer<Int>
  private let mask: Int
  private let period: Int
  private var first = 0
  /// One behind the last in the queue. Both only grow; `mask` folds them into the storage.
  private var end = 0
  private var position = 0

  init(period: Int) {
    self.period = period
    var capacity = 1
    while capacity < period + 1 { capacity *= 2 }
    mask = capacity - 1
    values = .allocate(capacity: capacity)
    values.initialize(repeating: 0, count: capacity)
    positions = .allocate(capacity: capacity)
    positions.initialize(repeating: 0, count: capacity)
  }

  deinit {
    values.deallocate()
    positions.deallocate()
  }

  /// NaN until there are `period` numbers.
  var value: Double { position < period ? .nan : values[first & mask] }
  /// How many numbers came after the largest.
  var age: Int { position - 1 - positions[first & mask] }

  mutating func add(_ x: Double) {
    while end > first, values[(end - 1) & mask] < x { end -= 1 }
    values[end & mask] = x
    positions[end & mask] = position
    end += 1
    position += 1
    if positions[first & mask] <= position - 1 - period { first += 1 }
  }
}
