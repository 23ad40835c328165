import Exchanges
import Wire

/// What could have come instead: the lines behind one, every second of them left out, candles turned upside down about the last close of
/// their series, with twice the volume.
enum OtherFuture {
  /// As far as a stage may look ahead and still be seen.
  private static let length = 120
  /// How far back the last close of each series is looked for.
  private static let past = 400

  static func lines(of corpus: Corpus, after last: Int) -> LineStore {
    let future = LineStore()
    var rewriter = CandleRewriter()
    /// By series, twice its last close.
    var axes: [Int: Decimal] = [:]
    for index in max(0, last - past)...last where corpus.facts[index].isCandle {
      if let (candle, series, _) = rewriter.read(corpus.lines[index]) { axes[series] = candle.close.adding(candle.close) }
    }
    var text = ByteBuffer()
    for index in stride(from: last + 2, to: min(corpus.count, last + 1 + length), by: 2) {
      let line = corpus.lines[index]
      guard corpus.facts[index].isCandle, let (candle, series, _) = rewriter.read(line) else {
        future.append(line)
        continue
      }
      let axis = axes[series] ?? candle.open.adding(candle.open) ?? candle.open
      axes[series] = axis
      text.truncate(to: 0)
      rewriter.write(turned(candle, axis), line, into: &text)
      future.append(text.bytes)
    }
    return future
  }

  private static func turned(_ candle: CandleNumbers, _ axis: Decimal) -> CandleNumbers {
    var turned = candle.mapped { axis.subtracting($0) ?? $0 }
    // Above twice the last close there is nothing to turn to: half the price instead.
    if turned.low.mantissa <= 0 { turned = candle.mapped { Decimal(mantissa: 5 * $0.mantissa, scale: $0.scale + 1) } }
    turned.volume = Decimal(mantissa: 2 * candle.volume.mantissa + 1, scale: candle.volume.scale)
    return turned
  }
}

extension Decimal {
  /// The exact difference; `nil` when it would need more than 38 digits.
  func subtracting(_ other: Decimal) -> Decimal? { adding(Decimal(mantissa: -other.mantissa, scale: other.scale)) }
}
