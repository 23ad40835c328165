import Confluence
import Evidence
import Exchanges
import Market
import Planning
import Profiles
import Records
import Risk
import Stage
import Wire

/// What ss-report keeps of a run while it passes: counts, candles by column, the price, ATR and regime of each evaluation, the orders, the trades.
struct RunGathering: ~Copyable {
  /// Of trades, then of setups; `price` serves both. They stand behind the keys that all stages share.
  static let keys = TradeReader.keys + ["as_of", "timeframes", "confluence", "rejected", "plan", "risk", "near", "atr", "total_score"]

  private enum Key {
    static let id = StreamKey.count
    static let price = StreamKey.count + 6
    static let asOf = StreamKey.count + TradeReader.keys.count
    static let timeframes = asOf + 1
    static let confluence = asOf + 2
    static let rejected = asOf + 3
    static let plan = asOf + 4
    static let risk = asOf + 5
    static let near = asOf + 6
    static let atr = asOf + 7
    static let totalScore = asOf + 8
    // Of trades, and of zones too.
    static let direction = StreamKey.count + 3
    static let factors = StreamKey.count + 22
  }

  private struct Approved {
    var plan: TradePlan
    var asOf: Timestamp
    var market: Int
  }

  /// A `zone` record.
  private struct Zone {
    var market: Int
    var asOf: Timestamp
    var direction: Direction
    var near: Double
    var atr: Double
    var scores: [String: Double]
  }

  private let slippage: Double
  private let trigger: Timeframe
  private let planning: Timeframe
  private let fallback: Timeframe
  private var markets: [MarketHistory] = []
  private var marketNames: NameTable
  private var exchanges: Set<String> = []
  private var regimes = KeyTable()
  /// By reason: stage, code, how often.
  private var refusals: [(stage: String, code: String, count: Int)] = []
  private var refusalKeys = KeyTable()
  private var accepted = 0
  private var approved: [String: Approved] = [:]
  private var ledger = TradeLedger()
  private var zones: [Zone] = []
  private var plans = PlanReader()
  private var trades = TradeReader()
  private var candles = CandleRecord()
  private var times = TimeReader()
  private var first: Timestamp?
  private var last: Timestamp?
  private var hasRisk = false

  init(_ profile: Profile, _ limit: SeriesLimit) {
    marketNames = NameTable(limit)
    slippage = profile.plan.slippage
    trigger = profile.timeframes.trigger
    planning = profile.timeframes.planning
    fallback = profile.timeframes.planningFallback ?? profile.timeframes.planning
  }

  var isEmpty: Bool { accepted == 0 && refusals.isEmpty && markets.isEmpty }

  mutating func takeSetup(_ record: Record) throws(StageError) {
    let asOf = try times.time(record, Key.asOf)
    let market = try market(record)
    try record.checkIdentity(Key.id, .id)
    try record.checkIdentity(StreamKey.profile)
    try record.checkIdentity(StreamKey.runID)
    note(asOf)
    let rejected = record[Key.rejected]
    if rejected.exists {
      try refuse(rejected, record)
    } else {
      accepted += 1
      if record[Key.risk].exists { hasRisk = true }
      if record[Key.plan].exists {
        let plan = try plans.decode(record[Key.plan], of: record)
        approved[plan.planID] = Approved(plan: plan, asOf: asOf, market: market)
      }
    }
    let price = try record.number(Key.price)
    if price <= 0 || markets[market].evaluations.last.map({ $0.asOf >= asOf }) ?? false { return }
    let name = record[Key.confluence].member("regime")
    let regime = name.map { regimes.id($0.bytes, Bytes(start: nil, count: 0), Bytes(start: nil, count: 0)) } ?? -1
    let summaries = record[Key.timeframes]
    let atr = summaries.member(planning.label)?.member("atr")?.number ?? .nan
    let standIn = fallback == planning ? atr : summaries.member(fallback.label)?.member("atr")?.number ?? .nan
    markets[market].evaluations.append(MarketHistory.Evaluation(asOf: asOf, price: price, atr: (atr, standIn), regime: regime))
  }

  private mutating func refuse(_ rejected: JSONValue, _ record: Record) throws(StageError) {
    guard let stage = rejected.member("stage"), let code = rejected.member("code"), stage.kind == .string, code.kind == .string else {
      throw .data("wrong-type", "\"rejected\" must have a stage and a code", offset: record.offset(of: rejected))
    }
    let id = refusalKeys.id(stage.bytes, code.bytes, Bytes(start: nil, count: 0))
    if id == refusals.count { refusals.append((stage.bytes.text, code.bytes.text, 0)) }
    refusals[id].count += 1
  }

  mutating func takeCandle(_ record: Record) throws(StageError) {
    let candle = try candles.decode(record)
    let market = try market(record)
    note(candle.closeTime)
    markets[market].add(candle, try CandleRecord.timeframe(record))
  }

  mutating func takeZone(_ record: Record) throws(StageError) {
    var scores = ["total_score": try record.number(Key.totalScore)]
    var members = record[Key.factors].members
    while let (name, value) = members.next() { scores[name.text] = value.number }
    zones.append(
      Zone(
        market: try market(record), asOf: try times.time(record, Key.asOf), direction: record[Key.direction].equals("SHORT") ? .bear : .bull,
        near: try record.number(Key.near), atr: try record.number(Key.atr), scores: scores))
  }

  mutating func takeTrade(_ record: Record) throws(StageError) {
    let trade = try trades.decode(record)
    note(trade.time)
    ledger.add(trade)
  }

  private mutating func market(_ record: Record) throws(StageError) -> Int {
    let market = try marketNames.market(record)
    if market == markets.count {
      markets.append(MarketHistory(symbol: try record.string(StreamKey.symbol)))
      exchanges.insert(try record.string(StreamKey.exchange))
    }
    return market
  }

  private mutating func note(_ time: Timestamp) {
    if first.map({ time < $0 }) ?? true { first = time }
    if last.map({ time > $0 }) ?? true { last = time }
  }

  /// What a stream without `run` does not say, and where it ended.
  func complete(_ run: inout BacktestRun) {
    if run.symbols.isEmpty { run.symbols = markets.map(\.symbol) }
    if run.exchange.isEmpty { run.exchange = MarketName.together(exchanges) }
    if run.from == .distantPast { run.from = first ?? Timestamp(milliseconds: 0) }
    run.to = max(last ?? run.from, run.from)
  }

  func report(_ run: BacktestRun, rules: RiskRules, _ options: EvidenceOptions) throws(StageError) -> BacktestReport {
    var funnel = Funnel()
    funnel.add(accepted: accepted)
    for refusal in refusals { funnel.add(refused: refusal.count, by: refusal.stage, code: refusal.code) }
    let orders: OrderFunnel
    do throws(OrderFunnel.Leak) {
      orders = try OrderFunnel(approved: hasRisk ? Set(approved.keys) : [], ledger)
    } catch {
      throw .data("funnel-leak", error.text, hint: "the stream lost or doubled records on its way")
    }
    return BacktestReport(
      run: run, funnel: funnel, orders: orders, ledger: ledger, markets: markets, placed: placed(run, options), shadow: shadow(run),
      trigger: trigger, rules: rules, options: options)
  }

  /// The orders of the closed trades, ready to be placed elsewhere.
  private func placed(_ run: BacktestRun, _ options: EvidenceOptions) -> Result<[PlacedOrder], RandomBaseline.Failure> {
    func failure(_ reason: String) -> Result<[PlacedOrder], RandomBaseline.Failure> { .failure(RandomBaseline.Failure(reason: reason)) }
    if ledger.closed.isEmpty { return failure("no closed trade") }
    if markets.allSatisfy({ $0.candles.count == 0 }) { return failure("the stream has no candles (ss-score --pass-candles)") }
    if options.draws == 0 { return failure("no draws were asked for") }
    var placed: [PlacedOrder] = []
    for trade in ledger.closed {
      guard let order = approved[trade.planID], let labels = trade.labels else { return failure("the plan of \(trade.planID) is not in the stream") }
      let history = markets[order.market]
      let isLinear = run.assumesLinear || Symbol(history.symbol)?.kind == .linear
      let metadata = order.plan.metadata
      let fees =
        run.assumesLinear && Symbol(history.symbol)?.kind != .linear ? Instrument.defaultFees(.linear) : (metadata.makerFee, metadata.takerFee)
      let unit = Order.unit(
        order.plan, labels: labels, costs: TradeCosts(maker: fees.0, taker: fees.1, slippage: metadata.slippage), asOf: order.asOf,
        symbol: history.symbol, paysFunding: isLinear)
      guard let ready = PlacedOrder(unit, asOf: order.asOf, market: order.market, in: history, planning: planning) else {
        return failure("the ATR at \(order.asOf.text) of \(history.symbol) is not in the stream")
      }
      placed.append(ready)
    }
    return .success(placed)
  }

  /// Every zone under the fixed order, with the usual fees of its kind.
  private func shadow(_ run: BacktestRun) -> [ShadowOrder] {
    zones.map { zone in
      let symbol = markets[zone.market].symbol
      let isLinear = run.assumesLinear || Symbol(symbol)?.kind == .linear
      let fees = Instrument.defaultFees(isLinear ? .linear : .spot)
      return ShadowOrder(
        market: zone.market, symbol, zone.direction, asOf: zone.asOf, near: zone.near, atr: zone.atr, planning: planning,
        costs: TradeCosts(maker: fees.maker, taker: fees.taker, slippage: slippage / 10_000), paysFunding: isLinear, scores: zone.scores)
    }
  }

  /// Pictures of the trades largest by |R|.
  func charts(_ count: Int) -> [TradeChart] {
    ledger.closed.sorted { abs($0.r) > abs($1.r) }.prefix(count).compactMap { trade in
      approved[trade.planID].flatMap { TradeChart(trade, plan: $0.plan, asOf: $0.asOf, in: markets[$0.market]) }
    }
  }
}
