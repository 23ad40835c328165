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
  /// No further than this can still be picked of this side.
  private var limit = Double.infinity

  mutating func begin(cap: Int, lean: Direction) {
    picks.removeAll(keepingCapacity: true)
    self.cap = cap
    self.lean = lean
    next()
  }

  /// Starts another side, or another kind of which as many are shown.
  mutating func next() {
    start = picks.count
    limit = cap > 0 ? .infinity : -.infinity
  }

  /// Whether something at this distance can still be picked of this side.
  @inline(__always)
  func admits(_ distance: Double) -> Bool { distance <= limit }

  @inline(__always)
  mutating func offer(_ distance: Double, _ id: FactID, _ side: Direction, _ position: Int) {
    if admits(distance) { pick(Pick(distance: distance, id: id, side: side, position: position)) }
  }

  private mutating func pick(_ pick: Pick) {
    if picks.count - start == cap {
      guard comesBefore(pick, picks[picks.count - 1]) else { return }
      picks[picks.count - 1] = pick
    } else {
      picks.append(pick)
    }
    let (start, lean) = (start, lean)
    picks.withUnsafeMutableBufferPointer { Nearest.sink($0.count - 1, to: start, $0, lean) }
    if picks.count - start == cap { limit = picks[picks.count - 1].distance }
  }

  /// Orders all that was picked.
  mutating func finish() {
    let lean = lean
    picks.withUnsafeMutableBufferPointer { picks in
      for end in picks.indices.dropFirst() { Nearest.sink(end, to: 0, picks, lean) }
    }
  }

  /// Moves the pick at `position` before those that it comes before.
  @inline(__always)
  private static func sink(_ position: Int, to start: Int, _ picks: UnsafeMutableBufferPointer<Pick>, _ lean: Direction) {
    var position = position
    let pick = picks[position]
    while position > start, comesBefore(pick, picks[position - 1], lean) {
      picks[position] = picks[position - 1]
      position -= 1
    }
    picks[position] = pick
  }

  private func comesBefore(_ pick: Pick, _ other: Pick) -> Bool { Nearest.comesBefore(pick, other, lean) }

  private static func comesBefore(_ pick: Pick, _ other: Pick, _ lean: Direction) -> Bool {
    if pick.distance != other.distance { return pick.distance < other.distance }
    let (id, otherID) = (pick.id, other.id)
    if id.at != otherID.at { return id.at < otherID.at }
    if id.kind != otherID.kind { return id.kind.rawValue < otherID.kind.rawValue }
    if id.scope != otherID.scope { return id.scope == .inner }
    // Of one side two facts can still be equal where a candle made one for each: the one kept first.
    return pick.side == other.side ? pick.position < other.position : pick.side == lean
  }
}
