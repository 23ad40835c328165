/// Follows the high and low of one session over closed candles of 1h or shorter, and reports them when the session is over.
public struct SessionRange: Sendable {
  /// The extremes of one finished session.
  public struct Finished: Hashable, Sendable {
    public var window: SessionWindow
    public var high: Double
    /// Open of the candle that made the high; the first of equals.
    public var highAt: Timestamp
    public var low: Double
    public var lowAt: Timestamp
    /// The first close at or after the session's end.
    public var knownAt: Timestamp
  }

  public let session: Session
  private var current: Finished?
  /// Where the series begins: sessions that opened before are not reported.
  private var begin: Timestamp?

  public init(_ session: Session) { self.session = session }

  /// Takes the next candle. A candle belongs to the session that its last millisecond falls into.
  /// - Returns: the session that this close shows to be over, if any.
  public mutating func update(_ candle: Candle) -> Finished? {
    let begin = begin ?? candle.openTime
    self.begin = begin
    if let over = finish(at: candle.closeTime, past: true) {
      include(candle, from: begin)
      return over
    }
    include(candle, from: begin)
    return finish(at: candle.closeTime, past: false)
  }

  private mutating func finish(at time: Timestamp, past: Bool) -> Finished? {
    guard var over = current, past ? time > over.window.close : time == over.window.close else { return nil }
    over.knownAt = time
    current = nil
    return over
  }

  private mutating func include(_ candle: Candle, from begin: Timestamp) {
    if var range = current {
      if candle.high > range.high { (range.high, range.highAt) = (candle.high, candle.openTime) }
      if candle.low < range.low { (range.low, range.lowAt) = (candle.low, candle.openTime) }
      current = range
    } else if let window = session.window(containing: candle.closeTime + -1), window.open >= begin {
      current = Finished(
        window: window, high: candle.high, highAt: candle.openTime, low: candle.low, lowAt: candle.openTime, knownAt: window.close)
    }
  }
}
