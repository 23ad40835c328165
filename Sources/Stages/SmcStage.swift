import Market
import Profiles
import Records
import Stage
import Structure
import Wire

/// ss-smc: appends `smc` to each candle.
public struct SmcStage: FilterStage, ~Copyable {
  public static let spec = StageSpec(
    name: "ss-smc", abstract: "append market structure to each candle",
    discussion: """
      Swings, breaks of structure, order blocks, fair value gaps, liquidity and the model sequence, each fact with the candle it is about ("at") and the \
      close at which it could be known ("known_at"). "events" says what became known at this close and is on every line; the lists hold what is true \
      now, the nearest of each kind and side. Nothing that was written is ever taken back: what changes later is a new event.

      In a stream with "run", lists stand only on lines that can still be the newest of their series at run.from or later. Candles of a symbol must \
      come in order of close_time, of the same instant the longer timeframe first. docs/smc-playbook.md has every rule as an inequality.
      """,
    consumes: ["candle", "instrument"], appends: "smc",
    options: [
      OptionSpec("events", help: "Write the events alone, no lists."),
      OptionSpec("flat", help: "With --events: write one event a line (smc_event) and nothing else, ready for grep and alerts."),
      OptionSpec(
        "only", .required("KINDS"), isRepeatable: true,
        help: "Only these, separated by commas: \(SmcParts.named.map(\.word).joined(separator: ", "))."),
      OptionSpec("timeframes", .required("LIST"), isRepeatable: true, help: "Read only these, as 15m,1h; other candles pass as they came."),
      OptionSpec("cap", .required("N"), default: "the profile's", help: "Facts listed of each kind and side, nearest first."),
    ] + ProfileChoice.options + [SeriesLimit.option],
    examples: [
      ExampleSpec(
        "A first candle has no structure yet", command: "ss-smc --events", input: example + "\n",
        output: example.dropLast() + #","smc":{"events":[]}}"# + "\n")
    ],
    schema: { SmcRecord.table.jsonSchema + SmcEventRecord.table.jsonSchema })

  private static let example =
    #"{"type":"candle","exchange":"x","symbol":"BTC/USDT","timeframe":"1h","open_time":"2024-01-01T00:00:00Z","close_time":"2024-01-01T01:00:00Z","open":10,"high":12,"low":9,"close":11,"volume":10}"#

  public static let keys = StreamKey.names + ["smc", "tick_size"]
  private enum Key { static let tickSize = StreamKey.count + 1 }

  private var choice: ProfileChoice
  private let options: SmcOptions
  private var rules: StructureRules
  private var story: FactStory?
  private var candles = CandleRecord()
  private var series: SeriesTable
  private var symbols: SymbolTable
  private var snapshot = StructureSnapshot()
  private var days = DayText()
  /// By series.
  private var writers: [SeriesWriter] = []
  /// Where evaluation begins: earlier lines that a later one of their series replaces in time need no lists.
  private var from = Timestamp.distantPast

  public init(_ arguments: Arguments) throws(StageError) {
    let options = try SmcOptions(arguments)
    let choice = try ProfileChoice(arguments)
    let limit = try SeriesLimit(arguments)
    series = SeriesTable(limit)
    symbols = SymbolTable(limit)
    self.options = options
    self.choice = choice
    rules = options.rules(choice.profile)
    story = options.explained.map(FactStory.init)
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if arguments.value("explain") == "" {
      return spec.discussion + "\n\nThe life of one fact of a stream: ss-smc --explain=ID < candles.ndjson\n"
    }
    return try ProfileChoice.answer(arguments)
  }

  public var configuration: String? { options.isPlain ? choice.hash : choice.hash + "+" + options.text }
  public var endsStream: Bool { options.isFlat || story != nil }

  public mutating func begin(_ run: Record) throws(StageError) {
    try choice.follow(run)
    rules = options.rules(choice.profile)
    if run[StreamKey.from].exists {
      var times = TimeReader()
      from = try times.time(run, StreamKey.from)
    }
  }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    if record[StreamKey.type].equals("instrument") { return try takeInstrument(record, &output) }
    let id = try series.series(record)
    let timeframe = series.timeframe(of: id)
    if let wanted = options.timeframes, !wanted.contains(timeframe) {
      if !endsStream { output.copy(record.line) }
      return
    }
    let candle = try candles.decode(record)
    try series.advance(id, to: candle.closeTime, record)
    let symbol = try symbols.symbol(of: id, record, rules: rules)
    try symbols.advance(symbol, to: candle.closeTime, timeframe, record)
    symbols.engines[symbol].update(candle, timeframe)
    if story != nil { return tell(symbol, &output) }
    if options.isFlat { return try writeFlat(symbol, record, &output) }
    output.beginSplice(record, "smc")
    if !options.isEventsOnly, timeframe.next(afterOpen: candle.closeTime) > from {
      symbols.engines[symbol].snapshot(timeframe, cap: rules.cap, into: &snapshot)
      while writers.count <= id { writers.append(SeriesWriter(cap: rules.cap)) }
      writers[id].writer.encode(snapshot, symbols.engines[symbol].events, &days, options.parts, into: &output.buffer)
    } else {
      SmcWriter.encodeAlone(symbols.engines[symbol].events, &days, options.parts, into: &output.buffer)
    }
    output.endSplice()
  }

  private mutating func takeInstrument(_ record: Record, _ output: inout LineWriter) throws(StageError) {
    let tick = try record.number(Key.tickSize)
    try symbols.setTick(tick, record, rules: rules)
    if !endsStream { output.copy(record.line) }
  }

  private mutating func writeFlat(_ symbol: Int, _ record: Record, _ output: inout LineWriter) throws(StageError) {
    for event in symbols.engines[symbol].events where options.parts.contains(SmcParts(event.id)) {
      SmcEventRecord.encode(
        event, exchange: record[StreamKey.exchange].bytes, symbol: record[StreamKey.symbol].bytes, &days, into: &output.buffer)
      output.endLine()
    }
  }

  private mutating func tell(_ symbol: Int, _ output: inout LineWriter) {
    for sentence in story?.sentences(of: symbols.engines[symbol].events) ?? [] {
      output.show(sentence)
      output.endLine()
    }
  }

  public mutating func finish(into output: inout LineWriter) throws(StageError) {
    guard let story, !story.isTold else { return }
    throw .data("unknown-id", "the stream has no fact \(story.text)", hint: "ids stand in the events: ss-smc --events --flat")
  }
}

/// Holds a writer where an array can hold it.
private final class SeriesWriter {
  var writer: SmcWriter
  init(cap: Int) { writer = SmcWriter(cap: cap) }
}
