import Market

/// The newest candles of one symbol, and the candles of a longer timeframe built from them for a picture.
struct ChartSeries {
  /// Enough for 150 candles of 4h out of 15m.
  private static let kept = 2400
  private(set) var candles: [Candle] = []
  private(set) var timeframe = Timeframe.m1
  /// Whether old candles are kept as well.
  private let isWhole: Bool

  init(isWhole: Bool = false) { self.isWhole = isWhole }

  /// Keeps the shortest timeframe that comes in.
  mutating func add(_ candle: Candle, _ timeframe: Timeframe) {
    if candles.isEmpty { self.timeframe = timeframe }
    if timeframe > self.timeframe { return }
    if timeframe < self.timeframe {
      candles = []
      self.timeframe = timeframe
    }
    candles.append(candle)
    if !isWhole, candles.count >= 2 * Self.kept { candles.removeFirst(candles.count - Self.kept) }
  }

  /// The newest candles that had closed at `time`.
  func known(at time: Timestamp) -> ChartSeries {
    var series = self
    series.candles = Array(candles[..<later(than: time)].suffix(Self.kept))
    return series
  }

  /// The candles that closed after `time`.
  func after(_ time: Timestamp) -> [Candle] { Array(candles[later(than: time)...]) }

  private func later(than time: Timestamp) -> Int {
    var range = 0..<candles.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = candles[middle].closeTime > time ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return range.lowerBound
  }

  /// The shortest timeframe, at least the series' own, at which the span since `start` takes at most `count` candles.
  func display(from start: Timestamp, count: Int) -> Timeframe {
    guard let end = candles.last?.closeTime else { return timeframe }
    return Timeframe.allCases.first {
      $0 >= timeframe && ($0 == timeframe || $0.isBuilt(from: timeframe)) && (end - start) / $0.nominalDuration <= count
    } ?? .d1
  }

  /// Candles of `display`, the last `count`; the last may still be short of its end: all in it is known.
  static func built(_ candles: some Collection<Candle>, _ display: Timeframe, count: Int) -> [Candle] {
    var built: [Candle] = []
    for candle in candles {
      let open = display.open(containing: candle.openTime)
      if var last = built.last, last.openTime == open {
        last.high = max(last.high, candle.high)
        last.low = min(last.low, candle.low)
        last.close = candle.close
        last.volume += candle.volume
        last.closeTime = candle.closeTime
        built[built.count - 1] = last
      } else {
        var first = candle
        first.openTime = open
        built.append(first)
      }
    }
    return built.suffix(count)
  }
}
