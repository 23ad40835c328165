import Market

/// What the gates say of one side, and which of them ends it.
struct GateAnswers: Sendable {
  /// All in order; of a side that is asked without words those that failed.
  private(set) var gates: [GateResult] = []
  /// The first that failed; `nil` when all passed.
  private(set) var failure: Failure?
  /// What the gate of the reference symbol's impulse answered.
  private(set) var btcImpulse = GateResult.Outcome.skipped
  private(set) var isAsked = false

  struct Failure: Sendable {
    var code: RejectionCode
    /// Among `gates`.
    var place: Int
    var kind: Kind

    /// Whose gate it was; of a built-in one its place among `Gate.all`.
    enum Kind: Sendable {
      case builtIn(Int)
      case adviser
      case minimumScore
    }
    var isScore: Bool { if case .minimumScore = kind { true } else { false } }
  }

  /// A shortfall of the score, in points, that calls a setup developing rather than low.
  static let developing = 10.0

  /// Asks all gates, in order.
  /// - Parameters:
  ///   - first: the answer of the gate that was asked of the symbol before; `nil` to keep only what fails.
  ///   - missing: what a score that is too low lacks, where words are wanted.
  mutating func ask(_ candidate: Candidate, first: GateResult? = nil, total: Double, missing: String? = nil) {
    isAsked = true
    if let first {
      gates.reserveCapacity(Gate.all.count + 2)
      gates.append(first)
    }
    for place in Gate.all.indices {
      let verdict = Gate.all[place].ask(candidate)
      if place == Gate.btcImpulsePlace { btcImpulse = verdict.outcome }
      if first != nil || verdict.code != nil { note(verdict, Gate.all[place].name, .builtIn(place)) }
    }
    askMinimum(candidate.board.rules.minimumScore, total: total, keeps: first != nil, missing: missing)
  }

  /// The last gate.
  private mutating func askMinimum(_ minimum: Double, total: Double, keeps: Bool, missing: String?) {
    if total < minimum {
      let code: RejectionCode = total >= minimum - Self.developing ? .notReady : .lowScore
      note(.failed(code, total, of: minimum, missing), Gate.minimumScore, .minimumScore)
    } else if keeps {
      note(.passed(total, of: minimum), Gate.minimumScore, .minimumScore)
    }
  }

  private mutating func note(_ verdict: Verdict, _ name: String, _ kind: Failure.Kind) {
    if let code = verdict.code, failure == nil { failure = Failure(code: code, place: gates.count, kind: kind) }
    gates.append(verdict.result(name))
  }

  /// Answers of further gates, asked before the minimum score, which is asked once more. Only of a side of which all gates are kept.
  mutating func add(_ answers: [GateResult], minimumScore: Double, total: Double, missing: String?) {
    gates.removeLast()
    if failure?.isScore == true { failure = nil }
    for gate in answers {
      if gate.outcome == .failed, failure == nil { failure = Failure(code: .plugin, place: gates.count, kind: .adviser) }
      gates.append(gate)
    }
    askMinimum(minimumScore, total: total, keeps: true, missing: missing)
  }

  // MARK: What follows

  /// Of a setup of this side.
  func state(isAnchored: Bool) -> SetupState {
    guard let failure else { return .ready }
    return isAnchored && failure.isScore ? .developing : .watching
  }

  /// Why it goes no further; `nil` when all gates passed.
  func rejection(_ detail: String?) -> Rejection? {
    guard let failure else { return nil }
    return Rejection(
      stage: "score", code: failure.code, value: gates[failure.place].value, threshold: gates[failure.place].threshold, detail: detail)
  }

  /// In words, why the first failed gate failed. Worked out only for the side that is taken; the candidate explains itself from then on.
  /// - Parameter missing: what a score that is too low lacks.
  func reason(_ candidate: Candidate, missing: @autoclosure () -> String) -> String? {
    guard let failure else { return nil }
    if let detail = gates[failure.place].detail { return detail }
    guard case .builtIn(let place) = failure.kind else { return missing() }
    candidate.explains = true
    return Gate.all[place].ask(candidate).detail
  }

  /// The three factors that cost most points: `missing liquidity 14, structure 9.2, volume 8`.
  static func missing(of factors: [FactorResult]) -> String {
    missing(factors.map { 100 * $0.weight - $0.contribution }) { factors[$0].name }
  }

  /// - Parameter points: what each factor falls short of.
  static func missing(_ points: [Double], _ name: (Int) -> String) -> String {
    var parts = ["missing "]
    var last = (points: Double.infinity, name: "")
    for turn in 0..<3 {
      var next = (points: 0.0, name: "")
      for place in points.indices where points[place] >= 0.5 && points[place] <= last.points && points[place] >= next.points {
        // Behind the last one said, by points, then by name.
        if points[place] == last.points, name(place) <= last.name { continue }
        if points[place] > next.points || name(place) < next.name { next = (points[place], name(place)) }
      }
      if next.points == 0 { break }
      if turn > 0 { parts.append(", ") }
      parts.append(next.name)
      parts.append(" ")
      parts.append(text(next.points))
      last = next
    }
    return parts.joined()
  }
}
