import Market

/// A confirmed pivot, seen from its own side: `level` is the price for a high and its negative for a low.
struct SwingPoint {
  var index: Int
  var level: Double
  var at: Timestamp
  var knownAt: Timestamp
  var label: Pivot.Label?
  /// Distance to the leader of the other side, in ATR at the pivot; absent while there is none.
  var strength: Double?

  func pivot(of side: Direction) -> Pivot {
    Pivot(price: side.sign * level, at: at, knownAt: knownAt, label: label)
  }
}

/// Swings of one scope. A bar is a pivot high when its high is above those of the `span` bars before it and not below those of the `span` bars
/// after it: the first of equal highs. It is known at the close of the last of them.
///
/// Consecutive pivots of one side form a run, led by the most extreme. Labels compare the leaders of neighbouring runs of a side.
struct Swings {
  let scope: Scope
  let span: Int
  /// Leaders this near, in ATR at the newer one, are equal.
  let equalTolerance: Double
  /// The newest run's leader on each side.
  private(set) var leaders = Sides<SwingPoint?>(both: nil)
  private var previousLeaders = Sides<SwingPoint?>(both: nil)
  /// The side of the newest run.
  private var side: Direction?
  /// Above all `span` bars before it, and so far not exceeded. Two cannot live at once: a later one would have to exceed the earlier.
  private var candidates = Sides<Candidate?>(both: nil)

  private struct Candidate {
    var index: Int
    var level: Double
  }

  init(scope: Scope, span: Int, equalTolerance: Double) {
    self.scope = scope
    self.span = span
    self.equalTolerance = equalTolerance
  }

  /// What one confirmed pivot changed.
  struct Confirmation {
    var side: Direction
    var point: SwingPoint
    /// Leads its run.
    var leads: Bool
    /// The leader of the same run that it took over from.
    var superseded: SwingPoint?
  }

  /// Takes the newest bar.
  /// - Parameter reach: how many bars right before it each side has exceeded, counted up to the longest span.
  /// - Returns: the bars of the pivots known at this close.
  @inline(__always)
  mutating func confirmed(_ bar: Bar, reach: Sides<Int>) -> Sides<Int?> {
    Sides(
      bull: Swings.confirmed(&candidates.bull, bar.view.bull.high, bar, span, reach: reach.bull),
      bear: Swings.confirmed(&candidates.bear, bar.view.bear.high, bar, span, reach: reach.bear))
  }

  /// Finds the leader of each run that these pivots belong to.
  /// - Returns: what they change, in their order.
  mutating func lead(_ pivots: Sides<Int?>, _ bar: Bar, history: borrowing History) -> (Confirmation?, Confirmation?) {
    switch (pivots.bull, pivots.bear) {
    case (nil, nil): return (nil, nil)
    case (let pivot?, nil): return (lead(.bull, pivot, bar, history), nil)
    case (nil, let pivot?): return (lead(.bear, pivot, bar, history), nil)
    case (let pivot?, _?):
      // A bar that is both continues from the newest run: first the other side, then its own. With no run yet it is neither.
      guard let side else { return (nil, nil) }
      return (lead(side.opposite, pivot, bar, history), lead(side, pivot, bar, history))
    }
  }

  @inline(__always)
  private static func confirmed(_ candidate: inout Candidate?, _ high: Double, _ bar: Bar, _ span: Int, reach: Int) -> Int? {
    var pivot: Int?
    if let known = candidate {
      let age = bar.index - known.index
      if bar.unbroken < age || high > known.level {
        candidate = nil
      } else if age == span {
        pivot = known.index
        candidate = nil
      }
    }
    if reach >= span { candidate = Candidate(index: bar.index, level: high) }
    return pivot
  }

  private mutating func lead(_ side: Direction, _ index: Int, _ bar: Bar, _ history: borrowing History) -> Confirmation {
    let origin = history[index]
    var point = SwingPoint(index: index, level: origin.view[side].high, at: origin.openTime, knownAt: bar.closeTime)
    if let other = leaders[side.opposite], let atr = origin.atr, atr > 0 { point.strength = ratio(point.level + other.level, atr) }
    let leader = leaders[side]
    if self.side == side, let leader {
      guard point.level > leader.level else { return Confirmation(side: side, point: point, leads: false) }
      point.label = label(point.level, against: previousLeaders[side]?.level, side, atr: origin.atr)
      leaders[side] = point
      return Confirmation(side: side, point: point, leads: true, superseded: leader)
    }
    point.label = label(point.level, against: leader?.level, side, atr: origin.atr)
    previousLeaders[side] = leader
    leaders[side] = point
    self.side = side
    return Confirmation(side: side, point: point, leads: true)
  }

  private func label(_ level: Double, against previous: Double?, _ side: Direction, atr: Double?) -> Pivot.Label? {
    guard let previous else { return nil }
    if abs(level - previous) <= equalTolerance * (atr ?? 0) { return side == .bull ? .equalHigh : .equalLow }
    let isBeyond = level > previous
    return side == .bull ? (isBeyond ? .higherHigh : .lowerHigh) : (isBeyond ? .lowerLow : .higherLow)
  }
}
