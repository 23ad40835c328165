import Market

extension Factor {
  /// Whether volume stood behind the move.
  static let volume = Factor(
    name: "volume",
    meaning: """
      0.6 · volume ratio of the strongest newest break this way on a structure timeframe + 0.4 · that of the trigger candle if it closed this \
      way; a ratio counts from 1 (0) to the profile's spike (1)
      """
  ) { candidate in
    let spike = candidate.board.profile.indicators.volumeSpike
    var atBreak: Double?
    for view in candidate.structureViews {
      guard let fact = view.newestBreak, fact.direction == candidate.direction, let ratio = fact.volumeRatio else { continue }
      atBreak = max(atBreak ?? 0, ratio)
    }
    let trigger = candidate.trigger
    let ratio = trigger?.indicators.volumeRatio
    let agrees = trigger.map { candidate.direction.sign * ($0.candle.close - $0.candle.open) > 0 } ?? false
    let strongest = atBreak
    return candidate.reading(
      0.6 * (strongest.map { ramp($0, from: 1, to: spike) } ?? 0) + 0.4 * (agrees ? ratio.map { ramp($0, from: 1, to: spike) } ?? 0 : 0),
      hasData: strongest != nil || ratio != nil,
      """
      break at \(strongest.map { text($0) + " × its average" } ?? "unknown volume"), trigger candle at \
      \(ratio.map { text($0) + " ×" } ?? "unknown volume") \(agrees ? "this way" : "not this way")
      """)
  }
}
