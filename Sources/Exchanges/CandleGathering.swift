import Market

/// Puts candles that arrive in any order, as connections deliver them, into the order of the stream: those of one close are held until
/// `lateness` has passed on the senders' clock. One that comes after that never enters; a gap stands for it.
public struct CandleGathering {
  /// Everything of one close.
  public struct Round {
    public var close: Timestamp
    public var candles: [(series: SeriesID, candle: ExactCandle)]
    /// Holes before these candles.
    public var gaps: [(market: MarketName, gap: Gap)]
  }

  /// Milliseconds.
  private let lateness: Int64
  private var held: [Timestamp: [SeriesID: ExactCandle]] = [:]
  private var ends: [SeriesID: Timestamp] = [:]
  /// Series of which a candle came too late, until the gap is told.
  private var late: Set<SeriesID> = []
  private var clock = Timestamp.distantPast
  private var released = Timestamp.distantPast

  public init(lateness: Int64) { self.lateness = lateness }

  /// The senders' clock stands at `time`.
  public mutating func advance(to time: Timestamp) { clock = max(clock, time) }

  /// A closed candle. The same one told twice counts once.
  public mutating func add(_ candle: ExactCandle, of series: SeriesID) {
    if candle.closeTime <= released {
      if candle.openTime >= ends[series] ?? .distantPast { late.insert(series) }
      return
    }
    held[candle.closeTime, default: [:]][series] = candle
  }

  /// The next close whose time has come.
  /// - Parameter all: nothing more arrives.
  public mutating func next(all: Bool = false) -> Round? {
    guard let close = held.keys.min(), all || clock > close + lateness, let candles = held.removeValue(forKey: close) else { return nil }
    released = close
    var round = Round(close: close, candles: [], gaps: [])
    for (series, candle) in candles {
      if let end = ends[series], candle.openTime > end {
        let cause: Gap.Cause = late.remove(series) == nil ? .outage : .late
        round.gaps.append((series.market, Gap(timeframe: series.timeframe, from: end, to: candle.openTime, cause: cause)))
      }
      ends[series] = candle.closeTime
      round.candles.append((series, candle))
    }
    return round
  }
}
