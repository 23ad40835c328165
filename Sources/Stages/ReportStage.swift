import Evidence
import Market
import Profiles
import Records
import Risk
import Stage
import Wire

/// ss-report: what a whole run says about itself. The stream ends here.
public struct ReportStage: FilterStage, ~Copyable {
  public static let spec = StageSpec(
    name: "ss-report", abstract: "statistics, evidence and a verdict of a whole run",
    discussion: """
      Reads the setups, trades and candles of a run to its end and reports: where evaluations went, by stage and code; trade and equity statistics; \
      groups by regime, session, weekday, symbol, style; buying and holding beside it; and how far all this is from luck.

      The verdict is edge, no edge shown, or not enough data, with the smallest edge that a sample of this size could show. It asks for the lower \
      99 % bound of mean net R (blocks of days drawn together), the same orders placed at random times (--pass-candles in ss-score brings the candles), \
      the Sharpe ratio deflated by the configurations tried, and a mean above zero without any one symbol. docs/backtesting.md has every formula.

      Evaluations in must be accepted or refused, approved orders filled, expired or waiting, filled ones closed or open: else the run ends with 65 \
      funnel-leak.
      """,
    consumes: ["setup", "trade", "candle", "zone"], produces: ["report"],
    options: [
      OptionSpec(
        "render", .choice(Form.allCases.map(\.rawValue)), default: "text", help: "What is printed: text, or the report record as one JSON line."),
      OptionSpec("json", .required("FILE"), effect: .writes, help: "Also write the report record to FILE."),
      OptionSpec("html", .required("FILE"), effect: .writes, help: "Also write the report to FILE as one page that needs no network."),
      OptionSpec("balance", .required("AMOUNT"), default: "the run's, else 10000", help: "Equity at the start, in the quote asset."),
      OptionSpec("draws", .required("N"), default: "1000", help: "Draws of each random baseline; 0 leaves them out."),
      OptionSpec("seed", .required("N"), default: "1", help: "Of the draws: the same seed gives the same report."),
      OptionSpec("folds", .required("N"), default: "4", help: "Equal stretches of the run that are told apart."),
      OptionSpec(
        "trials", .required("FILE"), effect: .reads,
        help: "Configurations tried, one JSON object a line (run_id, profile_hash, daily_sharpe): the Sharpe ratio is deflated by them."),
      OptionSpec(
        "null", .required("FILE"), effect: .reads,
        help: "Reports of the same over candles with random signs, one JSON object a line: factors are judged against them (--shadow in ss-score)."),
      OptionSpec("exit-status", help: "End with 1 when no edge is shown, with 2 when there is not enough data."),
    ] + ProfileChoice.options + [SeriesLimit.option],
    examples: [
      ExampleSpec(
        "a run that evaluated nothing", command: "ss-report | head -1",
        input: #"{"type":"run","profile":"balanced","exchange":"files","symbols":[],"from":"2024-01-01T00:00:00Z"}"# + "\n"
          + #"{"type":"end","records":1,"status":"complete"}"# + "\n",
        output: "SniperSight backtest · profile balanced · files · 0 symbols · 2024-01-01T00:00:00Z … 2024-01-01T00:00:00Z\n")
    ],
    schema: { ReportRecord.table.jsonSchema })

  public static let keys = StreamKey.names + RunGathering.keys + ["status", "symbols", "ss-risk"]
  private enum Key {
    static let status = StreamKey.count + RunGathering.keys.count
    static let symbols = status + 1
    static let riskStage = status + 2
  }

  enum Form: String, CaseIterable { case text, json }

  private let form: Form
  private let file: String?
  private let page: String?
  private let balance: Double?
  private let draws: Int
  private let seed: UInt64
  private let folds: Int
  private let trials: TrialsFile?
  private let null: [FactorEdge.Null]
  private let judges: Bool
  private var choice: ProfileChoice
  private let limit: SeriesLimit
  private var gathering: RunGathering
  private var run: BacktestRun
  private var sawRun = false
  private var ruling: Verdict.Ruling?

  public init(_ arguments: Arguments) throws(StageError) {
    let choice = try ProfileChoice(arguments)
    let balance = try arguments.number("balance", in: 1e-9...1e15)
    let draws = try arguments.integer("draws", in: 0...1_000_000) ?? 1000
    let seed = UInt64(try arguments.integer("seed") ?? 1)
    let folds = try arguments.integer("folds", in: 1...100) ?? 4
    let trials = try arguments.value("trials").map { name throws(StageError) in try TrialsFile(name) }
    let limit = try SeriesLimit(arguments)
    let null = try arguments.value("null").map { name throws(StageError) in try NullFile.read(name) } ?? []
    self.choice = choice
    self.null = null
    self.balance = balance
    self.draws = draws
    self.seed = seed
    self.folds = folds
    self.trials = trials
    form = arguments.value("render").flatMap { Form(rawValue: $0) } ?? .text
    file = arguments.value("json")
    page = arguments.value("html")
    judges = arguments.has("exit-status")
    self.limit = limit
    gathering = RunGathering(choice.profile, limit)
    run = BacktestRun(
      profile: choice.profile.name, profileHash: choice.hash, exchange: "", symbols: [], from: .distantPast, to: .distantPast,
      balance: balance ?? AccountOptions.assumedBalance)
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    arguments.has("explain") ? spec.discussion + "\n" : try ProfileChoice.answer(arguments)
  }

  public var configuration: String? { choice.hash }
  public var endsStream: Bool { true }
  public var verdict: ExitCode {
    guard judges else { return .ok }
    switch ruling {
    case .edge: return .ok
    case .noEdgeShown: return .negative
    case .notEnoughData, nil: return .notEnoughData
    }
  }

  public mutating func begin(_ record: Record) throws(StageError) {
    sawRun = true
    try choice.follow(record)
    gathering = RunGathering(choice.profile, limit)
    run.runID = try record.optionalString(StreamKey.runID)
    run.profile = choice.profile.name
    run.profileHash = choice.hash
    run.exchange = try record.optionalString(StreamKey.exchange) ?? ""
    run.symbols = record[Key.symbols].elements.compactMap(\.string)
    if record[StreamKey.from].exists { run.from = try RunRecord.from(record) }
    // What the account was told, as ss-risk wrote it into the run.
    for word in (record[Key.riskStage].member("config")?.string ?? "").split(separator: "+").dropFirst().joined().split(separator: ";") {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "balance": run.balance = balance ?? Double(parts[1]) ?? run.balance
      case "assume": run.assumesLinear = parts[1] == "linear"
      case "fills": run.fills = FillOrder(rawValue: parts[1]) ?? .pessimistic
      case "margin": run.marginRate = Double(parts[1])
      default: break
      }
    }
  }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    let type = record[StreamKey.type]
    if type.equals("setup") {
      try gathering.takeSetup(record)
    } else if type.equals("candle") {
      try gathering.takeCandle(record)
    } else if type.equals("zone") {
      try gathering.takeZone(record)
    } else {
      try gathering.takeTrade(record)
    }
  }

  public mutating func end(_ end: Record) throws(StageError) { run.isComplete = !end[Key.status].equals("interrupted") }

  public mutating func finish(into output: inout LineWriter) throws(StageError) {
    // Silence is no answer: what was to write the stream died before its first record.
    if !sawRun, gathering.isEmpty {
      throw .data("empty-stream", "neither \"run\" nor a setup came in", hint: "whatever was to write them did not start")
    }
    gathering.complete(&run)
    let options = EvidenceOptions(draws: draws, seed: seed, folds: folds, trials: trials?.others(than: run) ?? [], null: null)
    let report = try gathering.report(run, rules: choice.profile.risk, options)
    ruling = report.verdict.ruling
    if form == .text { output.show(lines: report.text) }
    if form == .json || file != nil {
      var out = ByteBuffer()
      ReportRecord.encode(report, into: &out)
      out.append(0x0A)
      if form == .json { output.buffer.append(out.bytes) }
      try keep(out, in: file)
    }
    if page != nil {
      var out = ByteBuffer()
      ReportPage.write(report, charts: gathering.charts(40), into: &out)
      try keep(out, in: page)
    }
  }

  private func keep(_ out: borrowing ByteBuffer, in file: String?) throws(StageError) {
    if out.sawNonFinite { throw StageError(.internalError, "non-finite", "a computed value is no finite number") }
    if let file { try OutputFile.write(out.bytes, to: file) }
  }
}
