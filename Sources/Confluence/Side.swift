import Market
import Structure

/// One side of an evaluation: its score, and its answers to the gates.
public struct Side: Sendable {
  public let direction: Direction
  public private(set) var totalScore: Double
  public let htf: Alignment
  /// The zone that carries it, or that it waits for.
  public let zone: FactID?
  /// Of the zone that carries it: the edge that price meets first, and the ATR of the planning timeframe.
  public let anchor: (near: Double, atr: Double)?
  private(set) var answers = GateAnswers()
  /// Whether gates and factors say in words what they found.
  let explains: Bool
  let score: Score
  private let weights: [Double]
  /// What advisers leave of the built-in factors' weights, and what they say.
  private var share = 1.0
  private var advised: [FactorResult] = []

  init(_ candidate: Candidate) {
    score = Score(candidate)
    direction = candidate.direction
    totalScore = score.total
    htf = candidate.htf
    zone = candidate.zone
    explains = candidate.explains
    weights = candidate.board.weights
    if let zone = candidate.anchor?.zone, let atr = candidate.atr { anchor = (zone.near, atr) } else { anchor = nil }
  }

  /// Asked all gates, with the answer of the one that was asked of the symbol before.
  init(_ candidate: Candidate, first: GateResult) {
    self.init(candidate)
    ask(candidate, first: first)
  }

  var isAnchored: Bool { anchor != nil }
  public var synergy: Double { score.synergy }
  public var conflict: Double { score.conflict }
  public var adjustments: [Adjustment] { score.adjustments.list }
  /// In order; of a side that was asked without words those that failed.
  public var gates: [GateResult] { answers.gates }
  var failure: GateAnswers.Failure? { answers.failure }
  /// Whether it passed every gate; `nil` of a side that was not asked.
  public var isReady: Bool? { answers.isAsked ? answers.failure == nil : nil }
  /// Of a setup of this side.
  var state: SetupState { answers.state(isAnchored: isAnchored) }

  /// In the order of `Factor.all`, then those of advisers.
  public var factors: [FactorResult] {
    var results = score.factors(weights)
    if share != 1 { for place in results.indices { results[place].weight *= share } }
    return results + advised
  }

  /// - Parameter first: the answer of the gate that was asked of the symbol before; `nil` to keep only what fails.
  mutating func ask(_ candidate: Candidate, first: GateResult?) {
    let missing = missing
    answers.ask(candidate, first: first, total: totalScore, missing: missing)
  }

  /// What a score that is too low lacks, where words are wanted.
  private var missing: String? { explains ? GateAnswers.missing(of: factors) : nil }

  /// Weighs further factors in and asks further gates; then the minimum score once more.
  mutating func add(_ opinions: [Opinion], minimumScore: Double) {
    var further: [GateResult] = []
    for opinion in opinions {
      switch opinion {
      case .factor(let factor): advised.append(factor)
      case .model(let model, let weight):
        let reading = Reading(model.probability, "\(model.name) \(model.version) gives \(text(model.probability))")
        advised.append(FactorResult(name: "model", score: reading.score, weight: weight, hasData: true, rationale: reading.rationale))
      case .gate(let gate): further.append(gate)
      }
    }
    if !explains { for place in advised.indices { advised[place].rationale = "" } }
    share = 1 - advised.reduce(0) { $0 + $1.weight }
    totalScore = Score.total(factors.reduce(0) { $0 + $1.contribution }, synergy: synergy, conflict: conflict)
    let missing = missing
    answers.add(further, minimumScore: minimumScore, total: totalScore, missing: missing)
  }
}
