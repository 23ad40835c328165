import Market
import Planning

/// A large value behind one reference: a plan is looked at with every candle and hardly ever changed. Copied before it changes for one of many.
private final class Shared<Value: Hashable & Sendable>: Hashable, @unchecked Sendable {
  var value: Value

  init(_ value: Value) { self.value = value }

  static func == (a: Shared, b: Shared) -> Bool { a === b || a.value == b.value }
  func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// An approved plan: one limit order at the near entry, with its money reserved.
public struct Order: Hashable, Sendable {
  private var shared: Shared<RiskRequest>
  public var request: RiskRequest {
    get { shared.value }
    _modify {
      if !isKnownUniquelyReferenced(&shared) { shared = Shared(shared.value) }
      yield &shared.value
    }
  }
  /// Whole lots.
  public var quantity: Double
  /// Lost at the stop, costs included: the unit of R.
  public var riskAmount: Double
  public var leverage: Double
  public var costs: TradeCosts
  public var lotSize: Double
  public var tickSize: Double
  /// Whether the order pays funding, as a perpetual does.
  public var paysFunding: Bool
  /// The close before it, once there was one; a close beyond the plan's invalidation cancels the order.
  public var lastClose: Double?

  public init(
    request: RiskRequest, quantity: Double, riskAmount: Double, leverage: Double, costs: TradeCosts, lotSize: Double, tickSize: Double,
    paysFunding: Bool, lastClose: Double? = nil
  ) {
    shared = Shared(request)
    self.quantity = quantity
    self.riskAmount = riskAmount
    self.leverage = leverage
    self.costs = costs
    self.lotSize = lotSize
    self.tickSize = tickSize
    self.paysFunding = paysFunding
    self.lastClose = lastClose
  }

  public var plan: TradePlan { shared.value.plan }
  var direction: Direction { plan.direction }
  var notional: Double { quantity * plan.entryZone.near }
}

/// A filled order, until its last part is closed.
public struct Position: Hashable, Sendable {
  public enum StopKind: UInt8, CaseIterable, Hashable, Sendable {
    case initial, breakeven, trailing
    public var label: StaticString {
      switch self {
      case .initial: "initial"
      case .breakeven: "breakeven"
      case .trailing: "trailing"
      }
    }
  }

  public var order: Order
  public var entry: Double
  public var filledAt: Timestamp
  /// What is left, in whole lots.
  public var quantity: Double
  public var stop: Double
  public var stopKind = StopKind.initial
  /// Index of the next target.
  public var nextTarget = 0
  /// Best price since the fill bar, for the trailing stop.
  public var best: Double
  /// Furthest against and for the position, in price.
  public var adverse = 0.0
  public var favourable = 0.0
  /// Funding and interest paid since the last row.
  public var accrued = 0.0
  /// Net of all rows so far.
  public var realised: Double
  /// The last close.
  public var mark: Double

  public init(order: Order, entry: Double, filledAt: Timestamp, quantity: Double, stop: Double, best: Double, realised: Double, mark: Double) {
    self.order = order
    self.entry = entry
    self.filledAt = filledAt
    self.quantity = quantity
    self.stop = stop
    self.best = best
    self.realised = realised
    self.mark = mark
  }

  var direction: Direction { order.direction }
  var openProfit: Double { direction.sign * (mark - entry) * quantity }
  var notional: Double { quantity * entry }
  /// Lost from here if the stop is hit, costs included; 0 behind breakeven.
  var riskAtStop: Double {
    max(0, quantity * (direction.sign * (entry - stop) + stop * (order.costs.taker + order.costs.slippage)))
  }
}
