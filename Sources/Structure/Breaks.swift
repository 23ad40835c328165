import Market
import Profiles

/// Breaks of structure of one scope, and the trend they make.
///
/// Each side has at most one reference: the leader of its newest run of pivots, or, once that is broken, the next pivot confirmed on that side.
/// A bar breaks it when its close lies further beyond than max(`breakDistance` · ATR, tick). With the trend, or out of `ranging`, the break is a BOS;
/// against it a CHoCH, and the trend turns. A break whose level is closed back over within `failureBars` has failed; with no newer break the scope
/// returns to `ranging`.
struct Breaks {
  let scope: Scope
  private(set) var trend = Trend.ranging
  /// The newest that have not failed, oldest first, at most this scope's share of the cap of each side.
  private(set) var recent = Sides<[Recent]>(both: [])
  private var references = Sides<Reference?>(both: nil)
  /// The references' levels, seen from their sides, where every close looks; infinite while there is none.
  private var levels = Sides(both: Double.infinity)
  /// Where the leg of the newest break began, seen from the side that broke.
  private var lastOrigin: Double?
  private var pending: [Pending] = []
  private var newest: Int?

  struct Recent {
    var fact: StructuralBreak
    var index: Int
  }

  /// A level whose next close beyond is a break, with the leg towards it.
  struct Reference {
    var point: SwingPoint
    var leg: Leg
  }

  private struct Pending {
    var id: FactID
    var level: Double
    var index: Int
  }

  /// A break at this close, with the leg that made it.
  struct Made {
    var fact: StructuralBreak
    var leg: Leg
  }

  init(scope: Scope) {
    self.scope = scope
    pending.reserveCapacity(8)
  }

  /// Of the breaks listed of a side, how many each scope may have.
  static func share(of cap: Int) -> Int { (cap + 1) / 2 }

  /// Takes a pivot known at this close. `sweeps`: the newest bar that swept each side. `blocks`: the newest candles that became blocks.
  mutating func refer(to confirmation: Swings.Confirmation, _ bar: Bar, history: borrowing History, sweeps: Sides<Int?>, blocks: Sides<[Int]>) {
    let side = confirmation.side
    guard confirmation.leads || levels[side] == .infinity else { return }
    let first = confirmation.point.index + 1
    let sweep = sweeps[side.opposite]
    var leg = Leg(first: history[first], side: side, sweep: sweep)
    for index in first + 1..<bar.index + 1 { leg.extend(history[index], side: side, sweep: sweep) }
    for index in blocks[side] where index >= first { leg.markBlock(index) }
    references[side] = Reference(point: confirmation.point, leg: leg)
    levels[side] = confirmation.point.level
  }

  /// Lets the legs towards the references grow by this bar.
  mutating func extend(_ bar: Bar, sweeps: Sides<Int?>) {
    references.bull?.leg.extend(bar, side: .bull, sweep: sweeps.bear)
    references.bear?.leg.extend(bar, side: .bear, sweep: sweeps.bull)
  }

  mutating func markBlock(_ index: Int, side: Direction) { references[side]?.leg.markBlock(index) }

  /// Of the newest breaks of a side the one at this position.
  func recent(_ side: Direction, _ position: Int) -> StructuralBreak {
    side == .bull ? recent.bull[position].fact : recent.bear[position].fact
  }

  /// The side whose reference this close breaks, at most one: that of the newer pivot.
  /// Mutating only so that it is asked where it lies.
  mutating func broken(by bar: Bar, _ moment: Moment) -> Direction? {
    guard let atr = bar.atr else { return nil }
    let distance = max(moment.rules.breakDistance * atr, moment.tick)
    let isUp = bar.view.bull.close - levels.bull > distance
    let isDown = bar.view.bear.close - levels.bear > distance
    guard isUp || isDown else { return nil }
    if isUp, isDown, let up = references.bull?.point.index, let down = references.bear?.point.index {
      return up == down ? bar.lean : up > down ? .bull : .bear
    }
    return isUp ? .bull : .bear
  }

  /// The break of a side's reference by this close.
  mutating func make(_ side: Direction, _ bar: Bar, _ moment: Moment, history: borrowing History) -> Made? {
    guard let atr = bar.atr, let reference = references[side] else { return nil }
    references[side] = nil
    levels[side] = .infinity

    let view = bar.view[side]
    let isChange = trend == Trend(side.opposite)
    let fact = StructuralBreak(
      id: FactID(.structuralBreak, moment.timeframe, side, scope: scope, at: bar.openTime), kind: isChange ? .choch : .bos, direction: side,
      scope: scope, isProtected: isChange && lastOrigin.map { view.close > -$0 } ?? false, level: side.sign * reference.point.level,
      levelAt: reference.point.at, knownAt: bar.closeTime, distanceATR: ratio(view.close - reference.point.level, atr),
      volumeRatio: history.volumeRatio(of: bar), alignment: Breaks.alignment(of: side, with: moment.higherTrend))
    trend = Trend(side)
    lastOrigin = reference.leg.origin.view.low
    newest = bar.index
    pending.append(Pending(id: fact.id, level: reference.point.level, index: bar.index))
    recent[side].append(Recent(fact: fact, index: bar.index))
    if recent[side].count > Breaks.share(of: moment.rules.cap) { recent[side].removeFirst() }
    return Made(fact: fact, leg: reference.leg)
  }

  private static func alignment(of side: Direction, with higherTrend: Trend?) -> Alignment {
    guard let higher = higherTrend?.direction else { return .unknown }
    return higher == side ? .with : .against
  }

  /// Settles earlier breaks against this close; called after `make`.
  mutating func settle(_ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    guard !pending.isEmpty else { return }
    var kept = 0
    for position in pending.indices {
      let item = pending[position]
      if item.index < bar.index, bar.view[item.id.direction].close <= item.level {
        fail(item, bar, &events)
      } else if bar.index - item.index < moment.rules.failureBars {
        pending[kept] = item
        kept += 1
      }
    }
    pending.removeLast(pending.count - kept)
  }

  private mutating func fail(_ item: Pending, _ bar: Bar, _ events: inout [StructureEvent]) {
    recent[item.id.direction].removeAll { $0.fact.id == item.id }
    events.append(StructureEvent(.breakFailed, item.id, at: bar.openTime, knownAt: bar.closeTime, .scope(scope)))
    guard newest == item.index else { return }
    trend = .ranging
    events.append(StructureEvent(.trendRanging, item.id, at: bar.openTime, knownAt: bar.closeTime, .scope(scope)))
  }
}
