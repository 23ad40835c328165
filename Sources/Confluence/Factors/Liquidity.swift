import Market
import Structure

extension Factor {
  /// What has been taken behind, and what draws ahead.
  static let liquidity = Factor(
    name: "liquidity",
    meaning: """
      0.6 · sweep of the other side's level (confirmed 1, pending 0.5, fading over 48 bars) + 0.4 · draw: the nearest resting pool ahead, 1 from \
      1 to 5 ATR, falling to 0 at 0 and at 10
      """
  ) { candidate in
    var sweep = 0.0
    var swept: LiquiditySweep?
    var draw: (distance: Double, pool: LiquidityPool)?
    let atr = candidate.atr
    func read(_ view: TimeframeView) {
      let sweeps = view.structure.sweeps
      for place in sweeps.indices where sweeps[place].side == candidate.direction.opposite {
        let fact = sweeps[place]
        let worth = fact.confirmation == .confirmed ? 1 : fact.confirmation == .pending ? 0.5 : 0
        let value = worth * candidate.recency(of: fact.knownAt, on: view)
        if value > sweep { (sweep, swept) = (value, fact) }
      }
    }
    for view in candidate.structureViews {
      read(view)
      guard let atr else { continue }
      let pools = view.structure.pools
      for place in pools.indices where pools[place].side == candidate.direction && pools[place].state == .resting {
        let distance = candidate.direction.sign * (pools[place].level - candidate.price) / atr
        if distance > 0, draw.map({ distance < $0.distance }) ?? true { draw = (distance, pools[place]) }
      }
    }
    if let trigger = candidate.trigger { read(trigger) }
    if swept == nil && draw == nil { return .absent("no sweep behind and no pool ahead") }
    let pull = draw.map { min(ramp($0.distance, from: 0, to: 1), ramp($0.distance, from: 10, to: 5)) } ?? 0
    let (fact, ahead) = (swept, draw)
    return candidate.reading(
      0.6 * sweep + 0.4 * pull,
      """
      \(fact.map { "\($0.confirmation.label) \($0.id.text)" } ?? "no sweep behind"), \
      \(ahead.map { "\($0.pool.id.text) \(text($0.distance)) ATR ahead" } ?? "no pool ahead")
      """)
  }
}
