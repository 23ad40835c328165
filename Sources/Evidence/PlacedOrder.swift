import Market
import Planning
import Risk

/// The order of one trade, ready to be placed again elsewhere: the same symbol, side and terms, its prices as distances from the price of the
/// evaluation in ATR.
public struct PlacedOrder: Sendable {
  public let market: Int
  /// The evaluation at which it was placed.
  let evaluation: Int
  let regime: Int
  private let isFallback: Bool
  private let original: Order
  private let price: Double
  private let atr: Double
  private let validFor: Int64
  private let asOf: Timestamp

  /// `nil` where the evaluation, or its ATR, is not known.
  public init?(_ order: Order, asOf: Timestamp, market: Int, in history: MarketHistory, planning: Timeframe) {
    guard let place = history.evaluation(at: asOf) else { return nil }
    let evaluation = history.evaluations[place]
    isFallback = order.plan.metadata.planningTimeframe != planning
    let atr = isFallback ? evaluation.atr.fallback : evaluation.atr.planning
    guard atr > 0, evaluation.price > 0 else { return nil }
    self.market = market
    self.evaluation = place
    self.atr = atr
    self.asOf = asOf
    regime = evaluation.regime
    original = order
    price = evaluation.price
    validFor = order.plan.validUntil - asOf
  }

  /// Lives the order through the candles that follow the trigger close where it was placed.
  func replay(_ rules: OrderReplay, _ history: borrowing MarketHistory) -> OrderReplay.Ending {
    var order = original
    return rules.run(&order, on: history.candles, from: history.candles.index(openingFrom: asOf))
  }

  /// An order of its own, for `replay(moved:)`.
  func copy() -> Order { original }

  /// The same at another evaluation, in `order`'s place; `nil` where that cannot be: no ATR, or a price at or below zero.
  func replay(at place: Int, _ rules: OrderReplay, _ history: borrowing MarketHistory, moving order: inout Order) -> OrderReplay.Ending? {
    let there = history.evaluations[place]
    let scale = (isFallback ? there.atr.fallback : there.atr.planning) / atr
    guard scale > 0, there.price > 0 else { return nil }
    let (from, to) = (price, there.price)
    func moved(_ level: Double) -> Double { to + (level - from) * scale }
    let plan = original.plan
    order.request.asOf = there.asOf
    order.request.plan.entryZone.near = moved(plan.entryZone.near)
    order.request.plan.entryZone.far = moved(plan.entryZone.far)
    order.request.plan.stopLoss.level = moved(plan.stopLoss.level)
    for i in plan.targets.indices { order.request.plan.targets[i].level = moved(plan.targets[i].level) }
    order.request.plan.invalidateIf.closeBeyond = moved(plan.invalidateIf.closeBeyond)
    order.request.plan.invalidateIf.tradeBeforeEntry = moved(plan.invalidateIf.tradeBeforeEntry)
    order.request.plan.validUntil = there.asOf + validFor
    order.request.plan.metadata.atr = plan.metadata.atr * scale
    guard order.plan.stopLoss.level > 0, order.plan.targets.allSatisfy({ $0.level > 0 }) else { return nil }
    return rules.run(&order, on: history.candles, from: history.candles.index(openingFrom: there.asOf))
  }
}
