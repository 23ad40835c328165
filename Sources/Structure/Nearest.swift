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

  private var picks: [Pick] = []
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

  /// - Returns: whether something as far away could still be picked.
  @discardableResult
  mutating func offer(_ distance: Double, _ id: FactID, _ side: Direction, _ position: Int) -> Bool {
    if picks.count - start == cap {
      guard let last = picks.last, cap > 0 else { return false }
      guard comesBefore(distance, id, side, last) else { return distance <= last.distance }
      picks.removeLast()
    }
    insert(Pick(distance: distance, id: id, side: side, position: position), from: start)
    return true
  }

  /// All that was picked, in order.
  mutating func finish() -> [Pick] {
    for position in picks.indices {
      let pick = picks.remove(at: position)
      insert(pick, from: 0, end: position)
    }
    return picks
  }

  private mutating func insert(_ pick: Pick, from start: Int, end: Int? = nil) {
    var position = end ?? picks.count
    while position > start, comesBefore(pick.distance, pick.id, pick.side, picks[position - 1]) { position -= 1 }
    picks.insert(pick, at: position)
  }

  private func comesBefore(_ distance: Double, _ id: FactID, _ side: Direction, _ other: Pick) -> Bool {
    if distance != other.distance { return distance < other.distance }
    if id.at != other.id.at { return id.at < other.id.at }
    if id.kind != other.id.kind { return id.kind.rawValue < other.id.kind.rawValue }
    if id.scope != other.id.scope { return id.scope == .inner }
    return side == lean && other.side != lean
  }
}
