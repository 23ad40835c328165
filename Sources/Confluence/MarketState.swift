import Market
import Profiles

/// All symbols of a stream: who the reference is, and which way they lean together.
public final class MarketState {
  private struct Key: Hashable {
    var exchange: String
    var symbol: String
  }
  public let profile: Profile
  /// In the order of their first record.
  public private(set) var symbols: [SymbolState] = []
  private var index: [Key: Int] = [:]
  private var venues: [String: Int] = [:]
  /// By venue.
  private var references: [SymbolState?] = []
  private(set) var breadth = Breadth()

  public init(profile: Profile) { self.profile = profile }

  /// The state of a symbol, made at its first mention; `nil` for a name that is no symbol.
  public func symbol(_ name: String, on exchange: String) -> SymbolState? {
    if let place = index[Key(exchange: exchange, symbol: name)] { return symbols[place] }
    guard let symbol = Symbol(name) else { return nil }
    let place = venue("\(exchange) \(symbol.kind.rawValue)")
    let state = SymbolState(exchange: exchange, symbol: symbol, profile: profile, venue: place)
    index[Key(exchange: exchange, symbol: name)] = symbols.count
    symbols.append(state)
    if symbol.base == "BTC", references[place] == nil { references[place] = state }
    return state
  }

  /// Called with the close time of each candle before it is folded in, so that what is known across symbols is of the instant before.
  public func advance(to time: Timestamp) { breadth.advance(to: time) }

  /// Called once the view of `timeframe` holds a new candle; `previous` is the close time of the one before, if any.
  public func didClose(_ timeframe: Timeframe, of state: SymbolState, after previous: Timestamp) {
    let (movement, known) = (state.tracker.movement, state.tracker.readings > 0)
    state.didClose(timeframe, after: previous)
    if state.tracker.readings > 0, !known || state.tracker.movement != movement {
      breadth.move(from: movement, known: known, to: state.tracker.movement)
    }
  }

  /// BTC of the same exchange and kind; `nil` for itself, and where the stream has none.
  func reference(for state: SymbolState) -> SymbolState? {
    let reference = references[state.venue]
    return reference === state ? nil : reference
  }

  private func venue(_ name: String) -> Int {
    if let place = venues[name] { return place }
    let place = venues.count
    venues[name] = place
    references.append(nil)
    return place
  }
}
