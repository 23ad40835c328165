import Exchanges
import Market
import Stage
import Wire

extension FetchPlan {
  /// Markets of a run that names none.
  static let defaultTop = 20
  /// The first instant that a venue is asked for: none was there before.
  static let dawn = Timestamp(day: CalendarDay(year: 2010, month: 1, day: 1))

  /// Brings the store up to what the request needs, and reads from there.
  static func venue(_ request: FetchRequest, _ options: VenueOptions) throws(StageError) -> Draft {
    let history = try VenueHistory(options)
    let markets = try FetchPlan.markets(request, history)
    let needs = VenueNeeds(request, history.dialect)
    try history.update { history in markets.flatMap { needs.wishes($0.market, now: history.now) } }

    var draft = Draft(depth: depth)
    draft.end = request.to ?? .distantFuture
    // A live stream goes on asking.
    draft.notFetched = request.follows ? 0 : history.failed.count
    draft.extras = VenueExtras(history, markets)
    var found = false
    for (market, listing) in markets {
      draft.instruments[market] = listing.instrument
      for wish in needs.wishes(market, now: history.now) {
        let coverage: CandleStore.Coverage?
        do throws(FileFailure) { coverage = try history.store.coverage(wish.series) } catch { throw StageError(fetching: error) }
        let hasCandles = coverage.map { $0.to > wish.from } ?? false
        if history.failed[wish.series] != nil, !request.follows {
          draft.notes += needs.outages(wish, after: hasCandles ? coverage?.to : nil)
        }
        guard hasCandles || request.follows else {
          if history.failed[wish.series] == nil { history.note("no-candles: \(wish.series.text)") }
          continue
        }
        found = found || hasCandles
        let path = history.store.path(wish.series)
        draft.series.append(
          Series(
            market: market, sourceTimeframe: wish.series.timeframe, timeframes: needs.groups[wish.series.timeframe] ?? [],
            lastClose: coverage?.to ?? .distantPast
          ) { () throws(StageError) in
            do throws(FileFailure) {
              return try StoreSource(path, wish.series, from: wish.from, to: wish.to)
            } catch {
              throw StageError(fetching: error)
            }
          })
      }
    }
    if !found {
      if let fault = history.failed.values.first { throw StageError(fault, history.dialect) }
      throw StageError(.noInput, "no-candles", "\(history.dialect.name) has no candles of what was asked for")
    }
    if request.follows {
      let last = draft.series.map(\.lastClose).max() ?? history.now
      draft.live = LiveHistory(history, markets.map(\.market), needs, draft.extras, after: last, request.lateness)
      draft.end = draft.live?.clock ?? draft.end
    }
    return draft
  }

  static func rules(_ request: FetchRequest, _ options: VenueOptions) -> UniverseRules {
    var rules = options.rules
    rules.top = request.top ?? defaultTop
    return rules
  }

  /// The markets of the run as the venue lists them: those named, or the largest.
  static func markets(_ request: FetchRequest, _ history: VenueHistory) throws(StageError) -> [(market: MarketName, listing: Listing)] {
    let name = history.dialect.name
    guard let symbols = request.symbols else {
      let universe = try history.universe(history.options.kind, rules(request, history.options))
      if !universe.summary.isEmpty { history.note("\(universe.kept.count) markets kept, \(universe.dropped.count) dropped: \(universe.summary)") }
      return universe.kept.map { (MarketName(exchange: name, symbol: $0.listing.symbol), $0.listing) }
    }
    var markets: [(market: MarketName, listing: Listing)] = []
    for kind in Set(symbols.map(\.kind)).sorted(by: { $0.rawValue < $1.rawValue }) {
      let wanted = symbols.filter { $0.kind == kind }
      guard history.dialect.kinds.contains(kind) else {
        throw .usage("\(name) has no \(kind.rawValue) markets, such as \(wanted[0].text)", hint: VenueNeeds.otherKind(name, wanted[0]))
      }
      let listings = try history.listings(kind, of: wanted)
      let unknown = wanted.filter { symbol in !listings.contains { $0.symbol == symbol } }
      if !unknown.isEmpty {
        throw StageError(.noInput, "unknown-symbol", "\(name) lists no \(unknown.map(\.text).joined(separator: ", no "))")
      }
      for listing in listings where wanted.contains(listing.symbol) {
        markets.append((MarketName(exchange: name, symbol: listing.symbol), listing))
      }
    }
    return markets
  }
}

/// Which stretches of which series a request needs from a venue.
struct VenueNeeds {
  /// By the timeframe that is asked for, those that are written: itself, and what the venue lacks and it builds.
  let groups: [Timeframe: [Timeframe]]
  private let request: FetchRequest
  private let trigger: Timeframe

  init(_ request: FetchRequest, _ dialect: any Dialect) {
    self.request = request
    var groups: [Timeframe: [Timeframe]] = [:]
    for wanted in request.timeframes {
      if let source = dialect.source(of: wanted) { groups[source, default: []].append(wanted) }
    }
    self.groups = groups
    trigger = request.trigger(of: request.timeframes) ?? .h1
  }

  func wishes(_ market: MarketName, now: Timestamp) -> [HistoryWish] {
    let end = min(now + -HistorySync.settling, request.to ?? .distantFuture)
    let begin = request.from ?? trigger.open(containing: trigger.open(containing: end) + -1)
    let bars = request.bars ?? FetchPlan.depth
    return groups.keys.sorted(by: >).map { source in
      let from = (groups[source] ?? []).map { Paging.back($0.open(containing: begin), bars: bars + 1, $0) }.min() ?? begin
      return HistoryWish(SeriesID(market, source), from: source.open(containing: max(from, FetchPlan.dawn)), to: source.open(containing: end))
    }
  }

  /// The stretches at the end of a series, and of what is built from it, for which the venue could not be asked.
  func outages(_ wish: HistoryWish, after last: Timestamp?) -> [StreamNote] {
    (groups[wish.series.timeframe] ?? []).compactMap { timeframe in
      let (from, to) = (timeframe.open(containing: last ?? wish.from), timeframe.open(containing: wish.to))
      return from < to ? StreamNote(Gap(timeframe: timeframe, from: from, to: to, cause: .outage), wish.series.market) : nil
    }
  }

  static func otherKind(_ exchange: String, _ symbol: Symbol) -> String? {
    switch exchange {
    case "binance": "--exchange binance-usdm has \(symbol.text)"
    case "binance-usdm": "--exchange binance has \(symbol.text); its perpetual is \(symbol.text):\(symbol.quote)"
    default: nil
    }
  }
}
