/// The last `capacity` numbers; a new one takes the place of the oldest.

struct Ring: ~Copyable {
  let storage: UnsafeMutablePointer<Double>
  let capacity: Int
  /// Where the next number goes: the oldest one, once full.
  private(set) var cursor = 0
  private(set) var isFull = false

  init(capacity: Int) {
    self.capacity = capacity
    storage = .allocate(capacity: capacity)
    storage.initialize(repeating: 0, count: capacity)
  }

  deinit { storage.deallocate() }

  /// Stores `x` and returns what it replaces: 0 while filling.
  mutating func push(_ x: Double) -> Double {
    let old = storage[cursor]
    storage[cursor] = x
    cursor += 1
    if cursor == capacity {
      cursor = 0
      isFull = true
    }
    return old
  }

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
