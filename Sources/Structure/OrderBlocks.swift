import Glibc
import Market
import Profiles

/// Order blocks. Made only by a break: the last opposite candle before the leg that broke (`Leg.block`). A block lives from the close that made it
/// known: touches are counted, the deepest penetration kept, at half the zone it is mitigated. A close beyond its far edge turns it into a breaker of
/// the other side, which ends at a close beyond its other edge. All end at `zoneLife` bars.
struct OrderBlocks {
  private var lists = Sides(both: ZoneList<Block>())
  /// Broken at this close, not yet in the list of the other side.
  private var turned: [Block] = []
  /// Candles of the newest blocks: those that a pivot confirmed next may find in its leg.
  private(set) var recent = Sides<[Int]>(both: [])

  struct Block: ZoneHolder {
    var zone: Zone
    var id: FactID
    var knownAt: Timestamp
    var displacement: Double
    var strength: Double
    var isMitigated = false
    var isBreaker = false
    var grade: OrderBlock.Grade
    var sources: [OrderBlock.Source]

    func state(_ touches: Int) -> OrderBlock.State { isBreaker ? .breaker : isMitigated ? .mitigated : touches > 0 ? .touched : .fresh }
    var state: OrderBlock.State { state(zone.touches) }
  }

  /// Lets the blocks known before this bar live through it.
  mutating func live(_ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    if bar.lean == .bear { OrderBlocks.live(.bear, &lists.bear, bar, moment, &turned, &events) }
    OrderBlocks.live(.bull, &lists.bull, bar, moment, &turned, &events)
    if bar.lean == .bull { OrderBlocks.live(.bear, &lists.bear, bar, moment, &turned, &events) }
    guard !turned.isEmpty else { return }
    for block in turned { lists[block.id.direction.opposite].insert(block) }
    turned.removeAll(keepingCapacity: true)
  }

  private static func live(
    _ side: Direction, _ list: inout ZoneList<Block>, _ bar: Bar, _ moment: Moment, _ turned: inout [Block], _ events: inout [StructureEvent]
  ) {
    func event(_ kind: StructureEvent.Kind, _ block: Block, _ direction: Direction, _ change: StructureEvent.Change? = nil) -> StructureEvent {
      StructureEvent(
        kind, block.id, direction: direction, at: bar.openTime, knownAt: bar.closeTime,
        change ?? .blockLife(block.state, touches: block.zone.touches, mitigation: block.zone.depth))
    }
    list.expire(knownBy: bar.index - moment.rules.zoneLife) { events.append(event(.blockEnded, $0, side, .ended(.expired))) }
    let view = bar.view[side]
    list.meet(view) { block in
      if block.zone.meet(view, index: bar.index) {
        events.append(event(.blockTouched, block, side))
        if !block.isMitigated, block.zone.depth >= 0.5 {
          block.isMitigated = true
          events.append(event(.blockMitigated, block, side))
        }
      }
      guard view.close < block.zone.far else { return .stays }
      if block.isBreaker {
        events.append(event(.blockEnded, block, side, .ended(.closedBeyond)))
        return .ends
      }
      block.zone = block.zone.turned(at: bar.index)
      block.isBreaker = true
      block.isMitigated = false
      turned.append(block)
      events.append(event(.blockBroken, block, side.opposite))
      return .ends
    }
  }

  /// Makes the blocks of a break, or adds it to those that stand.
  /// - Returns: indices of candles that became blocks.
  mutating func make(of made: Breaks.Made, leftGap: Bool, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) -> (Int, Int?) {
    let leg = made.leg
    add(leg.block, .origin, made, leftGap, bar, moment, &events)
    guard moment.rules.continuationBlocks, let continuation = leg.continuation else { return (leg.block.index, nil) }
    add(continuation, .continuation, made, leftGap, bar, moment, &events)
    return (leg.block.index, continuation.index)
  }

  private mutating func add(
    _ candle: Leg.Candle, _ kind: OrderBlock.Source.Kind, _ made: Breaks.Made, _ leftGap: Bool, _ bar: Bar, _ moment: Moment,
    _ events: inout [StructureEvent]
  ) {
    let side = made.fact.direction
    let id = FactID(.orderBlock, moment.timeframe, side, at: candle.at)
    let source = OrderBlock.Source(kind: kind, breakID: made.fact.id, leftGap: leftGap, beganWithSweep: made.leg.beganWithSweep)
    if candle.isBlock {
      for list in [side, side.opposite] {
        let isThere = lists[list].change(where: { $0.id == id }) {
          $0.sources.append(source)
          events.append(
            StructureEvent(.blockCreated, id, direction: list, knownAt: bar.closeTime, .block(OrderBlocks.fact($0, list, bar, moment.timeframe))))
        }
        if isThere { return }
      }
      return
    }
    let (near, far) = OrderBlocks.edges(candle.view, moment.rules.blockZone)
    let displacement = made.leg.displacement(from: near, candle, breakATR: bar.atr)
    let block = Block(
      zone: Zone(near: near, far: far, knownIndex: bar.index), id: id, knownAt: bar.closeTime, displacement: displacement,
      strength: OrderBlock.strength(ofDisplacement: displacement),
      grade: OrderBlocks.grade(displacement, made.fact.scope), sources: [source])
    lists[side].insert(block)
    recent[side].removeAll { $0 < bar.index - moment.rules.externalSwing }
    recent[side].append(candle.index)
    events.append(StructureEvent(.blockCreated, id, knownAt: bar.closeTime, .block(OrderBlocks.fact(block, side, bar, moment.timeframe))))
  }

  /// Near and far edge, seen from the block's side. `half` keeps the half away from price.
  private static func edges(_ view: View, _ zone: StructureRules.BlockZone) -> (near: Double, far: Double) {
    switch zone {
    case .full: (view.high, view.low)
    case .body: (max(view.open, view.close), min(view.open, view.close))
    case .half: (view.low + (view.high - view.low) / 2, view.low)
    }
  }

  private static func grade(_ displacement: Double, _ scope: Scope) -> OrderBlock.Grade {
    let (b, a): (Double, Double) = scope == .inner ? (1.5, 3) : (3.5, 6)
    return displacement < b ? .c : displacement < a ? .b : .a
  }

  /// The block as the stream shows it at this close.
  private static func fact(_ block: Block, _ side: Direction, _ bar: Bar, _ timeframe: Timeframe) -> OrderBlock {
    let edges = (side.sign * block.zone.near, side.sign * block.zone.far)
    return OrderBlock(
      id: block.id, direction: side, high: max(edges.0, edges.1), low: min(edges.0, edges.1), at: block.id.at, knownAt: block.knownAt,
      displacementStrength: block.strength, displacementATR: block.displacement, mitigation: block.zone.depth,
      freshness: timeframe.freshness(age: bar.index - block.zone.knownIndex), touches: block.zone.touches, state: block.state,
      grade: block.grade, sources: block.sources)
  }

  /// The nearest `cap` of each side, nearest first.
  func list(cap: Int, _ bar: Bar, _ timeframe: Timeframe, _ nearest: inout Nearest, into facts: inout [OrderBlock]) {
    facts.removeAll(keepingCapacity: true)
    nearest.pick(cap, of: lists, bar)
    nearest.forEach(of: lists) { facts.append(OrderBlocks.fact($0, $1, bar, timeframe)) }
  }
}

extension Timeframe {
  /// 2^(−age/half-life) to four decimals, age in bars: a zone's freshness.
  func freshness(age: Int) -> Double {
    let table = self <= .m1 ? Timeframe.freshOnM1 : self <= .m5 ? Timeframe.freshOnM5 : self < .w1 ? Timeframe.freshOnM15 : Timeframe.freshOnW1
    return age < table.count ? table[age] : 0
  }

  private static let freshOnM1 = freshness(halfLife: 240)
  private static let freshOnM5 = freshness(halfLife: 144)
  private static let freshOnM15 = freshness(halfLife: 48)
  private static let freshOnW1 = freshness(halfLife: 26)

  /// By age, up to one at which nothing is left.
  private static func freshness(halfLife: Double) -> [Double] {
    // From log₂ 20,000 = 14.3 half-lives on it is rounded to nothing.
    (0...Int(known: 15 * halfLife)).map { ratio(Glibc.exp2(-Double($0) / halfLife), 1) }
  }
}
