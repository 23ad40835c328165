import Confluence
import Delivery
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
      Keeps the newest candles of each symbol (ss-score --pass-candles puts them into the stream) and draws what was known at a setup's close: candles, \
      volume, the zones, breaks, pools and sweeps it cites, entry zone, stop and targets with prices and R.

      --id prints the program for one setup, the last with that id, and ends the stream: pipe it into gnuplot. --attach renders one PNG for each accepted \
      plan and appends its path as "chart"; everything else passes on. A longer timeframe is chosen for the picture where the anchor lies far back.
      """,
    consumes: ["setup", "candle"], appends: "chart",
    options: [
      OptionSpec(
        "id", .required("ID"),
        help: "Print the gnuplot program of the last setup with this id (or symbol) that has a plan, else of the last, and nothing else."),
      OptionSpec("attach", .required("DIR"), help: "Render a PNG into DIR for each accepted plan, and append chart{path}. Needs gnuplot."),
      OptionSpec("after", .required("N"), default: "0", help: "With --id: also the N candles that came after, set apart by a line."),
      OptionSpec("timeframe", .required("TF"), help: "Of the candles drawn; at least that of the candles in the stream."),
      OptionSpec("theme", .choice(Theme.allCases.map(\.rawValue)), default: "light", help: "Colours."),
      OptionSpec("with", .required("LIST"), default: "range", help: "Also draw: sessions, ema, range; separated by commas."),
      OptionSpec("size", .required("WIDTHxHEIGHT"), default: "1080x1350", help: "Pixels of the picture."),
      OptionSpec("dumb", help: "With --id: for gnuplot's terminal of characters."),
    ],
    examples: [
      ExampleSpec(
        "a setup that was refused passes without a picture", command: "ss-chart --attach charts", input: refused + "\n", output: refused + "\n")
    ])

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
  private var table = KeyTable()
  private var series: [ChartSeries] = []
  private var candles = CandleRecord()
  private var setups = SetupReader()
  private var plans = PlanReader()
  /// With `--id`: the picture asked for, its series, and the candles that came later.
  private var found: (chart: Chart, series: Int)?
  private var later: [Candle] = []
  private var gnuplot = Gnuplot()

  public init(_ arguments: Arguments) throws(StageError) {
    let id = arguments.value("id")
    let folder = arguments.value("attach")
    guard (id == nil) != (folder == nil) else { throw .usage("one of --id ID and --attach DIR is needed") }
    let overlays = Set((arguments.list("with") ?? ["range"]).compactMap(Chart.Overlay.init))
    if overlays.count != arguments.list("with")?.count ?? 1 { throw .usage("--with takes sessions, ema and range") }
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
    self.overlays = overlays
    canvas = Canvas(
      form: arguments.has("dumb") ? .terminal(columns: 120, rows: 45) : .png(width: size[0], height: size[1]),
      theme: arguments.value("theme").flatMap(Theme.init) ?? .light)
  }

  public var endsStream: Bool { id != nil }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    let number = table.id(try record.text(StreamKey.exchange), try record.text(StreamKey.symbol), Bytes(start: nil, count: 0))
    if number == series.count { series.append(ChartSeries()) }
    if record[StreamKey.type].equals("candle") {
      let candle = try candles.decode(record)
      let timeframe = try CandleRecord.timeframe(record)
      series[number].add(candle, timeframe)
      if let found, found.series == number, timeframe == series[number].timeframe { later.append(candle) }
    } else if id != nil {
      try consider(record, number)
    } else if !setups.isRejected(record), record[Self.plan].exists, !series[number].candles.isEmpty {
      return try attach(try chart(try setups.decode(record), record, number), record, &output)
    }
    if !endsStream { output.copy(record.line) }
  }

  private mutating func consider(_ record: Record, _ number: Int) throws(StageError) {
    let setup = try setups.decode(record)
    guard setup.id == id || setup.symbol == id, !series[number].candles.isEmpty else { return }
    // An idea repeats while it lasts: what had a plan is what was asked for.
    if found?.chart.plan != nil, !record[Self.plan].exists { return }
    found = (try chart(setup, record, number), number)
    later = []
  }

  private mutating func chart(_ setup: Setup, _ record: Record, _ number: Int) throws(StageError) -> Chart {
    let plan = record[Self.plan].exists ? try plans.decode(record[Self.plan], of: record) : nil
    let known = series[number]
    let anchor = setup.evidence.first { $0.id == setup.anchor }?.id.at
    let display = timeframe ?? known.display(from: anchor ?? setup.asOf, count: Self.shown * 4 / 5)
    let candles = ChartSeries.built(known.candles, max(display, known.timeframe), count: Self.shown)
    return Chart(candles: candles, timeframe: max(display, known.timeframe), setup: setup, plan: plan, overlays: overlays)
  }

  private mutating func attach(_ chart: Chart, _ record: Record, _ output: inout LineWriter) throws(StageError) {
    let name = String(
      "\(chart.setup.id)-\(chart.setup.asOf.compactText)".map { $0.isASCII && ($0.isLetter || $0.isNumber) || "-._".contains($0) ? $0 : "-" })
    let path = "\(folder ?? ".")/\(name).png"
    try gnuplot.draw(ChartScript.text(of: chart, on: canvas, output: path))
    output.beginSplice(record, "chart")
    output.buffer.beginObject()
    output.buffer.field("path", path)
    output.buffer.endObject()
    output.endSplice()
  }

  public mutating func finish(into output: inout LineWriter) throws(StageError) {
    try gnuplot.close()
    guard let id else { return }
    guard var chart = found?.chart else {
      throw StageError(
        .badData, "no-such-setup", "no setup \"\(id)\" with candles before it came in", hint: "ss-score --pass-candles puts candles into the stream")
    }
    if after > 0 { chart.after = Array(ChartSeries.built(later, chart.timeframe, count: .max).prefix(after)) }
    output.buffer.append(ChartScript.text(of: chart, on: canvas, output: nil))
  }
}
