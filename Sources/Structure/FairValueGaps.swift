import Market
import Profiles

/// Fair value gaps. Bullish, known at the close of bar i: the low of i is above the high of i − 2, and bar i − 1 closed above its open. The zone is what
/// lies between. Filled to the far edge without a close beyond, the gap ends; a close beyond inverts it, and the inverted gap ends at a close beyond
/// its other edge. All end at `zoneLife` bars. The three bars must follow each other without a hole.
struct FairValueGaps {
  private var lists = Sides(both: ZoneList<Gap>())
  private var turned: [Gap] = []
  /// The newest gap of each side: its middle bar and its edges.
  private(set) var newest = Sides<Newest?>(both: nil)

  struct Newest {
    var middle: Int
    var near: Double
    var far: Double
  }

  struct Gap: ZoneHolder {
    var zone: Zone
    var id: FactID
    var knownAt: Timestamp
    var sizeATR: Double
    var isInverted = false
    /// The gap of the same side left by the bar before.
    var stackedOn: FactID?
    /// The newest live gap of the other side whose prices it shares.
    var balances: FactID?

    var state: FairValueGap.State { isInverted ? .inverted : zone.touches > 0 ? .touched : .fresh }
  }

  /// Lets the gaps known before this bar live through it.
  mutating func live(_ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    if bar.lean == .bear { FairValueGaps.live(.bear, &lists.bear, bar, moment, &turned, &events) }
    FairValueGaps.live(.bull, &lists.bull, bar, moment, &turned, &events)
    if bar.lean == .bull { FairValueGaps.live(.bear, &lists.bear, bar, moment, &turned, &events) }
    guard !turned.isEmpty else { return }
    for gap in turned { lists[gap.id.direction.opposite].insert(gap) }
    turned.removeAll(keepingCapacity: true)
  }

  private static func live(
    _ side: Direction, _ list: inout ZoneList<Gap>, _ bar: Bar, _ moment: Moment, _ turned: inout [Gap], _ events: inout [StructureEvent]
  ) {
    func event(_ kind: StructureEvent.Kind, _ gap: Gap, _ direction: Direction, _ change: StructureEvent.Change? = nil) -> StructureEvent {
      StructureEvent(
        kind, gap.id, direction: direction, at: bar.openTime, knownAt: bar.closeTime, change ?? .gapLife(gap.state, fill: gap.zone.depth))
    }
    list.expire(knownBy: bar.index - moment.rules.zoneLife) { events.append(event(.gapEnded, $0, side, .ended(.expired))) }
    let view = bar.view[side]
    list.meet(view) { gap in
      if gap.zone.meet(view, index: bar.index) { events.append(event(.gapTouched, gap, side)) }
      if view.close < gap.zone.far {
        if gap.isInverted {
          events.append(event(.gapEnded, gap, side, .ended(.closedBeyond)))
          return .ends
        }
        gap.zone = gap.zone.turned(at: bar.index)
        gap.isInverted = true
        turned.append(gap)
        events.append(event(.gapInverted, gap, side.opposite))
        return .ends
      }
      guard gap.zone.depth >= 1, !gap.isInverted else { return .stays }
      events.append(event(.gapFilled, gap, side))
      return .ends
    }
  }

  /// The gap that the newest three bars leave, if any.
  mutating func make(_ bar: Bar, _ moment: Moment, history: borrowing History, _ events: inout [StructureEvent]) {
    guard let atr = bar.atr, bar.unbroken >= 2 else { return }
    let isBull = bar.view.bull.low > history[bar.index - 2].view.bull.high
    guard isBull || bar.view.bear.low > history[bar.index - 2].view.bear.high else { return }
    let side: Direction = isBull ? .bull : .bear
    let first = history[bar.index - 2]
    let middle = history[bar.index - 1]
    let size = bar.view[side].low - first.view[side].high
    guard middle.view[side].close > middle.view[side].open, size >= moment.rules.minimumGap * atr else { return }
    var gap = Gap(
      zone: Zone(near: bar.view[side].low, far: first.view[side].high, knownIndex: bar.index),
      id: FactID(.fairValueGap, moment.timeframe, side, at: middle.openTime), knownAt: bar.closeTime, sizeATR: ratio(size, atr))
    if newest[side]?.middle == middle.index - 1 { gap.stackedOn = FactID(.fairValueGap, moment.timeframe, side, at: first.openTime) }
    gap.balances = opposing(gap.zone, side)
    newest[side] = Newest(middle: middle.index, near: gap.zone.near, far: gap.zone.far)
    lists[side].insert(gap)
    events.append(StructureEvent(.gapCreated, gap.id, knownAt: bar.closeTime, .gap(FairValueGaps.fact(gap, side, bar))))
  }

  /// The newest live gap made by the other side that shares prices with this one. Price has often closed through it by now, so that it serves this side.
  private func opposing(_ zone: Zone, _ side: Direction) -> FactID? {
    // Seen from the other side, edges are turned over.
    let open = lists[side.opposite].items.last { !$0.isInverted && -$0.zone.near < zone.near && -$0.zone.far > zone.far }
    let inverted = lists[side].items.last { $0.isInverted && $0.zone.far < zone.near && $0.zone.near > zone.far }
    guard let open, let inverted else { return open?.id ?? inverted?.id }
    return open.zone.knownIndex > inverted.zone.knownIndex ? open.id : inverted.id
  }

  /// The gap as the stream shows it at this close.
  private static func fact(_ gap: Gap, _ side: Direction, _ bar: Bar) -> FairValueGap {
    let edges = (side.sign * gap.zone.near, side.sign * gap.zone.far)
    let close = bar.view[side].close
    return FairValueGap(
      id: gap.id, direction: side, top: max(edges.0, edges.1), bottom: min(edges.0, edges.1), at: gap.id.at, knownAt: gap.knownAt,
      size: gap.zone.near - gap.zone.far, sizeATR: gap.sizeATR, fill: gap.zone.depth, state: gap.state,
      overlapsPrice: close <= gap.zone.near && close >= gap.zone.far, stackedOn: gap.stackedOn, balances: gap.balances)
  }

  /// The nearest `cap` of each side, nearest first.
  func list(cap: Int, _ bar: Bar, _ nearest: inout Nearest, into facts: inout [FairValueGap]) {
    facts.removeAll(keepingCapacity: true)
    nearest.pick(cap, of: lists, bar)
    nearest.forEach(of: lists) { facts.append(FairValueGaps.fact($0, $1, bar)) }
  }
}
