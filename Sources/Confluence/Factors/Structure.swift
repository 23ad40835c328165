import Market
import Structure

extension Factor {
  /// What the swings say: trend, the newest break, the model sequence.
  static let structure = Factor(
    name: "structure",
    meaning: """
      0.4 · trend (external 0.7 and internal 0.3, mean over the structure timeframes) + 0.35 · newest break of each structure timeframe, if it \
      goes this way (external 1, internal 0.7, fading over 48 bars; mean) + 0.25 · steps of the sequence done, of five
      """
  ) { candidate in
    var views = 0.0
    var trend = 0.0
    var broken = 0.0
    var newest: StructuralBreak?
    var step = SequenceState.Step.none
    func follow(_ view: TimeframeView) {
      if let sequence = view.structure.sequence, sequence.direction == candidate.direction { step = max(step, sequence.step) }
    }
    for view in candidate.structureViews {
      views += 1
      trend +=
        (view.structure.trend.outer == Trend(candidate.direction) ? 0.7 : 0) + (view.structure.trend.inner == Trend(candidate.direction) ? 0.3 : 0)
      if let fact = view.newestBreak, fact.direction == candidate.direction {
        broken += (fact.scope == .outer ? 1 : 0.7) * candidate.recency(of: fact.knownAt, on: view)
        if newest.map({ fact.knownAt > $0.knownAt }) ?? true { newest = fact }
      }
      follow(view)
    }
    guard views > 0 else { return .absent("no structure timeframe") }
    if let trigger = candidate.trigger { follow(trigger) }
    let sequence = Double(step.rawValue) / Double(SequenceState.Step.reacted.rawValue)
    let last = newest
    let reached = step
    return candidate.reading(
      0.4 * trend / views + 0.35 * broken / views + 0.25 * sequence,
      """
      trend \(text(trend / views)) of 1, newest break \(last.map { "\($0.kind.label) \($0.id.text)" } ?? "not this way"), \
      sequence at \(reached.label)
      """)
  }
}
