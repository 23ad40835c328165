import Market
import Risk

/// Mean net R of the same orders, each lived through alone, under either order of prices inside a candle; and, where finer candles are there, as
/// these resolve it.
public struct FillBracket: Hashable, Sendable {
  /// Candles of it, or longer ones where a market carries none as short.
  public let timeframe: Timeframe
  /// The stop first, on candles of `timeframe`.
  public let pessimistic: Double
  /// The target first.
  public let optimistic: Double
  /// The stop first, on each market's finest candles; absent where none is finer than `timeframe`.
  public let resolved: Double?
  /// The finest of them.
  public let finest: Timeframe

  /// `nil` where no order is filled and closed.
  /// - Parameter trigger: the timeframe at whose closes orders are placed.
  init?(_ orders: [PlacedOrder], in markets: [MarketHistory], trigger: Timeframe, rules: (FillOrder) -> OrderReplay) {
    guard let finest = markets.compactMap(\.timeframe).min() else { return nil }
    let isFiner = finest < trigger
    let plain = isFiner ? markets.map { $0.coarser(trigger) } : markets
    guard let low = FillBracket.mean(orders, plain, rules(.pessimistic)), let high = FillBracket.mean(orders, plain, rules(.optimistic)) else {
      return nil
    }
    timeframe = max(finest, trigger)
    self.finest = finest
    pessimistic = low
    optimistic = high
    resolved = isFiner ? FillBracket.mean(orders, markets, rules(.pessimistic)) : nil
  }

  /// Of those that are filled and closed.
  private static func mean(_ orders: [PlacedOrder], _ markets: [MarketHistory], _ rules: OrderReplay) -> Double? {
    var sum = 0.0
    var count = 0
    for order in orders {
      guard case .closed(_, _, let r) = order.replay(rules, markets[order.market]) else { continue }
      sum += r
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }
}

extension MarketHistory {
  /// The same market by candles of a longer timeframe; itself where its own are as long.
  func coarser(_ longer: Timeframe) -> MarketHistory {
    guard let timeframe, timeframe < longer else { return self }
    var market = MarketHistory(symbol: symbol)
    market.evaluations = evaluations
    var bar: Candle?
    for i in 0..<candles.count {
      let next = candles[i]
      if var open = bar, longer.open(containing: open.openTime) == longer.open(containing: next.openTime) {
        open.high = max(open.high, next.high)
        open.low = min(open.low, next.low)
        open.close = next.close
        open.closeTime = next.closeTime
        bar = open
        continue
      }
      if let bar { market.add(bar, longer) }
      bar = next
    }
    if let bar { market.add(bar, longer) }
    return market
  }
}
