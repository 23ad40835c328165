import Confluence
import Glibc
import Market
import Planning
import Profiles

/// What the account is told about itself, besides the profile.
public struct AccountOptions: Hashable, Sendable {
  public static let assumedBalance = 10_000.0

  public var account: RiskDecision.Account
  /// In the quote asset.
  public var balance: Double
  /// Treat spot candles as those of a perpetual, with a perpetual's default fees and funding.
  public var assumesLinear: Bool
  /// Interest on a borrowed spot asset, a fraction a day; without it a spot SHORT is refused.
  public var marginRate: Double?
  public var fills: FillOrder
  /// Whether denials say what would have passed.
  public var whyNot: Bool

  public init(
    account: RiskDecision.Account = .assumed, balance: Double = assumedBalance, assumesLinear: Bool = false, marginRate: Double? = nil,
    fills: FillOrder = .pessimistic, whyNot: Bool = false
  ) {
    self.account = account
    self.balance = balance
    self.assumesLinear = assumesLinear
    self.marginRate = marginRate
    self.fills = fills
    self.whyNot = whyNot
  }
}

/// One account: its cash, its books by market, and its limits. A paper account also lives through candles; the others only reserve what they
/// approve until the plan is no longer valid. A value: a copy is a saved state.
public struct Account: Sendable {
  public internal(set) var rules: RiskRules
  public let options: AccountOptions
  /// Basis points lost on a stop.
  public let slippage: Double
  public internal(set) var cash: Double
  public internal(set) var books: [SymbolBook] = []
  /// Books with an order or a position, ascending.
  public internal(set) var active: [Int] = []
  public internal(set) var losses: LossLimits
  public internal(set) var lossStreak = 0
  /// The instant whose records are being applied.
  public internal(set) var now: Timestamp?
  public var isKilled = false
  /// As `now` began. With what was at stake then, it decides about fills, so that the order of symbols within an instant does not.
  private(set) var equityBefore: Double
  /// Books that `now` has changed.
  private var changed: [Int] = []
  private var indices: [Key: Int] = [:]
  var openProfit = 0.0
  /// Amounts are booked in whole parts of this many a unit of the quote asset: ten digits hold all that the account can win or lose, so that
  /// the rows of a trade add up as they are written.
  private let partsPerUnit: Double

  struct Key: Hashable {
    var exchange: String
    var symbol: String
  }

  public init(_ profile: Profile, _ options: AccountOptions = AccountOptions()) {
    rules = profile.risk
    slippage = profile.plan.slippage
    self.options = options
    cash = options.balance
    equityBefore = options.balance
    losses = LossLimits(equity: options.balance)
    partsPerUnit = pow(10, 9 - floor(log10(options.balance)))
  }

  func booked(_ amount: Double) -> Double { (amount * partsPerUnit).rounded() / partsPerUnit }

  /// Everything that outlives a process. Instruments and rules come again with the stream and the profile.
  public struct State: Hashable, Sendable {
    public var cash: Double
    public var losses: LossLimits
    public var lossStreak: Int
    public var now: Timestamp?
    /// As `now` began.
    public var equityBefore: Double
    public var books: [SymbolBook]

    public init(cash: Double, losses: LossLimits, lossStreak: Int, now: Timestamp?, equityBefore: Double, books: [SymbolBook]) {
      self.cash = cash
      self.equityBefore = equityBefore
      self.losses = losses
      self.lossStreak = lossStreak
      self.now = now
      self.books = books
    }
  }

  public var state: State { State(cash: cash, losses: losses, lossStreak: lossStreak, now: now, equityBefore: equityBefore, books: books) }

  public mutating func restore(_ state: State) {
    cash = state.cash
    losses = state.losses
    lossStreak = state.lossStreak
    now = state.now
    equityBefore = state.equityBefore
    books = state.books
    changed = now == nil ? [] : books.indices.filter { books[$0].changedAt == now }
    active = []
    indices = [:]
    for index in books.indices {
      indices[Key(exchange: books[index].exchange, symbol: books[index].symbol)] = index
      setActive(index)
    }
  }

  /// What a loss of everything open would not lift: open profits are not yet anybody's.
  public var equity: Double { min(cash, cash + openProfit) }

  /// The number of a market's book; a new one when it is first named.
  public mutating func book(_ exchange: String, _ symbol: String) -> Int {
    let key = Key(exchange: exchange, symbol: symbol)
    if let index = indices[key] { return index }
    books.append(SymbolBook(exchange: exchange, symbol: symbol))
    indices[key] = books.count - 1
    return books.count - 1
  }

  /// Tells of a position that is there already.
  public mutating func hold(_ position: HeldPosition, of book: Int) {
    books[book].held = position
    setActive(book)
  }

  public mutating func set(_ instrument: Instrument, of book: Int) { books[book].instrument = instrument }

  /// Day, week and peak are read once an instant, before anything of it is applied: the order of symbols within it decides nothing.
  public mutating func advance(to time: Timestamp) {
    if let now, time <= now { return }
    equityBefore = equity
    changed.removeAll(keepingCapacity: true)
    losses.roll(to: time, equity: equityBefore)
    now = time
  }

  mutating func setActive(_ book: Int) {
    let isActive = !books[book].isFree
    let place = active.firstIndex { $0 >= book } ?? active.count
    let isListed = place < active.count && active[place] == book
    if isActive, !isListed { active.insert(book, at: place) }
    if !isActive, isListed { active.remove(at: place) }
    openProfit = active.reduce(0) { $0 + (books[$1].position?.openProfit ?? 0) }
  }

  func exposure() -> Exposure {
    var exposure = Exposure()
    for index in active { exposure.add(books[index].stake, of: books[index].base, at: index) }
    return exposure
  }

  /// What stood as `now` began, but for one book.
  func exposureBefore(without book: Int) -> Exposure {
    var exposure = Exposure()
    for index in Set(active).union(changed).sorted() where index != book {
      let stake = books[index].changedAt == now ? books[index].stakeBefore : books[index].stake
      exposure.add(stake, of: books[index].base, at: index)
    }
    return exposure
  }

  /// To be called before anything at stake on a book changes.
  mutating func willChange(_ book: Int) {
    guard books[book].changedAt != now else { return }
    books[book].stakeBefore = books[book].stake
    books[book].changedAt = now
    changed.append(book)
  }

  /// As of the instant before `time`.
  func correlation(_ a: Int, _ b: Int, before time: Timestamp) -> Double {
    books[a].base == books[b].base ? 1 : HourlyReturns.correlation(books[a].returns, books[b].returns, before: time)
  }

  /// The market as this account trades it, and whether anybody vouches for it.
  func instrument(_ book: Int, price: Double) -> (instrument: Instrument, isAssumed: Bool) {
    let known = books[book].instrument
    var instrument = known ?? .assumed(books[book].kind, price: price)
    if options.assumesLinear, instrument.kind == .spot {
      instrument.kind = .linear
      (instrument.makerFee, instrument.takerFee) = Instrument.defaultFees(.linear)
    }
    return (instrument, known == nil)
  }
}
