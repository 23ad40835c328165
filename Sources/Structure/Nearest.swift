import Market

/// Picks what a list shows: the nearest `cap` of each side, ordered by distance from the close, then `at`, then id without its direction word.
/// What is still equal comes in the order of the newest bar's lean, so that mirrored input lists the same.
struct Nearest {
  struct Pick {
    var distance: Double
    var id: FactID
    var side: Direction
    /// Where the caller keeps the fact.
    var position: Int
  }

  private(set) var picks: [Pick] = []
  private var lean = Direction.bull
  private var cap = 0
  private var start = 0

  mutating func begin(cap: Int, lean: Direction) {
    picks.removeAll(keepingCapacity: true)
    start = 0
    self.cap = cap
    self.lean = lean
  }

  /// Starts another side, or another kind of which as many are shown.
  mutating func next() { start = picks.count }

  /// Whether something at this distance can still be picked of this side.
  @inline(__always)
  func admits(_ distance: Double) -> Bool { picks.count - start < cap || cap > 0 && distance <= picks[picks.count - 1].distance }

  mutating func offer(_ distance: Double, _ id: FactID, _ side: Direction, _ position: Int) {
    if picks.count - start == cap {
      guard let last = picks.last, cap > 0, comesBefore(distance, id, side, last) else { return }
      picks.removeLast()
    }
    picks.append(Pick(distance: distance, id: id, side: side, position: position))
    sink(from: picks.count - 1, to: start)
  }

  /// Orders all that was picked.
  mutating func finish() {
    for end in picks.indices.dropFirst() { sink(from: end, to: 0) }
  }

  /// Moves the pick at `position` before those that it comes before.
  private mutating func sink(from position: Int, to start: Int) {
    var position = position
    while position > start, comesBefore(picks[position].distance, picks[position].id, picks[position].side, picks[position - 1]) {
      picks.swapAt(position, position - 1)
      position -= 1
    }
  }

  private func comesBefore(_ distance: Double, _ id: FactID, _ side: Direction, _ other: Pick) -> Bool {
    if distance != other.distance { return distance < other.distance }
    if id.at != other.id.at { return id.at < other.id.at }
    if id.kind != other.id.kind { return id.kind.rawValue < other.id.kind.rawValue }
    if id.scope != other.id.scope { return id.scope == .inner }
    return side == lean && other.side != lean
  }
}
