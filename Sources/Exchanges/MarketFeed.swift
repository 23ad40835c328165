import Market

/// One source's records in the order of the stream: its candles, the longer ones built from them, and the gaps of both.
public final class MarketFeed {
  public let market: MarketName
  /// The record that the feed stands at; `nil` after the last.
  public var item: MarketItem? { head < pending.count ? pending[head] : line.map { .line(source.timeframe, $0) } }
  /// The source has ended; what is left are buckets that only another market's clock can close.
  public private(set) var isTail = false

  @exclusivity(unchecked) private var isOver = false
  private let source: any CandleSource
  /// The source, where nothing is built from it: then its lines are passed on unread.
  private let store: StoreSource?
  /// The line that the feed stands at, behind what is pending.
  @exclusivity(unchecked) private var line: StoredLine?
  private let range: EmissionRange
  private let emitsSource: Bool
  @exclusivity(unchecked) private var sourceGaps: GapDetector
  private var built: [(resampler: Resampler, gaps: GapDetector)]
  @exclusivity(unchecked) private var pending: [MarketItem] = []
  @exclusivity(unchecked) private var head = 0

  /// - Parameter timeframes: those to emit; each is the source's or can be built from it.
  public init(market: MarketName, source: any CandleSource, timeframes: [Timeframe], range: EmissionRange = .all) {
    self.market = market
    self.source = source
    self.range = range
    emitsSource = timeframes.contains(source.timeframe)
    store = timeframes == [source.timeframe] ? source as? StoreSource : nil
    sourceGaps = GapDetector(timeframe: source.timeframe)
    built = timeframes.filter { $0.isBuilt(from: source.timeframe) }.map { (Resampler($0), GapDetector(timeframe: $0)) }
  }

  /// Where `item` stands in the stream.
  /// - Parameter rank: of its market, by `MarketName.precedes`.
  @inline(__always)
  func place(rank: Int) -> StreamPlace? {
    if head < pending.count { return pending[head].place(rank: rank) }
    return line.map { StreamPlace(candle: $0.closeTime, rank: rank, source.timeframe) }
  }

  /// Moves on to the next record.
  public func advance() throws {
    if let store {
      try advance(store)
    } else {
      try advanceCandles()
    }
  }

  private func advance(_ store: StoreSource) throws {
    if head < pending.count {
      // The gap before the line.
      pending.removeAll(keepingCapacity: true)
      head = 0
      if line != nil { return }
    }
    line = nil
    while !isOver {
      guard let next = try store.nextLine() else {
        isOver = true
        isTail = true
        return
      }
      isOver = next.closeTime > range.end
      if let gap = sourceGaps.next(open: next.openTime, close: next.closeTime) { emit(.gap(gap)) }
      if range.contains(next.closeTime, source.timeframe) { line = next }
      if line != nil || !pending.isEmpty { return }
    }
  }

  private func advanceCandles() throws {
    head += 1
    while head >= pending.count {
      pending.removeAll(keepingCapacity: true)
      head = 0
      if isOver { return }
      if let candle = try source.next() {
        // The first one past the end still tells which buckets and gaps have ended before it.
        isOver = candle.closeTime > range.end
        try take(candle)
      } else {
        isOver = true
        isTail = true
        closeTail()
      }
    }
  }

  private func take(_ candle: ExactCandle) throws {
    for index in built.indices { closeBucket(index, by: candle.openTime) }
    if let gap = sourceGaps.next(open: candle.openTime, close: candle.closeTime) { emit(.gap(gap)) }
    for index in built.indices {
      if let open = try built[index].resampler.add(candle),
        let gap = built[index].gaps.next(open: open, close: built[index].resampler.end ?? open)
      {
        emit(.gap(gap))
      }
    }
    for index in built.indices { closeBucket(index, by: candle.closeTime) }
    if emitsSource { emit(.candle(source.timeframe, candle)) }
    sort()
  }

  private func closeBucket(_ index: Int, by time: Timestamp) {
    guard let candle = built[index].resampler.close(by: time) else { return }
    emit(.candle(built[index].resampler.timeframe, candle))
  }

  /// Buckets still open at the end of the source. The hole at their end is no gap yet: nobody knows where it will end.
  private func closeTail() {
    for index in built.indices { closeBucket(index, by: .distantFuture) }
    sort()
  }

  private func emit(_ item: MarketItem) {
    if range.contains(item) { pending.append(item) }
  }

  /// Rarely more than two or three records stand here.
  private func sort() {
    guard pending.count > 1 else { return }
    pending.sort { $0.place(rank: 0) < $1.place(rank: 0) }
  }
}

/// Finds the holes of one series.
struct GapDetector: Sendable {
  let timeframe: Timeframe
  private var expected: Timestamp?

  init(timeframe: Timeframe) { self.timeframe = timeframe }

  /// Takes the times of the next candle.
  /// - Returns: the gap between it and the one before, if there is one.
  mutating func next(open: Timestamp, close: Timestamp) -> Gap? {
    defer { expected = close }
    guard let expected, open > expected else { return nil }
    return Gap(timeframe: timeframe, from: expected, to: open, cause: .unknown)
  }
}

/// Which part of a history is emitted. Everything before is still read, so that built candles are whole.
public struct EmissionRange: Sendable {
  /// Nothing later is emitted.
  public var end: Timestamp
  private var firstEvent: [Timestamp]

  public static let all = EmissionRange(end: .distantFuture)

  public init(end: Timestamp) {
    self.end = end
    firstEvent = Array(repeating: .distantPast, count: Timeframe.allCases.count)
  }

  /// Emits of `timeframe` only what happens after `time`.
  public mutating func begin(_ timeframe: Timeframe, after time: Timestamp) {
    firstEvent[Int(timeframe.rawValue)] = time + 1
  }

  public func contains(_ item: MarketItem) -> Bool { contains(item.eventTime, item.timeframe) }

  func contains(_ time: Timestamp, _ timeframe: Timeframe) -> Bool { time >= firstEvent[Int(timeframe.rawValue)] && time <= end }
}
