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
    consumes: ["candle", "gap", "instrument", "order_book", "ticker", "funding"], produces: ["setup", "zone"],
    options: [
      OptionSpec("latest", help: "At the end, write each symbol's last setup alone: a scan of a stream without run."),
      OptionSpec("pass-candles", help: "Also write the candles of each symbol's shortest timeframe, without indicators and smc."),
      OptionSpec(
        "carry", .choice(ScoreSink.Carry.allCases.map(\.rawValue)), default: "slim",
        help: "full: embed the newest enriched candle of each timeframe in the setup; features: the vector that a model is given."),
      OptionSpec("shadow", help: "Also write a zone record for each block or gap when it first carries a side, refused or not, to judge factors by."),
      OptionSpec("why", .required("SYMBOL"), help: "Write no records; at the end, say in text how the symbol's last evaluation came about."),
    ] + Advisers.options + ProfileChoice.options + [SeriesLimit.option],
    examples: [
      ExampleSpec("No candles, no setups", command: "ss-score", input: "", output: "")
    ],
    schema: { SetupRecord.table.jsonSchema + ZoneRecord.table.jsonSchema })

  public static let keys =
    StreamKey.names + ["symbols", "timeframes", "time"] + MarketQuotes.keys + InstrumentRecord.keys
    + IndicatorsReader.keys
    + SmcReader.keys
  private enum Key {
    static let symbols = StreamKey.count
    static let timeframes = StreamKey.count + 1
    static let time = StreamKey.count + 2
    static let quotes = StreamKey.count + 3
    static let instrument = quotes + MarketQuotes.keys.count
    static let indicators = instrument + InstrumentRecord.keys.count
    static let smc = indicators + IndicatorsReader.keys.count
  }

  /// A series (exchange, symbol, timeframe) of the stream.
  private struct Series {
    var market: Int
    var state: SymbolState
    var timeframe: Timeframe
    var memory = SmcReader.Memory()
    /// With `--carry full`: the newest line.
    var line: [UInt8] = []
  }

  private let passesCandles: Bool
  private var sink: ScoreSink
  private var advisers: Advisers
  private var choice: ProfileChoice
  private var evaluator: Evaluator
  private var market: MarketState
  private var order = StreamOrder()
  private var series: [Series] = []
  private var seriesNames: NameTable
  private var marketNames: NameTable
  private var times = TimeReader()
  private var candles = CandleRecord()
  private var smc = SmcReader()
  private var from = Timestamp.distantPast
  private var now = Timestamp.distantPast
  /// The run's own lists; empty without `run`.
  private var runSymbols: [String] = []
  private var runExchange = ""
  private var runShortest: Timeframe?

  public init(_ arguments: Arguments) throws(StageError) {
    if arguments.has("latest") && arguments.has("pass-candles") { throw .usage("--latest and --pass-candles exclude each other") }
    let choice = try ProfileChoice(arguments)
    // Everything is made before anything is stored: an optimised initialiser that reads its own half-made value has been seen to destroy it.
    let sink = ScoreSink(arguments)
    let evaluator = Evaluator(profile: choice.profile, explains: sink.explainsAll || sink.why != nil)
    let market = MarketState(profile: choice.profile)
    let advisers = try Advisers(arguments, choice.profile.score)
    let limit = try SeriesLimit(arguments)
    passesCandles = arguments.has("pass-candles")
    seriesNames = NameTable(limit)
    marketNames = NameTable(limit)
    self.sink = sink
    self.advisers = advisers
    self.choice = choice
    self.evaluator = evaluator
    self.market = market
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if let name = arguments.value("explain"), name != "all" { return try ScorePages.explanation(of: name) }
    if let features = Advisers.answer(arguments) { return features }
    return try ProfileChoice.answer(arguments)
  }

  public var configuration: String? { choice.hash + advisers.text }
  public var endsStream: Bool { sink.why != nil }
  /// Lines wait behind evaluations for which a plug-in has no answer yet, and go on when the input pauses.
  public static var takesEverything: Bool { true }
  public static var actsWhenIdle: Bool { true }
  public var patience: Int32? { advisers.isHolding ? 0 : nil }

  public mutating func begin(_ run: Record) throws(StageError) {
    try choice.follow(run)
    try advisers.follow(choice.profile.score)
    evaluator = Evaluator(profile: choice.profile, runID: try run.optionalString(StreamKey.runID), explains: evaluator.explains)
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
      try state(record)?.instrument = InstrumentRecord.decode(record, first: Key.instrument)
    } else if MarketQuotes.isQuote(record) {
      let time = record[Key.time].exists ? try times.time(record, Key.time) : nil
      if let time { try order.note(time, record, Key.time) }
      if let state = try state(record) { try MarketQuotes.take(record, first: Key.quotes, at: time, into: state, choice.profile.score) }
    }
    if !endsStream { try advisers.pass(record.line, to: &sink, into: &output) }
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
    let hasIndicators = try IndicatorsReader.decode(record, first: Key.indicators, into: &view.indicators)
    // Lines that no evaluation can read carry events alone.
    let hasLists = try smc.decode(record, first: Key.smc, parts(timeframe), into: &view.structure, &series[id].memory)
    view.isEnriched = hasIndicators && hasLists
    market.didClose(timeframe, of: state, after: previous)
    if sink.carry == .full { series[id].line = Array(record.line) }
    if passesCandles, !endsStream, timeframe == state.shortest, isShortest(timeframe, view) {
      try advisers.pass(record.bare(without: [Key.indicators, Key.smc]), isOpen: true, to: &sink, into: &output)
    }
    guard candle.closeTime >= from, state.isDue(timeframe), sink.wants(state) else { return }
    try evaluate(state, series[id].market, &output)
  }

  private mutating func evaluate(_ state: SymbolState, _ place: Int, _ output: inout LineWriter) throws(StageError) {
    let slot = ScoreSink.Slot(market: place, now: now, candles: sink.carry == .full ? newestCandles(of: state) : nil)
    let isPlain = advisers.isEmpty && sink.carry != .features
    if isPlain, sink.isBrief, let brief = evaluator.brief(state, in: market, at: now) {
      switch brief {
      case .refused(let refusal): return sink.take(refusal, of: state, slot, by: evaluator, into: &output)
      case .flat(let setup): return sink.take(Evaluation(setup: setup, sides: []), slot, into: &output)
      }
    }
    if !isPlain, let contest = evaluator.contest(state, in: market, at: now, carriesAll: advisers.wantsAll) {
      try advisers.ask(contest, for: slot)
    } else {
      let evaluation = evaluator.evaluate(state, in: market, at: now)
      guard advisers.isHolding else { return sink.take(evaluation, slot, into: &output) }
      advisers.hold(evaluation, for: slot)
    }
    advisers.handOut(to: &sink, into: &output)
  }

  public mutating func settle(into output: inout LineWriter) throws(StageError) {
    defer { advisers.handOut(to: &sink, into: &output) }
    try advisers.awaitAnswers()
  }

  /// As an object by timeframe.
  private func newestCandles(of state: SymbolState?) -> [UInt8] {
    var out = ByteBuffer()
    out.beginObject()
    for one in series where one.state === state && !one.line.isEmpty {
      out.key(one.timeframe.label)
      one.line.withUnsafeBufferPointer { out.value(raw: $0) }
    }
    out.endObject()
    return Array(out.bytes)
  }

  public mutating func finish(into output: inout LineWriter) throws(StageError) {
    // A plug-in that fails now leaves everything to `settle`.
    try advisers.finish()
    advisers.handOut(to: &sink, into: &output)
    try sink.finish(choice.profile, rank: order.rank, into: &output)
    if endsStream { return }
    for name in runSymbols {
      let state = market.symbol(name, on: runExchange)
      if let state, state.isFresh(at: now) { continue }
      let candles = sink.carry == .full ? newestCandles(of: state) : nil
      let stale = evaluator.stale(name, on: runExchange, at: max(now, from))
      sink.write(stale, [], ScoreSink.Slot(market: 0, now: now, candles: candles), into: &output.buffer)
      output.endLine()
    }
  }

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
    return isRead || sink.explainsAll ? .all : [.sequence, .sweeps]
  }

  /// The number of a record's series.
  private mutating func number(_ record: Record) throws(StageError) -> Int {
    let id = try seriesNames.series(record)
    if id == series.count { try meet(record) }
    return id
  }

  private mutating func meet(_ record: Record) throws(StageError) {
    let known = series.count
    defer { if series.count == known { seriesNames.forgetNewest() } }
    guard let state = try state(record) else { throw record.wrong(StreamKey.symbol, "a symbol like BTC/USDT") }
    series.append(Series(market: try marketNames.market(record), state: state, timeframe: try CandleRecord.timeframe(record)))
  }

  /// The state of a record's symbol.
  private mutating func state(_ record: Record) throws(StageError) -> SymbolState? {
    let (known, number) = (marketNames.count, try marketNames.market(record))
    let state = market.symbol(try record.text(StreamKey.symbol).text, on: try record.text(StreamKey.exchange).text)
    if number < known { return state }
    if let state { order.add(state) } else { marketNames.forgetNewest() }
    return state
  }
}
