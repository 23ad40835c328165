import Market

/// What each part of a plan says of itself. Levels stand in their own fields; the sentence names the fact behind them.
struct PlanSentences {
  let draft: PlanDraft
  let geometry: PlanGeometry

  var entry: String {
    let entry = geometry.entry
    let zone = entry.zone
    var text = "Near edge of the \(zone.timeframe.label) \(zone.kind.rawValue) \(zone.source)"
    if zone.penetration(draft.setup.price) > 0 { text = "Price inside the \(zone.timeframe.label) \(zone.kind.rawValue) \(zone.source)" }
    if entry.invalidation != zone { text += ", nested in \(entry.invalidation.source)" }
    if let shelter = entry.shelter { text += ", within \(shelter.source)" }
    return text + "; the far entry is half of the zone."
  }

  var stop: String {
    let what = geometry.stop.source == geometry.entry.invalidation.source ? "the far edge of" : geometry.stop.source.meaning
    return "Beyond \(what) \(geometry.stop.source), with room behind it."
  }

  func target(_ level: SourcedLevel, index: Int) -> String {
    level.source == .distance
      ? "No opposing level is known: a distance in ATR, not structure." : "At \(level.source.meaning) \(level.source)."
  }
}
