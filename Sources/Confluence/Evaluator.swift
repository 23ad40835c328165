import Market
import Profiles
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
  /// The first failed gate's code; `nil` when all passed.
  var failure: (code: RejectionCode, place: Int)?
  var isAnchored: Bool
  var evidence: [Evidence]
}

/// One evaluation of one symbol: the setup, and both sides that it was chosen from (none while data is incomplete).
public struct Evaluation: Sendable {
  public var setup: Setup
  public var sides: [Side]
}

/// Turns what is known of a symbol into a setup. Holds no memory of its own: the same state gives the same setup.
public struct Evaluator: Sendable {
  public let profile: Profile
  public let runID: String?
  /// Rationales on every factor and gate, not only on accepted setups.
  public let explains: Bool
  private let weights: [Double]

  /// A shortfall of the score, in points, that calls a setup developing rather than low.
  static let developing = 10.0

  public init(profile: Profile, runID: String? = nil, explains: Bool = false) {
    self.profile = profile
    self.runID = runID
    self.explains = explains
    weights = Factor.all.map { profile.score.weights[$0.name] ?? 0 }
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
    let sides = sides(state, in: market, at: now, price: price, first: first, explains: explains)
    let choice = Choice(long: sides[0].totalScore, short: sides[1].totalScore, margin: profile.score.tieMargin)
    guard case .side(let direction) = choice else {
      guard case .flat(let reason) = choice else {
        return Evaluation(setup: flat(state, at: now, price: price, gates: [first], .noDirection), sides: sides)
      }
      let lead = abs(sides[0].totalScore - sides[1].totalScore)
      let setup = flat(state, at: now, price: price, gates: [first], .noDirection, lead, profile.score.tieMargin, reason)
      return Evaluation(setup: setup, sides: sides)
    }
    let side = direction == .bull ? sides[0] : sides[1]
    let other = direction == .bull ? sides[1] : sides[0]
    if side.failure == nil && !explains {
      // Only an accepted setup is worth its sentences: score it once more with them.
      let told = self.sides(state, in: market, at: now, price: price, first: first, explains: true)[direction == .bull ? 0 : 1]
      return Evaluation(setup: setup(state, told, other, at: now, price: price, in: market), sides: sides)
    }
    return Evaluation(setup: setup(state, side, other, at: now, price: price, in: market), sides: sides)
  }

  /// A symbol of the run that had no candle at its end.
  public func stale(_ name: String, on exchange: String, at now: Timestamp) -> Setup {
    Setup(
      id: "\(exchange):\(name):\(profile.name):FLAT:\(now.compactText)", asOf: now, exchange: exchange, symbol: name, profile: profile.name,
      runID: runID, price: 0, direction: nil, state: .flat,
      rejected: Rejection(stage: "score", code: .staleData, detail: "no candle of this symbol came"))
  }

  private func sides(
    _ state: SymbolState, in market: MarketState, at now: Timestamp, price: Double, first: GateResult, explains: Bool
  ) -> [Side] {
    let reference = market.reference(for: state)
    let (regime, referenceRegime) = (state.regime, reference?.regime)
    let zones = zones(state)
    return Direction.allCases.map { direction in
      let candidate = Candidate(
        direction, state, profile, zones: zones, price: price, now: now, reference: reference, regime: regime,
        referenceRegime: referenceRegime, weights: weights, explains: explains)
      return side(candidate, first: first)
    }
  }

  private func side(_ candidate: Candidate, first: GateResult) -> Side {
    let score = Score(candidate)
    var gates = [first]
    gates.reserveCapacity(Gate.all.count + 2)
    var failure: (code: RejectionCode, place: Int)?
    func note(_ verdict: Verdict, _ name: String) {
      if let code = verdict.code, failure == nil { failure = (code, gates.count) }
      gates.append(verdict.result(name))
    }
    for gate in Gate.all { note(gate.ask(candidate), gate.name) }
    let minimum = profile.score.minimumScore
    note(
      score.total < minimum
        ? .failed(score.total >= minimum - Self.developing ? .notReady : .lowScore, score.total, of: minimum, Self.missing(score))
        : .passed(score.total, of: minimum), Gate.minimumScore)
    let evidence = failure == nil ? EvidencePick(candidate).evidence : EvidencePick.zone(candidate)
    return Side(
      direction: candidate.direction, totalScore: score.total, factors: score.factors, adjustments: score.adjustments, synergy: score.synergy,
      conflict: score.conflict, gates: gates, htf: candidate.htf, zone: (candidate.anchor?.zone ?? candidate.watched?.zone)?.id,
      failure: failure, isAnchored: candidate.anchor != nil, evidence: evidence)
  }

  /// The three factors that cost most points: `missing liquidity 14, structure 9.2, volume 8`.
  private static func missing(_ score: Score) -> String {
    let lost = score.factors.map { (name: $0.name, points: 100 * $0.weight - $0.contribution) }.filter { $0.points >= 0.5 }
    return "missing "
      + lost.sorted { ($0.points, $1.name) > ($1.points, $0.name) }.prefix(3).map { "\($0.name) \(text($0.points))" }.joined(separator: ", ")
  }

  /// Blocks and gaps of every timeframe whose zones are read, longest first.
  private func zones(_ state: SymbolState) -> [Zone] {
    var zones: [Zone] = []
    zones.reserveCapacity(32)
    let rules = profile.score
    func read(_ timeframe: Timeframe) {
      guard let view = state[timeframe], view.isEnriched else { return }
      for block in view.structure.orderBlocks { zones.append(Zone(block, on: timeframe, rules)) }
      for gap in view.structure.gaps { zones.append(Zone(gap, on: timeframe, rules)) }
    }
    let roles = state.roles
    for timeframe in roles.context where !roles.structure.contains(timeframe) { read(timeframe) }
    for timeframe in roles.structure { read(timeframe) }
    if !roles.structure.contains(roles.planning), !roles.context.contains(roles.planning) { read(roles.planning) }
    return zones
  }

  private func setup(_ state: SymbolState, _ side: Side, _ other: Side, at now: Timestamp, price: Double, in market: MarketState) -> Setup {
    let own = state.regime
    let regime = Regime(symbol: own, reference: market.reference(for: state)?.regime ?? own, breadth: market.breadth)
    var setup = base(state, at: now, price: price)
    setup.id = "\(state.exchange):\(state.name):\(profile.name):\(side.direction.trade):\(side.zone?.text ?? now.compactText)"
    setup.direction = side.direction
    setup.gates = side.gates
    setup.anchor = side.zone
    setup.evidence = side.evidence
    setup.confluence = ConfluenceBreakdown(
      totalScore: side.totalScore, factors: side.factors, synergyBonus: side.synergy, conflictPenalty: side.conflict,
      adjustments: side.adjustments, regime: regime.rawValue, regimeDetail: own.label, htfAligned: side.htf,
      btcImpulseGate: side.gates.first { $0.name == Gate.btcImpulse.name }?.outcome ?? .skipped, oppositeDirection: other.direction,
      oppositeScore: other.totalScore)
    guard let failure = side.failure else {
      setup.state = .ready
      setup.timeframes = summaries(state, all: true)
      return setup
    }
    let gate = side.gates[failure.place]
    setup.state = side.isAnchored && failure.place == side.gates.count - 1 ? .developing : .watching
    setup.rejected = Rejection(stage: "score", code: failure.code, value: gate.value, threshold: gate.threshold, detail: gate.detail)
    setup.timeframes = summaries(state, all: explains)
    return setup
  }

  private func flat(
    _ state: SymbolState, at now: Timestamp, price: Double, gates: [GateResult], _ code: RejectionCode, _ value: Double? = nil,
    _ threshold: Double? = nil, _ detail: String? = nil
  ) -> Setup {
    var setup = base(state, at: now, price: price)
    setup.id = "\(state.exchange):\(state.name):\(profile.name):FLAT:\(now.compactText)"
    setup.gates = gates
    setup.rejected = Rejection(stage: "score", code: code, value: value, threshold: threshold, detail: detail)
    setup.timeframes = summaries(state, all: explains)
    return setup
  }

  private func base(_ state: SymbolState, at now: Timestamp, price: Double) -> Setup {
    Setup(
      id: "", asOf: now, exchange: state.exchange, symbol: state.name, profile: profile.name, runID: runID, price: price,
      triggerFallback: state.roles.isFallback ? state.roles.trigger : nil, direction: nil, state: .flat)
  }

  /// All timeframes read, longest first; of a refused setup only planning and trigger.
  private func summaries(_ state: SymbolState, all: Bool) -> [TimeframeSummary] {
    let roles = state.roles
    var wanted = [roles.planning] + (roles.trigger.map { [$0] } ?? [])
    if all { wanted += roles.context + roles.structure + roles.optional }
    return Timeframe.allCases.reversed().compactMap { timeframe in
      guard wanted.contains(timeframe), let view = state[timeframe], view.bars > 0 else { return nil }
      let values = view.indicators
      return TimeframeSummary(
        timeframe: timeframe, closeTime: view.closeTime, close: view.candle.close, atr: values.atr, rsi: values.rsi, adx: values.adx,
        trend: view.isEnriched ? view.structure.trend : nil, range: all ? view.structure.range : nil)
    }
  }
}
