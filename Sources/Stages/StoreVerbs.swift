import Exchanges
import Market
import Stage
import Wire

/// What ss-fetch does instead of writing a stream: `sync`, `list`, `prune` with its store, `universe` with a venue's markets, and `--plan`.
enum StoreVerb: String, CaseIterable {
  case sync, list, prune, universe

  init?(_ arguments: Arguments) {
    guard !arguments.has("files"), let word = arguments.operands.first, let verb = StoreVerb(rawValue: word) else { return nil }
    self = verb
  }

  /// The text that the command line asks for instead of a stream.
  static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if let verb = StoreVerb(arguments) {
      let words = Array(arguments.operands.dropFirst())
      switch verb {
      case .sync: return try synchronised(FetchRequest(arguments, words))
      case .list: return try listed(arguments, words)
      case .prune: return try pruned(arguments, words)
      case .universe: return try chosen(FetchRequest(arguments, words))
      }
    }
    if arguments.has("plan") { return try planned(FetchRequest(arguments, arguments.operands)) }
    return nil
  }

  private static func synchronised(_ request: FetchRequest) throws(StageError) -> String {
    guard let options = request.venue else { throw .usage("sync is about venues", hint: "--exchange binance") }
    let history = try VenueHistory(options)
    let markets = try FetchPlan.markets(request, history)
    let needs = VenueNeeds(request, history.dialect)
    let report = try history.update { history in markets.flatMap { needs.wishes($0.market, now: history.now) } }
    var text = ""
    for (market, _) in markets {
      for wish in needs.wishes(market, now: history.now) { text += try line(wish.series, history.store) ?? "" }
    }
    history.note("\(report.added) candles added")
    if !report.failed.isEmpty {
      throw StageError(.temporary, "not-fetched", "\(report.failed.count) series could not be brought up to date", hint: "run it again")
    }
    return text
  }

  /// `exchange symbol timeframe first-open last-close bytes`
  private static func line(_ series: SeriesID, _ store: CandleStore) throws(StageError) -> String? {
    do throws(FileFailure) {
      guard let coverage = try store.coverage(series) else { return nil }
      return "\(series.text) \(coverage.from.text) \(coverage.to.text) \(store.bytes(series))\n"
    } catch {
      throw StageError(fetching: error)
    }
  }

  private static func selected(_ arguments: Arguments, _ words: [String], _ store: CandleStore) throws(StageError) -> [SeriesID] {
    let symbols = try (arguments.list("symbols") ?? []).map(FetchRequest.symbol) + words.map(FetchRequest.symbol)
    let timeframes = try arguments.list("timeframes").map(FetchRequest.timeframes)
    let exchange = arguments.value("exchange")
    return store.series().filter { series in
      (symbols.isEmpty || symbols.contains(series.market.symbol)) && timeframes?.contains(series.timeframe) ?? true
        && exchange.map { $0 == series.market.exchange } ?? true
    }
  }

  private static func openStore() throws(StageError) -> CandleStore {
    let folder = try VenueOptions.storeFolder()
    do throws(FileFailure) { return try CandleStore(folder: folder) } catch { throw StageError(.cannotCreate, "cannot-create", error.text) }
  }

  private static func listed(_ arguments: Arguments, _ words: [String]) throws(StageError) -> String {
    let store = try openStore()
    var text = ""
    for series in try selected(arguments, words, store) { text += try line(series, store) ?? "" }
    return text
  }

  private static func pruned(_ arguments: Arguments, _ words: [String]) throws(StageError) -> String {
    guard !words.isEmpty || ["symbols", "timeframes", "exchange"].contains(where: arguments.has) else {
      throw .usage("prune what?", hint: "SYMBOL…, --timeframes or --exchange")
    }
    let store = try openStore()
    var text = ""
    for series in try selected(arguments, words, store) {
      do throws(FileFailure) {
        text += "\(series.text) \(try store.remove(series)) bytes removed\n"
      } catch {
        throw StageError(fetching: error)
      }
    }
    return text
  }

  /// One line a market, `exchange symbol kept volume` or `exchange symbol dropped reason`; the largest first.
  private static func chosen(_ request: FetchRequest) throws(StageError) -> String {
    guard let options = request.venue else { throw .usage("universe is about venues", hint: "--exchange binance") }
    guard request.symbols == nil else { throw .usage("universe chooses the markets itself", hint: "--symbols top20") }
    let history = try VenueHistory(options)
    let universe = try history.universe(options.kind, FetchPlan.rules(request, options))
    var text = ""
    for kept in universe.kept { text += "\(history.dialect.name) \(kept.listing.symbol.text) kept \(kept.quoteVolume.text)\n" }
    for (listing, reason) in universe.dropped { text += "\(history.dialect.name) \(listing.symbol.text) dropped \(reason.rawValue)\n" }
    return text
  }

  /// One line a request, `weight allowance path`, then what each allowance holds. Nothing is asked: where the markets of topN are not known,
  /// numbers stand for them, and a comment says so.
  private static func planned(_ request: FetchRequest) throws(StageError) -> String {
    guard var options = request.venue else { throw .usage("--plan is about venues", hint: "--exchange binance") }
    options.isOffline = true
    let history = try VenueHistory(options)
    let dialect = history.dialect
    var requests = [dialect.time()]
    var text = ""
    var markets: [MarketName]
    do throws(StageError) {
      markets = try FetchPlan.markets(request, history).map(\.market)
    } catch {
      guard error.code == "offline" else { throw error }
      let kinds = Set((request.symbols ?? []).map(\.kind))
      for kind in dialect.kinds where kinds.isEmpty ? kind == options.kind : kinds.contains(kind) {
        requests.append(dialect.instruments(kind, symbols: (request.symbols ?? []).filter { $0.kind == kind }, cursor: nil))
      }
      if request.symbols == nil { requests.append(dialect.tickers(options.kind, symbols: [])) }
      let settle = options.kind == .linear ? options.rules.quote : nil
      let top = request.top ?? FetchPlan.defaultTop
      let placeholders = (1...top).map { Symbol(base: "{\($0)}", quote: options.rules.quote, settle: settle) }
      if request.symbols == nil {
        text += "# Which markets are the \(top) largest is not known yet: {1} to {\(top)} stand for them. The requests after the first tell.\n"
      }
      markets = (request.symbols ?? placeholders).map { MarketName(exchange: dialect.name, symbol: $0) }
    }
    let needs = VenueNeeds(request, dialect)
    let jobs: [HistorySync.Job]
    do throws(FileFailure) {
      jobs = try HistorySync(history.store).jobs(markets.flatMap { needs.wishes($0, now: history.now) }, dialect, refresh: options.refresh)
    } catch {
      throw StageError(fetching: error)
    }
    if jobs.isEmpty { return "nothing to ask for: everything is stored\n" }
    requests += HistorySync.requests(jobs, dialect, now: history.now)
    requests += VenueExtras.requests(markets.map(\.symbol), options, dialect, now: history.now)
    for request in requests { text += "\(request.weight) \(request.limit) \(request.path)\n" }
    for limit in dialect.limits {
      let own = requests.filter { $0.limit == limit.name }
      if own.isEmpty { continue }
      let (weight, seconds) = (own.reduce(0) { $0 + $1.weight }, Int(clamping: limit.seconds, to: 0...Int.max))
      text += "total \(own.count) requests, \(weight) of \(limit.weight) \(limit.name) in \(seconds) s\n"
    }
    return text
  }
}
