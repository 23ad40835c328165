import Market
import Profiles

/// Resting liquidity of one series: levels that no close has passed since they were known. Lone pivots, pools of equal pivots, and the extremes of days,
/// weeks and sessions.
///
/// A pivot joins the first member of a pool, or a lone pivot, when it lies within `equalTolerance` · ATR of it and at most `poolSpan` bars later; the
/// pool's level is its outermost member. A pool ends at a close beyond its level, or at `zoneLife` bars.
struct Pools {
  /// Outermost first, so that those nearest to price are last.
  private(set) var levels = Sides<[Level]>(both: [])
  /// The bar at which the oldest level of a side reaches its greatest age.
  private var expiry = Sides<Int>(both: .max)

  /// One level, seen from its own side: highs as they are, lows negated.
  struct Level {
    var level: Double
    /// Bar of a pivot, bar at which a pool was known: its age counts from here.
    var index: Int
    var at: Timestamp
    /// `nil` for a lone pivot.
    var pool: Pool?
    /// A pool or an external pivot.
    var isMajor: Bool
    /// Of a pivot: bar of the first member of the pool it belongs to.
    var head: Int?
    /// The newest bar that traded beyond.
    var beyondIndex = -1
    /// The bar of this excursion that counted as its poke.
    var pokeIndex: Int?
  }

  struct Pool {
    var id: FactID
    var touches: Int
    var firstAt: Timestamp
    var lastAt: Timestamp
    var isSwept = false
  }

  /// Removes the levels that this bar closed beyond, and those too old.
  mutating func live(_ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    live(bar.lean, bar, moment, &events)
    live(bar.lean.opposite, bar, moment, &events)
  }

  /// Whether a side has a level inside of this price.
  @inline(__always)
  func isPassed(_ side: Direction, by price: Double) -> Bool {
    let outermost = side == .bull ? levels.bull.last?.level : levels.bear.last?.level
    return (outermost ?? .infinity) < price
  }

  private mutating func live(_ side: Direction, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    guard bar.index >= (side == .bull ? expiry.bull : expiry.bear) || isPassed(side, by: bar.view[side].close) else { return }
    if bar.index >= expiry[side] {
      let oldest = Pools.expire(&levels[side], knownBy: bar.index - moment.rules.zoneLife) { pool in
        events.append(StructureEvent(.poolEnded, pool.id, at: bar.openTime, knownAt: bar.closeTime, .ended(.expired)))
      }
      expiry[side] = oldest.map { $0 + moment.rules.zoneLife } ?? .max
    }
    let close = bar.view[side].close
    Pools.endPassed(&levels[side], close) { pool in
      events.append(StructureEvent(.poolBroken, pool.id, at: bar.openTime, knownAt: bar.closeTime, .none))
    }
  }

  /// Removes the levels of this age or older, and hands over their pools.
  /// - Returns: the age of the oldest that is left.
  @inline(__always)
  private static func expire(_ levels: inout [Level], knownBy index: Int, _ body: (Pool) -> Void) -> Int? {
    var kept = 0
    var oldest: Int?
    levels.withUnsafeMutableBufferPointer { levels in
      for position in levels.indices {
        if levels[position].index <= index {
          if let pool = levels[position].pool { body(pool) }
          continue
        }
        oldest = min(oldest ?? .max, levels[position].index)
        if kept != position { levels[kept] = levels[position] }
        kept += 1
      }
    }
    while levels.count > kept { levels.removeLast() }
    return oldest
  }

  /// Removes the levels closed beyond, and hands over their pools. Static, so that one side's levels are changed where they lie.
  @inline(__always)
  private static func endPassed(_ levels: inout [Level], _ close: Double, _ body: (Pool) -> Void) {
    while let last = levels.indices.last, levels[last].level < close {
      if let pool = levels.removeLast().pool { body(pool) }
    }
  }

  /// Hands the levels that this bar traded beyond to `body`, nearest first.
  mutating func forEachPassed(_ side: Direction, by high: Double, _ body: (inout Level) -> Void) {
    Pools.forEachPassed(&levels[side], high, body)
  }

  @inline(__always)
  private static func forEachPassed(_ levels: inout [Level], _ high: Double, _ body: (inout Level) -> Void) {
    guard var position = levels.indices.last, levels[position].level < high else { return }
    levels.withUnsafeMutableBufferPointer { levels in
      while position >= 0, levels[position].level < high {
        body(&levels[position])
        position -= 1
      }
    }
  }

  /// The first place whose level is at most this.
  private func place(_ side: Direction, atMost level: Double) -> Int {
    levels[side].withUnsafeBufferPointer { levels in
      var (low, high) = (0, levels.count)
      while low < high {
        let middle = (low + high) / 2
        if levels[middle].level > level { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  /// Takes an internal pivot known at this close: it forms or joins a pool when it can.
  mutating func add(_ point: SwingPoint, _ side: Direction, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    var level = Level(level: point.level, index: point.index, at: point.at, isMajor: false)
    if let head = head(for: point, side, tolerance: moment.rules.equalTolerance * (bar.atr ?? 0), span: moment.rules.poolSpan) {
      level.head = head.index
      join(point, to: head, side, bar, moment, &events)
    }
    insert(level, side, moment)
  }

  /// Takes an external pivot: the internal one at the same bar, when still there, is one now.
  mutating func raise(_ point: SwingPoint, _ side: Direction) {
    var position = place(side, atMost: point.level)
    while position < levels[side].count, levels[side][position].level == point.level {
      if levels[side][position].index == point.index, levels[side][position].pool == nil {
        levels[side][position].isMajor = true
        return
      }
      position += 1
    }
  }

  /// Takes the extreme of a finished day, week or session, unless price has closed beyond it already.
  mutating func add(_ period: PeriodExtreme, _ side: Direction, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    guard bar.view[side].close <= period.level else { return }
    let id = FactID(period.kind, moment.timeframe, side, at: period.start)
    let pool = Pool(id: id, touches: 1, firstAt: period.at, lastAt: period.at)
    insert(Level(level: period.level, index: bar.index, at: period.start, pool: pool, isMajor: true), side, moment)
    events.append(StructureEvent(.poolFormed, id, knownAt: bar.closeTime, .pool(Pools.fact(pool, period.level))))
  }

  /// The first member, or lone pivot, nearest in price; the older of equally near ones.
  private func head(for point: SwingPoint, _ side: Direction, tolerance: Double, span: Int) -> Level? {
    let first = place(side, atMost: point.level + tolerance)
    return levels[side].withUnsafeBufferPointer { levels in
      var best: Int?
      for position in first..<levels.count {
        let distance = abs(point.level - levels[position].level)
        guard distance <= tolerance else { break }
        guard levels[position].pool == nil, levels[position].head ?? levels[position].index == levels[position].index,
          point.index - levels[position].index <= span
        else { continue }
        if let best {
          let other = abs(point.level - levels[best].level)
          if distance > other || distance == other && levels[position].index > levels[best].index { continue }
        }
        best = position
      }
      return best.map { levels[$0] }
    }
  }

  private mutating func join(
    _ point: SwingPoint, to head: Level, _ side: Direction, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]
  ) {
    let id = FactID(.equalPool, moment.timeframe, side, at: head.at)
    var level: Level
    var pool: Pool
    if head.head == nil {
      guard let position = levels[side].firstIndex(where: { $0.index == head.index && $0.pool == nil }) else { return }
      levels[side][position].head = head.index
      pool = Pool(id: id, touches: 1, firstAt: head.at, lastAt: head.at)
      level = Level(level: head.level, index: bar.index, at: head.at, isMajor: true)
    } else {
      guard let position = levels[side].firstIndex(where: { $0.pool?.id == id }), let known = levels[side][position].pool else { return }
      pool = known
      level = levels[side].remove(at: position)
    }
    pool.touches += 1
    pool.lastAt = point.at
    if point.level > level.level {
      level.level = point.level
      level.beyondIndex = -1
      level.pokeIndex = nil
    }
    level.pool = pool
    insert(level, side, moment)
    events.append(StructureEvent(.poolFormed, id, knownAt: bar.closeTime, .pool(Pools.fact(pool, level.level))))
  }

  private mutating func insert(_ level: Level, _ side: Direction, _ moment: Moment) {
    var position = levels[side].count
    while position > 0, levels[side][position - 1].level < level.level { position -= 1 }
    levels[side].insert(level, at: position)
    expiry[side] = min(expiry[side], level.index + moment.rules.zoneLife)
  }

  /// - Parameter level: seen from the pool's side.
  private static func fact(_ pool: Pool, _ level: Double) -> LiquidityPool {
    LiquidityPool(
      id: pool.id, level: pool.id.direction.sign * level, side: pool.id.direction, touches: pool.touches, firstAt: pool.firstAt,
      lastAt: pool.lastAt, state: pool.isSwept ? .swept : .resting)
  }

  /// Of the nearest `cap` of each side those that rest, nearest first: of a swept one its sweep tells.
  func list(cap: Int, _ bar: Bar, _ nearest: inout Nearest, into facts: inout [LiquidityPool]) {
    facts.removeAll(keepingCapacity: true)
    nearest.begin(cap: cap, lean: bar.lean)
    Pools.pick(.bull, levels.bull, bar.view.bull.close, &nearest)
    Pools.pick(.bear, levels.bear, bar.view.bear.close, &nearest)
    nearest.finish()
    for pick in nearest.picks {
      let level = pick.side == .bull ? levels.bull[pick.position] : levels.bear[pick.position]
      if let pool = level.pool, !pool.isSwept { facts.append(Pools.fact(pool, level.level)) }
    }
  }

  private static func pick(_ side: Direction, _ levels: [Level], _ close: Double, _ nearest: inout Nearest) {
    nearest.next()
    levels.withUnsafeBufferPointer { levels in
      var position = levels.count - 1
      while position >= 0, nearest.admits(levels[position].level - close) {
        if let pool = levels[position].pool { nearest.offer(levels[position].level - close, pool.id, side, position) }
        position -= 1
      }
    }
  }
}
