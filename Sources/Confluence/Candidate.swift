import Market
import Profiles
import Structure

/// One direction of one symbol at one instant: what gates and factors look at. A class, so that each of them is handed it without a copy.
final class Candidate {
  let direction: Direction
  let state: SymbolState
  let board: ScoreBoard
  /// The instant of the evaluation.
  let now: Timestamp
  /// Of the trigger candle.
  let price: Double
  /// The reference symbol of the same exchange and kind; absent for itself and where the stream has none.
  let reference: SymbolState?
  let referenceRegime: SymbolRegime?
  let regime: SymbolRegime
  /// Whether rationales are wanted.
  var explains: Bool
  /// The best zone that carries the setup, and its distance in ATR.
  private(set) var anchor: (zone: Zone, distance: Double, location: Double)?
  /// Without an anchor: the nearest zone that would, once price is there.
  private(set) var watched: (zone: Zone, distance: Double)?
  let planning: TimeframeView?
  let trigger: TimeframeView?
  /// ATR of the planning timeframe; `nil` when absent or zero.
  let atr: Double?

  var roles: ResolvedRoles { state.roles }

  init(
    _ direction: Direction, _ state: SymbolState, _ board: ScoreBoard, price: Double, now: Timestamp, reference: SymbolState?,
    regime: SymbolRegime, referenceRegime: SymbolRegime?, explains: Bool
  ) {
    self.direction = direction
    self.state = state
    self.board = board
    planning = state[state.roles.planning]
    trigger = state.roles.trigger.flatMap { state[$0] }
    atr = planning?.indicators.atr.flatMap { $0 > 0 ? $0 : nil }
    self.now = now
    self.price = price
    self.reference = reference
    self.regime = regime
    self.referenceRegime = referenceRegime
    self.explains = explains
    guard let atr else { return }
    let shortest = state.roles.planning
    let zones = state.zones
    for place in zones.indices where zones[place].direction == direction && zones[place].isStrong && zones[place].timeframe >= shortest {
      let zone = zones[place]
      guard let view = state[zone.timeframe] else { continue }
      switch zone.standing(at: price, atr: atr, in: view, board) {
      case .anchors(let distance):
        let location = Factor.location(of: zone, distance: distance, in: self).score
        if anchor.map({ (location, -distance) > ($0.location, -$0.distance) }) ?? true { anchor = (zone, distance, location) }
      case .watched(let distance):
        if watched.map({ distance < $0.distance }) ?? true { watched = (zone, distance) }
      case .no: continue
      }
    }
    if anchor != nil { watched = nil }
  }

  /// The zone that carries it, or that it waits for.
  var zone: FactID? { (anchor?.zone ?? watched?.zone)?.id }

  /// Zones of this direction on all timeframes read, and those of the other.
  var own: some Sequence<Zone> { state.zones.lazy.filter { [direction] in $0.direction == direction } }
  var opposing: some Sequence<Zone> { state.zones.lazy.filter { [direction] in $0.direction != direction } }
  var structureViews: [TimeframeView] { state.structureViews }

  /// A context timeframe, once its history is long enough to be read.
  func context(_ timeframe: Timeframe) -> TimeframeView? {
    guard let view = state[timeframe], view.isEnriched else { return nil }
    return view.bars >= (timeframe >= .w1 ? board.rules.weeklyContextBars : board.rules.contextBars) ? view : nil
  }

  /// Whether what a venue told then still holds: it is not older than one trigger candle.
  func isFresh(_ time: Timestamp?) -> Bool {
    guard let time, let trigger else { return true }
    return now - time <= trigger.timeframe.nominalDuration
  }

  /// How the shortest context timeframe stands to this direction; a ranging one is unknown.
  var htf: Alignment {
    guard let shortest = roles.context.last, let trend = context(shortest)?.structure.trend.outer.direction else { return .unknown }
    return trend == direction ? .with : .against
  }

  /// How much of an event's weight is left: 1 when new, 0 after 48 bars.
  func recency(of time: Timestamp, on view: TimeframeView) -> Double { ramp(view.age(of: time, at: now), from: 48, to: 0) }

  /// The nearest level ahead at which this direction would be paid: a resting pool, an external swing point.
  var firstTarget: (level: Double, id: FactID)? {
    var best: (level: Double, id: FactID)?
    func offer(_ level: Double, _ id: @autoclosure () -> FactID) {
      guard direction.sign * (level - price) > 0 else { return }
      if let best, direction.sign * (level - best.level) >= 0 { return }
      best = (level, id())
    }
    for view in structureViews {
      for pool in view.structure.pools where pool.side == direction && pool.state == .resting { offer(pool.level, pool.id) }
      if let pivot = direction == .bull ? view.structure.swingHigh.outer : view.structure.swingLow.outer {
        offer(pivot.price, FactID(.swing, view.timeframe, direction, scope: .outer, at: pivot.at))
      }
    }
    return best
  }

  /// A reading whose sentence is built only when it is wanted.
  func reading(_ score: Double, hasData: Bool = true, _ rationale: @autoclosure () -> String) -> Reading {
    Reading(score, hasData: hasData, explains ? rationale() : "")
  }
}
