import Exchanges
import Market
import Records
import Stage
import Wire

/// ss-fetch: candles from files or the synthetic market, as one stream in canonical order.
public struct FetchStage: SourceStage {
  public static let spec = StageSpec(
    name: "ss-fetch", abstract: "candles of venues, files or a synthetic market, in one stream",
    discussion: """
      Writes one closed candle a line, in the order of the stream: by close, bitcoin first, longer timeframes first. Numbers pass digit for
      digit. Longer timeframes are built from shorter ones, holes are told as gap records and never filled.

      Candles of Binance, Bybit and OKX are asked for once and kept under $XDG_CACHE_HOME/snipersight, one NDJSON file a series; only what is
      missing is asked for, within the venue's allowance, which all processes of the machine share. A series that cannot be had is told on
      standard error, by a gap with the cause outage, and by not_fetched in the end record; the others go on, and the run ends with 0 (with 75
      by --require-all). Where nothing could be had it ends with 75, 69 or 66 and no stream. `sync` brings the store up to date and writes no
      stream, `list` shows what is stored, `prune` removes series, `universe` says which markets topN keeps, and why it drops the others.

      With - and --input-format binance-ws or bybit-ws, the closed candles of WebSocket messages on standard input are written in order, without
      run and end; --lateness says how long one may be late.

      From candle files, a broken, doubled or misplaced row ends the run with its name, line and column.

      The stream begins with a run record and one instrument record a market, and ends with an end record. run.from is where evaluation begins:
      the last close (a scan), or --from (a backtest).
      """,
    input: .operands("[sync|list|prune|universe] [SYMBOL…|FILE…|-]"),
    produces: ["run", "instrument", "candle", "gap", "ticker", "funding", "order_book", "end"], options: FetchRequest.options,
    variables: VenueOptions.variables,
    examples: [
      ExampleSpec(
        "The last closed week of one synthetic market.",
        command: "ss-fetch --exchange synthetic --symbols BTC/USDT --timeframes 1w --bars 1 | grep candle",
        output: """
          {"type":"candle","exchange":"synthetic","symbol":"BTC/USDT","timeframe":"1w","open_time":"2024-06-24T00:00:00Z",\
          "close_time":"2024-07-01T00:00:00Z","open":30371.92,"high":32847.35,"low":29067.08,"close":31121.10,"volume":677897.40563}

          """)
    ],
    schema: {
      [
        RunRecord.table, InstrumentRecord.table, CandleRecord.table, GapRecord.table, TickerRecord.table, FundingRecord.table, OrderBookRecord.table,
        EndRecord.table,
      ].map(\.jsonSchema).joined()
    })

  private let plan: FetchPlan
  private let configuration: String
  private let requiresAll: Bool
  private var feeds: [MarketFeed]
  private var merge: CanonicalMerge
  /// By feed, the encoders of its timeframes.
  private var encoders: [[CandleEncoder]]
  private var hasBegun = false
  private var isOver = false
  private var pace: ReplayPace?
  /// The feed whose record waits for its time.
  private var held: Int?
  /// What is told besides candles, each at its place.
  private var notes: NoteQueue
  public private(set) var isWaiting = false

  /// Records written between two looks at the output's size.
  private static let batch = 256

  public init(_ arguments: Arguments) throws(StageError) {
    let request = try FetchRequest(arguments, arguments.operands)
    let plan = try FetchPlan(request)
    let plays = plan.live == nil && request.speed != nil
    pace = plays ? plan.run.map { ReplayPace(from: $0.from, speed: request.speed ?? 1) } : nil
    configuration = request.profile.hash
    requiresAll = request.venue?.requiresAll ?? false
    feeds = plan.feeds
    merge = CanonicalMerge(plan.feeds)
    encoders = FetchStage.encoders(plan.feeds)
    notes = NoteQueue(plan.notes)
    self.plan = plan
  }

  private static func encoders(_ feeds: [MarketFeed]) -> [[CandleEncoder]] {
    feeds.map { feed in
      Timeframe.allCases.map { CandleEncoder(exchange: feed.market.exchange, symbol: feed.market.symbol, timeframe: $0) }
    }
  }

  /// A part that could not be had is told in the stream; it is a failure only where all was required.
  public var verdict: ExitCode { requiresAll && plan.notFetched > 0 ? .temporary : .ok }

  /// Puts in the way out to the venues.
  public static func use(_ transport: @escaping @Sendable () -> any HTTPTransport) { VenueHistory.use(transport) }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if arguments.has("explain") { return explanation }
    if let text = try ProfileChoice.answer(arguments) { return text }
    return try StoreVerb.answer(arguments)
  }

  /// What `--explain` prints.
  private static let explanation = """
    Order      event time (close_time, a gap's to), gaps before candles, bitcoin before the others of its venue and kind, then symbol, exchange,
               longer timeframe first. Files are merged as they are read, one record of each in memory.
    Building   a longer candle opens with its calendar bucket (weeks Monday, months the first, 00:00 UTC) and closes when the stream's clock passes
               its end. Open, high, low and close are digits of the candles inside, volumes exact sums; candles without volume count only where
               no other is. The first bucket is dropped when the file begins inside it, the last one while it is open.
    Gaps       wherever a candle does not open at the close of the one before, in files and in what is built from them. Nothing is filled in.
    Instrument the finest decimals of the first 1,000 rows are tick and lot, fees are the usual ones of the kind; --instruments knows better.
    run.from   --from, else the last close of the profile's trigger timeframe, or of the next longer one that is carried.
    Venues     candles that are not stored are asked for in pages, by the venue's clock; what is still forming is left out. Days, weeks and the like that
               the venue lacks are built. All processes share one account of its allowance, of which a tenth stays free.
    Store      one NDJSON file a series, closed candles only, in order; holes and beginnings are gap records in it. A closed candle never changes:
               where the venue later tells another, that is reported, and only --refresh replaces it.
    Besides    --with: tickers and order books stand before the candles of the last close of the trigger timeframe, live before those of each close,
               and say by taken_at when the venue said them; fundings stand where they were exchanged.
    Failures   a series that could not be had ends in a gap with the cause outage; end.not_fetched counts them.
    Messages   of WebSockets: candles of one close are held until --lateness has passed by the times of the messages; later ones become gaps.
    Synthetic  seeded; trends, ranges and volatile spells, bitcoin ahead of the others. A candle depends on seed, symbol and time alone.

    """

  /// A live stream, and one that is played, still ends in order.
  public mutating func stop(into output: inout LineWriter) -> Bool {
    guard plan.live != nil || pace != nil, hasBegun, !isOver else { return false }
    _ = finish(.interrupted, into: &output)
    return true
  }

  public mutating func emit(into output: inout LineWriter) throws(StageError) -> Bool {
    if isOver { return false }
    if !hasBegun {
      begin(into: &output)
      hasBegun = true
    }
    if isWaiting {
      isWaiting = false
      guard try wait() else { return finish(.interrupted, into: &output) }
    }
    for _ in 0..<FetchStage.batch {
      guard let next = try nextFeed(), let item = feeds[next].item else {
        notes.tell(before: nil, of: nil, into: &output)
        if plan.live == nil { return finish(.complete, into: &output) }
        isWaiting = true
        return true
      }
      if let pace, !pace.isDue(item.eventTime) {
        held = next
        isWaiting = true
        return true
      }
      if !notes.isEmpty { notes.tell(before: item, of: feeds[next].market, into: &output) }
      write(item, of: next, into: &output)
    }
    return true
  }

  private mutating func nextFeed() throws(StageError) -> Int? {
    if let next = held {
      held = nil
      return next
    }
    do { return try merge.next() } catch { throw StageError(fetching: error) }
  }

  /// Waits for the time of the record that is held, or for the next closes of a live stream.
  /// - Returns: false when asked to end meanwhile.
  private mutating func wait() throws(StageError) -> Bool {
    if let held, let item = feeds[held].item { return pace?.wait(for: item.eventTime) ?? true }
    guard let window = try plan.live?.next() else { return false }
    feeds = window.feeds
    encoders = FetchStage.encoders(feeds)
    notes.add(window.notes)
    merge = CanonicalMerge(feeds)
    return true
  }

  private func write(_ item: MarketItem, of feed: Int, into output: inout LineWriter) {
    switch item {
    case .candle(let timeframe, let candle): encoders[feed][Int(timeframe.rawValue)].encode(candle, into: &output.buffer)
    case .line(_, let line): output.buffer.append(line.text)
    case .gap(let gap): GapRecord.encode(gap, exchange: feeds[feed].market.exchange, symbol: feeds[feed].market.symbol, into: &output.buffer)
    }
    output.endLine()
  }

  private mutating func finish(_ status: EndRecord.Status, into output: inout LineWriter) -> Bool {
    if plan.run != nil {
      EndRecord.encode(records: output.linesWritten, notFetched: plan.notFetched, status: status, into: &output.buffer)
      output.endLine()
    }
    isOver = true
    // The end is in order: what is written goes out.
    if status == .interrupted { forgetInterruption() }
    return false
  }

  private func begin(into output: inout LineWriter) {
    guard let run = plan.run else { return }
    run.encodeOpen(into: &output.buffer)
    output.buffer.key(FetchStage.spec.name)
    output.buffer.beginObject()
    output.buffer.field("version", snipersightVersion)
    output.buffer.field("config", configuration)
    output.buffer.endObject()
    output.buffer.endObject()
    output.endLine()
    for (market, instrument) in plan.instruments {
      InstrumentRecord.encode(instrument, exchange: market.exchange, symbol: market.symbol, into: &output.buffer)
      output.endLine()
    }
  }
}
