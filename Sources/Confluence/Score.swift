import Market
import Structure

/// Points that come from how factors stand to each other, rather than from one of them. Itemised and bounded.
public struct Adjustment: Hashable, Sendable {
  public var name: String
  /// Positive for agreement, negative for disagreement; before the bound.
  public var points: Double

  public init(name: String, points: Double) {
    self.name = name
    self.points = points
  }
}

/// One direction's score and all that leads to it.
struct Score {
  var direction: Direction
  var factors: [FactorResult]
  var adjustments: [Adjustment]
  var synergy: Double
  var conflict: Double
  /// 0…100, in steps of a hundredth: what is printed is what was compared.
  var total: Double

  init(_ candidate: Candidate) {
    direction = candidate.direction
    var results: [FactorResult] = []
    results.reserveCapacity(Factor.all.count)
    for (factor, weight) in zip(Factor.all, candidate.board.weights) {
      let reading = factor.read(candidate)
      results.append(
        FactorResult(
          name: factor.name, score: reading.score, weight: weight, hasData: reading.hasData,
          rationale: candidate.explains ? reading.rationale : ""))
    }
    var items: [Adjustment] = []
    Self.agree(candidate, results, &items)
    Self.disagree(candidate, &items)
    factors = results
    adjustments = items
    synergy = min(candidate.rules.synergyCap, items.reduce(0) { $0 + max(0, $1.points) })
    conflict = min(candidate.rules.conflictCap, items.reduce(0) { $0 + max(0, -$1.points) })
    total = Self.total(results, synergy: synergy, conflict: conflict)
  }

  static func total(_ factors: [FactorResult], synergy: Double, conflict: Double) -> Double {
    let sum = factors.reduce(0) { $0 + $1.contribution }
    return (min(100, max(0, sum + synergy - conflict)) * 100).rounded() / 100
  }

  private static func agree(_ candidate: Candidate, _ factors: [FactorResult], _ items: inout [Adjustment]) {
    func score(_ name: String) -> Double { factors.first { $0.name == name }?.score ?? 0 }
    if candidate.anchor?.zone.beganWithSweep == true, score("liquidity") >= 0.5 { items.append(Adjustment(name: "zone_from_sweep", points: 3)) }
    if score("location") >= 0.6, score("structure") >= 0.6 { items.append(Adjustment(name: "zone_with_structure", points: 2)) }
    if score("structure") >= 0.6, score("volume") >= 0.6 { items.append(Adjustment(name: "break_with_volume", points: 2)) }
  }

  private static func disagree(_ candidate: Candidate, _ items: inout [Adjustment]) {
    let opposite = candidate.direction.opposite
    for view in candidate.structureViews {
      guard let fact = view.newestBreak, fact.direction == opposite, fact.scope == .outer else { continue }
      if candidate.recency(of: fact.knownAt, on: view) > 0 {
        items.append(Adjustment(name: "opposing_external_break", points: -4))
        break
      }
    }
    if let atr = candidate.atr,
      candidate.opposing.contains(where: { zone in
        zone.isStrong && zone.timeframe >= candidate.roles.planning && abs(zone.distance(from: candidate.price)) <= atr
      })
    {
      items.append(Adjustment(name: "opposing_zone_near", points: -4))
    }
    if candidate.regime.trend == opposite { items.append(Adjustment(name: "regime_against", points: -3)) }
    if candidate.referenceRegime?.trend == opposite { items.append(Adjustment(name: "reference_against", points: -3)) }
  }
}
