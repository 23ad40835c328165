import Confluence
import Delivery
import Glibc
import Market
import Planning
import Records
import Stage
import Wire

/// ss-chart: setups as pictures. Writes gnuplot programs; the drawing is gnuplot's.
public struct ChartStage: FilterStage, ~Copyable {
  public static let spec = StageSpec(
    name: "ss-chart", abstract: "draw setups, as gnuplot programs or as PNG files beside the stream",
    discussion: """
      Keeps the newest candles of each symbol (ss-score --pass-candles puts them into the stream; else --candles) and draws what was known at a setup's \
      close: 150 candles, volume, the zones, breaks, pools and sweeps it cites, entry zone, stop and targets with prices and R.

      --id prints the program for one setup, the last with that id, and ends the stream: pipe it into gnuplot, which writes the PNG to its standard output, \
      or with --dumb a picture of characters. --attach renders one PNG for each accepted plan and appends its path as "chart"; a file appears whole or not \
      at all, and everything else passes on. A longer timeframe is chosen for the picture where the anchor lies far back.

      --with takes sessions, range (premium and discount) and indicators as ss-indicators names them (ema_50, bb, rsi:7): prices are drawn among the \
      candles, others below, a panel for each unit.
      """,
    consumes: ["setup", "candle"], appends: "chart",
    options: [
      OptionSpec(
        "id", .required("ID"),
        help: "Print the gnuplot program of the last setup with this id (or symbol) that has a plan, else of the last, and nothing else."),
      OptionSpec(
        "attach", .required("DIR"), effect: .writes, help: "Render a PNG into DIR for each accepted plan, and append chart{path}. Needs gnuplot."),
      OptionSpec("candles", .required("FILE"), effect: .reads, help: "Candle records for symbols whose candles the stream does not carry."),
      OptionSpec("after", .required("N"), default: "0", help: "With --id: also the N candles that came after, set apart by a line."),
      OptionSpec("timeframe", .required("TF"), help: "Of the candles drawn; at least that of the candles in the stream."),
      OptionSpec("theme", .choice(Theme.allCases.map(\.rawValue)), default: "light", help: "Colours."),
      OptionSpec("with", .required("LIST"), default: "range", help: "Also draw: sessions, range, indicators; separated by commas."),
      OptionSpec("size", .required("WIDTHxHEIGHT"), default: "1080x1350", help: "Pixels of the picture."),
      OptionSpec("dumb", help: "With --id: for gnuplot's terminal of characters."), SeriesLimit.option,
    ],
    examples: [
      ExampleSpec(
        "a setup that was refused passes without a picture", command: "ss-chart --attach charts", input: refused + "\n", output: refused + "\n")
    ],
    schema: { ChartRecord.table.jsonSchema })

  private static let refused =
    #"{"type":"setup","id":"x","as_of":"2024-01-01T00:00:00Z","exchange":"x","symbol":"BTC/USDT","rejected":{"stage":"score","code":"no_direction"}}"#

  public static let keys = StreamKey.names + SetupRecord.keys + ["plan", "chart"]
  private static let plan = StreamKey.count + SetupRecord.keys.count
  private static let shown = 150

  private let id: String?
  private let folder: String?
  private let after: Int
  private let timeframe: Timeframe?
  private let canvas: Canvas
  private let overlays: Set<Chart.Overlay>
  private let indicators: ChartIndicators
  private let history: ChartHistory
  private var names: NameTable
  private var series: [ChartSeries] = []
  private var candles = CandleRecord()
  private var setups: SetupReader
  private var plans = PlanReader()
  /// With `--id`: the picture asked for, all candles known then, its series, and the candles that came later.
  private var found: (chart: Chart, known: [Candle], series: Int)?
  private var later: [Candle] = []
  private var gnuplot = Gnuplot()
  private var pictures = 0

  public init(_ arguments: Arguments) throws(StageError) {
    let id = arguments.value("id")
    let folder = arguments.value("attach")
    guard (id == nil) != (folder == nil) else { throw .usage("one of --id ID and --attach DIR is needed") }
    let extras = arguments.list("with") ?? ["range"]
    let indicators = try ChartIndicators(extras.filter { Chart.Overlay(rawValue: $0) == nil })
    let limit = try SeriesLimit(arguments)
    let history = try ChartHistory(arguments.value("candles"), limit)
    var timeframe: Timeframe?
    if let text = arguments.value("timeframe") {
      timeframe = Timeframe(text)
      if timeframe == nil { throw .usage("--timeframe takes 1m … 1M, not \"\(text)\"") }
    }
    let size = (arguments.value("size") ?? "1080x1350").split(separator: "x").compactMap { Int($0) }
    guard size.count == 2, size.allSatisfy({ (200...8000).contains($0) }) else { throw .usage("--size takes WIDTHxHEIGHT from 200 to 8000") }
    let after = try arguments.integer("after", in: 0...1000) ?? 0
    self.id = id
    self.folder = folder
    self.after = after
    self.timeframe = timeframe
    overlays = Set(extras.compactMap(Chart.Overlay.init))
    names = NameTable(limit)
    setups = SetupReader(limit)
    self.indicators = indicators
    self.history = history
    canvas = Canvas(
      form: arguments.has("dumb") ? .terminal(columns: 120, rows: 45) : .png(width: size[0], height: size[1]),
      theme: arguments.value("theme").flatMap(Theme.init) ?? .light)
  }

  public var endsStream: Bool { id != nil }

  public mutating func begin(_ run: Record) throws(StageError) { try RunRecord.checkNames(run) }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    let number = try names.market(record)
    if number == series.count { series.append(ChartSeries()) }
    if record[StreamKey.type].equals("setup") { try setups.checkNames(record) }
    if record[StreamKey.type].equals("candle") {
      let candle = try candles.decode(record)
      let timeframe = try CandleRecord.timeframe(record)
      series[number].add(candle, timeframe)
      if let found, found.series == number, timeframe == series[number].timeframe { later.append(candle) }
    } else if id != nil {
      try consider(record, number)
    } else if !setups.isRejected(record), record[Self.plan].exists {
      let setup = try setups.decode(record)
      let known = known(setup, number)
      if !known.candles.isEmpty {
        var (chart, candles) = try chart(setup, record, known)
        chart.studies = indicators.studies(over: candles, chart.timeframe, last: chart.candles.count)
        return try attach(chart, record, &output)
      }
    }
    if !endsStream { output.copy(record.line) }
  }

  private mutating func consider(_ record: Record, _ number: Int) throws(StageError) {
    let setup = try setups.decode(record)
    guard setup.id == id || setup.symbol == id else { return }
    let known = known(setup, number)
    // An idea repeats while it lasts: what had a plan is what was asked for.
    if known.candles.isEmpty || (found?.chart.plan != nil && !record[Self.plan].exists) { return }
    let (chart, candles) = try chart(setup, record, known)
    found = (chart, candles, number)
    later = series[number].candles.isEmpty ? history.series(exchange: setup.exchange, symbol: setup.symbol)?.after(setup.asOf) ?? [] : []
  }

  /// The candles before a setup: the stream's, else those of `--candles`.
  private func known(_ setup: Setup, _ number: Int) -> ChartSeries {
    guard series[number].candles.isEmpty else { return series[number] }
    return history.series(exchange: setup.exchange, symbol: setup.symbol)?.known(at: setup.asOf) ?? ChartSeries()
  }

  /// The picture, and all candles of its timeframe.
  private mutating func chart(_ setup: Setup, _ record: Record, _ known: ChartSeries) throws(StageError) -> (Chart, [Candle]) {
    let plan = record[Self.plan].exists ? try plans.decode(record[Self.plan], of: record) : nil
    let anchor = setup.evidence.first { $0.id == setup.anchor }?.id.at
    let display = max(timeframe ?? known.display(from: anchor ?? setup.asOf, count: Self.shown * 4 / 5), known.timeframe)
    let candles = ChartSeries.built(known.candles, display, count: .max)
    return (Chart(candles: candles.suffix(Self.shown), timeframe: display, setup: setup, plan: plan, overlays: overlays), candles)
  }

  private mutating func attach(_ chart: Chart, _ record: Record, _ output: inout LineWriter) throws(StageError) {
    let folder = folder ?? "."
    if pictures == 0 { mkdir(folder, 0o777) }
    pictures += 1
    let path = "\(folder)/" + FileName.of("\(chart.setup.id)-\(chart.setup.asOf.compactText)", ending: ".png")
    try gnuplot.draw(to: path) { ChartScript.text(of: chart, on: canvas, output: $0) }
    output.beginSplice(record, "chart")
    ChartRecord.encode(path: path, into: &output.buffer)
    output.endSplice()
  }

  public mutating func finish(into output: inout LineWriter) throws(StageError) {
    try gnuplot.close()
    guard let id else { return }
    guard let found else {
      throw StageError(
        .badData, "no-such-setup", "no setup \"\(id)\" with candles before it came in",
        hint: "ss-score --pass-candles puts candles into the stream, --candles takes them from a file")
    }
    var chart = found.chart
    if after > 0 { chart.after = Array(ChartSeries.built(later, chart.timeframe, count: .max).prefix(after)) }
    chart.studies = indicators.studies(over: found.known + chart.after, chart.timeframe, last: chart.candles.count + chart.after.count)
    output.buffer.append(ChartScript.text(of: chart, on: canvas, output: nil))
  }
}
