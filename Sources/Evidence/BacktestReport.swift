import Market
import Profiles
import Risk

/// What was run: the frame of the numbers.
public struct BacktestRun: Hashable, Sendable {
  public var runID: String?
  public var profile: String
  public var profileHash: String
  public var exchange: String
  public var symbols: [String]
  /// First and last instant of the evaluation.
  public var from: Timestamp
  public var to: Timestamp
  public var isComplete: Bool
  /// Equity at the start.
  public var balance: Double
  public var fills: FillOrder
  /// Spot candles were traded as a perpetual.
  public var assumesLinear: Bool
  /// Interest a day on borrowed spot assets.
  public var marginRate: Double?

  public init(
    runID: String? = nil, profile: String, profileHash: String, exchange: String, symbols: [String], from: Timestamp, to: Timestamp,
    isComplete: Bool = true, balance: Double, fills: FillOrder = .pessimistic, assumesLinear: Bool = false, marginRate: Double? = nil
  ) {
    self.runID = runID
    self.profile = profile
    self.profileHash = profileHash
    self.exchange = exchange
    self.symbols = symbols
    self.from = from
    self.to = to
    self.isComplete = isComplete
    self.balance = balance
    self.fills = fills
    self.assumesLinear = assumesLinear
    self.marginRate = marginRate
  }

  public var days: ClosedRange<Int> { from.dayNumber...max(from.dayNumber, (to + -1).dayNumber) }
}

/// How much is drawn, and what the verdict is deflated by.
public struct EvidenceOptions: Hashable, Sendable {
  public var draws: Int
  public var seed: UInt64
  public var folds: Int
  /// Daily Sharpe ratios of all configurations tried, without this one.
  public var trials: [Double]
  /// What the factors showed on sign-randomised candles.
  public var null: [FactorEdge.Null]

  public init(draws: Int = 1000, seed: UInt64 = 1, folds: Int = 4, trials: [Double] = [], null: [FactorEdge.Null] = []) {
    self.draws = draws
    self.seed = seed
    self.folds = folds
    self.trials = trials
    self.null = null
  }
}

/// Everything that a run says about itself.
public struct BacktestReport: Sendable {
  public let run: BacktestRun
  public let funnel: Funnel
  public let orders: OrderFunnel
  public let trades: [ClosedTrade]
  public let statistics: TradeStatistics
  public let equity: DailyEquity
  /// With open positions at each day's last close; `nil` without candles.
  public let marked: DailyEquity?
  public let metrics: [Metric]
  public let breakdowns: [Breakdown]
  public let factors: [FactorQuartiles]
  public let folds: Folds?
  public let buyAndHold: [BuyAndHold]
  public let bootstrap: BlockBootstrap?
  public let deflatedSharpe: DeflatedSharpe?
  public let baselines: [RandomBaseline]
  public let bracket: FillBracket?
  /// By all zones, refused ones too; `nil` without `zone` records.
  public let factorEdge: FactorEdge?
  public let verdict: Verdict
  /// What could not be computed, and why.
  public let missing: [(name: String, reason: String)]
  /// What was taken for granted, as the trades say.
  public let assumed: [String]

  /// - Parameters:
  ///   - placed: the orders of the closed trades; `nil` where candles, plans or evaluations are missing, with the reason.
  ///   - shadow: every zone that carried a side.
  ///   - trigger: the timeframe at whose closes orders are placed.
  public init(
    run: BacktestRun, funnel: Funnel, orders: OrderFunnel, ledger: TradeLedger, markets: [MarketHistory],
    placed: Result<[PlacedOrder], RandomBaseline.Failure>, shadow: [ShadowOrder] = [], trigger: Timeframe, rules: RiskRules, options: EvidenceOptions
  ) {
    self.run = run
    self.funnel = funnel
    self.orders = orders
    trades = ledger.closed
    statistics = TradeStatistics(trades)
    equity = DailyEquity(start: run.balance, results: ledger.results, days: run.days)
    marked = equity.marked(ledger.held, in: markets)
    breakdowns = Breakdown.all(trades)
    factors = FactorQuartiles.all(trades)
    folds = Folds(trades, days: run.days, count: options.folds)
    buyAndHold = markets.compactMap { BuyAndHold($0, from: run.from) }
    bootstrap = BlockBootstrap(trades, seed: options.seed)
    metrics = Metric.all(trades, equity, marked: marked, days: run.days)
    assumed = Set(trades.flatMap { $0.labels?.assumed ?? [] }).sorted()

    var missing: [(name: String, reason: String)] = []
    let daily = Moments(equity.returns)
    let ownSharpe = daily.sampleDeviation.flatMap { $0 > 0 ? daily.mean / $0 : nil }
    deflatedSharpe = DeflatedSharpe(returns: equity.returns, trials: options.trials + (ownSharpe.map { [$0] } ?? []))
    if deflatedSharpe == nil { missing.append(("deflated_sharpe", "the daily returns have no spread")) }
    if bootstrap == nil { missing.append(("interval", "no closed trade")) }

    var baselines: [RandomBaseline] = []
    var bracket: FillBracket?
    switch placed {
    case .failure(let failure):
      for choice in RandomBaseline.Choice.allCases { missing.append(("random_\(choice.rawValue)", failure.reason)) }
      missing.append(("bracket", failure.reason))
    case .success(let placed):
      for choice in RandomBaseline.Choice.allCases {
        do throws(RandomBaseline.Failure) {
          baselines.append(
            try RandomBaseline(
              choice, placed, ours: statistics.meanR ?? 0, in: markets,
              rules: OrderReplay(rules, fills: run.fills, marginRate: run.marginRate), draws: options.draws, seed: options.seed))
        } catch {
          missing.append(("random_\(choice.rawValue)", error.reason))
        }
      }
      bracket = FillBracket(placed, in: markets, trigger: trigger) { OrderReplay(rules, fills: $0, marginRate: run.marginRate) }
      if bracket == nil { missing.append(("bracket", "no closed trade")) }
    }
    self.baselines = baselines
    self.bracket = bracket
    self.missing = missing
    factorEdge = FactorEdge(shadow, in: markets, rules: OrderReplay(rules, fills: .pessimistic, marginRate: run.marginRate), null: options.null)
    let isWhole = baselines.count == RandomBaseline.Choice.allCases.count
    verdict = Verdict(
      trades, bootstrap: bootstrap, randomP: isWhole ? baselines.map(\.p).max() : nil, deflatedSharpe: deflatedSharpe)
  }

  /// Equal parts in every market at the start.
  public var meanBuyAndHold: Double? {
    buyAndHold.isEmpty ? nil : buyAndHold.reduce(0) { $0 + $1.growth } / Double(buyAndHold.count)
  }
}

/// What became of the orders that were approved: approved = filled + expired + waiting, filled = closed + open.
public struct OrderFunnel: Hashable, Sendable {
  public let approved: Int
  public let filled: Int
  /// Without a fill, by reason.
  public let expired: [String: Int]
  public let waiting: Int
  public let closed: Int
  /// Positions that the end of the run found open.
  public let open: Int

  /// A plan that traded without having been approved, or that ended in two ways.
  public struct Leak: Error, Hashable, Sendable {
    public var text: String
  }

  /// - Parameter plans: approved, by id.
  public init(approved plans: Set<String>, _ ledger: TradeLedger) throws(Leak) {
    if let stranger = ledger.filledPlans.union(ledger.expiredPlans).subtracting(plans).min() {
      throw Leak(text: "\(stranger) was traded, but no setup with an approved plan of that id came in")
    }
    if let both = ledger.filledPlans.intersection(ledger.expiredPlans).min() { throw Leak(text: "\(both) was filled and expired") }
    approved = plans.count
    filled = ledger.filledPlans.count
    expired = ledger.unfilled
    waiting = plans.count - ledger.filledPlans.count - ledger.expiredPlans.count
    closed = ledger.closed.count
    open = ledger.openPlans.count
    if filled != closed + open { throw Leak(text: "\(filled) orders were filled, but \(closed) positions closed and \(open) are open") }
  }
}
