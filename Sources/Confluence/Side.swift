import Market
import Structure

/// One side of an evaluation: its score, and its answers to the gates.
public struct Side: Sendable {
  public var direction: Direction
  public var totalScore: Double
  public var factors: [FactorResult]
  public var adjustments: [Adjustment]
  public var synergy: Double
  public var conflict: Double
  public var gates: [GateResult]
  public var htf: Alignment
  /// The zone that carries it, or that it waits for.
  public var zone: FactID?
  /// The first failed gate's code and place; `nil` when all passed.
  var failure: (code: RejectionCode, place: Int)?
  var isAnchored: Bool

  /// A shortfall of the score, in points, that calls a setup developing rather than low.
  static let developing = 10.0

  /// - Parameter first: the answer of the gate that was asked of the symbol before.
  init(_ candidate: Candidate, first: GateResult) {
    let score = Score(candidate)
    let minimum = candidate.rules.minimumScore
    direction = candidate.direction
    totalScore = score.total
    factors = score.factors
    adjustments = score.adjustments
    synergy = score.synergy
    conflict = score.conflict
    htf = candidate.htf
    zone = (candidate.anchor?.zone ?? candidate.watched?.zone)?.id
    isAnchored = candidate.anchor != nil
    gates = [first]
    gates.reserveCapacity(Gate.all.count + 2)
    for gate in Gate.all { note(gate.ask(candidate), gate.name) }
    if score.total < minimum {
      let code: RejectionCode = score.total >= minimum - Side.developing ? .notReady : .lowScore
      note(.failed(code, score.total, of: minimum, candidate.explains ? missing : nil), Gate.minimumScore)
    } else {
      note(.passed(score.total, of: minimum), Gate.minimumScore)
    }
  }

  private mutating func note(_ verdict: Verdict, _ name: String) {
    if let code = verdict.code, failure == nil { failure = (code, gates.count) }
    gates.append(verdict.result(name))
  }

  /// In words, why the first failed gate failed. Worked out only for the side that is taken.
  func reason(_ candidate: Candidate) -> String? {
    guard let place = failure?.place else { return nil }
    if let detail = gates[place].detail { return detail }
    guard place <= Gate.all.count else { return missing }
    var telling = candidate
    telling.explains = true
    return Gate.all[place - 1].ask(telling).detail
  }

  /// The three factors that cost most points: `missing liquidity 14, structure 9.2, volume 8`.
  private var missing: String {
    let lost = factors.map { (name: $0.name, points: 100 * $0.weight - $0.contribution) }.filter { $0.points >= 0.5 }
    return "missing "
      + lost.sorted { ($0.points, $1.name) > ($1.points, $0.name) }.prefix(3).map { "\($0.name) \(text($0.points))" }.joined(separator: ", ")
  }
}
