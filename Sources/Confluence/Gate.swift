import Market
import Structure

/// One condition asked of a candidate, between `data_complete` and `minimum_score`. All are asked and shown, in order; the first failed one is the reason of a refusal.
public struct Gate: Sendable {
  public let name: String
  /// What it asks, for the table in docs.
  public let meaning: String
  let ask: @Sendable (Candidate) -> Verdict

  public static let all: [Gate] = [
    .structuralAnchor, .higherTimeframe, .regime, .btcImpulse, .conflict, .volatilityFloor, .spread, .depth, .funding,
  ]
  /// Where `all` has the one whose answer a setup repeats beside its score.
  static let btcImpulsePlace = 3

  /// All that a setup shows, with what they ask: also the first and the last, which are not asked of a candidate.
  public static var shown: [(name: String, meaning: String)] {
    [(DataComplete.name, DataComplete.meaning)] + all.map { ($0.name, $0.meaning) } + [(minimumScore, "the total score reaches `minimum_score`")]
  }
  static let minimumScore = "minimum_score"
}

/// A gate's answer. `detail` says in words what the numbers do not.
struct Verdict {
  var outcome: GateResult.Outcome
  var value: Double?
  var threshold: Double?
  var detail: String?
  /// Set exactly when the gate failed.
  var code: RejectionCode?

  static func passed(_ value: Double? = nil, of threshold: Double? = nil, _ detail: String? = nil) -> Verdict {
    Verdict(outcome: .passed, value: value, threshold: threshold, detail: detail)
  }
  static func skipped(_ detail: String? = nil) -> Verdict { Verdict(outcome: .skipped, detail: detail) }
  static func failed(_ code: RejectionCode, _ value: Double? = nil, of threshold: Double? = nil, _ detail: String? = nil) -> Verdict {
    Verdict(outcome: .failed, value: value, threshold: threshold, detail: detail, code: code)
  }

  func result(_ name: String) -> GateResult {
    GateResult(name: name, outcome: outcome, value: value, threshold: threshold, detail: detail)
  }
}
