import Exchanges
import Market
import Records
import Stage

/// What a run of ss-fetch will write: the feeds, opened, and the records at the head of the stream.
struct FetchPlan {
  let feeds: [MarketFeed]
  /// All markets in stream order, each with its instrument.
  let instruments: [(market: MarketName, instrument: Instrument)]
  /// The head of the stream; messages from outside have none.
  let run: RunRecord?
  /// What is told besides candles.
  let notes: [StreamNote]
  /// Series that could not be had to the end.
  let notFetched: Int
  /// What follows after the history, if anything does.
  let live: (any LiveSource)?

  /// Candles of each timeframe before evaluation begins, where a history is longer than needed: an EMA of 200 has settled and zones of 500 bars have lived.
  static let depth = 1500

  init(_ request: FetchRequest) throws(StageError) {
    if let messages = request.messages {
      (feeds, instruments, run, notes, notFetched) = ([], [], nil, [], 0)
      live = try KlineFeed(messages, request)
      return
    }
    var plan: Draft
    if let venue = request.venue {
      plan = try FetchPlan.venue(request, venue)
    } else {
      plan = request.files.isEmpty ? try FetchPlan.synthetic(request) : try FetchPlan.files(request)
    }
    let carried = Set(plan.series.flatMap(\.timeframes)).sorted(by: >)
    guard let trigger = request.trigger(of: carried) else {
      throw StageError(
        .noInput, "no-candles", "none of the files has candles of, or for, \(request.timeframes.map { "\($0.label)" }.joined(separator: " "))")
    }
    let lastClose = plan.series.map { min($0.lastClose, $0.sourceTimeframe.open(containing: request.to ?? .distantFuture)) }.max() ?? .distantPast
    let from = request.from ?? FetchPlan.begin(request, trigger, lastClose)
    var range = EmissionRange(end: request.to ?? plan.end)
    if let bars = request.bars ?? plan.depth {
      for timeframe in carried { range.begin(timeframe, after: from + -Int64(bars) * timeframe.nominalDuration) }
    }
    var feeds: [MarketFeed] = []
    for series in plan.series {
      feeds.append(MarketFeed(market: series.market, source: try series.open(), timeframes: series.timeframes, range: range))
    }
    if let extras = plan.extras { plan.notes += try extras.notes(at: trigger.open(containing: lastClose), begin: from) }
    self.feeds = feeds
    live = plan.live
    notFetched = plan.notFetched
    notes = plan.notes.filter { note in if case .gap(let gap) = note.content { range.contains(.gap(gap)) } else { true } }

    let given = try InstrumentFile(request.instruments)
    instruments = plan.instruments.sorted { MarketName.precedes($0.key, $1.key) }.map { ($0.key, given[$0.key] ?? $0.value) }
    let symbols = instruments.map(\.market.symbol)
    let exchange = MarketName.together(Set(instruments.map(\.market.exchange)))
    run = RunRecord(
      runID: request.runID(exchange: exchange, symbols: symbols, timeframes: carried, from: from), profile: request.profile.profile.name,
      profileHash: request.profile.hash, exchange: exchange, symbols: symbols, timeframes: carried, from: from, to: request.to)
  }

  /// Where evaluation begins unless it is said: at the last close, live at the next one, and a day before the end for a history that is played.
  private static func begin(_ request: FetchRequest, _ trigger: Timeframe, _ lastClose: Timestamp) -> Timestamp {
    let last = trigger.open(containing: lastClose)
    if request.follows, request.venue != nil { return trigger.next(afterOpen: last) }
    return request.speed == nil ? last : trigger.open(containing: last + -Timestamp.day)
  }

  /// One source of candles and the timeframes that come from it.
  struct Series {
    var market: MarketName
    var sourceTimeframe: Timeframe
    var timeframes: [Timeframe]
    var lastClose: Timestamp
    var open: () throws(StageError) -> any CandleSource
  }

  struct Draft {
    var live: LiveHistory?
    var extras: VenueExtras?
    var notes: [StreamNote] = []
    var notFetched = 0
    var series: [Series] = []
    var instruments: [MarketName: Instrument] = [:]
    var end = Timestamp.distantFuture
    var depth: Int?
  }

  private static func synthetic(_ request: FetchRequest) throws(StageError) -> Draft {
    let market = SyntheticMarket(seed: request.seed)
    let end = request.to ?? SyntheticMarket.defaultEnd
    guard end > SyntheticMarket.begin else { throw .usage("the synthetic market begins at \(SyntheticMarket.begin.text)") }
    let source = SyntheticMarket.source(of: request.timeframes)
    let symbols = request.symbols ?? Array(SyntheticMarket.symbols.prefix(request.top ?? SyntheticMarket.symbols.count))
    var draft = Draft(end: end, depth: depth)
    for symbol in symbols {
      let name = MarketName(exchange: SyntheticMarket.exchange, symbol: symbol)
      draft.instruments[name] = market.instrument(symbol)
      draft.series.append(
        Series(market: name, sourceTimeframe: source, timeframes: request.timeframes, lastClose: source.open(containing: end)) {
          () throws(StageError) in
          market.series(symbol, timeframe: source)
        })
    }
    return draft
  }

  private static func files(_ request: FetchRequest) throws(StageError) -> Draft {
    var markets: [MarketName: [Timeframe: [SeriesFile]]] = [:]
    for path in request.files {
      guard let file = try SeriesFile(path, request) else { continue }
      markets[file.market, default: [:]][file.timeframe, default: []].append(file)
    }
    for symbol in request.symbols ?? [] where !markets.keys.contains(where: { $0.symbol == symbol }) {
      throw StageError(.noInput, "no-input", "none of the files is of \(symbol.text)")
    }
    var draft = Draft()
    for name in markets.keys.sorted(by: MarketName.precedes) {
      let files = markets[name] ?? [:]
      var timeframes: [Timeframe: [Timeframe]] = [:]
      for wanted in request.timeframes {
        if let source = source(of: wanted, among: Array(files.keys)) {
          timeframes[source, default: []].append(wanted)
        } else if request.timeframesAreNamed {
          throw StageError(.noInput, "no-input", "no file of \(name.symbol.text) has \(wanted.label), or candles to build it from")
        }
      }
      // The shortest candles show the finest decimals.
      draft.instruments[name] = files.min { $0.key < $1.key }?.value.first?.instrument
      for (source, wanted) in timeframes.sorted(by: { $0.key > $1.key }) {
        let parts = (files[source] ?? []).sorted { $0.firstOpen < $1.firstOpen }
        for (part, next) in zip(parts, parts.dropFirst()) where part.lastClose > next.firstOpen {
          throw .data("overlap", "\(part.path) and \(next.path) both have candles of \(name.symbol.text) \(source.label) at \(next.firstOpen.text)")
        }
        draft.series.append(
          Series(market: name, sourceTimeframe: source, timeframes: wanted, lastClose: parts.map(\.lastClose).max() ?? .distantPast) {
            () throws(StageError) in
            if parts.count == 1 { return try parts[0].open() }
            return CandleChain(timeframe: source, links: parts.map { part in { try part.open() } })
          })
      }
    }
    return draft
  }

  /// The timeframe to take `wanted` from: itself, or the longest that builds it.
  private static func source(of wanted: Timeframe, among carried: [Timeframe]) -> Timeframe? {
    carried.contains(wanted) ? wanted : carried.filter { wanted.isBuilt(from: $0) }.max()
  }
}
