/// The largest of the last `period` numbers in O(1) amortised and without a branch that data decides. A minimum is the maximum of the negated numbers.
///
/// After van Herk (1992) and Gil and Werman (1993): the stream is cut into blocks of `period`. The window reaches back into the last block by some of its end
/// and holds what has come of this one, so its maximum is that of a suffix of the last block, worked out once when the block is whole, and of a running prefix.
struct SlidingMaximum: ~Copyable {
  /// Up to `position` the numbers of this block; from there on the suffix maxima of the last one, and behind them a sentinel.
  private let cells: UnsafeMutablePointer<Double>
  private let length: UInt16
  private var position: UInt16 = 0
  private var isFull = false
  private var prefix = -Double.infinity
  /// NaN until there are `period` numbers.
  private(set) var value = Double.nan

  init(period: Int) {
    length = UInt16(period)
    cells = .allocate(capacity: period + 1)
    cells.initialize(repeating: -Double.infinity, count: period + 1)
  }

  deinit { cells.deallocate() }

  var period: Int { Int(length) }

  mutating func add(_ x: Double) {
    prefix = x > prefix ? x : prefix
    let cell = cells + Int(position)
    let suffix = cell[1]
    cell[0] = x
    position &+= 1
    if isFull { value = suffix > prefix ? suffix : prefix }
    if position == length { endBlock() }
  }

  private mutating func endBlock() {
    value = prefix
    isFull = true
    var i = period - 1
    while i > 0 {
      i -= 1
      cells[i] = cells[i + 1] > cells[i] ? cells[i + 1] : cells[i]
    }
    prefix = -Double.infinity
    position = 0
  }
}
