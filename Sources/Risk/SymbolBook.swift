import Market

/// What the account knows of one market of one exchange.
public struct SymbolBook: Hashable, Sendable {
  public let exchange: String
  public let symbol: String
  public let base: String
  public let kind: Instrument.Kind
  public internal(set) var instrument: Instrument?
  /// The finest series seen: the only one that fills, stops and marks.
  public internal(set) var timeframe: Timeframe?
  public internal(set) var order: Order?
  public internal(set) var position: Position?
  public internal(set) var returns = HourlyReturns()
  /// No new plan before it.
  public internal(set) var restsUntil: Timestamp?
  public internal(set) var lastCloseTime: Timestamp?
  /// Whether the stream has told a funding rate: then nothing is assumed.
  public internal(set) var hasFunding = false

  init(exchange: String, symbol: String) {
    let parsed = Symbol(symbol)
    self.exchange = exchange
    self.symbol = symbol
    base = parsed?.base ?? symbol
    kind = parsed?.kind ?? .spot
  }

  var isFree: Bool { order == nil && position == nil }
  var direction: Direction? { position?.direction ?? order?.direction }
}
