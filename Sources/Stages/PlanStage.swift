import Confluence
import Market
import Planning
import Profiles
import Records
import Stage
import Wire

/// ss-plan: appends `plan` to each accepted setup, or `rejected` with the reason why there is none.
public struct PlanStage: FilterStage, ~Copyable {
  public static let spec = StageSpec(
    name: "ss-plan", abstract: "append entry, stop and targets to each accepted setup",
    discussion: """
      The entry is one limit at the near edge of the zone that carries the setup, or of one nested in it; the stop lies beyond what proves the idea wrong, \
      with room; the targets are opposing liquidity in order of distance. Prices are rounded to the tick on the safe side. What does not pay after costs, \
      from the planned fill, is rejected with a code, the value and the threshold.

      A plan stands until price touches its stop or last target, closes beyond its zone, or reaches the first target without it, and for as long as it is \
      valid or held; until then the same zone is already_planned, unless entry, stop or first target have moved enough to supersede it. Price is read from \
      the setups, and from candles where the stream has them (ss-score --pass-candles).

      Tick and fees come from instrument records. Without one they are assumed, and the plan says so.
      """,
    consumes: ["setup", "candle", "instrument"], appends: "plan",
    options: [OptionSpec("assume", .choice(["linear"]), help: "Plan spot candles as a perpetual's, with its default fees.")] + ProfileChoice.options
      + [
        SeriesLimit.option
      ],
    examples: [
      ExampleSpec("A refused setup passes as it came", command: "ss-plan", input: example + "\n", output: example + "\n")
    ],
    schema: { PlanRecord.table.jsonSchema })

  private static let example =
    #"{"type":"setup","id":"x","as_of":"2024-01-01T00:00:00Z","exchange":"x","symbol":"BTC/USDT","profile":"balanced","price":10,"direction":"FLAT","state":"flat","timeframes":{},"evidence":[],"gates":[],"rejected":{"stage":"score","code":"no_direction"}}"#

  public static let keys = StreamKey.names + SetupRecord.keys + InstrumentRecord.keys + ["plan"]
  private enum Key {
    static let setup = StreamKey.count
    static let asOf = setup + 1
    static let price = setup + 2
    static let instrument = setup + SetupRecord.keys.count
  }

  private struct Market {
    var instrument: Instrument?
    var live = LivePlans()
  }

  private var choice: ProfileChoice
  private let assumesLinear: Bool
  private var planner: Planner
  private var setups: SetupReader
  private var times = TimeReader()
  private var candles = CandleRecord()
  private var table: MarketTable
  private var markets: [Market] = []

  public init(_ arguments: Arguments) throws(StageError) {
    let choice = try ProfileChoice(arguments)
    let limit = try SeriesLimit(arguments)
    setups = SetupReader(first: Key.setup, limit)
    table = MarketTable(limit)
    self.choice = choice
    assumesLinear = arguments.has("assume")
    planner = Planner(choice.profile)
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if arguments.has("explain") { return RejectionPages.table(of: "plan") }
    return try ProfileChoice.answer(arguments)
  }

  public var configuration: String? { assumesLinear ? choice.hash + "+assume=linear" : choice.hash }

  public mutating func begin(_ run: Record) throws(StageError) {
    try choice.follow(run)
    planner = Planner(choice.profile)
  }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    let market = try table.market(record)
    if market == markets.count { markets.append(Market()) }
    let type = record[StreamKey.type]
    if type.equals("setup") { return try takeSetup(record, market, &output) }
    if type.equals("candle") {
      let time = try times.time(record, StreamKey.closeTime)
      try table.advance(to: time, record, StreamKey.closeTime)
      if !markets[market].live.isEmpty {
        let candle = try candles.decode(record)
        markets[market].live.observe(high: candle.high, low: candle.low, close: candle.close, from: candle.openTime, to: time)
      }
    } else {
      markets[market].instrument = try InstrumentRecord.decode(record, first: Key.instrument).assumed(linear: assumesLinear)
    }
    output.copy(record.line)
  }

  private mutating func takeSetup(_ record: Record, _ market: Int, _ output: inout LineWriter) throws(StageError) {
    let time = try times.time(record, Key.asOf)
    try table.advance(to: time, record, Key.asOf)
    try setups.checkNames(record)
    let price = try record.number(Key.price)
    if price > 0, !markets[market].live.isEmpty {
      markets[market].live.observe(high: price, low: price, close: price, from: time, to: time)
    }
    if setups.isRejected(record) { return output.copy(record.line) }
    if price <= 0 { throw record.wrong(Key.price, "above zero") }
    switch try outcome(record, market) {
    case .planned(let plan):
      output.beginSplice(record, "plan")
      PlanRecord.encode(plan, into: &output.buffer)
    case .rejected(let rejection):
      output.beginSplice(record, "rejected")
      SetupRecord.encode(rejection, into: &output.buffer)
    }
    output.endSplice()
  }

  private mutating func outcome(_ record: Record, _ market: Int) throws(StageError) -> PlanOutcome {
    // Most plans fail on their geometry; only one that stands is worth reading the rest of the setup, for its words.
    let rough = try outcome(try setups.decode(record, parts: .geometry), market, record)
    guard case .planned = rough else { return rough }
    let setup = try setups.decode(record)
    guard case .planned(let plan) = try outcome(setup, market, record) else { return rough }
    return markets[market].live.admit(plan, of: setup, rules: choice.profile.plan)
  }

  private mutating func outcome(_ setup: Setup, _ market: Int, _ record: Record) throws(StageError) -> PlanOutcome {
    let instrument =
      markets[market].instrument
      ?? (assumesLinear ? Instrument.assumed(.linear, price: setup.price) : nil)
    let planned: PlanOutcome?
    do throws(PlanFault) {
      planned = try planner.plan(setup, instrument: instrument)
    } catch {
      throw StageError(.internalError, "empty-field", "the plan for \(setup.id) is wrong in \(error.field)")
    }
    guard let planned else {
      throw .data("not-ready", "a setup without \"rejected\" that is not ready", offset: record.offset(of: record[StreamKey.type]))
    }
    return planned
  }
}

extension Instrument {
  /// The same market with a perpetual's kind and default fees, where spot candles are to serve as one.
  func assumed(linear: Bool) -> Instrument {
    guard linear, kind == .spot else { return self }
    var copy = self
    copy.kind = .linear
    (copy.makerFee, copy.takerFee) = Instrument.defaultFees(.linear)
    return copy
  }
}
