import Confluence
import Market
import Structure

/// A level, and the fact it comes from.
struct SourcedLevel: Hashable, Sendable {
  var price: Double
  var source: String
}

/// The price beyond which the idea is wrong: the furthest of the zone's far edge, of a stop run that happened since the zone was made, and
/// of liquidity resting so near behind them that a stop would be part of it. Room is added afterwards; a bound never moves it back.
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
        level = SourcedLevel(price: extreme, source: sweep.id.text)
      }
    }
    let pools = setup.evidence.compactMap { evidence -> LiquidityPool? in
      guard case .pool(let pool) = evidence, pool.state == .resting, pool.side == direction.opposite else { return nil }
      return isBeyond(pool.level, level.price) ? pool : nil
    }
    for pool in pools.sorted(by: { isBeyond($1.level, $0.level) }) {
      if isBeyond(pool.level, level.price - direction.sign * buffer) { break }
      level = SourcedLevel(price: pool.level, source: pool.id.text)
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
