import Market
import Profiles
import Structure

/// An evaluation that a gate of the side taken ended, told briefly: what `Evaluator.evaluate` says of it without the lists of a setup. Most evaluations end
/// so, and making a setup of each would take longer than scoring it.
public struct Refusal {
  public let asOf: Timestamp
  public let price: Double
  public let triggerFallback: Timeframe?
  public let direction: Direction
  public let state: SetupState
  /// The zone that it stands on, or waits for.
  public let anchor: FactID?
  public let totalScore: Double
  public let regime: Regime
  /// Trend by volatility.
  public let regimeDetail: String
  public let htfAligned: Alignment
  public let oppositeScore: Double
  /// In order; the first is the reason.
  public let failed: [GateResult]
  public let rejection: Rejection
  fileprivate let score: Score

  public var synergyBonus: Double { score.synergy }
  public var conflictPenalty: Double { score.conflict }
  public var adjustments: [Adjustment] { score.adjustments.list }
  /// In the order of `Factor.all`.
  public func factor(_ place: Int) -> (score: Double, hasData: Bool) { (score.marks[place].score, score.marks[place].hasData) }
}

extension Evaluator {
  /// What can be told of an evaluation without making a whole one.
  public enum Brief {
    case refused(Refusal)
    case flat(Setup)
  }

  /// The evaluation at `now`, if neither side is taken or a gate refuses the one that is; `nil` where `evaluate` has more to tell: of a setup that is
  /// accepted, and of data that is incomplete.
  public func brief(_ state: SymbolState, in market: MarketState, at now: Timestamp) -> Brief? {
    let complete = DataComplete.ask(state, board.rules, now: now)
    guard complete.code == nil, let trigger = state.roles.trigger, let price = state[trigger]?.candle.close else { return nil }
    let candidates = candidates(state, in: market, at: now, price: price)
    let (long, short) = (Score(candidates[0]), Score(candidates[1]))
    switch Choice(long: long.total, short: short.total, margin: board.rules.tieMargin) {
    case .flat(let reason):
      return .flat(flat(state, at: now, price: price, gates: [complete.result(DataComplete.name)], long.total, short.total, reason))
    case .side(.bull): return refusal(candidates[0], long, over: short, market.breadth).map(Brief.refused)
    case .side(.bear): return refusal(candidates[1], short, over: long, market.breadth).map(Brief.refused)
    }
  }

  private func refusal(_ candidate: Candidate, _ score: Score, over opposite: Score, _ breadth: Breadth) -> Refusal? {
    var answers = GateAnswers()
    answers.ask(candidate, total: score.total)
    guard answers.failure != nil else { return nil }
    let reason = answers.reason(candidate, missing: score.missing(board.weights))
    guard let rejection = answers.rejection(reason) else { return nil }
    let regime = Regime(symbol: candidate.regime, reference: candidate.referenceRegime ?? candidate.regime, breadth: breadth)
    return Refusal(
      asOf: candidate.now, price: candidate.price, triggerFallback: candidate.state.roles.isFallback ? candidate.state.roles.trigger : nil,
      direction: candidate.direction, state: answers.state(isAnchored: candidate.anchor != nil), anchor: candidate.zone, totalScore: score.total,
      regime: regime, regimeDetail: candidate.regime.label, htfAligned: candidate.htf, oppositeScore: opposite.total, failed: answers.gates,
      rejection: rejection, score: score)
  }
}
