import Market
import Structure

/// The facts that a setup carries: its zone first, then what the factors cite, then where it would be paid and what protects it. As they came,
/// at most twelve.
struct EvidencePick {
  static let limit = 12
  /// Levels at which it would be paid.
  static let targets = 4
  private(set) var evidence: [Evidence] = []

  init(_ candidate: Candidate) {
    guard let anchor = candidate.anchor?.zone ?? candidate.watched?.zone else { return }
    add(Self.fact(anchor, in: candidate.state))
    // Nested company, which may refine the entry.
    for zone in candidate.own where zone.overlap(with: anchor) >= 0.5 && evidence.count < 2 { add(Self.fact(zone, in: candidate.state)) }
    let breaks = candidate.structureViews.compactMap(\.newestBreak).filter { $0.direction == candidate.direction }
    if let newest = breaks.max(by: { $0.knownAt < $1.knownAt }) { add(.structuralBreak(newest)) }
    if let sweep = newestSweep(candidate) { add(.sweep(sweep)) }
    protect(candidate, anchor)
    for target in targets(candidate).prefix(Self.targets) { add(target.fact) }
  }

  private mutating func add(_ fact: Evidence?) {
    guard let fact, evidence.count < Self.limit, !evidence.contains(where: { $0.id == fact.id }) else { return }
    evidence.append(fact)
  }

  private static func fact(_ zone: Zone, in state: SymbolState) -> Evidence? {
    guard let structure = state[zone.timeframe]?.structure else { return nil }
    if let block = structure.orderBlocks.first(where: { $0.id == zone.id }) { return .orderBlock(block) }
    return structure.gaps.first { $0.id == zone.id }.map(Evidence.gap)
  }

  private func newestSweep(_ candidate: Candidate) -> LiquiditySweep? {
    var newest: LiquiditySweep?
    for view in candidate.structureViews {
      for fact in view.structure.sweeps
      where fact.side == candidate.direction.opposite && (fact.confirmation == .confirmed || fact.confirmation == .pending) {
        if newest.map({ fact.knownAt > $0.knownAt }) ?? true { newest = fact }
      }
    }
    return newest
  }

  /// The swing point behind the anchor on its own timeframe, beyond which the idea is wrong.
  private mutating func protect(_ candidate: Candidate, _ anchor: Zone) {
    guard let structure = candidate.state[anchor.timeframe]?.structure else { return }
    let pivots = candidate.direction == .bull ? structure.swingLow : structure.swingHigh
    for scope in [Scope.outer, .inner] {
      guard let pivot = pivots[scope], candidate.direction.sign * (anchor.near - pivot.price) > 0 else { continue }
      add(.pivot(FactID(.swing, anchor.timeframe, candidate.direction.opposite, scope: scope, at: pivot.at), pivot))
    }
  }

  /// Opposing liquidity ahead, nearest first: resting pools, external swing points and opposing blocks; only what a plan may use, which gaps,
  /// weak blocks, and blocks and session extremes of timeframes shorter than the planning one are not.
  private func targets(_ candidate: Candidate) -> [(distance: Double, fact: Evidence)] {
    var found: [(distance: Double, fact: Evidence)] = []
    func offer(_ level: Double, _ fact: @autoclosure () -> Evidence) {
      let distance = candidate.direction.sign * (level - candidate.price)
      if distance > 0 { found.append((distance, fact())) }
    }
    func read(_ view: TimeframeView) {
      let isPlanned = view.timeframe >= candidate.roles.planning
      for pool in view.structure.pools where pool.side == candidate.direction && pool.state == .resting {
        if isPlanned || pool.id.kind != .sessionPool { offer(pool.level, .pool(pool)) }
      }
      if let pivot = candidate.direction == .bull ? view.structure.swingHigh.outer : view.structure.swingLow.outer {
        offer(pivot.price, .pivot(FactID(.swing, view.timeframe, candidate.direction, scope: .outer, at: pivot.at), pivot))
      }
      for block in view.structure.orderBlocks where isPlanned && block.direction != candidate.direction && block.grade >= .b {
        offer(block.nearEdge, .orderBlock(block))
      }
    }
    for timeframe in candidate.roles.context { candidate.context(timeframe).map(read) }
    for view in candidate.structureViews { read(view) }
    // Stable by construction: equal distances stay in the order longer timeframe first.
    return found.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }.map(\.element)
  }
}
