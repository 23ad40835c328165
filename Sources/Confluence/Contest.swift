import Market
import Profiles

/// What an adviser (a plug-in or a model) says of one direction, beside the built-in factors and gates.
public enum Opinion: Hashable, Sendable {
  /// A further factor. Its weight scales the built-in ones by what is left of 1.
  case factor(FactorResult)
  /// A further gate, asked before `minimum_score`.
  case gate(GateResult)
  /// A factor called `model`, and what the setup says of it.
  case model(ModelOpinion, weight: Double)
}

/// What a setup says of the model that was asked.
public struct ModelOpinion: Hashable, Sendable {
  public var name: String
  public var version: String
  /// 0…1, of the direction of the setup.
  public var probability: Double

  public init(name: String, version: String, probability: Double) {
    self.name = name
    self.version = version
    self.probability = probability
  }
}

/// Both directions of an evaluation before one is chosen, as values: opinions may be added once the market has moved on.
/// Without opinions its decision is `Evaluator.evaluate`'s.
public struct Contest: Sendable {
  /// One direction: what the built-in factors and gates make of it.
  public struct Contender: Sendable {
    /// The setup that it would be if it were taken.
    public fileprivate(set) var setup: Setup
    /// In the order of `Feature.all`; `nan` where absent.
    public let features: [Double]
    fileprivate var side: Side
    /// The same with sentences, where no built-in gate but the minimum score refuses it.
    fileprivate var explained: Side?
    fileprivate var model: ModelOpinion?
  }

  /// LONG first.
  public fileprivate(set) var contenders: [Contender]
  fileprivate let rules: ScoreRules
  fileprivate let explains: Bool
  /// FLAT, until its reason is known.
  fileprivate let flat: Setup

  // MARK: Opinions

  /// What advisers say of one contender. To be added once, with all that is said.
  public mutating func add(_ opinions: [Opinion], to place: Int) {
    guard !opinions.isEmpty else { return }
    contenders[place].side.add(opinions, minimumScore: rules.minimumScore)
    contenders[place].explained?.add(opinions, minimumScore: rules.minimumScore)
    for case .model(let opinion, _) in opinions { contenders[place].model = opinion }
  }

  /// The choice between the two as they now stand.
  public func decided() -> Evaluation {
    let sides = contenders.map(\.side)
    switch Choice(long: sides[0].totalScore, short: sides[1].totalScore, margin: rules.tieMargin) {
    case .flat(let reason):
      var setup = flat
      let lead = abs(sides[0].totalScore - sides[1].totalScore)
      setup.rejected = Rejection(stage: "score", code: .noDirection, value: lead, threshold: rules.tieMargin, detail: reason)
      return Evaluation(setup: setup, sides: sides)
    case .side(let direction):
      let place = direction == .bull ? 0 : 1
      return Evaluation(setup: taken(contenders[place], over: sides[1 - place]), sides: sides, features: contenders[place].features)
    }
  }

  private func taken(_ contender: Contender, over opposite: Side) -> Setup {
    var setup = contender.setup
    setup.model = contender.model
    var side = contender.side
    if side.failure == nil, let explained = contender.explained { side = explained }
    setup.gates = side.gates
    setup.confluence?.totalScore = side.totalScore
    setup.confluence?.factors = side.factors
    setup.confluence?.oppositeScore = opposite.totalScore
    setup.state = side.state
    guard let failure = side.failure else {
      setup.rejected = nil
      return setup
    }
    let detail =
      switch failure.kind {
      // It is the setup's own; its words were worked out with it.
      case .builtIn: setup.rejected?.detail
      case .adviser: side.gates[failure.place].detail
      case .minimumScore: side.gates[failure.place].detail ?? GateAnswers.missing(of: side.factors)
      }
    setup.rejected = side.answers.rejection(detail)
    if !explains {
      setup.gates.removeAll { $0.outcome != .failed }
      setup.evidence = []
      setup.timeframes = []
    }
    return setup
  }
}

extension Evaluator {
  /// Both directions of the evaluation at `now`, to be chosen between later; `nil` while data is incomplete, where `evaluate` has the answer.
  /// - Parameter carriesAll: also a contender that a gate refuses has its timeframes and its evidence, for advisers to read.
  public func contest(_ state: SymbolState, in market: MarketState, at now: Timestamp, carriesAll: Bool) -> Contest? {
    let complete = DataComplete.ask(state, profile.score, now: now)
    guard complete.code == nil, let trigger = state.roles.trigger, let price = state[trigger]?.candle.close else { return nil }
    let first = complete.result(DataComplete.name)
    let candidates = candidates(state, in: market, at: now, price: price)
    let sides = candidates.map { Side($0, first: first) }
    let contenders = candidates.indices.map { place in
      let (candidate, side, opposite) = (candidates[place], sides[place], sides[1 - place])
      let isOpen = side.failure?.isScore ?? true
      // What a low score lacks depends on the opinions to come.
      var setup = setup(candidate, side, opposite, breadth: market.breadth, says: !isOpen)
      if (carriesAll || isOpen), setup.timeframes.isEmpty {
        setup.evidence = EvidencePick(candidate).evidence
        setup.timeframes = summaries(state)
      }
      let features = Feature.vector(Feature.Source(candidate: candidate, side: side, opposite: opposite, breadth: market.breadth))
      candidate.explains = true
      return Contest.Contender(
        setup: setup, features: features, side: side, explained: isOpen && !explains ? Side(candidate, first: first) : nil)
    }
    return Contest(
      contenders: contenders, rules: profile.score, explains: explains,
      flat: flat(state, at: now, price: price, gates: [first], .noDirection))
  }
}
