import Exchanges
import Market
import Records
import Stage
import Wire

/// Holds a stream to its one order, its series to their grids, and its holes to being told.
struct OrderCheck: ~Copyable {
  private var names: NameTable
  private var series: [Series] = []
  private var markets: [String: MarketName] = [:]
  /// The latest place so far: what comes must not come before it.
  private var latest: Place?
  /// What `run` says the stream carries; `nil` without one.
  private var announced: (symbols: Set<String>, timeframes: Set<String>)?

  private let limit: SeriesLimit

  init(_ limit: SeriesLimit) {
    self.limit = limit
    names = NameTable(limit)
  }

  private struct Series {
    var timeframe: Timeframe
    /// Up to here the series is whole: the last close, or the end of a gap told since.
    var covered: Timestamp?
    var lastClose: Timestamp?
  }

  private struct Place {
    var time: Timestamp
    var isCandle: Bool
    var market: MarketName?
    var timeframe: Timeframe?

    /// Why a record at this place must not follow one at `other`; `nil` if it may.
    func comesBefore(_ other: Place) -> String? {
      if time != other.time { return time < other.time ? "time runs backwards" : nil }
      if isCandle != other.isCandle { return isCandle ? nil : "of one instant, candles come last" }
      guard let market, let otherMarket = other.market else { return nil }
      if market != otherMarket { return MarketName.precedes(market, otherMarket) ? "of one instant, BTC comes first, then symbols by name" : nil }
      guard let timeframe, let otherTimeframe = other.timeframe else { return nil }
      return timeframe > otherTimeframe ? "of one instant and symbol, longer timeframes come first" : nil
    }
  }

  mutating func begin(_ run: Record) {
    let words = { (key: Int) in Set(run[key].elements.compactMap(\.string)) }
    announced = (words(StreamCheck.Key.symbols), words(StreamCheck.Key.timeframes))
  }

  /// What is wrong with the times and the place of a record. Fields that are missing or of a wrong type are the table's to tell.
  mutating func faults(_ record: Record, _ type: String, _ times: inout TimeReader) -> [StageError] {
    var faults: [StageError] = []
    switch type {
    case "candle":
      let market = market(record, &faults)
      guard let index = seriesIndex(record, &faults) else { return faults }
      var decoder = CandleRecord()
      do throws(StageError) {
        let candle = try decoder.decode(record)
        take(candle, index, record, &faults)
        arrive(Place(time: candle.closeTime, isCandle: true, market: market, timeframe: series[index].timeframe), record, &faults)
      } catch {
        // What the table has told already is not told again.
        if error.code == "bad-candle" { faults.append(error) }
      }
    case "gap":
      guard let index = seriesIndex(record, &faults), let gap = try? GapRecord.decode(record) else { return faults }
      take(gap, index, record, &faults)
      arrive(Place(time: gap.to, isCandle: false, market: market(record, &faults), timeframe: series[index].timeframe), record, &faults)
    case "instrument":
      _ = market(record, &faults)
      if latest != nil { faults.append(.data("late-instrument", "instruments head the stream: a stage may need one from the first candle on")) }
    case "ticker", "funding", "order_book":
      guard let time = try? times.time(record, StreamCheck.Key.time) else { return faults }
      arrive(Place(time: time, isCandle: false, market: market(record, &faults), timeframe: nil), record, &faults)
    case "setup", "smc_event":
      // These follow the candle that brought them about.
      guard let time = try? times.time(record, type == "setup" ? StreamCheck.Key.asOf : StreamCheck.Key.knownAt) else { return faults }
      _ = market(record, &faults)
      arrive(Place(time: time, isCandle: true, market: nil, timeframe: nil), record, &faults)
    default: break
    }
    return faults
  }

  private mutating func arrive(_ place: Place, _ record: Record, _ faults: inout [StageError]) {
    if let latest, let reason = place.comesBefore(latest) {
      let key = [StreamKey.closeTime, StreamKey.to, StreamCheck.Key.asOf, StreamCheck.Key.time].first { record[$0].exists } ?? StreamKey.type
      faults.append(
        .data("out-of-order", "\(place.time.text) comes after \(latest.time.text): \(reason)", offset: record.offset(of: record[key])))
      return
    }
    latest = place
  }

  // MARK: Series

  private mutating func seriesIndex(_ record: Record, _ faults: inout [StageError]) -> Int? {
    guard record[StreamKey.exchange].kind == .string, let symbol = try? record.text(StreamKey.symbol),
      let label = try? record.text(StreamKey.timeframe), let timeframe = Timeframe(label)
    else { return nil }
    let id: Int
    do throws(StageError) {
      id = try names.series(record)
    } catch {
      // The tables tell of bad names.
      if error.code != "bad-name" { faults.append(error) }
      return nil
    }
    if id == series.count {
      series.append(Series(timeframe: timeframe))
      if let announced, !announced.symbols.contains(symbol.text) || !announced.timeframes.contains(label.text) {
        faults.append(
          .data("not-in-run", "\(symbol.text) \(label.text) is not among what \"run\" announced", offset: record.offset(of: record[StreamKey.symbol]))
        )
      }
    }
    return id
  }

  private mutating func take(_ candle: Candle, _ index: Int, _ record: Record, _ faults: inout [StageError]) {
    let timeframe = series[index].timeframe
    if timeframe.open(containing: candle.openTime) != candle.openTime {
      faults.append(
        .data("off-grid", "no \(timeframe.label) candle opens at \(candle.openTime.text)", offset: record.offset(of: record[StreamKey.openTime])))
    } else if timeframe.next(afterOpen: candle.openTime) != candle.closeTime {
      let close = timeframe.next(afterOpen: candle.openTime)
      faults.append(
        .data(
          "off-grid", "a \(timeframe.label) candle that opens at \(candle.openTime.text) closes at \(close.text), not \(candle.closeTime.text)",
          offset: record.offset(of: record[StreamKey.closeTime])))
    }
    if let covered = series[index].covered {
      if candle.closeTime == series[index].lastClose {
        let offset = record.offset(of: record[StreamKey.closeTime])
        faults.append(.data("duplicate-candle", "a second candle that closes at \(candle.closeTime.text)", offset: offset))
      } else if candle.openTime > covered {
        let count = timeframe.count(from: covered, to: candle.openTime)
        faults.append(
          .data(
            "untold-gap", "\(count) candles are missing since \(covered.text), and no \"gap\" record tells it",
            offset: record.offset(of: record[StreamKey.openTime])))
      }
    }
    series[index].lastClose = candle.closeTime
    series[index].covered = max(series[index].covered ?? .distantPast, candle.closeTime)
  }

  private mutating func take(_ gap: Gap, _ index: Int, _ record: Record, _ faults: inout [StageError]) {
    if let covered = series[index].covered, gap.from != covered {
      faults.append(
        .data(
          "bad-gap", "the gap begins at \(gap.from.text), and the series reaches to \(covered.text)",
          offset: record.offset(of: record[StreamKey.from])))
    }
    if let said = record[StreamCheck.Key.missing].integer, said != gap.missing {
      let offset = record.offset(of: record[StreamCheck.Key.missing])
      faults.append(.data("bad-gap", "\(gap.missing) candles fit between \"from\" and \"to\", not \(said)", offset: offset))
    }
    series[index].covered = max(series[index].covered ?? .distantPast, gap.to)
  }

  /// The record's market, its name checked for the stream's spelling.
  private mutating func market(_ record: Record, _ faults: inout [StageError]) -> MarketName? {
    guard let exchange = record[StreamKey.exchange].string, let text = record[StreamKey.symbol].string else { return nil }
    let key = "\(exchange) \(text)"
    if let known = markets[key] { return known }
    guard let symbol = Symbol(text) else {
      faults.append(.data("bad-symbol", "\"\(text)\" is no symbol: BTC/USDT, or BTC/USDT:USDT", offset: record.offset(of: record[StreamKey.symbol])))
      return nil
    }
    if symbol.text != text {
      faults.append(.data("bad-symbol", "the stream spells it \(symbol.text)", offset: record.offset(of: record[StreamKey.symbol])))
    }
    let market = MarketName(exchange: exchange, symbol: symbol)
    if markets.count < limit.count { markets[key] = market }
    return market
  }
}
