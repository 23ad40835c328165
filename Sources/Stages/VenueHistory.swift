import Exchanges
import Market
import Stage
import Synchronization
import Wire

/// A venue and the store of its candles, as one run sees them: asked for what is missing, read for the rest.
final class VenueHistory {
  let options: VenueOptions
  let dialect: any Dialect
  let store: CandleStore
  private let responses: ResponseCache
  private let ledger: WeightLedger
  /// `nil` where nothing may be asked.
  private let client: VenueClient?
  private let diagnostics = Diagnostics(program: "ss-fetch")
  private let line: ProgressLine
  /// The venue's clock minus ours, in milliseconds.
  private var clockOffset: Int64 = 0
  private var knowsTime = false
  /// For the progress line.
  private var symbols = 0
  /// A live stream tries again and again; it says what it misses by its gaps.
  var isLive = false
  /// Why series could not be brought up to date.
  private(set) var failed: [SeriesID: VenueFault] = [:]

  /// The way out. The entry point puts it in: stages themselves have none.
  private static let network = Mutex<(@Sendable () -> any HTTPTransport)?>(nil)
  static func use(_ transport: @escaping @Sendable () -> any HTTPTransport) { network.withLock { $0 = transport } }

  init(_ options: VenueOptions) throws(StageError) {
    self.options = options
    dialect = options.venue.dialect
    speed = options.speed
    line = ProgressLine(quiet: options.isQuiet)
    let (folder, accounts) = (try VenueOptions.storeFolder(), try VenueOptions.ledgerFolder())
    do throws(FileFailure) {
      store = try CandleStore(folder: folder)
      responses = try ResponseCache(folder: folder)
      let transport = options.isOffline ? nil : VenueHistory.network.withLock { $0?() }
      if let transport {
        transport.limit = options.timeout
        transport.mostBytes = options.bodyLimit
        let way = try VenueClient(dialect, baseURL: options.baseURL, transport: transport, ledgerFolder: accounts)
        (client, ledger) = (way, way.ledger)
      } else {
        (client, ledger) = (nil, try VenueClient.ledger(dialect, baseURL: options.baseURL, folder: accounts))
      }
      if options.speed == 1 { clockOffset = try ledger.clockOffset() }
    } catch {
      throw StageError(.cannotCreate, "cannot-create", error.text, hint: "XDG_CACHE_HOME and XDG_STATE_HOME say where things are kept")
    }
    client?.attempts = options.retries + 1
    client?.pause = options.retryPause
    let (name, line) = (options.venue.rawValue, line)
    client?.progress = { [unowned self] progress in
      line.show(
        "\(name): \(symbols == 1 ? "1 symbol" : "\(symbols) symbols"), \(progress.answered) of \(progress.total) requests, weight left \(progress.left)"
          + ((progress.note ?? progress.secondsLeft.map { "\($0) s to go" }).map { ", \($0)" } ?? ""), urgent: progress.note != nil)
    }
  }

  /// The venue's time, as well as it is known.
  var now: Timestamp { Timestamp(clamping: Double(WeightLedger.now.milliseconds) * speed) + clockOffset }
  /// How fast the venue's clock runs; anything but 1 is a stand-in for a venue.
  private let speed: Double
  /// The instant of our clock at which the venue's will stand at `time`.
  func local(_ time: Timestamp) -> Timestamp { Timestamp(clamping: Double((time + -clockOffset).milliseconds) / speed) }

  func note(_ text: String) {
    if !options.isQuiet { diagnostics.note(text) }
  }

  // MARK: Asking

  func fetch(_ requests: [VenueRequest], _ take: (Int, Bytes) throws(VenueFault) -> Void) throws(StageError) -> [Int: VenueFault] {
    guard let client else { throw StageError(.noInput, "offline", "\(dialect.name): not stored, and nothing may be asked") }
    do throws(VenueStop) { return try client.fetch(requests, take: take) } catch { throw StageError(error, dialect) }
  }

  /// One answer, which must be had.
  func one(_ request: VenueRequest, _ take: (Bytes) throws(VenueFault) -> Void) throws(StageError) {
    if let fault = try fetch([request], { _, body throws(VenueFault) in try take(body) })[0] { throw StageError(fault, dialect) }
  }

  /// Sets our clock by the venue's, once a run. What it said is older than what it is: no candle counts as closed too early.
  /// - Parameter again: although it was asked before; clocks drift, and machines sleep.
  func askTime(again: Bool = false) throws(StageError) {
    if knowsTime, !again { return }
    try one(dialect.time()) { body throws(VenueFault) in
      let told = try dialect.decodeTime(body)
      clockOffset = 0
      clockOffset = told - now
    }
    knowsTime = true
    if speed != 1 { return }
    do throws(FileFailure) { try ledger.learn(clockOffset: clockOffset) } catch { throw StageError(fetching: error) }
  }

  /// An answer that changes slowly: from the cache while it is young enough, else asked for and kept.
  private func cached(_ request: VenueRequest, age: Int64, _ take: (Bytes) throws(VenueFault) -> Void) throws(StageError) {
    let name = "\(dialect.name) \(request.path)"
    let age = options.isOffline ? nil : options.refresh ? 0 : age
    if let kept = responses.read(name, notOlderThan: age) {
      var isGood = true
      // What can no longer be read is asked for anew.
      do throws(VenueFault) { try kept.withUnsafeBufferPointer { bytes throws(VenueFault) in try take(bytes) } } catch { isGood = false }
      if isGood { return }
    }
    var whole: [UInt8] = []
    try one(request) { body throws(VenueFault) in
      try take(body)
      whole = Array(body)
    }
    do throws(FileFailure) {
      try whole.withUnsafeBufferPointer { bytes throws(FileFailure) in try responses.write(name, bytes) }
    } catch {
      throw StageError(fetching: error)
    }
  }

  /// All markets of a kind; only `symbols`, where the venue can choose and knows them all.
  func listings(_ kind: Instrument.Kind, of symbols: [Symbol]) throws(StageError) -> [Listing] {
    var listings: [Listing] = []
    var limits: [VenueLimit] = []
    do throws(StageError) {
      var cursor: String?
      for _ in 0..<VenueHistory.pages {
        try cached(dialect.instruments(kind, symbols: symbols, cursor: cursor), age: Timestamp.day) { body throws(VenueFault) in
          let page = try dialect.decodeInstruments(body, kind)
          listings += page.listings
          limits += page.limits
          cursor = page.cursor
        }
        if cursor == nil { break }
      }
    } catch {
      // A venue that can choose refuses the whole list for one name in it.
      if error.code == "unknown-symbol", !symbols.isEmpty { return try self.listings(kind, of: []) }
      throw error
    }
    do throws(FileFailure) { if !limits.isEmpty { try ledger.learn(limits) } } catch { throw StageError(fetching: error) }
    return listings
  }

  /// No venue lists more pages of instruments than this.
  private static let pages = 100

  func universe(_ kind: Instrument.Kind, _ rules: UniverseRules) throws(StageError) -> Universe {
    let listings = try listings(kind, of: [])
    var tickers: [Ticker] = []
    try cached(dialect.tickers(kind, symbols: []), age: Timestamp.hour) { body throws(VenueFault) in tickers = try dialect.decodeTickers(body) }
    return Universe(listings, tickers, rules)
  }

  /// Brings the store up to `wishes`, and notes what could not be had.
  /// - Parameter wishes: worked out from the venue's time, which may be asked for on the way.
  @discardableResult
  func update(_ wishes: (VenueHistory) -> [HistoryWish]) throws(StageError) -> HistorySync.Report {
    let sync = HistorySync(store)
    do {
      guard let client, try !sync.jobs(wishes(self), dialect, refresh: options.refresh).isEmpty else { return HistorySync.Report() }
      try askTime()
      let jobs = try sync.jobs(wishes(self), dialect, refresh: options.refresh)
      symbols = Set(jobs.map(\.series.market)).count
      let report = try sync.run(jobs, client) { [self] in now }
      tell(report)
      return report
    } catch let error as VenueStop {
      throw StageError(error, dialect)
    } catch {
      throw StageError(fetching: error)
    }
  }

  private func tell(_ report: HistorySync.Report) {
    for (series, fault) in report.failed {
      failed[series] = fault
      if !isLive { note("not-fetched: \(series.text): \(fault.text)") }
    }
    for (series, stored, venue) in report.disagreements {
      note(
        "disagreement: \(series.text) at \(stored.openTime.text): stored close \(stored.close.text) volume \(stored.volume.text), the venue now says close "
          + "\(venue.close.text) volume \(venue.volume.text); the stored candle stays (--refresh replaces it)")
    }
    for (series, count) in report.offGrid { note("off-grid: \(series.text): \(count) candles that open between two others are left out") }
  }
}

extension StageError {
  init(_ stop: VenueStop, _ dialect: any Dialect) {
    switch stop {
    case .banned(let until, let text):
      let seconds = max(1, (until - WeightLedger.now + 999) / 1000)
      self.init(
        .temporary, "banned", "\(dialect.name) has locked this address out for another \(seconds) s: \(text)",
        hint: "nothing was or will be asked before")
    case .exhausted(let until):
      self.init(.temporary, "allowance", "\(dialect.name)'s allowance is used up for another \((until - WeightLedger.now + 999) / 1000) s")
    case .region(let text): self = StageError(VenueFault(.region, text), dialect)
    case .transport(let text): self.init(.unavailable, "no-transport", text)
    case .ledger(let failure): self.init(.inputOutput, "file-failed", failure.text)
    case .interrupted: self.init(WireError.interrupted(signal: SystemCalls().interruption()))
    }
  }

  init(_ fault: VenueFault, _ dialect: any Dialect) {
    switch fault.kind {
    case .region:
      let elsewhere = dialect.alternative.map { "its public data, without a key: --base-url \($0)" } ?? "another venue may be open to you: --exchange"
      self.init(.unavailable, "region", "\(dialect.name) does not answer from here: \(fault.text)", hint: elsewhere)
    case .unknownSymbol: self.init(.noInput, "unknown-symbol", "\(dialect.name): \(fault.text)")
    case .refused: self.init(.unavailable, "refused", "\(dialect.name): \(fault.text)")
    default: self.init(.temporary, "unavailable", "\(dialect.name): \(fault.text)")
    }
  }
}
