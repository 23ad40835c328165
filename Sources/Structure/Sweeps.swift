import Market
import Profiles

/// Sweeps of liquidity. A bar pokes a level when it trades more than `sweepPenetration` · ATR beyond and closes back at or inside, once per excursion; a
/// lone pivot must be `sweepAge` bars old. Within `sweepBars` bars the poke is settled: confirmed by a close beyond the sweep candle's other end or by an
/// internal CHoCH against the swept side, failed by a close beyond the level, lapsed when neither came.
struct Sweeps {
  /// The newest of each side that are not minor and have not come to nothing, oldest first, at most the cap.
  private(set) var recent = Sides<[Recent]>(both: [])
  /// The newest bar of each side that swept more than an internal pivot.
  private(set) var newest = Sides<Int?>(both: nil)
  private var pending: [Pending] = []

  struct Recent {
    var fact: LiquiditySweep
    var index: Int
  }

  private struct Pending {
    var fact: LiquiditySweep
    var index: Int
    /// Seen from the swept side: the level, and the sweep candle's other end.
    var level: Double
    var otherEnd: Double
  }

  /// The outermost of the levels that a bar pokes.
  private struct Poke {
    var level: Double
    var pool: FactID?
    var isMajor: Bool

    /// Pools and external pivots before internal ones, then the outermost, then a pool before its own member.
    func isBetter(than other: Poke?) -> Bool {
      guard let other else { return true }
      if isMajor != other.isMajor { return isMajor }
      if level != other.level { return level > other.level }
      return pool != nil && other.pool == nil
    }
  }

  /// Finds what this bar pokes.
  mutating func poke(_ bar: Bar, _ pools: inout Pools, _ moment: Moment, _ events: inout [StructureEvent]) {
    poke(bar.lean, bar, &pools, moment, &events)
    poke(bar.lean.opposite, bar, &pools, moment, &events)
  }

  private mutating func poke(_ side: Direction, _ bar: Bar, _ pools: inout Pools, _ moment: Moment, _ events: inout [StructureEvent]) {
    let view = bar.view[side]
    guard pools.isPassed(side, by: view.high) else { return }
    var best: Poke?
    pools.forEachPassed(side, by: view.high) { level in
      if level.beyondIndex != bar.index - 1 { level.pokeIndex = nil }
      level.beyondIndex = bar.index
      guard level.pokeIndex == nil, let atr = bar.atr, view.high - level.level > moment.rules.sweepPenetration * atr,
        level.pool != nil || bar.index - level.index >= moment.rules.sweepAge
      else { return }
      level.pokeIndex = bar.index
      let poke = Poke(level: level.level, pool: level.pool?.id, isMajor: level.isMajor)
      if poke.isBetter(than: best) { best = poke }
    }
    guard let best, let atr = bar.atr else { return }
    let fact = LiquiditySweep(
      id: FactID(.sweep, moment.timeframe, side, at: bar.openTime), level: side.sign * best.level, side: side, at: bar.openTime,
      knownAt: bar.closeTime, penetrationATR: ratio(view.high - best.level, atr), confirmation: .pending, pool: best.pool, isMinor: !best.isMajor)
    pending.append(Pending(fact: fact, index: bar.index, level: best.level, otherEnd: view.low))
    if best.isMajor {
      newest[side] = bar.index
      recent[side].append(Recent(fact: fact, index: bar.index))
      if recent[side].count > moment.rules.cap { recent[side].removeFirst() }
    }
    events.append(StructureEvent(.sweepPoke, fact.id, knownAt: bar.closeTime, .sweep(fact)))
    pools.forEachPassed(side, by: view.high) { level in
      guard level.pokeIndex == bar.index, let pool = level.pool?.id else { return }
      level.pool?.isSwept = true
      events.append(StructureEvent(.poolSwept, pool, at: bar.openTime, knownAt: bar.closeTime, .poolSwept(by: fact.id)))
    }
  }

  /// Settles earlier pokes against this close.
  /// - Parameter change: the side of an internal CHoCH at this close.
  mutating func settle(_ bar: Bar, change: Direction?, _ moment: Moment, _ events: inout [StructureEvent]) {
    guard !pending.isEmpty else { return }
    var kept = 0
    for position in pending.indices {
      let item = pending[position]
      guard let confirmation = confirmation(of: item, bar, change: change, moment) else {
        pending[kept] = item
        kept += 1
        continue
      }
      let side = item.fact.side
      let confirmedAt = confirmation == .confirmed ? bar.closeTime : nil
      if let position = recent[side].lastIndex(where: { $0.index == item.index }) {
        if confirmation == .confirmed {
          recent[side][position].fact.confirmation = confirmation
          recent[side][position].fact.confirmedAt = confirmedAt
        } else {
          recent[side].remove(at: position)
        }
      }
      let kind: StructureEvent.Kind = confirmation == .confirmed ? .sweepConfirmed : confirmation == .failed ? .sweepFailed : .sweepLapsed
      events.append(
        StructureEvent(kind, item.fact.id, at: bar.openTime, knownAt: bar.closeTime, .settled(confirmation, confirmedAt: confirmedAt)))
    }
    pending.removeLast(pending.count - kept)
  }

  private func confirmation(of item: Pending, _ bar: Bar, change: Direction?, _ moment: Moment) -> LiquiditySweep.Confirmation? {
    guard item.index < bar.index else { return nil }
    let side = item.fact.side
    let close = bar.view[side].close
    if close > item.level { return .failed }
    if close < item.otherEnd || change == side.opposite { return .confirmed }
    return bar.index - item.index >= moment.rules.sweepBars ? .lapsed : nil
  }

  /// Of each side the newest `cap` that are pending or confirmed, not minor and not too old to weigh, nearest first.
  func list(cap: Int, _ bar: Bar, _ nearest: inout Nearest, into facts: inout [LiquiditySweep]) {
    facts.removeAll(keepingCapacity: true)
    nearest.begin(cap: cap, lean: bar.lean)
    pick(.bull, recent.bull, bar, &nearest)
    pick(.bear, recent.bear, bar, &nearest)
    nearest.finish()
    for pick in nearest.picks { facts.append(pick.side == .bull ? recent.bull[pick.position].fact : recent.bear[pick.position].fact) }
  }

  private func pick(_ side: Direction, _ sweeps: [Recent], _ bar: Bar, _ nearest: inout Nearest) {
    nearest.next()
    for position in sweeps.indices where bar.index - sweeps[position].index < Moment.eventLife {
      nearest.offer(abs(bar.view.bull.close - sweeps[position].fact.level), sweeps[position].fact.id, side, position)
    }
  }
}
