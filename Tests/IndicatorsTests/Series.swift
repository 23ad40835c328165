import Indicators
import Market
import Profiles

/// Seeded synthetic candles, and ways to run indicators over them.
enum Series {
  static let start: Int64 = 1_704_067_200_000

  /// xorshift64.
  struct Random {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 11) / 0x1p53
    }
    /// Mean 0, variance 1.
    mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + next() } }
  }

  static func walk(_ count: Int, seed: UInt64 = 1, price: Double = 100, timeframe: Timeframe = .m15, volatility: Double = 0.004) -> [Candle] {
    var random = Random(seed)
    var last = price
    return (0..<count).map { i in
      let open = last
      last *= 1 + volatility * random.normal()
      let high = max(open, last) * (1 + volatility * random.next())
      let low = min(open, last) * (1 - volatility * random.next())
      return candle(i, open, high, low, last, 100 + 900 * random.next(), timeframe)
    }
  }

  static func candle(
    _ index: Int, _ open: Double, _ high: Double, _ low: Double, _ close: Double, _ volume: Double, _ timeframe: Timeframe = .m15
  ) -> Candle {
    let length = timeframe.nominalDuration
    let time = Timestamp(milliseconds: start + Int64(index) * length)
    return Candle(openTime: time, closeTime: time + length, open: open, high: high, low: low, close: close, volume: volume)
  }

  static func flat(_ count: Int, price: Double = 100, volume: Double = 5) -> [Candle] {
    (0..<count).map { candle($0, price, price, price, price, volume) }
  }

  /// Prices mirrored about `around`, so that rises become falls of the same size.
  static func mirrored(_ candles: [Candle], around: Double) -> [Candle] {
    candles.map {
      var mirror = $0
      mirror.open = 2 * around - $0.open
      mirror.high = 2 * around - $0.low
      mirror.low = 2 * around - $0.high
      mirror.close = 2 * around - $0.close
      return mirror
    }
  }

  static func scaled(_ candles: [Candle], price: Double = 1, volume: Double = 1) -> [Candle] {
    candles.map {
      var scaled = $0
      scaled.open *= price
      scaled.high *= price
      scaled.low *= price
      scaled.close *= price
      scaled.volume *= volume
      return scaled
    }
  }
}

/// What a selection gives for a series: a row per candle, its values under their names.
struct Run {
  let selection: IndicatorSelection
  var rows: [[Double]] = []

  init(_ candles: [Candle], _ selection: IndicatorSelection, timeframe: Timeframe = .m15, gapsBefore: Set<Int> = []) {
    self.selection = selection
    let bundle = IndicatorBundle(selection, timeframe: timeframe)
    var row = [Double](repeating: .nan, count: selection.width)
    for (i, candle) in candles.enumerated() {
      if gapsBefore.contains(i) { bundle.gap() }
      row.withUnsafeMutableBufferPointer { bundle.update(candle, into: $0.baseAddress!) }
      rows.append(row)
    }
  }

  init(_ candles: [Candle], only: [String], timeframe: Timeframe = .m15, gapsBefore: Set<Int> = []) throws {
    self.init(candles, try IndicatorSelection(only: only), timeframe: timeframe, gapsBefore: gapsBefore)
  }

  /// The values of one key, NaN where absent.
  subscript(_ name: String) -> [Double] {
    guard let column = selection.columns.first(where: { $0.name == name }) else { return [] }
    return rows.map { $0[column.index] }
  }

  /// Everything that is written, NaN folded into one pattern so that runs can be compared for equality.
  var written: [[UInt64]] {
    rows.map { row in selection.columns.map { row[$0.index].isNaN ? .max : row[$0.index].bitPattern } }
  }
}

extension IndicatorSelection {
  /// Every indicator of the registry with its standard parameters.
  static func everything() throws -> IndicatorSelection {
    try IndicatorSelection(only: IndicatorRegistry.all.map(\.card.name))
  }
}
