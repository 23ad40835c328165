/// The last `capacity` numbers; a new one takes the place of the oldest.
struct Ring: ~Copyable {
  let storage: UnsafeMutablePointer<Double>
  // Small: every series has several, and periods go up to 5,000.
  private let length: UInt16
  private var next: UInt16 = 0
  private(set) var isFull = false

  init(capacity: Int) {
    length = UInt16(capacity)
    storage = .allocate(capacity: capacity)
    storage.initialize(repeating: 0, count: capacity)
  }

  deinit { storage.deallocate() }

  /// Stores `x` and returns what it replaces: 0 while filling.
  mutating func push(_ x: Double) -> Double {
    let old = storage[cursor]
    storage[cursor] = x
    next &+= 1
    if next == length {
      next = 0
      isFull = true
    }
    return old
  }

  var capacity: Int { Int(length) }
  /// Where the next number goes: the oldest one, once full.
  var cursor: Int { Int(next) }

  /// How many numbers there are.
  var count: Int { isFull ? capacity : cursor }

  /// The one that the next `push` replaces. Meaningful once full.
  var oldest: Double { storage[cursor] }

  /// Whether the newest number sits in the last cell: once in `capacity` pushes.
  var hasWrapped: Bool { cursor == 0 }

  /// From the oldest to the newest.
  func forEachInOrder(_ body: (Double) -> Void) {
    let n = count
    var i = isFull ? cursor : 0
    for _ in 0..<n {
      body(storage[i])
      i = i + 1 == capacity ? 0 : i + 1
    }
  }
}
