/// Where the newest value stands among the last `window`: memory and time per value are bounded by the window.
struct RollingRank {
  private let window: Int
  private var ring: [Double] = []
  private var next = 0
  private var sorted: [Double] = []

  init(window: Int) {
    self.window = window
    ring.reserveCapacity(window)
    sorted.reserveCapacity(window)
  }

  var count: Int { sorted.count }

  mutating func add(_ value: Double) {
    if ring.count < window {
      ring.append(value)
    } else {
      sorted.remove(at: index(of: ring[next]))
      ring[next] = value
      next = next + 1 == window ? 0 : next + 1
    }
    sorted.insert(value, at: index(of: value))
  }

  /// The share of the window below `value`, equal ones counted half: 0…1.
  func rank(of value: Double) -> Double {
    let below = index(of: value)
    var end = below
    while end < sorted.count, sorted[end] == value { end += 1 }
    return (Double(below) + Double(end - below) / 2) / Double(max(1, sorted.count))
  }

  /// The first place at which `value` could stand.
  private func index(of value: Double) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
