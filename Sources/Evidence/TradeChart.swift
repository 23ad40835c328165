import Market
import Planning

/// One trade as a picture: candles before the order was placed, its levels, and what came after.
public struct TradeChart: Sendable {
  public let planID: String
  public let symbol: String
  public let candles: [Candle]
  /// Of `candles`: the first that the order could see, and those of fill and last exit.
  public let placed: Int
  public let filled: Int
  public let closed: Int
  public let entry: Double
  public let stop: Double
  public let targets: [Double]

  /// Bars shown at most; longer stretches are drawn in longer candles.
  private static let most = 160
  private static let before = 60

  /// `nil` where the candles of the trade are not there.
  public init?(_ trade: ClosedTrade, plan: TradePlan, asOf: Timestamp, in history: MarketHistory) {
    let columns = history.candles
    let first = columns.index(openingFrom: asOf)
    guard first < columns.count else { return nil }
    // Times are closes: the candle that closed at `time` is the one before the first that opens at it.
    func candle(closing time: Timestamp) -> Int { max(0, columns.index(openingFrom: time) - 1) }
    let last = min(columns.count - 1, candle(closing: trade.closedAt) + 12)
    let shown = last - first + 1
    let width = max(1, (shown + TradeChart.most - TradeChart.before - 1) / (TradeChart.most - TradeChart.before))
    let start = max(0, first - TradeChart.before * width)
    var candles: [Candle] = []
    // Bars are counted from `first` back and on, so that none holds both what was known and what came after.
    var i = first - (first - start) / width * width
    let origin = i
    while i <= last {
      var bar = columns[i]
      for j in i..<min(i + width, last + 1) {
        let next = columns[j]
        bar.high = max(bar.high, next.high)
        bar.low = min(bar.low, next.low)
        bar.close = next.close
        bar.closeTime = next.closeTime
      }
      candles.append(bar)
      i += width
    }
    self.candles = candles
    placed = (first - origin) / width
    filled = (candle(closing: trade.openedAt) - origin) / width
    closed = (candle(closing: trade.closedAt) - origin) / width
    planID = trade.planID
    symbol = trade.symbol
    entry = trade.entry
    stop = plan.stopLoss.level
    targets = plan.targets.map(\.level)
  }
}
