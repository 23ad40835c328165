/// Sum of the last `period` numbers in O(1) amortised: it is summed afresh whenever the ring wraps, so that rounding errors cannot pile up,
/// and when a number leaves that dwarfed the others.
///
/// A NaN makes the sum absent for as long as it is within the window.
struct RunningSum: ~Copyable {
  private var ring: Ring
  /// Numbers still missing for a whole window.
  private var missing: UInt16
  private var sum = 0.0
  private let share: Double
  /// Windows up to this length are summed afresh every time: it costs no more and leaves no rounding.
  private static let short = 4

  init(period: Int) {
    ring = Ring(capacity: period)
    missing = UInt16(period)
    share = 1 / Double(period)
  }

  var period: Int { ring.capacity }

  /// NaN until there are `period` numbers.
  var mean: Double { missing == 0 ? sum * share : .nan }
  /// NaN until there are `period` numbers.
  var total: Double { missing == 0 ? sum : .nan }

  mutating func add(_ x: Double) {
    let known = x == x
    let new = known ? x : 0
    let old = ring.push(new)
    if !known { missing = UInt16(ring.capacity) } else if missing > 0 { missing -= 1 }
    if ring.capacity > RunningSum.short {
      sum += new - old
      guard ring.hasWrapped || old.magnitude > 1e4 * sum.magnitude else { return }
    }
    sum = 0
    // Cells not filled yet hold 0.
    for i in 0..<ring.capacity { sum += ring.storage[i] }
  }
}
