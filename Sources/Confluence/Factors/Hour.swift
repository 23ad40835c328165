import Market

extension Factor {
  /// Whether the coming hour of the week is one in which this symbol moves. The same for both directions.
  static let hour = Factor(
    name: "hour",
    meaning: """
      mean range, in ATR, of the hour of the week that begins now, over the symbol's mean of all hours, last 20 weeks: from 0.5 (0) to 1.5 (1); unknown \
      below 4 samples of the hour
      """
  ) { candidate in
    guard let relative = candidate.state.hours.relativeRange(at: candidate.now) else { return .absent("too few weeks of this hour") }
    return candidate.reading(ramp(relative, from: 0.5, to: 1.5), "this hour of the week moves \(text(relative)) × the symbol's mean")
  }
}
