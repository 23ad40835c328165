import Market
import Structure

// The setup record (docs/stream.md) as plain values: what ss-score writes and every later stage reads.

/// What a setup says it is.
public enum SetupState: UInt8, CaseIterable, Hashable, Sendable {
  case ready, developing, watching, flat
  public var label: StaticString {
    switch self {
    case .ready: "ready"
    case .developing: "developing"
    case .watching: "watching"
    case .flat: "flat"
    }
  }
}

/// One zone, break, pool or sweep that a factor cites or a plan may use, with its timeframe (in its id).
public enum Evidence: Hashable, Sendable {
  case orderBlock(OrderBlock)
  case gap(FairValueGap)
  case structuralBreak(StructuralBreak)
  case pool(LiquidityPool)
  case sweep(LiquiditySweep)
  /// A swing point as a level; timeframe and side in the id.
  case pivot(FactID, Pivot)

  public var id: FactID {
    switch self {
    case .orderBlock(let fact): fact.id
    case .gap(let fact): fact.id
    case .structuralBreak(let fact): fact.id
    case .pool(let fact): fact.id
    case .sweep(let fact): fact.id
    case .pivot(let id, _): id
    }
  }
}

/// What a setup keeps of one timeframe.
public struct TimeframeSummary: Hashable, Sendable {
  public var timeframe: Timeframe
  public var closeTime: Timestamp
  public var close: Double
  public var atr: Double?
  public var rsi: Double?
  public var adx: Double?
  public var trend: StructureSnapshot.ByScope<Trend>?
  public var range: DealingRange?

  public init(
    timeframe: Timeframe, closeTime: Timestamp, close: Double, atr: Double? = nil, rsi: Double? = nil, adx: Double? = nil,
    trend: StructureSnapshot.ByScope<Trend>? = nil, range: DealingRange? = nil
  ) {
    self.timeframe = timeframe
    self.closeTime = closeTime
    self.close = close
    self.atr = atr
    self.rsi = rsi
    self.adx = adx
    self.trend = trend
    self.range = range
  }
}

/// One part of the score.
public struct FactorResult: Hashable, Sendable {
  public var name: String
  /// 0…1; 0 when there is no data, which `hasData` tells apart from a true zero.
  public var score: Double
  public var weight: Double
  public var hasData: Bool
  /// One sentence with the numbers in it.
  public var rationale: String
  /// Points of the total: 100 · score · weight.
  public var contribution: Double { Self.contribution(score, weight) }

  public init(name: String, score: Double, weight: Double, hasData: Bool, rationale: String) {
    self.name = name
    self.score = score
    self.weight = weight
    self.hasData = hasData
    self.rationale = rationale
  }

  static func contribution(_ score: Double, _ weight: Double) -> Double { 100 * score * weight }
}

/// One condition asked before the score counts.
public struct GateResult: Hashable, Sendable {
  public enum Outcome: UInt8, CaseIterable, Sendable {
    case passed, failed, skipped
    public var label: StaticString {
      switch self {
      case .passed: "passed"
      case .failed: "failed"
      case .skipped: "skipped"
      }
    }
  }
  public var name: String
  public var outcome: Outcome
  public var value: Double?
  public var threshold: Double?
  public var detail: String?

  public init(name: String, outcome: Outcome, value: Double? = nil, threshold: Double? = nil, detail: String? = nil) {
    self.name = name
    self.outcome = outcome
    self.value = value
    self.threshold = threshold
    self.detail = detail
  }
}

public struct ConfluenceBreakdown: Hashable, Sendable {
  /// 0…100.
  public var totalScore: Double
  public var factors: [FactorResult]
  public var synergyBonus: Double
  public var conflictPenalty: Double
  /// `trend | range | risk_on | risk_off`.
  public var regime: String
  /// Trend by volatility: `strong_up_elevated`, `sideways_normal`.
  public var regimeDetail: String
  /// What synergy and conflict are made of, before their bounds.
  public var adjustments: [Adjustment]
  public var htfAligned: Alignment
  /// What that gate answered; absent where a brief record was read, of which the gates say whether it failed.
  public var btcImpulseGate: GateResult.Outcome?
  public var oppositeDirection: Direction
  public var oppositeScore: Double

  public init(
    totalScore: Double, factors: [FactorResult], synergyBonus: Double, conflictPenalty: Double, adjustments: [Adjustment] = [],
    regime: String, regimeDetail: String = "", htfAligned: Alignment, btcImpulseGate: GateResult.Outcome?, oppositeDirection: Direction,
    oppositeScore: Double
  ) {
    self.totalScore = totalScore
    self.factors = factors
    self.synergyBonus = synergyBonus
    self.conflictPenalty = conflictPenalty
    self.adjustments = adjustments
    self.regime = regime
    self.regimeDetail = regimeDetail
    self.htfAligned = htfAligned
    self.btcImpulseGate = btcImpulseGate
    self.oppositeDirection = oppositeDirection
    self.oppositeScore = oppositeScore
  }
}

/// Why a setup goes no further. It keeps flowing, so that nothing is lost in silence.
public struct Rejection: Hashable, Sendable {
  /// `score | plan | risk`, or another's.
  public var stage: String
  public var code: RejectionCode
  public var value: Double?
  public var threshold: Double?
  public var detail: String?

  public init(stage: String, code: RejectionCode, value: Double? = nil, threshold: Double? = nil, detail: String? = nil) {
    self.stage = stage
    self.code = code
    self.value = value
    self.threshold = threshold
    self.detail = detail
  }
}

/// One evaluation of one symbol at one close.
public struct Setup: Hashable, Sendable {
  public var id: String
  public var asOf: Timestamp
  public var exchange: String
  public var symbol: String
  public var profile: String
  public var runID: String?
  public var price: Double
  /// The longer timeframe that stood in for the profile's trigger, which the stream does not carry.
  public var triggerFallback: Timeframe?
  /// `nil` is FLAT.
  public var direction: Direction?
  public var state: SetupState
  public var timeframes: [TimeframeSummary]
  public var evidence: [Evidence]
  /// The zone the idea stands on; among `evidence`.
  public var anchor: FactID?
  public var confluence: ConfluenceBreakdown?
  /// All that were asked; of a refused setup, unless words were wanted, those that failed.
  public var gates: [GateResult]
  /// What the model said, where one was asked.
  public var model: ModelOpinion?
  public var rejected: Rejection?

  public init(
    id: String, asOf: Timestamp, exchange: String, symbol: String, profile: String, runID: String? = nil, price: Double,
    triggerFallback: Timeframe? = nil, direction: Direction?, state: SetupState, timeframes: [TimeframeSummary] = [], evidence: [Evidence] = [],
    anchor: FactID? = nil,
    confluence: ConfluenceBreakdown? = nil, gates: [GateResult] = [], rejected: Rejection? = nil
  ) {
    self.id = id
    self.asOf = asOf
    self.exchange = exchange
    self.symbol = symbol
    self.profile = profile
    self.runID = runID
    self.price = price
    self.triggerFallback = triggerFallback
    self.direction = direction
    self.state = state
    self.timeframes = timeframes
    self.evidence = evidence
    self.anchor = anchor
    self.confluence = confluence
    self.gates = gates
    self.rejected = rejected
  }
}
