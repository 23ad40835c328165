import Indicators
import Market
import Profiles
import Records
import Stage
import Wire

/// ss-indicators: appends `indicators` to each candle.
public struct IndicatorsStage: FilterStage, ~Copyable {
  public static let spec = StageSpec(
    name: "ss-indicators", abstract: "append indicator values to each candle",
    discussion: """
      Each series (exchange, symbol, timeframe) has its own state. A value appears at its textbook first index and is absent where it does not exist; \
      "ready" is true once those that the profile needs have settled to within 0.1 % of what an endless history would give. A gap record makes each \
      indicator do what its card says: go on, leave the change across the hole out, or begin again.

      The profile says which indicators run. A name in --only or --add is an indicator (macd: all its values), one value of one (bb_upper), or either with \
      parameters (ema:34, ema_34, bb:20:2.5). --set changes a parameter of an indicator (rsi.period=21) or a value of the profile.
      """,
    consumes: ["candle", "gap"], appends: "indicators",
    options: [
      OptionSpec("only", .required("NAMES"), isRepeatable: true, help: "These instead of the profile's, separated by commas."),
      OptionSpec("add", .required("NAMES"), isRepeatable: true, help: "These besides."),
      OptionSpec("list", help: "Print every indicator: values, parameters and their defaults, warm-up, formula, source."),
    ] + ProfileChoice.options + [SeriesLimit.option],
    examples: [
      ExampleSpec(
        "The true range of the last two candles", command: "ss-indicators --only atr:1,obv", input: example[0] + "\n" + example[1] + "\n",
        output: example[0].dropLast() + ",\"indicators\":{\"obv\":10}}\n" + example[1].dropLast() + ",\"indicators\":{\"atr_1\":3,\"obv\":30}}\n")
    ],
    schema: { IndicatorsRecord.table.jsonSchema })

  private static let example = [
    #"{"type":"candle","exchange":"x","symbol":"BTC/USDT","timeframe":"1h","open_time":"2024-01-01T00:00:00Z","close_time":"2024-01-01T01:00:00Z","open":10,"high":12,"low":9,"close":11,"volume":10}"#,
    #"{"type":"candle","exchange":"x","symbol":"BTC/USDT","timeframe":"1h","open_time":"2024-01-01T01:00:00Z","close_time":"2024-01-01T02:00:00Z","open":11,"high":13,"low":10,"close":12,"volume":20}"#,
  ]

  public static let keys = StreamKey.names + ["indicators"]

  private var choice: ProfileChoice
  private let request: IndicatorOptions
  private var selection: IndicatorSelection
  private var record: IndicatorsRecord
  private var row: [Double]
  private var candles = CandleRecord()
  private var series: SeriesTable
  private var plans: [Timeframe: IndicatorPlan] = [:]
  private var bundles: [IndicatorBundle] = []
  /// The bundles again, without the counting of references that each candle would cost.
  private var calls: [Unmanaged<IndicatorBundle>] = []

  public init(_ arguments: Arguments) throws(StageError) {
    let request = IndicatorOptions(arguments)
    let choice = try ProfileChoice(arguments, overrides: request.profileOverrides)
    let selection = try request.selection(choice.profile)
    let limit = try SeriesLimit(arguments)
    series = SeriesTable(limit)
    self.request = request
    self.choice = choice
    self.selection = selection
    record = IndicatorsRecord(selection)
    row = Array(repeating: .nan, count: selection.width)
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if arguments.has("list") { return IndicatorPages.list }
    if let name = arguments.value("explain") { return try IndicatorPages.explanation(of: name) }
    return try ProfileChoice.answer(arguments, overrides: IndicatorOptions(arguments).profileOverrides)
  }

  public var configuration: String? { request.isPlain ? choice.hash : choice.hash + "+" + request.text }

  public mutating func begin(_ run: Record) throws(StageError) {
    try choice.follow(run)
    selection = try request.selection(choice.profile)
    record = IndicatorsRecord(selection)
    row = Array(repeating: .nan, count: selection.width)
  }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    let id = try series.series(record)
    if id == bundles.count {
      let timeframe = series.timeframe(of: id)
      let plan = plans[timeframe] ?? IndicatorPlan(selection, timeframe: timeframe)
      plans[timeframe] = plan
      bundles.append(IndicatorBundle(plan))
      calls.append(.passUnretained(bundles[id]))
    }
    if record[StreamKey.type].equals("gap") {
      bundles[id].gap()
      output.copy(record.line)
      return
    }
    let candle = try candles.decode(record)
    try series.advance(id, to: candle.closeTime, record)
    output.beginSplice(record, "indicators")
    row.withUnsafeMutableBufferPointer { row in
      guard let values = row.baseAddress else { return }
      calls[id]._withUnsafeGuaranteedRef { $0.update(candle, into: values) }
      self.record.encode(values, into: &output.buffer)
    }
    output.endSplice()
  }
}

/// The part of the command line that is about indicators.
struct IndicatorOptions {
  private let only: [String]?
  private let add: [String]
  private let settings: [(key: String, value: String)]
  /// The rest of `--set`.
  let profileOverrides: [String]

  init(_ arguments: Arguments) {
    only = arguments.list("only")
    add = arguments.list("add") ?? []
    var mine: [(key: String, value: String)] = []
    var rest: [String] = []
    for text in arguments.all("set") {
      let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let group = sides[0].split(separator: ".").first.map(String.init) ?? ""
      if sides.count == 2, IndicatorRegistry.named(group) != nil { mine.append((sides[0], sides[1])) } else { rest.append(text) }
    }
    settings = mine
    profileOverrides = rest
  }

  var isPlain: Bool { only == nil && add.isEmpty && settings.isEmpty }

  /// What was asked for besides the profile, in one line.
  var text: String {
    ((only.map { ["only=" + $0.joined(separator: ",")] } ?? []) + add.map { "add=" + $0 } + settings.map { "\($0.key)=\($0.value)" }).joined(
      separator: ";")
  }

  func selection(_ profile: Profile) throws(StageError) -> IndicatorSelection {
    do throws(IndicatorSelectionError) {
      return try IndicatorSelection(rules: profile.indicators, only: only, add: add, set: settings)
    } catch {
      throw .usage(error.description, hint: "see ss-indicators --list")
    }
  }
}
