import Market

/// Where price is a trade, where it is proven wrong, and where it is paid (docs/stream.md, `plan`). Prices are in the quote asset and lie
/// on the instrument's tick; ratios are after costs. LONG: stop < far ≤ near < targets; SHORT mirrored.
public struct TradePlan: Hashable, Sendable {
  /// Ordered from the shortest holding to the longest.
  public enum SetupType: UInt8, CaseIterable, Hashable, Sendable {
    case scalp, intraday, swing
    public var label: StaticString {
      switch self {
      case .scalp: "scalp"
      case .intraday: "intraday"
      case .swing: "swing"
      }
    }
  }

  /// One limit order stands at `near`; `far` is the worst edge that the idea allows.
  public struct EntryZone: Hashable, Sendable {
    public var near: Double
    public var far: Double
    public var rationale: String
    /// The id of the fact it comes from.
    public var source: String
    public var middle: Double { (near + far) / 2 }

    public init(near: Double, far: Double, rationale: String, source: String) {
      self.near = near
      self.far = far
      self.rationale = rationale
      self.source = source
    }
  }

  public struct StopLoss: Hashable, Sendable {
    public var level: Double
    /// From the near entry, in ATR of the planning timeframe.
    public var distanceATR: Double
    public var rationale: String
    /// The id of the fact whose loss it marks.
    public var source: String

    public init(level: Double, distanceATR: Double, rationale: String, source: String) {
      self.level = level
      self.distanceATR = distanceATR
      self.rationale = rationale
      self.source = source
    }
  }

  public struct Target: Hashable, Sendable {
    /// `source` of a target that stands on no structure.
    public static let extensionSource = "extension"

    public var level: Double
    /// Percent of the position closed here; a plan's sum to 100.
    public var percentage: Double
    /// From the near entry, after costs.
    public var riskReward: Double
    public var rationale: String
    /// The id of the fact whose liquidity it is, or `extension`.
    public var source: String

    public init(level: Double, percentage: Double, riskReward: Double, rationale: String, source: String) {
      self.level = level
      self.percentage = percentage
      self.riskReward = riskReward
      self.rationale = rationale
      self.source = source
    }
  }

  /// What ends the plan before its entry, besides `validUntil` and the stop.
  public struct Invalidation: Hashable, Sendable {
    /// A close beyond it, on the stop's side.
    public var closeBeyond: Double
    /// A trade at it: the first target was reached without us.
    public var tradeBeforeEntry: Double

    public init(closeBeyond: Double, tradeBeforeEntry: Double) {
      self.closeBeyond = closeBeyond
      self.tradeBeforeEntry = tradeBeforeEntry
    }
  }

  /// What the plan was computed from.
  public struct Metadata: Hashable, Sendable {
    public var planningTimeframe: Timeframe
    /// Of the planning timeframe.
    public var atr: Double
    /// Until stop or target, for a price without drift: what the style follows from.
    public var expectedHours: Double
    /// How long a filled position may be held.
    public var holdHours: Double
    /// `order block`, `nested order block`, `fair value gap`, `breaker`, `range edge` …
    public var entryKind: String
    /// Of the worst round trip, per unit of the base asset, in the quote asset.
    public var costs: Double
    /// The same over the distance between near entry and stop, 0…1.
    public var costShare: Double
    /// Of the first target from the near entry, in ATR.
    public var firstTargetATR: Double
    /// `venue | file | inferred | assumed`: where tick and fees come from.
    public var instrument: String
    public var tickSize: Double
    /// Fractions of the notional.
    public var makerFee: Double
    public var takerFee: Double
    public var slippage: Double
    /// The plan on the same zone that this one replaces.
    public var supersedes: String?

    public init(
      planningTimeframe: Timeframe, atr: Double, expectedHours: Double, holdHours: Double, entryKind: String, costs: Double,
      costShare: Double, firstTargetATR: Double, instrument: String, tickSize: Double, makerFee: Double, takerFee: Double,
      slippage: Double, supersedes: String? = nil
    ) {
      self.planningTimeframe = planningTimeframe
      self.atr = atr
      self.expectedHours = expectedHours
      self.holdHours = holdHours
      self.entryKind = entryKind
      self.costs = costs
      self.costShare = costShare
      self.firstTargetATR = firstTargetATR
      self.instrument = instrument
      self.tickSize = tickSize
      self.makerFee = makerFee
      self.takerFee = takerFee
      self.slippage = slippage
      self.supersedes = supersedes
    }
  }

  public var planID: String
  public var direction: Direction
  public var setupType: SetupType
  public var entryZone: EntryZone
  public var stopLoss: StopLoss
  /// Nearest first; never empty.
  public var targets: [Target]
  /// Weighted over the targets, from the middle of the zone.
  public var riskReward: Double
  /// The same from the near entry: what the gate asks.
  public var riskRewardWorst: Double
  /// The setup's total score, 0…100.
  public var confidenceScore: Double
  /// An order not filled by then is cancelled.
  public var validUntil: Timestamp
  public var invalidateIf: Invalidation
  /// A fill that leaves less than this is not taken.
  public var minFillRiskReward: Double
  /// Paragraphs, separated by newlines.
  public var rationale: String
  public var metadata: Metadata

  public init(
    planID: String, direction: Direction, setupType: SetupType, entryZone: EntryZone, stopLoss: StopLoss, targets: [Target],
    riskReward: Double, riskRewardWorst: Double, confidenceScore: Double, validUntil: Timestamp, invalidateIf: Invalidation,
    minFillRiskReward: Double, rationale: String, metadata: Metadata
  ) {
    self.planID = planID
    self.direction = direction
    self.setupType = setupType
    self.entryZone = entryZone
    self.stopLoss = stopLoss
    self.targets = targets
    self.riskReward = riskReward
    self.riskRewardWorst = riskRewardWorst
    self.confidenceScore = confidenceScore
    self.validUntil = validUntil
    self.invalidateIf = invalidateIf
    self.minFillRiskReward = minFillRiskReward
    self.rationale = rationale
    self.metadata = metadata
  }
}
