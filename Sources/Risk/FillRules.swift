import Market
import Planning

/// What is assumed of the order of prices inside a candle.
public enum FillOrder: String, CaseIterable, Hashable, Sendable {
  /// The stop before the target; on the bar of the fill only the stop.
  case pessimistic
  /// The target before the stop; on the bar of the fill only the target.
  case optimistic
}

/// What one candle does to an order or to a position. Limits fill when price trades strictly through them, stops at a touch; a moved stop
/// acts from the next candle.
struct FillRules {
  let order: FillOrder
  let breakevenAfter: Int
  let trailAfter: Int
  let trailDistance: Double

  enum OrderResult: Equatable {
    case waits
    case ends(Trade.Ending)
    case filled(price: Double)
  }

  /// - Parameter mayFill: whether the account's limits still allow it; asked only when the candle would fill the order, and answered from
  ///   what was known before the candle.
  func apply(_ candle: Candle, to waiting: inout Order, mayFill: () -> Bool) -> OrderResult {
    let plan = waiting.plan
    let sign = waiting.direction.sign
    let near = plan.entryZone.near
    if candle.openTime >= plan.validUntil { return .ends(.validUntil) }
    if let close = waiting.lastClose, sign * (plan.invalidateIf.closeBeyond - close) > 0 { return .ends(.invalidated) }
    if sign * (plan.stopLoss.level - candle.open) >= 0 { return .ends(.gappedThroughStop) }
    let worst = sign > 0 ? candle.low : candle.high
    if sign * (near - worst) > 0 {
      if rewardRisk(plan, waiting.costs) < plan.minFillRiskReward { return .ends(.floor) }
      guard mayFill() else { return .ends(.limits) }
      return .filled(price: sign * (near - candle.open) > 0 ? candle.open : near)
    }
    let best = sign > 0 ? candle.high : candle.low
    if sign * (best - plan.invalidateIf.tradeBeforeEntry) >= 0 { return .ends(.firstTarget) }
    waiting.lastClose = candle.close
    return .waits
  }

  /// Of the whole plan at its limit, with the costs of today: fees may have changed since it was made.
  private func rewardRisk(_ plan: TradePlan, _ costs: TradeCosts) -> Double {
    let sign = plan.direction.sign
    let near = plan.entryZone.near
    let cost = costs.roundTrip(entry: near, stop: plan.stopLoss.level)
    let reward = plan.targets.reduce(0) { $0 + $1.percentage / 100 * (sign * ($1.level - near) - cost) }
    // What the plan promises is rounded down to four decimals.
    return reward / (sign * (near - plan.stopLoss.level) + cost) + 1e-4
  }

  /// A part of a position, closed.
  struct Exit: Equatable {
    var event: Trade.Event
    /// 1 for the first target.
    var target: Int?
    var price: Double
    var quantity: Double
    var isTaker: Bool
    var isAmbiguous = false
    /// Where an ambiguous bar would have closed the same quantity.
    var targetPrice: Double?
  }

  /// Returns what the candle closes, in order, and moves the position on.
  func apply(_ candle: Candle, to position: inout Position, isFillBar: Bool) -> [Exit] {
    let order = position.order
    let sign = order.direction.sign
    let costs = order.costs
    let worst = sign > 0 ? candle.low : candle.high
    let best = sign > 0 ? candle.high : candle.low
    if !isFillBar, candle.openTime - position.filledAt >= Timestamp.span(hours: order.plan.metadata.holdHours) {
      let price = candle.open * (1 - sign * costs.slippage)
      return [close(&position, .closed, at: price)]
    }
    let isStopped = sign * (position.stop - worst) >= 0 && !(isFillBar && self.order == .optimistic)
    let next = order.plan.targets[position.nextTarget].level
    let isThrough = sign * (best - next) > 0
    var exits: [Exit] = []
    if isThrough, isStopped ? self.order == .optimistic : !isFillBar || self.order == .optimistic {
      exits = takeTargets(&position, best: best)
    }
    if isStopped, position.quantity > 0 {
      // The fill bar opened on the right side of the stop.
      let trigger = sign * (position.stop - candle.open) >= 0 && !isFillBar ? candle.open : position.stop
      position.adverse = max(position.adverse, sign * (position.entry - trigger))
      var exit = close(&position, position.stopKind == .breakeven ? .breakeven : .stop, at: trigger * (1 - sign * costs.slippage))
      exit.isAmbiguous = isThrough
      exit.targetPrice = isThrough ? next : nil
      return exits + [exit]
    }
    position.adverse = max(position.adverse, sign * (position.entry - worst))
    if !isFillBar || self.order == .optimistic {
      position.favourable = max(position.favourable, sign * (best - position.entry))
      if sign * (best - position.best) > 0 { position.best = best }
    }
    moveStop(&position)
    position.mark = candle.close
    return exits
  }

  private func takeTargets(_ position: inout Position, best: Double) -> [Exit] {
    let order = position.order
    let targets = order.plan.targets
    var exits: [Exit] = []
    while position.quantity > 0, position.nextTarget < targets.count, position.direction.sign * (best - targets[position.nextTarget].level) > 0 {
      let target = targets[position.nextTarget]
      position.nextTarget += 1
      let isLast = position.nextTarget == targets.count
      let share = StepGrid(order.lotSize).down(order.quantity * target.percentage / 100)
      let quantity = isLast ? position.quantity : min(share, position.quantity)
      if quantity <= 0 { continue }
      position.quantity = isLast ? 0 : StepGrid(order.lotSize).down(position.quantity - quantity)
      position.favourable = max(position.favourable, position.direction.sign * (target.level - position.entry))
      exits.append(Exit(event: .target, target: position.nextTarget, price: target.level, quantity: quantity, isTaker: false))
    }
    return exits
  }

  private func close(_ position: inout Position, _ event: Trade.Event, at price: Double) -> Exit {
    defer { position.quantity = 0 }
    return Exit(event: event, target: nil, price: price, quantity: position.quantity, isTaker: true)
  }

  /// To where the rest loses nothing after costs, then behind the best price; never back.
  private func moveStop(_ position: inout Position) {
    guard position.quantity > 0 else { return }
    let sign = position.direction.sign
    let order = position.order
    let grid = StepGrid(order.tickSize)
    func move(to level: Double, _ kind: Position.StopKind) {
      let level = grid.round(level, toward: position.direction)
      if sign * (level - position.stop) > 0 {
        position.stop = level
        position.stopKind = kind
      }
    }
    if breakevenAfter > 0, position.nextTarget >= breakevenAfter, position.stopKind == .initial {
      let costs = order.costs
      let paid = position.entry * (1 + sign * costs.maker)
      move(to: paid / ((1 - sign * costs.slippage) * (1 - sign * costs.taker)), .breakeven)
    }
    if trailAfter > 0, position.nextTarget >= trailAfter {
      move(to: position.best - sign * trailDistance * order.plan.metadata.atr, .trailing)
    }
  }
}
