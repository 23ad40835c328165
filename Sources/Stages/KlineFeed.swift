import Exchanges
import Market
import Stage
import Wire

/// Messages of a venue's WebSocket on standard input (`websocat … | ss-fetch --input-format binance-ws -`), as a live stream without a history.
/// There is no `run` and no `end`: what will come is not known, and a connection that closes is no end in order.
final class KlineFeed: LiveSource {
  private let format: KlineFormat
  private let exchange: String
  private let isLinear: Bool
  private let symbols: [Symbol]?
  private let timeframes: [Timeframe]?
  private var reader = LineReader(descriptor: 0)
  private var line = 0
  private var gathering: CandleGathering
  private var isOver = false
  /// What ended it; told after what came before.
  private var failure: StageError?

  init(_ format: KlineFormat, _ request: FetchRequest) throws(StageError) {
    self.format = format
    isLinear = request.kind == .linear
    exchange = request.exchange ?? (format == .bybit ? Venue.bybit : isLinear ? .binanceUSDM : .binance).rawValue
    symbols = request.symbols
    timeframes = request.timeframesAreNamed ? request.timeframes : nil
    gathering = CandleGathering(lateness: Timestamp.span(seconds: request.lateness))
  }

  func next() throws(StageError) -> LiveWindow? {
    while true {
      if let round = gathering.next(all: isOver) { return window(round) }
      if let failure { throw failure }
      if isOver { return nil }
      do throws(StageError) {
        try read()
      } catch {
        failure = error
        isOver = true
      }
    }
  }

  private func read() throws(StageError) {
    let text: Bytes?
    do throws(WireError) { text = try reader.next() } catch { throw StageError(error) }
    guard let text else {
      isOver = true
      return
    }
    line += 1
    if text.isEmpty { return }
    let messages: [KlineMessage]
    do throws(VenueFault) { messages = try format.read(text) } catch { throw wrong("bad-message", error.text) }
    for message in messages {
      gathering.advance(to: message.time)
      if !message.isClosed { continue }
      guard var symbol = Symbol(message.name) else { throw wrong("bad-symbol", "\"\(message.name)\" is no symbol") }
      if isLinear { symbol.settle = symbol.quote }
      if symbols?.contains(symbol) ?? true, timeframes?.contains(message.timeframe) ?? true {
        gathering.add(message.candle, of: SeriesID(MarketName(exchange: exchange, symbol: symbol), message.timeframe))
      }
    }
  }

  private func wrong(_ code: String, _ text: String) -> StageError {
    var error = StageError.data(code, text)
    error.place = Place(file: "stdin", line: line)
    return error
  }

  private func window(_ round: CandleGathering.Round) -> LiveWindow {
    let feeds = round.candles.map { series, candle in
      MarketFeed(market: series.market, source: OneCandle(series.timeframe, candle), timeframes: [series.timeframe])
    }
    return LiveWindow(feeds: feeds, notes: round.gaps.map { StreamNote($1, $0) })
  }
}

/// A history of one candle.
private final class OneCandle: CandleSource {
  let timeframe: Timeframe
  private var candle: ExactCandle?

  init(_ timeframe: Timeframe, _ candle: ExactCandle) {
    self.timeframe = timeframe
    self.candle = candle
  }

  func next() -> ExactCandle? {
    defer { candle = nil }
    return candle
  }
}
