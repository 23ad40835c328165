import Market
import Profiles
import Structure

/// One evaluation of one symbol: the setup, and both sides that it was chosen from (none while data is incomplete).
public struct Evaluation: Sendable {
  public var setup: Setup
  public var sides: [Side]
  /// Of the side taken, in the order of `Feature.all`; only of a decided `Contest`.
  public var features: [Double] = []

  public init(setup: Setup, sides: [Side], features: [Double] = []) {
    self.setup = setup
    self.sides = sides
    self.features = features
  }
}

/// What all evaluations share.
final class ScoreBoard: Sendable {
  let profile: Profile
  let rules: ScoreRules
  /// In the order of `Factor.all`.
  let weights: [Double]

  init(_ profile: Profile) {
    self.profile = profile
    rules = profile.score
    weights = Factor.all.map { profile.score.weights[$0.name] ?? 0 }
  }
}

/// Turns what is known of a symbol into a setup. Holds no memory of its own: the same state gives the same setup.
public struct Evaluator: Sendable {
  public var profile: Profile { board.profile }
  public let runID: String?
  /// Rationales on every factor and gate, not only on accepted setups.
  public let explains: Bool
  let board: ScoreBoard

  public init(profile: Profile, runID: String? = nil, explains: Bool = false) {
    self.runID = runID
    self.explains = explains
    board = ScoreBoard(profile)
  }

  /// The evaluation at `now`, the close of the symbol's trigger candle.
  public func evaluate(_ state: SymbolState, in market: MarketState, at now: Timestamp) -> Evaluation {
    let complete = DataComplete.ask(state, profile.score, now: now)
    let first = complete.result(DataComplete.name)
    let price = state.roles.trigger.flatMap { state[$0]?.candle.close } ?? 0
    if let code = complete.code {
      let setup = flat(state, at: now, price: price, gates: [first], code, complete.value, complete.threshold, complete.detail)
      return Evaluation(setup: setup, sides: [])
    }
    let candidates = candidates(state, in: market, at: now, price: price)
    var sides = candidates.map { explains ? Side($0, first: first) : Side($0) }
    switch Choice(long: sides[0].totalScore, short: sides[1].totalScore, margin: profile.score.tieMargin) {
    case .flat(let reason):
      let setup = flat(state, at: now, price: price, gates: [first], sides[0].totalScore, sides[1].totalScore, reason)
      return Evaluation(setup: setup, sides: sides)
    case .side(let direction):
      let place = direction == .bull ? 0 : 1
      guard !explains else {
        return Evaluation(setup: setup(candidates[place], sides[place], sides[1 - place], breadth: market.breadth), sides: sides)
      }
      // Without sentences, gates are asked of the side taken alone; only an accepted setup is worth them, and is scored once more.
      sides[place].ask(candidates[place], first: nil)
      var side = sides[place]
      if side.failure == nil {
        candidates[place].explains = true
        side = Side(candidates[place], first: first)
      }
      return Evaluation(setup: setup(candidates[place], side, sides[1 - place], breadth: market.breadth), sides: sides)
    }
  }

  /// A symbol of the run that had no candle at its end.
  public func stale(_ name: String, on exchange: String, at now: Timestamp) -> Setup {
    Setup(
      id: "\(exchange):\(name):\(profile.name):FLAT:\(now.compactText)", asOf: now, exchange: exchange, symbol: name, profile: profile.name,
      runID: runID, price: 0, direction: nil, state: .flat,
      rejected: Rejection(stage: "score", code: .staleData, detail: "no candle of this symbol came"))
  }

  /// Both directions, LONG first.
  func candidates(_ state: SymbolState, in market: MarketState, at now: Timestamp, price: Double) -> [Candidate] {
    let reference = market.reference(for: state)
    let (regime, referenceRegime) = (state.regime, reference?.regime)
    return Direction.allCases.map { direction in
      Candidate(
        direction, state, board, price: price, now: now, reference: reference, regime: regime, referenceRegime: referenceRegime,
        explains: explains)
    }
  }

  /// - Parameter says: whether a refusal is put into words here.
  func setup(_ candidate: Candidate, _ side: Side, _ other: Side, breadth: Breadth, says: Bool = true) -> Setup {
    let state = candidate.state
    let regime = Regime(symbol: candidate.regime, reference: candidate.referenceRegime ?? candidate.regime, breadth: breadth)
    let factors = side.factors
    let tells = side.failure == nil || explains
    let confluence = ConfluenceBreakdown(
      totalScore: side.totalScore, factors: factors, synergyBonus: side.synergy, conflictPenalty: side.conflict,
      adjustments: side.adjustments, regime: regime.rawValue, regimeDetail: candidate.regime.label, htfAligned: side.htf,
      btcImpulseGate: side.answers.btcImpulse, oppositeDirection: other.direction, oppositeScore: other.totalScore)
    return Setup(
      id: state.ideaPrefixes[side.direction == .bull ? 0 : 1] + (side.zone?.text ?? candidate.now.compactText), asOf: candidate.now,
      exchange: state.exchange, symbol: state.name, profile: profile.name, runID: runID, price: candidate.price,
      triggerFallback: state.roles.isFallback ? state.roles.trigger : nil, direction: side.direction, state: side.state,
      timeframes: tells ? summaries(state) : [], evidence: tells ? EvidencePick(candidate).evidence : [], anchor: side.zone,
      confluence: confluence, gates: side.gates,
      rejected: side.answers.rejection(says ? side.answers.reason(candidate, missing: GateAnswers.missing(of: factors)) : nil))
  }

  func flat(
    _ state: SymbolState, at now: Timestamp, price: Double, gates: [GateResult], _ code: RejectionCode, _ value: Double? = nil,
    _ threshold: Double? = nil, _ detail: String? = nil
  ) -> Setup {
    Setup(
      id: state.ideaPrefixes[2] + now.compactText, asOf: now, exchange: state.exchange, symbol: state.name, profile: profile.name, runID: runID,
      price: price, triggerFallback: state.roles.isFallback ? state.roles.trigger : nil, direction: nil, state: .flat,
      timeframes: explains ? summaries(state) : [], gates: gates,
      rejected: Rejection(stage: "score", code: code, value: value, threshold: threshold, detail: detail))
  }

  /// Neither side leads.
  func flat(_ state: SymbolState, at now: Timestamp, price: Double, gates: [GateResult], _ long: Double, _ short: Double, _ reason: String) -> Setup {
    flat(state, at: now, price: price, gates: gates, .noDirection, abs(long - short), board.rules.tieMargin, reason)
  }

  /// All timeframes read, longest first.
  func summaries(_ state: SymbolState) -> [TimeframeSummary] {
    let roles = state.roles
    let wanted = roles.context + roles.structure + roles.optional + [roles.planning] + (roles.trigger.map { [$0] } ?? [])
    return Timeframe.allCases.reversed().compactMap { timeframe in
      guard wanted.contains(timeframe), let view = state[timeframe], view.bars > 0 else { return nil }
      let values = view.indicators
      return TimeframeSummary(
        timeframe: timeframe, closeTime: view.closeTime, close: view.candle.close, atr: values.atr, rsi: values.rsi, adx: values.adx,
        trend: view.isEnriched ? view.structure.trend : nil, range: timeframe >= roles.planning || explains ? view.structure.range : nil)
    }
  }
}
