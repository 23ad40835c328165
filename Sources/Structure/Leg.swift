import Market

/// What has happened since a pivot, as the side that would break it sees it: from where the leg towards it began. Bullish words; the bear's is mirrored.
struct Leg {
  /// A candle that may become a block.
  struct Candle {
    var index: Int
    var at: Timestamp
    var view: View
    var atr: Double?
    /// A block of this side has been made of it, in either scope.
    var isBlock = false

    init(_ bar: Bar, side: Direction) {
      index = bar.index
      at = bar.openTime
      view = bar.view[side]
      atr = bar.atr
    }
  }

  /// The bar of the lowest low since the pivot, the last of equals.
  private(set) var origin: Candle
  /// The last candle that closed lower than it opened, up to and including the origin; the origin itself when there is none.
  private(set) var block: Candle
  /// The last such candle after the origin and before the newest bar.
  private(set) var continuation: Candle?
  /// The highest high from the origin on.
  private(set) var extreme: Double
  /// A low was swept between the block candle and the origin, both included.
  private(set) var beganWithSweep: Bool
  /// The last candle that closed lower than it opened.
  private var opposite: Candle?
  /// Whether that is the newest bar, after the origin: for the next one it is a continuation.
  private var isOppositeNewest = false

  /// - Parameter sweep: index of the newest bar that swept a low.
  init(first bar: Bar, side: Direction, sweep: Int?) {
    origin = Candle(bar, side: side)
    block = origin
    extreme = origin.view.high
    beganWithSweep = sweep == bar.index
    if origin.view.close < origin.view.open { opposite = origin }
  }

  mutating func extend(_ bar: Bar, side: Direction, sweep: Int?) {
    let view = bar.view[side]
    if isOppositeNewest {
      continuation = opposite
      isOppositeNewest = false
    }
    if view.low <= origin.view.low {
      origin = Candle(bar, side: side)
      if view.close < view.open { opposite = origin }
      block = opposite ?? origin
      continuation = nil
      extreme = view.high
      beganWithSweep = sweep.map { $0 >= block.index } ?? false
      return
    }
    if view.high > extreme { extreme = view.high }
    if view.close < view.open {
      opposite = Candle(bar, side: side)
      isOppositeNewest = true
    }
  }

  /// How far the leg went beyond the near edge of its block candle, in ATR at that candle, or at the break during the warm-up.
  func displacement(from near: Double, _ candle: Candle, breakATR: Double?) -> Double {
    ratio(max(0, extreme - near), candle.atr ?? breakATR ?? 0)
  }

  /// Remembers that a block was made of the candle of this index, so that the same one is not made twice.
  mutating func markBlock(_ index: Int) {
    if origin.index == index { origin.isBlock = true }
    if block.index == index { block.isBlock = true }
    if continuation?.index == index { continuation?.isBlock = true }
    if opposite?.index == index { opposite?.isBlock = true }
  }
}
