import Confluence
import Market
import Structure

/// A level, and the fact it comes from.
struct SourcedLevel: Hashable, Sendable {
  var price: Double
  var source: PlanSource
}

/// The price beyond which the idea is wrong: the furthest of the zone's far edge, of a stop run that happened since the zone was made, and
/// of pools and swing points so near behind them that a stop would be part of what rests there. Room is added afterwards; a bound never moves it back.
struct StopFinder {
  let setup: Setup
  let direction: Direction
  /// Room behind the level, in price.
  let buffer: Double

  func invalidation(of zone: PlanZone) -> SourcedLevel {
    var level = SourcedLevel(price: zone.far, source: zone.source)
    for case .sweep(let sweep) in setup.evidence where sweep.side == direction.opposite && sweep.at >= zone.at {
      guard sweep.confirmation != .failed, let atr = setup.atr(sweep.id.timeframe) else { continue }
      let extreme = sweep.level - direction.sign * sweep.penetrationATR * atr
      if isBeyond(extreme, level.price), !isBeyond(extreme, level.price - direction.sign * buffer) {
        level = SourcedLevel(price: extreme, source: .fact(sweep.id))
      }
    }
    let resting = setup.evidence.compactMap { evidence -> SourcedLevel? in
      switch evidence {
      case .pool(let pool) where pool.state == .resting && pool.side == direction.opposite && isBeyond(pool.level, level.price):
        SourcedLevel(price: pool.level, source: .fact(pool.id))
      case .pivot(let id, let pivot) where id.direction == direction.opposite && isBeyond(pivot.price, level.price):
        SourcedLevel(price: pivot.price, source: .fact(id))
      default: nil
      }
    }
    for next in resting.sorted(by: { isBeyond($1.price, $0.price) }) {
      if isBeyond(next.price, level.price - direction.sign * buffer) { break }
      level = next
    }
    return level
  }

  /// Further on the losing side.
  private func isBeyond(_ price: Double, _ other: Double) -> Bool { direction.sign * (other - price) > 0 }
}

extension Setup {
  /// Of a timeframe that the setup carries, once it exists.
  func atr(_ timeframe: Timeframe) -> Double? { timeframes.first { $0.timeframe == timeframe }?.atr }
}
