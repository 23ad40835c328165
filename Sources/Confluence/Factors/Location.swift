import Market

extension Factor {
  /// Where price stands: the zone that carries the setup.
  static let location = Factor(
    name: "location",
    meaning: """
      0 without an anchor; otherwise 0.35 · force (1 at the bound of an A block, or a gap of 1.5 ATR) + 0.25 · freshness + 0.15 · nearness of \
      price to the near edge + 0.25 · company (1 nested in or around a zone of another timeframe, 0.5 with a gap of the same leg)
      """
  ) { candidate in
    guard let anchor = candidate.anchor else { return .absent("no block or gap carries this side") }
    return location(of: anchor.zone, distance: anchor.distance, in: candidate)
  }

  static func location(of zone: Zone, distance: Double, in candidate: Candidate) -> Reading {
    let nearness = ramp(distance, from: candidate.board.rules.anchorDistance, to: 0)
    let company = company(of: zone, in: candidate)
    let score = 0.35 * zone.strength + 0.25 * zone.freshness + 0.15 * nearness + 0.25 * company
    return candidate.reading(
      score,
      """
      \(zone.id.text): force \(text(zone.force)) ATR, freshness \(text(zone.freshness)), price \(text(distance)) ATR from its near edge, \
      \(company == 1 ? "nested with another timeframe" : company > 0 ? "with a gap of the same leg" : "alone")
      """)
  }

  private static func company(of zone: Zone, in candidate: Candidate) -> Double {
    var best = zone.leftGap ? 0.5 : 0
    for other in candidate.own where other.id != zone.id && other.overlap(with: zone) >= 0.5 {
      if other.timeframe != zone.timeframe { return 1 }
      if other.id.kind != zone.id.kind { best = 0.5 }
    }
    return best
  }
}
