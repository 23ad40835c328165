import Market

/// Divergence of the price and its RSI at the last two swing points of a side.
///
/// Regular: the price makes a further extreme and the RSI does not; hidden: the RSI does and the price does not. A swing low is lower than the `swing` lows
/// before it and not higher than those after it, so it is known `swing` candles later; the values stand on that candle only, with both swing points and the
/// time at which all was known. The bearish side is the same rule on mirrored prices and RSI.
public struct Divergence: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "divergence", title: "Divergence of price and RSI", outputs: side("bullish") + side("bearish"),
    parameters: [.bars("period", 14), .bars("swing", 5, from: 1), .bars("span", 100)],
    formula: "two swing lows at most span apart: lower low with higher RSI (regular), higher low with lower RSI (hidden); highs mirrored",
    seed: "when the second swing with an RSI is confirmed; absent on every other candle", degenerate: "none in a flat market",
    gap: .restarts, source: "definition")

  private static func side(_ name: String) -> [IndicatorOutput] {
    [
      .init("\(name)_divergence", .word(["regular", "hidden"]), unit: "regular, hidden"),
      .init("\(name)_divergence_from", .time, unit: "open of the first swing's candle"),
      .init("\(name)_divergence_at", .time, unit: "open of the second swing's candle"),
      .init("\(name)_divergence_known_at", .time, unit: "close of this candle"),
      .init("\(name)_divergence_price_from", unit: "price"), .init("\(name)_divergence_price_at", unit: "price"),
      .init("\(name)_divergence_rsi_from", unit: "0…100"), .init("\(name)_divergence_rsi_at", unit: "0…100"),
    ]
  }

  private var rsi: RSI
  private var strengths: Ring
  private var times: Ring
  private var bullish: Side
  private var bearish: Side
  private let swing: Int

  public init(_ parameters: [Double]) {
    swing = Int(known: parameters[1])
    rsi = RSI(period: Int(known: parameters[0]))
    strengths = Ring(capacity: swing + 1)
    times = Ring(capacity: swing + 1)
    bullish = Side(sign: 1, swing: swing, span: Int(known: parameters[2]))
    bearish = Side(sign: -1, swing: swing, span: Int(known: parameters[2]))
  }

  public var lookback: Int { rsi.lookback + 2 * swing }
  public var settled: Int { rsi.settled + 2 * swing }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    _ = strengths.push(rsi.next(bar))
    _ = times.push(Double(bar.openTime.milliseconds))
    let strength = strengths.isFull ? strengths.oldest : .nan
    let known = Double(bar.closeTime.milliseconds)
    bullish.update(bar.low, strength: strength, at: times.oldest, known: known, into: values)
    bearish.update(-bar.high, strength: -strength, at: times.oldest, known: known, into: values + 8)
  }

  /// One side, in prices whose swing points are minima.
  private struct Side: ~Copyable {
    struct Swing {
      var price: Double
      var strength: Double
      var time: Double
      var index: Int
    }
    let sign: Double
    let swing: Int
    let span: Int
    /// Negated lows: of the swing's candidate and those before it, the largest before the candidate, and the largest after it.
    var candidates: Ring
    var before: SlidingMaximum
    var after: SlidingMaximum
    var last: Swing?
    var index = -1

    init(sign: Double, swing: Int, span: Int) {
      self.sign = sign
      self.swing = swing
      self.span = span
      candidates = Ring(capacity: swing + 1)
      before = SlidingMaximum(period: swing)
      after = SlidingMaximum(period: swing)
    }

    mutating func update(_ price: Double, strength: Double, at: Double, known: Double, into values: UnsafeMutablePointer<Double>) {
      for i in 0..<8 { values[i] = .nan }
      index += 1
      // The candidate is the price `swing` candles ago; the one that leaves the ring has become one of those before it.
      let past = candidates.isFull ? candidates.oldest : .nan
      _ = candidates.push(-price)
      if past == past { before.add(past) }
      after.add(-price)
      let candidate = candidates.oldest
      guard candidate > before.value, candidate >= after.value, strength == strength else { return }
      let now = Swing(price: -candidate, strength: strength, time: at, index: index - swing)
      defer { last = now }
      guard let last, now.index - last.index <= span else { return }
      let isRegular = now.price < last.price && now.strength > last.strength
      let isHidden = now.price > last.price && now.strength < last.strength
      guard isRegular || isHidden else { return }
      values[0] = isRegular ? 0 : 1
      values[1] = last.time
      values[2] = now.time
      values[3] = known
      values[4] = sign * last.price
      values[5] = sign * now.price
      values[6] = sign * last.strength
      values[7] = sign * now.strength
    }
  }
}
