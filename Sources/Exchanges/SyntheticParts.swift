import Market

/// The parts of a longer synthetic series: each candle divided so that its parts build up to it exactly.
final class SyntheticParts: CandleSource {
  let timeframe: Timeframe
  private let whole: any CandleSource
  private let count: Int
  private let seed: UInt64
  private let name: String
  private var parts: [ExactCandle] = []
  private var index = 0

  /// - Parameter whole: a series of a timeframe that is built from `timeframe`.
  init(of whole: any CandleSource, timeframe: Timeframe, seed: UInt64, name: String) {
    self.whole = whole
    self.timeframe = timeframe
    self.seed = seed
    self.name = "\(timeframe.label) \(name)"
    count = Int(whole.timeframe.nominalDuration / timeframe.nominalDuration)
  }

  func next() throws -> ExactCandle? {
    if index == parts.count {
      guard let candle = try whole.next() else { return nil }
      divide(candle)
      index = 0
    }
    index += 1
    return parts[index - 1]
  }

  /// A path from open to close inside the candle's range that touches its high and its low, and a share of the volume for each part.
  private func divide(_ candle: ExactCandle) {
    var random = SplitMix(seed: seed &+ UInt64(bitPattern: candle.openTime.milliseconds), name: name)
    let (high, low) = (Int64(candle.high.mantissa), Int64(candle.low.mantissa))
    let last = Int64(candle.close.mantissa)
    let (top, bottom) = (Int(random.below(Int64(count))), Int(random.below(Int64(count))))
    var price = Int64(candle.open.mantissa)
    var lots = Int64(candle.volume.mantissa)
    let reach = (high - low) / 2
    parts.removeAll(keepingCapacity: true)
    for part in 0..<count {
      let left = Int64(count - part)
      let open = price
      if left == 1 {
        price = last
      } else {
        price = min(high, max(low, open + (last - open) / left + random.below(2 * reach + 1) - reach))
      }
      let partHigh = part == top ? high : min(high, max(open, price) + random.below(reach / 4 + 1))
      let partLow = part == bottom ? low : max(low, min(open, price) - random.below(reach / 4 + 1))
      // Between half and one and a half of an even share; at least one lot, and one is left for each part to come.
      let share = left == 1 ? lots : min(lots - left + 1, max(1, lots / left / 2 + random.below(lots / left + 1)))
      lots -= share
      let openTime = candle.openTime + Int64(part) * timeframe.nominalDuration
      parts.append(
        ExactCandle(
          openTime: openTime, closeTime: openTime + timeframe.nominalDuration, open: amount(open, of: candle), high: amount(partHigh, of: candle),
          low: amount(partLow, of: candle), close: amount(price, of: candle), volume: Decimal(mantissa: Int128(share), scale: candle.volume.scale)))
    }
  }

  private func amount(_ ticks: Int64, of candle: ExactCandle) -> Decimal { Decimal(mantissa: Int128(ticks), scale: candle.open.scale) }
}
