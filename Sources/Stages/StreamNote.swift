import Exchanges
import Market
import Records
import Wire

/// A record of the stream that is neither a candle nor found between candles: told from outside, at its place in the one order.
struct StreamNote {
  enum Content {
    /// Candles that will not come.
    case gap(Gap)
    case ticker(Ticker, FundingRate?, now: Timestamp)
    case orderBook(OrderBook, now: Timestamp)
    case funding(FundingRate)
  }

  var market: MarketName
  /// Its event time.
  var time: Timestamp
  var content: Content

  init(_ gap: Gap, _ market: MarketName) {
    self.init(market, gap.to, .gap(gap))
  }

  init(_ market: MarketName, _ time: Timestamp, _ content: Content) {
    self.market = market
    self.time = time
    self.content = content
  }

  private var timeframe: Timeframe? {
    if case .gap(let gap) = content { gap.timeframe } else { nil }
  }

  /// Whether it stands before a record of `market` with this place: of one instant, candles come last, markets in their order, longer
  /// timeframes first.
  func precedes(_ time: Timestamp, isCandle: Bool, _ market: MarketName, _ timeframe: Timeframe?) -> Bool {
    if self.time != time { return self.time < time }
    if isCandle { return true }
    if self.market != market { return MarketName.precedes(self.market, market) }
    return timeframe.map { $0 < self.timeframe ?? .month1 || self.timeframe == nil } ?? false
  }

  func precedes(_ other: StreamNote) -> Bool { precedes(other.time, isCandle: false, other.market, other.timeframe) }

  func encode(into out: inout ByteBuffer) {
    let (exchange, symbol) = (market.exchange, market.symbol)
    switch content {
    case .gap(let gap): GapRecord.encode(gap, exchange: exchange, symbol: symbol, into: &out)
    case .ticker(let ticker, let funding, let now):
      TickerRecord.encode(ticker, funding: funding, exchange: exchange, symbol: symbol, time: time, now: now, into: &out)
    case .orderBook(let book, let now): OrderBookRecord.encode(book, exchange: exchange, symbol: symbol, time: time, now: now, into: &out)
    case .funding(let funding): FundingRecord.encode(funding, exchange: exchange, symbol: symbol, time: time, into: &out)
    }
  }
}

/// The notes of a stream that are still to be told, in its order.
struct NoteQueue {
  private var notes: [StreamNote]
  private var told = 0

  init(_ notes: [StreamNote]) { self.notes = notes.sorted { $0.precedes($1) } }

  var isEmpty: Bool { told == notes.count }

  mutating func add(_ new: [StreamNote]) { self = NoteQueue(notes[told...] + new) }

  /// Writes what stands before a record; everything, where there is none.
  mutating func tell(before item: MarketItem?, of market: MarketName?, into output: inout LineWriter) {
    while told < notes.count, isNext(item, market) {
      notes[told].encode(into: &output.buffer)
      output.endLine()
      told += 1
    }
  }

  private func isNext(_ item: MarketItem?, _ market: MarketName?) -> Bool {
    guard let item, let market else { return true }
    let isCandle = if case .gap = item { false } else { true }
    return notes[told].precedes(item.eventTime, isCandle: isCandle, market, item.timeframe)
  }
}
