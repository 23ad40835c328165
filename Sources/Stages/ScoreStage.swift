import Confluence
import Market
import Profiles
import Records
import Stage
import Wire

/// ss-score: folds the timeframes of each symbol into one setup an evaluation.
public struct ScoreStage: FilterStage, ~Copyable {
  public static let spec = StageSpec(
    name: "ss-score", abstract: "score both directions of each symbol, and say which one it takes",
    discussion: """
      Candles with "indicators" and "smc" go in and are consumed; each close of the profile's trigger timeframe from run.from on gives one setup. Both \
      directions are scored by the same mirrored factors and asked the same gates; LONG, SHORT or FLAT is chosen, a tie is FLAT. Only "ready" setups \
      are accepted: all others carry "rejected" with a code and what is missing. Every other record passes through.

      At the end of the run, symbols without a fresh candle are "stale_data". The order of the whole stream is checked: event time, then BTC, symbol, \
      exchange, longer timeframes first. docs/quality-gates.md has every gate and factor.
      """,
    consumes: ["candle", "gap", "instrument", "order_book"], produces: ["setup"],
    options: [
      OptionSpec("latest", help: "At the end, write each symbol's last setup alone: a scan of a stream without run."),
      OptionSpec("pass-candles", help: "Also write the candles of each symbol's shortest timeframe, without indicators and smc."),
      OptionSpec(
        "carry", .choice(["slim", "full"]), default: "slim", help: "full: embed the newest enriched candle of each timeframe in the setup."),
      OptionSpec("why", .required("SYMBOL"), help: "Write no records; at the end, say in text how the symbol's last evaluation came about."),
    ] + ProfileChoice.options,
    examples: [
      ExampleSpec("No candles, no setups", command: "ss-score", input: "", output: "")
    ],
    schema: { SetupRecord.table.jsonSchema })

  public static let keys = StreamKey.names + ["indicators", "smc", "symbols", "timeframes", "bids", "asks", "time"] + InstrumentRecord.keys
  private enum Key {
    static let indicators = StreamKey.count
    static let smc = StreamKey.count + 1
    static let symbols = StreamKey.count + 2
    static let timeframes = StreamKey.count + 3
    static let bids = StreamKey.count + 4
    static let asks = StreamKey.count + 5
    static let time = StreamKey.count + 6
    static let instrument = StreamKey.count + 7
  }

  /// A series (exchange, symbol, timeframe) of the stream.
  private struct Series {
    var market: Int
    var state: SymbolState
    var timeframe: Timeframe
    /// With `--carry full`: the newest line.
    var line: [UInt8] = []
  }

  private let isLatest: Bool
  private let passesCandles: Bool
  private let carriesFull: Bool
  private let why: String?
  private let explainsAll: Bool
  private var choice: ProfileChoice
  private var evaluator: Evaluator
  private var market: MarketState
  private var order = StreamOrder()
  private var series: [Series] = []
  private var seriesKeys = KeyTable()
  private var seriesNumbers: [Int] = []
  private var marketKeys = KeyTable()
  private var times = TimeReader()
  private var candles = CandleRecord()
  private var indicators = IndicatorsReader()
  private var smc = SmcReader()
  private var from = Timestamp.distantPast
  private var now = Timestamp.distantPast
  /// The run's own lists; empty without `run`.
  private var runSymbols: [String] = []
  private var runExchange = ""
  private var runShortest: Timeframe?
  /// With `--latest`: each market's last setup, encoded, and its instant.
  private var latest: [(at: Timestamp, setup: ByteBufferBox)] = []
  private var lastEvaluation: Evaluation?

  public init(_ arguments: Arguments) throws(StageError) {
    if arguments.has("latest") && arguments.has("pass-candles") { throw .usage("--latest and --pass-candles exclude each other") }
    let choice = try ProfileChoice(arguments)
    // Everything is made before anything is stored: an optimised initialiser that reads its own half-made value has been seen to destroy it.
    let why = arguments.value("why")
    let explainsAll = arguments.value("explain") == "all"
    let evaluator = Evaluator(profile: choice.profile, explains: explainsAll || why != nil)
    let market = MarketState(profile: choice.profile)
    isLatest = arguments.has("latest")
    passesCandles = arguments.has("pass-candles")
    carriesFull = arguments.value("carry") == "full"
    self.why = why
    self.explainsAll = explainsAll
    self.choice = choice
    self.evaluator = evaluator
    self.market = market
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if let name = arguments.value("explain"), name != "all" { return try ScorePages.explanation(of: name) }
    return try ProfileChoice.answer(arguments)
  }

  public var configuration: String? { choice.hash }
  public var endsStream: Bool { why != nil }

  public mutating func begin(_ run: Record) throws(StageError) {
    try choice.follow(run)
    evaluator = Evaluator(profile: choice.profile, runID: try run.optionalString(StreamKey.runID), explains: explainsAll || why != nil)
    market = MarketState(profile: choice.profile)
    if run[StreamKey.from].exists { from = try times.time(run, StreamKey.from) }
    runExchange = try run.optionalString(StreamKey.exchange) ?? ""
    runShortest = run[Key.timeframes].elements.compactMap { Timeframe($0.bytes) }.min()
    runSymbols = run[Key.symbols].elements.compactMap(\.string)
  }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    if record[StreamKey.type].equals("candle") { return try takeCandle(record, &output) }
    if record[StreamKey.type].equals("gap") {
      let gap = try GapRecord.decode(record)
      try order.note(gap.to, record, StreamKey.to)
      let id = try number(record)
      series[id].state.noteGap(gap.timeframe, endingAt: gap.to)
    } else if record[StreamKey.type].equals("instrument") {
      let instrument = try InstrumentRecord.decode(record, first: Key.instrument)
      try state(record)?.instrument = instrument
    } else {
      if record[Key.time].exists { try order.note(try times.time(record, Key.time), record, Key.time) }
      try state(record)?.spread = OrderBookRecord.spread(record, bids: Key.bids, asks: Key.asks)
    }
    if !endsStream { output.copy(record.line) }
  }

  private mutating func takeCandle(_ record: Record, _ output: inout LineWriter) throws(StageError) {
    let id = try number(record)
    let candle = try candles.decode(record)
    let (state, timeframe) = (series[id].state, series[id].timeframe)
    try order.advance(series[id].market, timeframe, to: candle.closeTime, record)
    now = candle.closeTime
    market.advance(to: now)
    let view = state.view(of: timeframe)
    let previous = view.closeTime
    view.candle = candle
    let hasIndicators = record[Key.indicators].exists
    view.indicators = hasIndicators ? try indicators.decode(record, Key.indicators) : IndicatorValues()
    // Lines that no evaluation can read carry events alone.
    let hasLists = record[Key.smc].exists ? try smc.decode(record, Key.smc, parts(timeframe), into: &view.structure) : false
    view.isEnriched = hasIndicators && hasLists
    market.didClose(timeframe, of: state, after: previous)
    if carriesFull { series[id].line = Array(record.line) }
    if passesCandles, !endsStream, timeframe == state.shortest, isShortest(timeframe, view) {
      output.copyBare(record, without: [Key.indicators, Key.smc])
    }
    guard candle.closeTime >= from, state.isDue(timeframe) else { return }
    try evaluate(state, series[id].market, &output)
  }

  private mutating func evaluate(_ state: SymbolState, _ place: Int, _ output: inout LineWriter) throws(StageError) {
    if let why {
      if state.name == why || state.symbol == Symbol(why) { lastEvaluation = evaluator.evaluate(state, in: market, at: now) }
      return
    }
    let setup = evaluator.evaluate(state, in: market, at: now).setup
    if isLatest {
      while latest.count <= place { latest.append((.distantPast, ByteBufferBox())) }
      latest[place].at = now
      latest[place].setup.buffer.truncate(to: 0)
      write(setup, into: &latest[place].setup.buffer)
    } else {
      write(setup, into: &output.buffer)
      output.endLine()
    }
  }

  private func write(_ setup: Setup, into out: inout ByteBuffer) {
    SetupRecord.encodeOpen(setup, isBrief: !explainsAll, into: &out)
    guard carriesFull else { return out.endObject() }
    out.key("candles")
    out.beginObject()
    for one in series where one.state.exchange == setup.exchange && one.state.name == setup.symbol && !one.line.isEmpty {
      out.key(one.timeframe.label)
      one.line.withUnsafeBufferPointer { out.value(raw: $0) }
    }
    out.endObject()
    out.endObject()
  }

  public mutating func finish(into output: inout LineWriter) throws(StageError) {
    if let why {
      guard let lastEvaluation else { throw .data("unknown-symbol", "nothing of \(why) was evaluated") }
      output.buffer.append(ScorePages.why(lastEvaluation, choice.profile))
      output.endLine()
      return
    }
    let places = latest.indices.filter { latest[$0].at > .distantPast }
    for place in places.sorted(by: { (latest[$0].at, order.rank($0)) < (latest[$1].at, order.rank($1)) }) {
      output.copy(latest[place].setup.buffer.bytes)
    }
    for name in runSymbols {
      if let state = market.symbol(name, on: runExchange), state.isFresh(at: now) { continue }
      write(evaluator.stale(name, on: runExchange, at: max(now, from)), into: &output.buffer)
      output.endLine()
    }
  }

  // MARK: Reading

  /// Whether a timeframe that is the shortest so far will stay so: as the run says, or because none has closed between two of its candles.
  private func isShortest(_ timeframe: Timeframe, _ view: TimeframeView) -> Bool {
    runShortest.map { timeframe == $0 || view.bars > 1 } ?? true
  }

  /// What evaluations read of a timeframe: of one that only triggers, little.
  private func parts(_ timeframe: Timeframe) -> SmcParts {
    let roles = choice.profile.timeframes
    let isRead =
      roles.structure.contains(timeframe) || roles.context.contains(timeframe) || roles.planning == timeframe
      || roles.planningFallback == timeframe
    return isRead ? .all : [.sequence, .sweeps, .range]
  }

  /// The number of a record's series.
  private mutating func number(_ record: Record) throws(StageError) -> Int {
    let id = seriesKeys.id(try record.text(StreamKey.exchange), try record.text(StreamKey.symbol), try record.text(StreamKey.timeframe))
    if id < seriesNumbers.count, seriesNumbers[id] >= 0 { return seriesNumbers[id] }
    // A key that is refused keeps its place: on its next line it is refused again.
    if id == seriesNumbers.count { seriesNumbers.append(-1) }
    let timeframe = try CandleRecord.timeframe(record)
    guard let state = try state(record) else { throw record.wrong(StreamKey.symbol, "a symbol like BTC/USDT") }
    let market = marketKeys.id(try record.text(StreamKey.exchange), try record.text(StreamKey.symbol), Bytes(start: nil, count: 0))
    series.append(Series(market: market, state: state, timeframe: timeframe))
    seriesNumbers[id] = series.count - 1
    return seriesNumbers[id]
  }

  /// The state of a record's symbol.
  private mutating func state(_ record: Record) throws(StageError) -> SymbolState? {
    let (exchange, symbol) = (try record.text(StreamKey.exchange), try record.text(StreamKey.symbol))
    let state = market.symbol(symbol.text, on: exchange.text)
    let known = marketKeys.count
    if let state, marketKeys.id(exchange, symbol, Bytes(start: nil, count: 0)) == known { order.add(state) }
    return state
  }
}

/// A growing run of bytes that an array can hold.
private final class ByteBufferBox {
  var buffer = ByteBuffer()
}
