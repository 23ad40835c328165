import Market
import Profiles

/// Everything known of one symbol of one exchange: the newest candle of each timeframe, and what its regime remembers.
public final class SymbolState {
  public let exchange: String
  public let symbol: Symbol
  /// As the stream spells it.
  public let name: String
  public var instrument: Instrument?
  /// Of the newest order book or ticker, in basis points.
  public var spread: Double?
  /// Quote value that rests near the middle of the newest order book.
  public var depth: (bids: Double, asks: Double)?
  /// When these were told.
  public var quotedAt: Timestamp?
  /// What longs pay shorts at one funding, as a fraction of the notional: the next one's where a ticker told it, else the newest.
  public var fundingRate: Double?
  public var fundingAt: Timestamp?
  private(set) var tracker: RegimeTracker
  private(set) var hours = HourOfWeek()
  private let rules: ScoreRules
  public private(set) var roles: ResolvedRoles
  /// As of the newest close of the planning timeframe.
  public private(set) var regime: SymbolRegime
  public private(set) var lastClose = Timestamp.distantPast

  /// The views of the structure timeframes that the stream carries, longest first.
  private(set) var structureViews: [TimeframeView] = []
  /// Blocks and gaps of every timeframe whose zones are read, longest first.
  private(set) var zones: [Zone] = []
  /// How the ids of its setups begin: exchange, symbol, profile; then LONG, SHORT or FLAT.
  let ideaPrefixes: [String]
  /// What has the same reference symbol: an exchange's markets of one kind. Numbered by `MarketState`.
  let venue: Int

  private let wanted: TimeframeRoles
  private var views = [TimeframeView?](repeating: nil, count: Timeframe.allCases.count)
  private var zoneViews: [TimeframeView] = []

  public init(exchange: String, symbol: Symbol, profile: Profile, venue: Int = 0) {
    self.exchange = exchange
    self.symbol = symbol
    self.venue = venue
    name = symbol.text
    ideaPrefixes = ["LONG", "SHORT", "FLAT"].map { [exchange, symbol.text, profile.name, $0, ""].joined(separator: ":") }
    wanted = profile.timeframes
    rules = profile.score
    tracker = RegimeTracker(profile.score)
    regime = SymbolRegime(tracker, structure: .ranging, profile.score)
    roles = ResolvedRoles(profile.timeframes, carried: [])
  }

  public subscript(timeframe: Timeframe) -> TimeframeView? { views[Int(timeframe.rawValue)] }

  /// The shortest timeframe that the stream has carried of this symbol.
  public var shortest: Timeframe? { views.first { $0 != nil }??.timeframe }

  /// Whether a close of `timeframe` is to be evaluated. One that stands in for the trigger proves it by its second close: had the stream a
  /// shorter one, it would have closed in between.
  public func isDue(_ timeframe: Timeframe) -> Bool {
    timeframe == roles.trigger && (!roles.isFallback || (self[timeframe]?.bars ?? 0) > 1)
  }

  /// Whether the trigger's newest candle is not older than one candle.
  public func isFresh(at now: Timestamp) -> Bool {
    guard let trigger = roles.trigger, let view = self[trigger], view.bars > 0 else { return false }
    return view.age(of: view.closeTime, at: now) <= 1
  }

  /// The view to fill with a new candle; `didClose` follows.
  public func view(of timeframe: Timeframe) -> TimeframeView {
    if let view = self[timeframe] { return view }
    let view = TimeframeView(timeframe)
    views[Int(timeframe.rawValue)] = view
    roles = ResolvedRoles(wanted, carried: views.compactMap { $0?.timeframe })
    structureViews = roles.structure.compactMap { self[$0] }
    zoneViews = roles.zones.compactMap { self[$0] }
    readRegime()
    return view
  }

  /// Called once the view of `timeframe` holds a new candle; `previous` is the close time of the one before, if any.
  public func didClose(_ timeframe: Timeframe, after previous: Timestamp) {
    guard let view = self[timeframe] else { return }
    view.didClose(after: previous)
    lastClose = max(lastClose, view.closeTime)
    for longer in views.dropFirst(Int(timeframe.rawValue) + 1) {
      // A candle that closes together with the longer one is part of it.
      guard let longer, longer.closeTime <= view.candle.openTime else { continue }
      longer.extend(high: view.candle.high, low: view.candle.low)
    }
    if zoneViews.contains(where: { $0 === view }) { readZones() }
    if timeframe == .h1 { hours.add(view.candle, atr: view.indicators.atr) }
    if timeframe == roles.planning {
      tracker.read(view.indicators)
      readRegime()
    }
  }

  private func readRegime() {
    regime = SymbolRegime(tracker, structure: self[roles.planning]?.structure.trend.outer ?? .ranging, rules)
  }

  private func readZones() {
    zones.removeAll(keepingCapacity: true)
    for view in zoneViews where view.isEnriched {
      for block in view.structure.orderBlocks { zones.append(Zone(block, on: view.timeframe, rules)) }
      for gap in view.structure.gaps { zones.append(Zone(gap, on: view.timeframe, rules)) }
    }
  }

  public func noteGap(_ timeframe: Timeframe, endingAt time: Timestamp) { view(of: timeframe).noteGap(endingAt: time) }
}

/// The profile's roles, answered by what the stream carries of a symbol.
public struct ResolvedRoles: Hashable, Sendable {
  public var context: [Timeframe]
  public var structure: [Timeframe]
  /// The profile's trigger, or the next longer timeframe carried; `nil` while neither is.
  public var trigger: Timeframe?
  /// The optional ones that are carried.
  public var optional: [Timeframe]
  public var planning: Timeframe
  /// The trigger is not the profile's own.
  public var isFallback: Bool

  /// Where zones are read: context first, then structure, then the planning timeframe where it is neither.
  var zones: [Timeframe] {
    let others = context.filter { !structure.contains($0) } + structure
    return others.contains(planning) ? others : others + [planning]
  }

  init(_ wanted: TimeframeRoles, carried: [Timeframe]) {
    context = wanted.context.sorted(by: >)
    structure = wanted.structure.sorted(by: >)
    optional = wanted.optional.filter(carried.contains).sorted(by: >)
    trigger = carried.filter { $0 >= wanted.trigger }.min()
    isFallback = trigger != nil && trigger != wanted.trigger
    planning = wanted.planning
    if !carried.contains(planning), let fallback = wanted.planningFallback, carried.contains(fallback) { planning = fallback }
  }
}
