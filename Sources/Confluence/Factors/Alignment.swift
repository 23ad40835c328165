import Market
import Structure

extension Factor {
  /// Whether the longer timeframes go the same way.
  static let alignment = Factor(
    name: "alignment",
    meaning: "mean over the context timeframes of 0.7 for the external and 0.3 for the internal trend this way; an unknown one counts 0"
  ) { candidate in
    var sum = 0.0
    var known = 0
    var parts: [String] = []
    for timeframe in candidate.roles.context {
      let trend = candidate.context(timeframe)?.structure.trend
      if candidate.explains { parts.append("\(timeframe.label) \(trend.map { "\($0.outer.label)" } ?? "unknown")") }
      guard let trend else { continue }
      known += 1
      sum += (trend.outer == Trend(candidate.direction) ? 0.7 : 0) + (trend.inner == Trend(candidate.direction) ? 0.3 : 0)
    }
    let spoken = parts.joined(separator: ", ")
    return candidate.reading(
      sum / Double(max(1, candidate.roles.context.count)), hasData: known > 0, spoken.isEmpty ? "no context timeframe" : "context trend: \(spoken)")
  }
}
