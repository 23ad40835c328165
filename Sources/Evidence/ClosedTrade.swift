import Market
import Risk

/// A position from its fill to its last exit: the rows of a `trade` stream that belong together, added up.
public struct ClosedTrade: Hashable, Sendable {
  public var planID: String
  public var symbol: String
  public var direction: Direction
  public var openedAt: Timestamp
  public var closedAt: Timestamp
  /// Money, in the quote asset. Fees include funding.
  public var pnlGross: Double
  public var fee: Double
  public var pnlNet: Double { pnlGross - fee }
  /// Traded value of all rows: what a fee per side is paid on.
  public var turnover: Double
  /// Net result over the money put at risk.
  public var r: Double
  /// Furthest against and for the position, in R, both at least 0.
  public var maeR: Double?
  public var mfeR: Double?
  public var isAmbiguous: Bool
  /// What R would have been, had the target of an ambiguous bar counted.
  public var rIfTarget: Double?
  /// How the last of it ended.
  public var exit: Trade.Event
  public var labels: TradeLabels?
  /// Price of the fill.
  public var entry: Double

  public init(
    planID: String, symbol: String, direction: Direction, openedAt: Timestamp, closedAt: Timestamp, pnlGross: Double, fee: Double,
    turnover: Double, r: Double, maeR: Double? = nil, mfeR: Double? = nil, isAmbiguous: Bool = false, rIfTarget: Double? = nil,
    exit: Trade.Event = .target, labels: TradeLabels? = nil, entry: Double = 0
  ) {
    self.planID = planID
    self.symbol = symbol
    self.direction = direction
    self.openedAt = openedAt
    self.closedAt = closedAt
    self.pnlGross = pnlGross
    self.fee = fee
    self.turnover = turnover
    self.r = r
    self.maeR = maeR
    self.mfeR = mfeR
    self.isAmbiguous = isAmbiguous
    self.rIfTarget = rIfTarget
    self.exit = exit
    self.labels = labels
    self.entry = entry
  }

  public var holding: Int64 { closedAt - openedAt }
}
