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
  /// Of the zone that carries it: the edge that price meets first, and the ATR of the planning timeframe.
  public var anchor: (near: Double, atr: Double)?
  /// The first failed gate's code and place; `nil` when all passed.
  var failure: (code: RejectionCode, place: Int)?
  var isAnchored: Bool
  /// Whether gates and factors say in words what they found.
  let explains: Bool

  /// A shortfall of the score, in points, that calls a setup developing rather than low.
  static let developing = 10.0

  /// - Parameters:
  ///   - first: the answer of the gate that was asked of the symbol before.
  ///   - asksGates: false where only the score is needed yet.
  init(_ candidate: Candidate, first: GateResult, asksGates: Bool = true) {
    let score = Score(candidate)
    direction = candidate.direction
    totalScore = score.total
    factors = score.factors
    adjustments = score.adjustments
    synergy = score.synergy
    conflict = score.conflict
    htf = candidate.htf
    zone = (candidate.anchor?.zone ?? candidate.watched?.zone)?.id
    isAnchored = candidate.anchor != nil
    explains = candidate.explains
    if let zone = candidate.anchor?.zone, let atr = candidate.atr { anchor = (zone.near, atr) }
    gates = []
    if asksGates { ask(candidate, first: first) }
  }

  /// Asks all gates, in order.
  mutating func ask(_ candidate: Candidate, first: GateResult) {
    gates.reserveCapacity(Gate.all.count + 2)
    gates.append(first)
    for gate in Gate.all { note(gate.ask(candidate), gate.name) }
    askMinimum(candidate.rules.minimumScore)
  }

  /// Whether it passed every gate; `nil` of a side that was not asked.
  public var isReady: Bool? { gates.isEmpty ? nil : failure == nil }

  /// The last gate.
  mutating func askMinimum(_ minimum: Double) {
    if totalScore < minimum {
      let code: RejectionCode = totalScore >= minimum - Side.developing ? .notReady : .lowScore
      note(.failed(code, totalScore, of: minimum, explains ? missing : nil), Gate.minimumScore)
    } else {
      note(.passed(totalScore, of: minimum), Gate.minimumScore)
    }
  }

  /// Of a setup of this side.
  var state: SetupState {
    guard let failure else { return .ready }
    return isAnchored && gates[failure.place].name == Gate.minimumScore ? .developing : .watching
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
  var missing: String {
    var sentence = "missing "
    var last = (points: Double.infinity, name: "")
    for place in 0..<3 {
      var next: (points: Double, name: String)?
      for factor in factors {
        let points = 100 * factor.weight - factor.contribution
        // Behind the last one said, by points, then by name.
        guard points >= 0.5, points < last.points || (points == last.points && factor.name > last.name) else { continue }
        if next.map({ points > $0.points || (points == $0.points && factor.name < $0.name) }) ?? true { next = (points, factor.name) }
      }
      guard let next else { break }
      if place > 0 { sentence += ", " }
      sentence += next.name
      sentence += " "
      sentence += text(next.points)
      last = next
    }
    return sentence
  }
}
