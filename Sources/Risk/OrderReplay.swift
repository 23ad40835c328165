import Market
import Planning
import Profiles

/// One series of candles by column, to be looked at many times.
public struct CandleColumns: Sendable {
  public private(set) var openTimes: [Timestamp] = []
  public private(set) var closeTimes: [Timestamp] = []
  public private(set) var opens: [Double] = []
  public private(set) var highs: [Double] = []
  public private(set) var lows: [Double] = []
  public private(set) var closes: [Double] = []
  /// Running sum of what one unit of the base asset, held since before the first candle, has been charged at a rate of 1: an amount per
  /// funding interval, and an amount per day.
  private(set) var funding: [Double] = []
  private(set) var interest: [Double] = []
  private let fundingInterval: Int64

  /// - Parameter fundingHours: between two payments of a perpetual; what the account assumes where nothing is told.
  public init(fundingHours: Double? = nil) {
    fundingInterval = max(Timestamp.minute, Timestamp.span(hours: fundingHours ?? Account.assumedFundingHours))
  }

  public var count: Int { closes.count }

  /// In order of time.
  public mutating func append(_ candle: Candle) {
    if let last = closeTimes.last, let mark = closes.last {
      let times = candle.closeTime.milliseconds / fundingInterval - last.milliseconds / fundingInterval
      funding.append(funding[count - 1] + Double(times) * mark)
      interest.append(interest[count - 1] + Double(candle.closeTime - last) / Double(Timestamp.day) * mark)
    } else {
      funding.append(0)
      interest.append(0)
    }
    openTimes.append(candle.openTime)
    closeTimes.append(candle.closeTime)
    opens.append(candle.open)
    highs.append(candle.high)
    lows.append(candle.low)
    closes.append(candle.close)
  }

  public subscript(index: Int) -> Candle {
    Candle(
      openTime: openTimes[index], closeTime: closeTimes[index], open: opens[index], high: highs[index], low: lows[index], close: closes[index],
      volume: 0)
  }

  /// The first candle that opens at or after `time`; `count` where none does.
  public func index(openingFrom time: Timestamp) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if openTimes[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Order {
  /// One unit of the base asset in lots that do not matter: for results in R, which know no size.
  public static func unit(_ plan: TradePlan, labels: TradeLabels, costs: TradeCosts, asOf: Timestamp, symbol: String, paysFunding: Bool) -> Order {
    Order(
      request: RiskRequest(setupID: "", asOf: asOf, exchange: "", symbol: symbol, plan: plan, labels: labels), quantity: 1, riskAmount: 1,
      leverage: 1, costs: costs, lotSize: 1e-9, tickSize: plan.metadata.tickSize, paysFunding: paysFunding)
  }
}

/// Lives one order through a series of candles under the very rules by which the paper account fills and closes, with no account around it:
/// no other position, no limit, no lot. Candles in which nothing can happen are passed over.
public struct OrderReplay {
  private let rules: FillRules
  private let marginRate: Double

  public enum Ending: Hashable, Sendable {
    /// Candles of fill and last exit, and the net result over what was at risk.
    case closed(filled: Int, exit: Int, r: Double)
    case unfilled(Trade.Ending)
    /// The candles end before the order, or the position, does.
    case undecided
  }

  /// - Parameter marginRate: interest on a borrowed spot asset, a fraction a day.
  public init(_ rules: RiskRules, fills: FillOrder, marginRate: Double? = nil) {
    self.rules = FillRules(order: fills, breakevenAfter: rules.breakevenAfter, trailAfter: rules.trailAfter, trailDistance: rules.trailDistance)
    self.marginRate = marginRate ?? 0
  }

  /// - Parameter first: index of the first candle that the order sees. The order's `lastClose` is used up.
  public func run(_ order: inout Order, on candles: borrowing CandleColumns, from first: Int) -> Ending {
    order.lastClose = nil
    let sign = order.plan.direction.sign
    let near = sign * order.plan.entryZone.near
    let early = sign * order.plan.invalidateIf.tradeBeforeEntry
    let beyond = sign * order.plan.invalidateIf.closeBeyond
    let last = candles.index(openingFrom: order.plan.validUntil)
    var i = first
    while i < candles.count {
      let worst = sign > 0 ? candles.lows[i] : candles.highs[i]
      let best = sign > 0 ? candles.highs[i] : candles.lows[i]
      let previous = i > first ? candles.closes[i - 1] : nil
      let isLost = previous.map { sign * $0 < beyond } ?? false
      if i >= last || isLost || sign * worst < near || sign * best >= early {
        order.lastClose = previous
        switch rules.apply(candles[i], to: &order, mayFill: { true }) {
        case .waits: break
        case .ends(let reason): return .unfilled(reason)
        case .filled(let price): return hold(order, at: price, since: i, candles)
        }
      }
      i += 1
    }
    return .undecided
  }

  private func hold(_ order: Order, at price: Double, since fill: Int, _ candles: borrowing CandleColumns) -> Ending {
    let sign = order.plan.direction.sign
    var net = -price * order.quantity * order.costs.maker
    var position = Position(
      order: order, entry: price, filledAt: candles.closeTimes[fill], quantity: order.quantity, stop: order.plan.stopLoss.level, best: price,
      realised: 0, mark: candles.closes[fill])
    let last = candles.index(openingFrom: position.filledAt + Timestamp.span(hours: order.plan.metadata.holdHours))
    let risk =
      abs(order.plan.entryZone.near - order.plan.stopLoss.level)
      + order.costs.roundTrip(entry: order.plan.entryZone.near, stop: order.plan.stopLoss.level)
    var paidUntil = fill
    var i = fill
    while i < candles.count {
      let worst = sign > 0 ? candles.lows[i] : candles.highs[i]
      let best = sign > 0 ? candles.highs[i] : candles.lows[i]
      let isTrailing = rules.trailAfter > 0 && position.nextTarget >= rules.trailAfter
      if i == fill || i >= last || isTrailing || sign * worst <= sign * position.stop
        || sign * best > sign * order.plan.targets[position.nextTarget].level
      {
        net -= position.quantity * carry(order, candles, from: paidUntil, to: i)
        paidUntil = i
        for exit in rules.apply(candles[i], to: &position, isFillBar: i == fill) {
          net += exit.quantity * (sign * (exit.price - price) - exit.price * (exit.isTaker ? order.costs.taker : order.costs.maker))
        }
        if position.quantity <= 0 { return .closed(filled: fill, exit: i, r: net / (risk * order.quantity)) }
      }
      i += 1
    }
    return .undecided
  }

  /// Funding or interest per unit held between two closes.
  private func carry(_ order: Order, _ candles: borrowing CandleColumns, from: Int, to: Int) -> Double {
    if order.paysFunding { return Account.assumedFundingRate * (candles.funding[to] - candles.funding[from]) }
    if order.plan.direction == .bear { return marginRate * (candles.interest[to] - candles.interest[from]) }
    return 0
  }
}
