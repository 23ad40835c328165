import Market
import Profiles

/// Prices as one side of the market sees them: as they are for the bull; negated, so that a low is a high, for the bear.
/// What is written for rising prices on a view holds for both sides. Negation is exact, so mirrored input gives mirrored output to the last bit.
struct View {
  var open: Double
  var high: Double
  var low: Double
  var close: Double

  var mirrored: View { View(open: -open, high: -low, low: -high, close: -close) }
}

/// A value for each side of the market.
struct Sides<Value> {
  var bull: Value
  var bear: Value

  init(bull: Value, bear: Value) {
    self.bull = bull
    self.bear = bear
  }
  init(both value: Value) { self.init(bull: value, bear: value) }

  subscript(side: Direction) -> Value {
    @inline(__always) get { side == .bull ? bull : bear }
    @inline(__always) _modify { if side == .bull { yield &bull } else { yield &bear } }
  }
}

/// A value for each scope.
struct Scopes<Value> {
  var inner: Value
  var outer: Value

  subscript(scope: Scope) -> Value {
    @inline(__always) get { scope == .inner ? inner : outer }
    @inline(__always) _modify { if scope == .inner { yield &inner } else { yield &outer } }
  }
}

/// One closed candle of a series, with what every concept needs of it.
struct Bar {
  /// Bars since the first of the series. Ages and windows count bars, not time.
  var index: Int
  var openTime: Timestamp
  var closeTime: Timestamp
  var view: Sides<View>
  var volume: Double
  /// Up to and including this bar; absent during the warm-up.
  var atr: Double?
  /// Bars without a hole between them and this one.
  var unbroken: Int
  /// The side that is asked first where both sides have something to say at one close: the way the newest candle that had one points.
  /// Mirrored input turns it over, so that the order of facts is mirrored as well.
  var lean: Direction
}

/// The newest bars of a series.
struct History {
  private var bars: [Bar] = []
  private let mask: Int
  private(set) var count = 0

  /// - Parameter depth: how many bars back from the newest one can be asked for.
  init(depth: Int) {
    var capacity = 1
    while capacity <= depth { capacity *= 2 }
    mask = capacity - 1
    bars.reserveCapacity(capacity)
  }

  mutating func append(_ bar: Bar) {
    if bars.count <= mask { bars.append(bar) } else { bars[count & mask] = bar }
    count += 1
  }

  /// The bar of this index; the caller stays within the depth.
  subscript(index: Int) -> Bar { bars[index & mask] }

  /// How many bars right before the newest one its high exceeds, on each side, at most `limit` of them.
  func reach(limit: Int) -> Sides<Int> {
    bars.withUnsafeBufferPointer { bars in
      let (newest, mask) = (count - 1, mask)
      @inline(__always)
      func reach(_ side: Direction) -> Int {
        let high = bars[newest & mask].view[side].high
        var reach = 0
        while reach < limit, bars[(newest &- reach &- 1) & mask].view[side].high < high { reach &+= 1 }
        return reach
      }
      return Sides(bull: reach(.bull), bear: reach(.bear))
    }
  }

  /// Volume over the mean of the 20 bars before; absent while there are fewer, or when none of them traded.
  func volumeRatio(of bar: Bar) -> Double? {
    guard bar.index >= 20 else { return nil }
    var sum = 0.0
    for index in bar.index - 20..<bar.index { sum += self[index].volume }
    return sum > 0 ? ratio(bar.volume, sum / 20) : nil
  }
}

/// What is the same for every concept at one close.
struct Moment {
  var timeframe: Timeframe
  var rules: StructureRules
  /// The instrument's price step; 0 while unknown.
  var tick: Double
  /// External trend of the next longer timeframe in the stream, as known at this close.
  var higherTrend: Trend?

  /// Bars for which breaks and sweeps are listed: what happened longer ago weighs nothing.
  static let eventLife = 48
}

/// `value` over `unit` to four decimals, as facts carry what is measured in ATR; 0 when there is no unit.
func ratio(_ value: Double, _ unit: Double) -> Double { unit > 0 ? (value / unit * 10_000).rounded() / 10_000 : 0 }
