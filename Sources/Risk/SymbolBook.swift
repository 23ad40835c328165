import Market

/// What the account knows of one market of one exchange.
public struct SymbolBook: Hashable, Sendable {
  public let exchange: String
  public let symbol: String
  public let base: String
  public let kind: Instrument.Kind
  public var instrument: Instrument?
  /// The finest series seen: the only one that fills, stops and marks.
  public var timeframe: Timeframe?
  public var order: Order?
  public var position: Position?
  /// Told from outside; never filled, stopped or marked here.
  public var held: HeldPosition?
  public var returns = HourlyReturns()
  /// No new plan before it.
  public var restsUntil: Timestamp?
  public var lastCloseTime: Timestamp?
  /// Whether the stream has told a funding rate: then nothing is assumed.
  public var hasFunding = false
  /// The last instant that changed what is at stake here, and what was at stake before it.
  public var changedAt: Timestamp?
  public var stakeBefore: Stake?

  public init(exchange: String, symbol: String) {
    let parsed = Symbol(symbol)
    self.exchange = exchange
    self.symbol = symbol
    base = parsed?.base ?? symbol
    kind = parsed?.kind ?? .spot
  }

  var isFree: Bool { order == nil && position == nil && held == nil }
  var direction: Direction? { position?.direction ?? order?.direction ?? held?.direction }
}
