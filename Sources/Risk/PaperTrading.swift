import Market
import Planning

extension Account {
  /// Rate per interval where the stream tells none, against either side.
  static let assumedFundingRate = 0.0001
  static let assumedFundingHours = 8.0

  var rulesOfFills: FillRules {
    FillRules(
      order: options.fills, breakevenAfter: rules.breakevenAfter, trailAfter: rules.trailAfter, trailDistance: rules.trailDistance)
  }

  /// Lives through one closed candle. Only the finest series of a market counts, and an order only sees candles that opened at or after the
  /// setup it came from.
  public mutating func apply(_ candle: Candle, _ timeframe: Timeframe, to book: Int, trades: inout [Trade]) {
    if let finest = books[book].timeframe, timeframe > finest { return }
    books[book].timeframe = timeframe
    advance(to: candle.closeTime)
    books[book].returns.record(close: candle.close, at: candle.closeTime)
    defer { books[book].lastCloseTime = candle.closeTime }
    guard options.account == .paper else { return }
    if let position = books[book].position {
      charge(book, position, candle)
      live(book, candle, isFillBar: false, &trades)
    } else if let order = books[book].order, candle.openTime >= order.request.asOf {
      wait(book, order, candle, &trades)
    }
  }

  /// A rate that the stream tells, at its time.
  public mutating func applyFunding(rate: Double, at time: Timestamp, to book: Int) {
    advance(to: time)
    books[book].hasFunding = true
    guard var position = books[book].position, position.order.paysFunding, position.filledAt < time else { return }
    pay(position.direction.sign * position.quantity * position.mark * rate, &position)
    books[book].position = position
  }

  /// What is assumed of funding up to the candle's close, and interest on a borrowed spot asset.
  private mutating func charge(_ book: Int, _ unpaid: Position, _ candle: Candle) {
    var position = unpaid
    if position.order.paysFunding, !books[book].hasFunding {
      let hours = books[book].instrument?.fundingIntervalHours ?? Self.assumedFundingHours
      let interval = max(Timestamp.minute, Timestamp.span(hours: hours))
      let after = max(position.filledAt, books[book].lastCloseTime ?? position.filledAt)
      let times = candle.closeTime.milliseconds / interval - after.milliseconds / interval
      if times > 0 { pay(Double(times) * position.quantity * position.mark * Self.assumedFundingRate, &position) }
    } else if !position.order.paysFunding, position.direction == .bear, let rate = options.marginRate {
      let days = Double(candle.closeTime - max(position.filledAt, books[book].lastCloseTime ?? position.filledAt)) / Double(Timestamp.day)
      pay(position.quantity * position.mark * rate * days, &position)
    }
    books[book].position = position
  }

  private mutating func pay(_ exact: Double, _ position: inout Position) {
    let amount = booked(exact)
    cash -= amount
    position.accrued += amount
  }

  private mutating func wait(_ book: Int, _ unseen: Order, _ candle: Candle, _ trades: inout [Trade]) {
    var order = unseen
    let result = rulesOfFills.apply(candle, to: &order) {
      stopped(equityBefore) == nil && exceeded(by: unseen, book, exposureBefore(without: book), equityBefore, at: candle.openTime) == nil
    }
    books[book].order = order
    switch result {
    case .waits: break
    case .ends(let reason): end(book, reason, at: candle.closeTime, &trades)
    case .filled(let price): fill(book, order, at: price, candle, &trades)
    }
  }

  /// Ends an order that was not filled.
  mutating func end(_ book: Int, _ reason: Trade.Ending, at time: Timestamp, _ trades: inout [Trade]) {
    guard let order = books[book].order else { return }
    willChange(book)
    books[book].order = nil
    setActive(book)
    guard options.account == .paper else { return }
    var trade = Trade(order, .expired, id: "expired", time: time, price: order.plan.entryZone.near, quantity: order.quantity)
    trade.reason = reason
    trades.append(trade)
  }

  private mutating func fill(_ book: Int, _ order: Order, at price: Double, _ candle: Candle, _ trades: inout [Trade]) {
    var trade = Trade(order, .opened, id: "opened", time: candle.closeTime, price: price, quantity: order.quantity)
    trade.fee = booked(price * order.quantity * order.costs.maker)
    var labels = order.request.labels
    labels.session = "\(SessionLabel(at: candle.closeTime + -1).label)"
    if order.paysFunding, !books[book].hasFunding { labels.assumed.append("funding") }
    trade.labels = labels
    trade.rMultiple = trade.pnlNet / order.riskAmount
    cash += trade.pnlNet
    willChange(book)
    books[book].order = nil
    books[book].position = Position(
      order: order, entry: price, filledAt: candle.closeTime, quantity: order.quantity, stop: order.plan.stopLoss.level, best: price,
      realised: trade.pnlNet, mark: candle.close)
    trades.append(trade)
    setActive(book)
    live(book, candle, isFillBar: true, &trades)
  }

  private mutating func live(_ book: Int, _ candle: Candle, isFillBar: Bool, _ trades: inout [Trade]) {
    guard var position = books[book].position else { return }
    let (before, stop) = (position.openProfit, position.stop)
    let exits = rulesOfFills.apply(candle, to: &position, isFillBar: isFillBar)
    if !exits.isEmpty || position.stop != stop { willChange(book) }
    if exits.isEmpty {
      openProfit += position.openProfit - before
      books[book].position = position
      return
    }
    for exit in exits {
      let row = self.row(exit, of: &position, at: candle.closeTime)
      cash += row.pnlGross - (row.fee - row.funding)
      trades.append(row)
    }
    if position.quantity > 0 {
      books[book].position = position
    } else {
      finish(book, position, exits[exits.count - 1], at: candle.closeTime)
    }
    setActive(book)
  }

  private func row(_ exit: FillRules.Exit, of position: inout Position, at time: Timestamp) -> Trade {
    let order = position.order
    let sign = position.direction.sign
    let id = exit.target.map { "target-\($0)" } ?? "\(exit.event.label)"
    var row = Trade(order, exit.event, id: id, time: time, price: exit.price, quantity: exit.quantity)
    row.pnlGross = booked(sign * (exit.price - position.entry) * exit.quantity)
    row.funding = position.accrued
    row.fee = booked(exit.price * exit.quantity * (exit.isTaker ? order.costs.taker : order.costs.maker)) + position.accrued
    row.rMultiple = row.pnlNet / order.riskAmount
    row.maeR = position.adverse * order.quantity / order.riskAmount
    row.mfeR = position.favourable * order.quantity / order.riskAmount
    row.isAmbiguous = exit.isAmbiguous
    row.rIfTarget = exit.targetPrice.map {
      (sign * ($0 - position.entry) * exit.quantity - $0 * exit.quantity * order.costs.maker - position.accrued) / order.riskAmount
    }
    position.accrued = 0
    position.realised += row.pnlNet
    return row
  }

  private mutating func finish(_ book: Int, _ position: Position, _ exit: FillRules.Exit, at time: Timestamp) {
    books[book].position = nil
    lossStreak = position.realised < 0 ? lossStreak + 1 : 0
    if exit.event == .stop, position.stopKind == .initial {
      books[book].restsUntil = time + Int64(rules.cooldownBars) * position.order.plan.metadata.planningTimeframe.nominalDuration
    }
  }
}

extension Trade {
  init(_ order: Order, _ event: Event, id: String, time: Timestamp, price: Double, quantity: Double) {
    let request = order.request
    self.init(
      id: "\(request.plan.planID)-\(id)", planID: request.plan.planID, setupID: request.setupID, exchange: request.exchange,
      symbol: request.symbol, direction: order.direction, event: event, time: time, price: price, quantity: quantity)
  }
}
