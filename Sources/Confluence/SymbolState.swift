import Market
import Profiles

/// Everything known of one symbol of one exchange: the newest candle of each timeframe, and what its regime remembers.
public final class SymbolState {
  public let exchange: String
  public let symbol: Symbol
  /// As the stream spells it.
  public let name: String
  public var instrument: Instrument?
  /// Of the newest order book, in basis points.
  public var spread: Double?
  public private(set) var regime: RegimeTracker
  public private(set) var roles: ResolvedRoles
  public private(set) var lastClose = Timestamp.distantPast

  private let wanted: TimeframeRoles
  private var views = [TimeframeView?](repeating: nil, count: Timeframe.allCases.count)

  public init(exchange: String, symbol: Symbol, profile: Profile) {
    self.exchange = exchange
    self.symbol = symbol
    name = symbol.text
    wanted = profile.timeframes
    regime = RegimeTracker(profile.score)
    roles = ResolvedRoles(profile.timeframes, carried: [])
  }

  public subscript(timeframe: Timeframe) -> TimeframeView? { views[Int(timeframe.rawValue)] }

  /// The view to fill with a new candle; `didClose` follows.
  public func view(of timeframe: Timeframe) -> TimeframeView {
    if let view = self[timeframe] { return view }
    let view = TimeframeView(timeframe)
    views[Int(timeframe.rawValue)] = view
    roles = ResolvedRoles(wanted, carried: views.compactMap { $0?.timeframe })
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
    if timeframe == roles.planning { regime.read(view) }
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
