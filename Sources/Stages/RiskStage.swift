import Confluence
import Market
import Planning
import Profiles
import Records
import Risk
import Stage
import Wire

/// ss-risk: appends `risk` to each plan that the account takes, or `rejected`; a paper account writes `trade` records.
public struct RiskStage: FilterStage, ~Copyable {
  public static let spec = StageSpec(
    name: "ss-risk", abstract: "size each plan, hold the account's limits, and simulate its trades",
    discussion: """
      A position is sized so that its stop, costs included, loses the profile's share of equity, in whole lots. What breaks a limit is rejected with a \
      code, the value and the threshold. Of the plans of one instant the best score is served first; the lines leave in the order in which they came, \
      once a later one shows that the instant is over.

      --account paper lives through the finest candles of each symbol (ss-score --pass-candles): a limit fills when price trades strictly through it, a \
      stop at a touch, and in a candle that holds both the stop comes first. Each event is a trade record with a stable id; its rows add up to the cash. \
      With STATE a stopped run goes on where it was saved; what was applied passes unchanged, and what was traded since comes again with the same ids.
      """,
    consumes: ["setup", "candle", "instrument", "funding"], produces: ["trade"], appends: "risk",
    options: RiskOptions.specs + ProfileChoice.options + [SeriesLimit.option],
    examples: [
      ExampleSpec("A refused setup passes as it came", command: "ss-risk", input: example + "\n", output: example + "\n")
    ],
    schema: { RiskRecord.table.jsonSchema + TradeRecord.table.jsonSchema })

  private static let example =
    #"{"type":"setup","id":"x","as_of":"2024-01-01T00:00:00Z","exchange":"x","symbol":"BTC/USDT","profile":"balanced","price":10,"direction":"FLAT","state":"flat","timeframes":{},"evidence":[],"gates":[],"rejected":{"stage":"score","code":"no_direction"}}"#

  public static let keys = StreamKey.names + SetupRecord.keys + InstrumentRecord.keys + ["plan", "risk", "time", "rate"]
  private enum Key {
    static let setup = StreamKey.count
    static let asOf = setup + 1
    static let instrument = setup + SetupRecord.keys.count
    static let plan = instrument + InstrumentRecord.keys.count
    static let time = plan + 2
    static let rate = plan + 3
  }
  public static let takesEverything = true
  public static let actsWhenIdle = true

  private var choice: ProfileChoice
  private let options: RiskOptions
  private var account: Account
  private var setups: SetupReader
  private var plans = PlanReader()
  private var times = TimeReader()
  private var candles = CandleRecord()
  private var table: MarketTable
  private var series: SeriesTable
  /// The account's books, by the table's numbers.
  private var books: [Int] = []
  private var held = HeldLines()
  private var trades: [Trade] = []
  /// The instant whose records are arriving, and how many of them have.
  private var instant: Timestamp?
  private var arrived = 0
  /// Where a restored account stands: what lies before has been applied.
  private var resumed: (now: Timestamp, applied: Int)?
  private var isChanged = false
  /// The lock on the state, which is held as long as the stage runs.
  private let lock: StateLock?

  public init(_ arguments: Arguments) throws(StageError) {
    let choice = try ProfileChoice(arguments)
    let options = try RiskOptions(arguments)
    let lock = try options.state.map { state throws(StageError) in try StateLock(state) }
    let (account, resumed) = try Self.open(options, choice.profile)
    let limit = try SeriesLimit(arguments)
    setups = SetupReader(first: Key.setup, limit)
    table = MarketTable(limit)
    series = SeriesTable(limit)
    self.choice = choice
    self.options = options
    self.lock = lock
    self.account = account
    self.resumed = resumed
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if arguments.has("explain") { return RejectionPages.table(of: "risk") }
    return try ProfileChoice.answer(arguments)
  }

  public var configuration: String? { choice.hash + "+" + options.text }
  public var patience: Int32? { held.isEmpty ? nil : options.patience }

  public mutating func begin(_ run: Record) throws(StageError) {
    try choice.follow(run)
    (account, resumed) = try Self.open(options, choice.profile)
  }

  /// The account with what it holds already.
  private static func open(_ options: RiskOptions, _ profile: Profile) throws(StageError) -> (Account, (now: Timestamp, applied: Int)?) {
    var account = Account(options.applied(to: profile), options.account)
    for item in options.positions { account.hold(item.position, of: account.book(item.exchange, item.symbol)) }
    guard let file = options.state, let bytes = try file.read() else { return (account, nil) }
    var reader = AccountReader()
    let (state, applied) = try reader.decode(bytes, file: file.path)
    account.restore(state)
    return (account, state.now.map { ($0, applied) })
  }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    let type = record[StreamKey.type]
    if type.equals("candle") {
      let time = try times.time(record, StreamKey.closeTime)
      try table.advance(to: time, record, StreamKey.closeTime)
      let candle = try candles.decode(record)
      // One that came twice would fill and close twice.
      let number = try series.series(record)
      try series.advance(number, to: time, record)
      let timeframe = series.timeframe(of: number)
      let book = try book(record)
      if try isNew(time, &output) { account.apply(candle, timeframe, to: book, trades: &trades) }
    } else if type.equals("setup") {
      return try takeSetup(record, &output)
    } else if type.equals("instrument") {
      let instrument = try InstrumentRecord.decode(record, first: Key.instrument)
      account.set(instrument, of: try book(record))
    } else if type.equals("funding") {
      let time = try times.time(record, Key.time)
      try table.advance(to: time, record, Key.time)
      let rate = try record.number(Key.rate)
      let book = try book(record)
      if try isNew(time, &output) { account.applyFunding(rate: rate, at: time, to: book) }
    }
    pass(record, &output)
    if !trades.isEmpty { write(&output) }
  }

  private mutating func takeSetup(_ record: Record, _ output: inout LineWriter) throws(StageError) {
    let time = try times.time(record, Key.asOf)
    try table.advance(to: time, record, Key.asOf)
    try setups.checkNames(record)
    guard !setups.isRejected(record), record[Key.plan].exists else {
      _ = try isNew(time, &output)
      return pass(record, &output)
    }
    let plan = try plans.decode(record[Key.plan], of: record)
    let setup = try setups.decode(record)
    guard try isNew(time, &output) else { return pass(record, &output) }
    _ = try book(record)
    let factors = (setup.confluence?.factors ?? []).filter(\.hasData)
    let labels = TradeLabels(
      regime: setup.confluence?.regime ?? "unknown", confidenceScore: plan.confidenceScore, setupType: plan.setupType, profile: setup.profile,
      profileHash: choice.hash, factors: factors.map { TradeLabels.Factor(name: $0.name, score: $0.score) })
    held.hold(
      record,
      for: RiskRequest(setupID: setup.id, asOf: time, exchange: setup.exchange, symbol: setup.symbol, plan: plan, labels: labels))
  }

  /// The account's book of the record's market.
  private mutating func book(_ record: Record) throws(StageError) -> Int {
    let market = try table.market(record)
    if market < books.count { return books[market] }
    books.append(account.book(try record.string(StreamKey.exchange), try record.string(StreamKey.symbol)))
    return books[market]
  }

  /// Counts a record of the instant `time`, once everything of the instants before is decided; false for what a restored account has in it.
  private mutating func isNew(_ time: Timestamp, _ output: inout LineWriter) throws(StageError) -> Bool {
    if time != instant {
      try settle(into: &output)
      instant = time
      arrived = 0
    }
    arrived += 1
    if let resumed, time < resumed.now || time == resumed.now && arrived <= resumed.applied { return false }
    resumed = nil
    isChanged = true
    account.advance(to: time)
    return true
  }

  private mutating func pass(_ record: Record, _ output: inout LineWriter) {
    if held.isEmpty { output.copy(record.line) } else { held.hold(record) }
  }

  /// Writes the trades behind the line that caused them.
  private mutating func write(_ output: inout LineWriter) {
    for trade in trades {
      if held.isEmpty {
        TradeRecord.encode(trade, into: &output.buffer)
        output.endLine()
      } else {
        let start = held.buffer.count
        TradeRecord.encode(trade, into: &held.buffer)
        held.close(from: start)
      }
    }
    trades.removeAll(keepingCapacity: true)
  }

  public mutating func settle(into output: inout LineWriter) throws(StageError) {
    if held.isEmpty { return }
    account.isKilled = options.killSwitch?.isPresent ?? false
    let outcomes = account.allot(held.requests, trades: &trades)
    held.release(into: &output) { number, buffer in
      switch outcomes[number] {
      case .approved(let decision):
        buffer.key("risk")
        RiskRecord.encode(decision, into: &buffer)
      case .rejected(let rejection):
        buffer.key("rejected")
        SetupRecord.encode(rejection, into: &buffer)
      }
    }
    write(&output)
  }

  public mutating func save() throws(StageError) {
    guard let file = options.state, isChanged, held.isEmpty else { return }
    var out = ByteBuffer()
    AccountRecord.encode(account.state, applied: arrived, into: &out)
    try file.write(out.bytes)
    isChanged = false
  }

  public mutating func finish(into output: inout LineWriter) throws(StageError) { try settle(into: &output) }
}
