extension Gate {
  static let higherTimeframe = Gate(
    name: "higher_timeframe",
    meaning: "where the profile demands it: the shortest context timeframe trends this way; against and unknown are refused under different codes"
  ) { candidate in
    guard candidate.board.rules.htfGate else { return .skipped(candidate.explains ? "the profile does not ask" : nil) }
    return switch candidate.htf {
    case .with: .passed()
    case .against: .failed(.htfAgainst)
    case .unknown: .failed(.htfUnknown)
    }
  }
}
