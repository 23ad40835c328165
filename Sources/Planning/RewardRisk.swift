import Market

/// Reward over risk after costs. Everything is measured from one entry price, so that no target is ever priced from a better fill than
/// the one that is planned.
struct RewardRisk {
  let direction: Direction
  let entry: Double
  let stop: Double
  /// Per unit of the base asset: the worst round trip.
  let costs: Double

  init(_ direction: Direction, entry: Double, stop: Double, costs: TradeCosts) {
    self.direction = direction
    self.entry = entry
    self.stop = stop
    self.costs = costs.roundTrip(entry: entry, stop: stop)
  }

  /// Without costs; above 0 for a stop on the right side.
  var distance: Double { direction.sign * (entry - stop) }
  var risk: Double { distance + costs }
  /// Round-trip worst cost over what the price itself risks.
  var costShare: Double { costs / distance }

  func ratio(of target: Double) -> Double { (direction.sign * (target - entry) - costs) / risk }

  /// Σ wᵢ(targetᵢ − entry − costs) / (entry − stop + costs).
  func weighted(_ targets: some Sequence<(level: Double, share: Double)>) -> Double {
    targets.reduce(0) { $0 + $1.share * (direction.sign * ($1.level - entry) - costs) } / risk
  }
}
