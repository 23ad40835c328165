import Confluence
import Market
import Planning

extension Account {
  /// Decides on what asks at one instant. The best is served first; the answers come in the order of the requests.
  /// - Parameter trades: gets a row for each waiting order that a new plan replaces.
  public mutating func allot(_ requests: [RiskRequest], trades: inout [Trade]) -> [RiskOutcome] {
    var outcomes = [RiskOutcome?](repeating: nil, count: requests.count)
    for index in requests.indices.sorted(by: { RiskRequest.precedes(requests[$0], requests[$1]) }) {
      outcomes[index] = decide(requests[index], trades: &trades)
    }
    return outcomes.compactMap { $0 }
  }

  private mutating func decide(_ request: RiskRequest, trades: inout [Trade]) -> RiskOutcome {
    advance(to: request.asOf)
    if options.account != .paper { releaseExpired(at: request.asOf) }
    let book = self.book(request.exchange, request.symbol)
    if let order = books[book].order, order.plan.planID == request.plan.metadata.supersedes { end(book, .superseded, at: request.asOf, &trades) }
    switch examine(request, book) {
    case .failure(let denial): return .rejected(denial.denial.rejection(whyNot: options.whyNot))
    case .success(let order):
      willChange(book)
      books[book].order = order
      setActive(book)
      return .approved(decision(on: order, book))
    }
  }

  /// Without candles nobody knows whether an order was filled: its money comes back when the plan is no longer valid.
  private mutating func releaseExpired(at time: Timestamp) {
    for book in active where books[book].order.map({ $0.plan.validUntil <= time }) == true {
      books[book].order = nil
      setActive(book)
    }
  }

  struct Denied: Error { var denial: Denial }

  /// Every limit in turn; the first that says no decides.
  func examine(_ request: RiskRequest, _ book: Int) -> Result<Order, Denied> {
    let plan = request.plan
    let near = plan.entryZone.near
    let (instrument, isAssumed) = self.instrument(book, price: near)
    let isSpot = instrument.kind == .spot
    if let denial = stopped(equity) ?? occupied(book, request) { return .failure(Denied(denial: denial)) }
    if isSpot, plan.direction == .bear, options.marginRate == nil {
      return .failure(Denied(denial: Denial(code: .shortNotPossible, remedy: .marginOrPerpetual)))
    }
    let exposure = self.exposure()
    let sameSide = exposure.count(plan.direction)
    if sameSide >= rules.maximumSameSide {
      return .failure(
        Denied(
          denial: Denial(
            code: .sameSideLimit, value: Double(sameSide + 1), threshold: Double(rules.maximumSameSide),
            remedy: .onePositionLess(plan.direction))))
    }

    let costs = TradeCosts(instrument, slippage: slippage)
    let sizer = PositionSizer(entry: near, stop: plan.stopLoss.level, costs: costs, instrument: instrument)
    let budget = equity * rules.riskPerTrade * streakFactor
    let quantity = sizer.quantity(budget: budget)
    if quantity < sizer.smallest {
      let least = sizer.smallest * sizer.lossPerUnit
      return .failure(
        Denied(denial: Denial(code: .belowMinimumOrder, value: least, threshold: budget, remedy: .riskAtLeast(amount: least))))
    }
    let isBorrowed = !isSpot || plan.direction == .bear
    var leverage = 1.0
    if isBorrowed {
      let liquidation = self.liquidation(plan.direction, near, instrument)
      let most = min(rules.maximumLeverage, instrument.maxLeverage ?? .infinity)
      let distance = abs(near - plan.stopLoss.level)
      guard let safe = liquidation.leverage(stop: plan.stopLoss.level, share: rules.liquidationShare, most: most) else {
        let allowed = rules.liquidationShare * abs(near - liquidation.price(leverage: 1))
        return .failure(
          Denied(denial: Denial(code: .liquidation, value: distance, threshold: allowed, remedy: .stopWithin(allowed))))
      }
      leverage = safe
    }
    var labels = request.labels
    if isAssumed { labels.assumed.append("instrument") }
    if isBorrowed, instrument.maintenanceMarginRate == nil { labels.assumed.append("maintenance_margin") }
    if options.assumesLinear, books[book].kind == .spot { labels.assumed.append("linear") }
    var answered = request
    answered.labels = labels
    let order = Order(
      request: answered, quantity: quantity, riskAmount: quantity * sizer.lossPerUnit, leverage: leverage, costs: costs,
      lotSize: instrument.lotSize, tickSize: instrument.tickSize, paysFunding: !isSpot)
    if let denial = exceeded(by: order, book, exposure, equity, at: request.asOf) { return .failure(Denied(denial: denial)) }
    return .success(order)
  }

  private var streakFactor: Double {
    guard lossStreak > 0, !rules.lossStreak.isEmpty else { return 1 }
    return min(1, rules.lossStreak[min(lossStreak, rules.lossStreak.count) - 1])
  }

  func liquidation(_ direction: Direction, _ entry: Double, _ instrument: Instrument) -> Liquidation {
    Liquidation(
      direction: direction, entry: entry, maintenance: instrument.maintenanceMarginRate ?? Liquidation.assumedMaintenance,
      taker: instrument.takerFee)
  }

  /// What stops all trading.
  func stopped(_ equity: Double) -> Denial? {
    if isKilled { return Denial(code: .killSwitch, remedy: .removeKillSwitch) }
    let drawdown = losses.drawdown(equity)
    if drawdown >= rules.drawdownStop {
      return Denial(
        code: .drawdown, value: drawdown, threshold: rules.drawdownStop, remedy: .equityAtLeast(losses.peak * (1 - rules.drawdownStop)))
    }
    let week = losses.weekLoss(equity)
    if week >= rules.weekLoss {
      return Denial(code: .weekLoss, value: week, threshold: rules.weekLoss, remedy: .waitUntil(losses.nextMonday))
    }
    let day = losses.dayLoss(equity)
    if day >= rules.dayLoss { return Denial(code: .dayLoss, value: day, threshold: rules.dayLoss, remedy: .waitUntil(losses.nextDay)) }
    return nil
  }

  /// What stands on the symbol, or has just fallen there.
  private func occupied(_ book: Int, _ request: RiskRequest) -> Denial? {
    let symbol = books[book]
    if let direction = symbol.direction {
      let code: RejectionCode = direction == request.plan.direction ? .hasPosition : .conflict
      let standing = symbol.position?.order.plan.planID ?? symbol.order?.plan.planID
      return Denial(code: code, value: 1, threshold: 0, detail: standing, remedy: .closeFirst(symbol.symbol))
    }
    if let until = symbol.restsUntil, request.asOf < until {
      let hours = Double(until - request.asOf) / Double(Timestamp.hour)
      return Denial(code: .cooldown, value: hours, threshold: 0, detail: "until \(until.text)", remedy: .waitUntil(until))
    }
    return nil
  }

  /// The limits of size, for an order on top of what stands. Also asked before a fill, with the order taken out of `exposure`.
  func exceeded(by order: Order, _ book: Int, _ exposure: Exposure, _ equity: Double, at time: Timestamp) -> Denial? {
    guard equity > 0 else { return Denial(code: .drawdown, value: equity, threshold: 0) }
    func denial(_ code: RejectionCode, standing: Double, asked: Double, limit: Double) -> Denial? {
      let value = (standing + asked) / equity
      guard value > limit * (1 + 1e-12) else { return nil }
      let share = (limit * equity - standing) / asked
      return Denial(code: code, value: value, threshold: limit, remedy: .riskAtMost(rules.riskPerTrade * share))
    }
    let margin = order.notional / order.leverage
    if let denial = denial(.margin, standing: exposure.margin, asked: margin, limit: 1)
      ?? denial(.assetExposure, standing: exposure.asset(books[book].base), asked: order.notional, limit: rules.assetExposure)
      ?? denial(.totalExposure, standing: exposure.total, asked: order.notional, limit: rules.totalExposure)
      ?? denial(.openRisk, standing: exposure.risk, asked: order.riskAmount, limit: rules.openRisk)
    {
      return denial
    }
    let squared = exposure.squaredHeat { correlation($0, $1, before: time) }
    let shared = exposure.shared(order.direction) { correlation($0, book, before: time) }
    let risk = order.riskAmount
    let heat = (squared + 2 * risk * shared + risk * risk).squareRoot() / equity
    guard heat > rules.heat * (1 + 1e-12) else { return nil }
    let room = shared * shared - squared + rules.heat * rules.heat * equity * equity
    let largest = room > 0 ? room.squareRoot() - shared : 0
    return Denial(code: .heat, value: heat, threshold: rules.heat, remedy: .riskAtMost(rules.riskPerTrade * largest / risk))
  }

  private func decision(on order: Order, _ book: Int) -> RiskDecision {
    let equity = self.equity
    let exposure = self.exposure()
    let near = order.plan.entryZone.near
    let (instrument, _) = self.instrument(book, price: near)
    let isBorrowed = instrument.kind == .linear || order.direction == .bear
    return RiskDecision(
      approved: true, account: options.account, positionSize: order.quantity, notional: order.notional, leverage: order.leverage,
      riskAmount: order.riskAmount, riskPercentage: order.riskAmount / equity * 100,
      fees: order.quantity * order.costs.roundTrip(entry: near, stop: order.plan.stopLoss.level),
      liquidationPrice: isBorrowed ? liquidation(order.direction, near, instrument).price(leverage: order.leverage) : nil,
      exposure: RiskDecision.Exposure(
        asset: exposure.asset(books[book].base) / equity, total: exposure.total / equity, openRisk: exposure.risk / equity))
  }
}
