import Confluence
import Exchanges
import Market
import Records
import Stage
import Wire

/// Holds a stream to its one order: event time; of one instant the reference symbol first, then by symbol and exchange, longer timeframes first.
struct StreamOrder {
  private var markets: [MarketName] = []
  /// Place of each market, by its number, among those seen so far.
  private var ranks: [Int] = []
  /// The numbers of the markets in their order.
  private var sorted: [Int] = []
  private var time = Timestamp.distantPast
  private var market = -1
  private var timeframe = Timeframe.month1

  /// A market's first mention; its number is the count of those before it.
  mutating func add(_ state: SymbolState) {
    let name = MarketName(exchange: state.exchange, symbol: state.symbol)
    var (place, end) = (0, sorted.count)
    while place < end {
      let middle = (place + end) / 2
      if MarketName.precedes(markets[sorted[middle]], name) { place = middle + 1 } else { end = middle }
    }
    // Two spellings of one market share a place.
    let isKnown = place < sorted.count && !MarketName.precedes(name, markets[sorted[place]])
    let firstBehind = isKnown ? place + 1 : place
    for number in ranks.indices where ranks[number] >= firstBehind { ranks[number] += 1 }
    sorted.insert(markets.count, at: place)
    markets.append(name)
    ranks.append(place)
  }

  /// The place of a market among those seen so far.
  func rank(_ market: Int) -> Int { ranks[market] }

  /// Notes a candle's close. One that stands in the wrong place is refused with both times.
  mutating func advance(_ market: Int, _ timeframe: Timeframe, to closeTime: Timestamp, _ record: Record) throws(StageError) {
    if closeTime == time {
      let isBehind = market == self.market ? timeframe < self.timeframe : ranks[market] > ranks[self.market]
      if !isBehind { throw outOfOrder(market, timeframe, closeTime, record) }
    } else if closeTime < time {
      throw outOfOrder(market, timeframe, closeTime, record)
    }
    (time, self.market, self.timeframe) = (closeTime, market, timeframe)
  }

  /// Notes a record that is no candle: of its instant it stands before the candles.
  mutating func note(_ eventTime: Timestamp, _ record: Record, _ key: Int) throws(StageError) {
    guard eventTime < time else { return }
    throw .data(
      "out-of-order", "an event at \(eventTime.text) comes after a close at \(time.text)", hint: "sort by event time",
      offset: record.offset(of: record[key]))
  }

  private func outOfOrder(_ market: Int, _ timeframe: Timeframe, _ closeTime: Timestamp, _ record: Record) -> StageError {
    let before = markets[self.market]
    return .data(
      "out-of-order",
      "\(markets[market].symbol.text) \(timeframe.label) closes at \(closeTime.text), after \(before.symbol.text) \(self.timeframe.label) at \(time.text)",
      hint: "sort by close_time, then BTC first, symbol, exchange, longer timeframes first",
      offset: record.offset(of: record[StreamKey.closeTime]))
  }
}
