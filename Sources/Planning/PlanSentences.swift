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
    let what = geometry.stop.source == geometry.entry.invalidation.source ? "the far edge of" : Self.meaning(of: geometry.stop.source)
    return "Beyond \(what) \(geometry.stop.source), with room behind it."
  }

  func target(_ level: SourcedLevel, index: Int) -> String {
    level.source == TradePlan.Target.extensionSource
      ? "No opposing level is known: a distance in ATR, not structure." : "At \(Self.meaning(of: level.source)) \(level.source)."
  }

  static func meaning(of source: String) -> String {
    switch source.prefix(while: { $0 != "-" }) {
    case "pool": "resting liquidity"
    case "swing": "the swing point"
    case "ob": "the opposing order block"
    case "range": "the extreme of the dealing range"
    case "sweep": "the stop run"
    default: "the level"
    }
  }
}
