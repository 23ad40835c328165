/// Sum of the last `period` numbers in O(1) amortised: it is summed afresh whenever the ring wraps, so rounding errors cannot pile up,
/// and when a number leaves that dwarfed the others.
struct RunningSum: ~Copyable {
  private var ring: Ring
  private var sum = 0.0

  init(period: Int) { ring = Ring(capacity: period) }

  var isFull: Bool { ring.isFull }
  /// The newest `period` numbers' mean: NaN until there are so many.
  var mean: Double { ring.isFull ? sum / Double(ring.capacity) : .nan }
  /// NaN until there are `period` numbers.
  var total: Double { ring.isFull ? sum : .nan }

  mutating func add(_ x: Double) {
    let old = ring.push(x)
    sum += x - old
    if ring.hasWrapped || old.magnitude > 1e4 * sum.magnitude { sumAfresh() }
  }

  private mutating func sumAfresh() {
    sum = 0
    for i in 0..<ring.count { sum += ring.storage[i] }
  }
}
