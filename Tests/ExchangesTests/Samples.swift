import Market

@testable import Exchanges

/// Candles held in memory.
final class ListSource: CandleSource {
  let timeframe: Timeframe
  private var candles: ArraySlice<ExactCandle>

  init(_ timeframe: Timeframe, _ candles: [ExactCandle]) {
    self.timeframe = timeframe
    self.candles = candles[...]
  }

  func next() -> ExactCandle? { candles.popFirst() }
}

/// Lines held in memory, with a newline and 64 readable bytes behind each.
final class TextLines: LineSource {
  private let bytes: [UInt8]
  private var lines: ArraySlice<Range<Int>>
  private let storage: UnsafeMutableBufferPointer<UInt8>

  init(_ text: String) {
    bytes = Array(text.utf8)
    storage = .allocate(capacity: bytes.count + 65)
    storage.initialize(repeating: 0x0A)
    for (index, byte) in bytes.enumerated() { storage[index] = byte }
    var ranges: [Range<Int>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      ranges.append(start..<index)
      start = index + 1
    }
    if start < bytes.count { ranges.append(start..<bytes.count) }
    lines = ranges[...]
  }

  deinit { storage.deallocate() }

  func next() -> UnsafeBufferPointer<UInt8>? { lines.popFirst().map { UnsafeBufferPointer(rebasing: UnsafeBufferPointer(storage)[$0]) } }
}

func decimal(_ text: String) -> Decimal { Decimal(text) ?? .zero }

/// A candle of `timeframe` that opens `step` candles after `start`.
func candle(
  _ timeframe: Timeframe, _ step: Int, from start: Timestamp = SyntheticMarket.begin, open: String = "10", high: String = "12", low: String = "9",
  close: String = "11", volume: String = "1"
) -> ExactCandle {
  let time = start + Int64(step) * timeframe.nominalDuration
  return ExactCandle(
    openTime: time, closeTime: timeframe.next(afterOpen: time), open: decimal(open), high: decimal(high), low: decimal(low), close: decimal(close),
    volume: decimal(volume))
}

extension CandleSource {
  func take(_ count: Int) throws -> [ExactCandle] {
    var all: [ExactCandle] = []
    while all.count < count, let next = try next() { all.append(next) }
    return all
  }
}

extension ExactCandle {
  var line: String { "\(openTime.text) \(open.text) \(high.text) \(low.text) \(close.text) \(volume.text)" }
}

extension MarketItem {
  /// `BTC 15m 00:15` for a candle and its close, `BTC 15m gap 00:15-00:45 x2` for a gap.
  func label(_ market: MarketName) -> String {
    func clock(_ time: Timestamp) -> Substring { time.text.dropFirst(11).prefix(5) }
    switch self {
    case .candle(let timeframe, let candle): return "\(market.symbol.base) \(timeframe.label) \(clock(candle.closeTime))"
    case .line(let timeframe, let line): return "\(market.symbol.base) \(timeframe.label) \(clock(line.closeTime))"
    case .gap(let gap): return "\(market.symbol.base) \(gap.timeframe.label) gap \(clock(gap.from))-\(clock(gap.to)) x\(gap.missing)"
    }
  }
}

/// All that a merge of `feeds` gives, as labels.
func labels(_ feeds: [MarketFeed]) throws -> [String] {
  var merge = CanonicalMerge(feeds)
  var all: [String] = []
  while let feed = try merge.next() {
    if let item = feeds[feed].item { all.append(item.label(feeds[feed].market)) }
  }
  return all
}

func market(_ base: String) -> MarketName { MarketName(exchange: "test", symbol: Symbol(base: base, quote: "USDT")) }
