import Market
import Planning

/// One event in the life of an order or a position (docs/stream.md, `trade`). On every row `pnlNet` = `pnlGross` − `fee`, and the rows of a
/// position add up to what it did to the account.
public struct Trade: Hashable, Sendable {
  public enum Event: UInt8, CaseIterable, Hashable, Sendable {
    /// The order was filled.
    case opened
    /// A part, or the last of it, was closed at a target.
    case target
    /// The rest was closed at the stop, also at one that had followed price.
    case stop
    /// The rest was closed at a stop that had moved to breakeven.
    case breakeven
    /// The order ended without a fill; `reason` says why.
    case expired
    /// The rest was closed at the market, because it was held for as long as the plan allows.
    case closed
    public var label: StaticString {
      switch self {
      case .opened: "opened"
      case .target: "target"
      case .stop: "stop"
      case .breakeven: "breakeven"
      case .expired: "expired"
      case .closed: "closed"
      }
    }
  }

  /// Why an order ended without a fill.
  public enum Ending: String, CaseIterable, Hashable, Sendable {
    case validUntil = "valid_until"
    case invalidated
    case firstTarget = "first_target_traded"
    case floor = "reward_risk_floor"
    case gappedThroughStop = "gapped_through_stop"
    case limits
    case superseded
  }

  /// Stable: the plan's id, and what happened.
  public var id: String
  public var planID: String
  public var setupID: String
  public var exchange: String
  public var symbol: String
  public var direction: Direction
  public var event: Event
  /// The close of the candle in which it happened.
  public var time: Timestamp
  public var price: Double
  /// In the base asset.
  public var quantity: Double
  /// Venue fees, and the funding or interest paid since the row before; negative when more was received.
  public var fee: Double
  /// Of `fee`.
  public var funding: Double
  public var pnlGross: Double
  public var pnlNet: Double { pnlGross - fee }
  /// `pnlNet` over the money that the whole position put at risk.
  public var rMultiple: Double?
  /// Furthest against and for the position so far, over the same; both at least 0.
  public var maeR: Double?
  public var mfeR: Double?
  /// The bar held stop and target; the stop counted.
  public var isAmbiguous: Bool
  /// What `rMultiple` would have been at the target of an ambiguous bar.
  public var rIfTarget: Double?
  public var reason: Ending?
  /// On `opened` only, frozen.
  public var labels: TradeLabels?

  public init(
    id: String, planID: String, setupID: String, exchange: String, symbol: String, direction: Direction, event: Event, time: Timestamp,
    price: Double, quantity: Double, fee: Double = 0, funding: Double = 0, pnlGross: Double = 0, rMultiple: Double? = nil,
    maeR: Double? = nil, mfeR: Double? = nil, isAmbiguous: Bool = false, rIfTarget: Double? = nil, reason: Ending? = nil,
    labels: TradeLabels? = nil
  ) {
    self.id = id
    self.planID = planID
    self.setupID = setupID
    self.exchange = exchange
    self.symbol = symbol
    self.direction = direction
    self.event = event
    self.time = time
    self.price = price
    self.quantity = quantity
    self.fee = fee
    self.funding = funding
    self.pnlGross = pnlGross
    self.rMultiple = rMultiple
    self.maeR = maeR
    self.mfeR = mfeR
    self.isAmbiguous = isAmbiguous
    self.rIfTarget = rIfTarget
    self.reason = reason
    self.labels = labels
  }
}

/// What was known when the order was placed: what statistics group by.
public struct TradeLabels: Hashable, Sendable {
  public var regime: String
  /// Of the fill.
  public var session: String
  public var confidenceScore: Double
  public var setupType: TradePlan.SetupType
  public var profile: String
  public var profileHash: String
  /// Name and score of each factor that had data.
  public var factors: [Factor]
  /// What was taken for granted: `funding`, `instrument`, `maintenance_margin`, `linear`.
  public var assumed: [String]

  public struct Factor: Hashable, Sendable {
    public var name: String
    public var score: Double
    public init(name: String, score: Double) {
      self.name = name
      self.score = score
    }
  }

  public init(
    regime: String, session: String = "", confidenceScore: Double, setupType: TradePlan.SetupType, profile: String, profileHash: String,
    factors: [Factor], assumed: [String] = []
  ) {
    self.regime = regime
    self.session = session
    self.confidenceScore = confidenceScore
    self.setupType = setupType
    self.profile = profile
    self.profileHash = profileHash
    self.factors = factors
    self.assumed = assumed
  }
}
