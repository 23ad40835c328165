import Confluence
import Market
import Profiles
import Structure

/// Where one limit order may stand.
struct EntryCandidate: Hashable, Sendable {
  /// The zone whose near edge is the entry.
  var zone: PlanZone
  /// The zone whose loss ends the idea: `zone` itself, or the one that `zone` is nested in.
  var invalidation: PlanZone
  /// A zone of a longer timeframe in which `invalidation` lies.
  var shelter: PlanZone?

  /// `nested` when two timeframes agree on the place, else the zone's kind.
  var kind: String { shelter != nil || zone != invalidation ? "nested \(zone.kind.rawValue)" : zone.kind.rawValue }
}

/// Finds the entries that a setup offers, best first: a zone nested in its anchor, the anchor itself, else the edge of the dealing range.
struct EntryFinder {
  /// Give of a nested zone's edges, in ATR.
  static let nestTolerance = 0.1
  /// A limit beyond half of a zone bets on the zone's failure.
  static let deepestEntry = 0.5

  let setup: Setup
  let direction: Direction
  let timeframe: Timeframe
  let atr: Double
  let rules: PlanRules

  func candidates() -> [EntryCandidate] {
    let zones = setup.evidence.compactMap(PlanZone.init).filter { $0.direction == direction }
    guard let outer = carrier(among: zones) else { return fallback() }
    let shelter = zones.filter { $0.timeframe > outer.timeframe && $0.contains(outer, tolerance: tolerance) }.min { order($0, $1) }
    let plain = EntryCandidate(zone: outer, invalidation: outer, shelter: shelter)
    let nested = zones.filter {
      $0.timeframe < outer.timeframe && outer.contains($0, tolerance: tolerance)
        && outer.penetration($0.near) <= Self.deepestEntry && $0.penetration(setup.price) <= Self.deepestEntry
    }.min { order($0, $1) }
    guard let nested else { return [plain] }
    return [EntryCandidate(zone: nested, invalidation: outer, shelter: shelter), plain]
  }

  /// The anchor, or on another timeframe than the anchor's the nearest zone of that timeframe or longer that price has not passed.
  private func carrier(among zones: [PlanZone]) -> PlanZone? {
    let able = zones.filter { $0.timeframe >= timeframe }
    if let anchor = setup.anchor, let zone = able.first(where: { $0.source == .fact(anchor) }) { return zone }
    return able.filter { $0.penetration(setup.price) <= Self.deepestEntry }.min { order($0, $1) }
  }

  private func fallback() -> [EntryCandidate] {
    if let summary = setup.timeframes.first(where: { $0.timeframe == timeframe }),
      let edge = PlanZone(rangeEdge: summary, direction: direction), edge.penetration(setup.price) <= Self.deepestEntry
    {
      return [EntryCandidate(zone: edge, invalidation: edge, shelter: nil)]
    }
    guard rules.allowOffset else { return [] }
    let zone = PlanZone(
      kind: .offset, source: .offset(timeframe), timeframe: timeframe, direction: direction,
      near: setup.price - direction.sign * 0.25 * atr, far: setup.price - direction.sign * 0.5 * atr, at: setup.asOf)
    return [EntryCandidate(zone: zone, invalidation: zone, shelter: nil)]
  }

  private var tolerance: Double { Self.nestTolerance * atr }

  /// Nearest to price first, then the longer timeframe, then the newer.
  private func order(_ a: PlanZone, _ b: PlanZone) -> Bool {
    let x = abs(setup.price - a.near)
    let y = abs(setup.price - b.near)
    if x != y { return x < y }
    if a.timeframe != b.timeframe { return a.timeframe > b.timeframe }
    return a.at != b.at ? a.at > b.at : a.kind.rawValue < b.kind.rawValue
  }
}
