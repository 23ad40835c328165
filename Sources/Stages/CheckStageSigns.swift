import Exchanges
import Records
import Wire

/// Makes of each candle one of the same size that went up or down by chance: its steps from the close before, as ratios, are kept or inverted.
/// The sign depends on the seed and the candle's close alone, so all symbols turn together and keep what binds them.
struct SignRandomizer: ~Copyable {
  private let seed: UInt64
  private var rewriter = CandleRewriter()
  private var scanner = RecordScanner(keys: StreamKey.names)
  /// By series, the last close as it was and as it has become.
  private var last: [Int: (real: Double, random: Double)] = [:]

  init(seed: UInt64) { self.seed = seed }

  /// Writes the candle alone, without what stages have appended to it, as it is and as chance would have had it. An instrument is written twice.
  /// - Returns: false for any other line.
  mutating func write(_ line: Bytes, as plain: inout ByteBuffer, turned: inout ByteBuffer) -> Bool {
    guard let (numbers, series, _) = rewriter.read(line), scanner.scan(line) else {
      guard scanner.scan(line), scanner[StreamKey.type].equals("instrument") else { return false }
      plain.append(line)
      plain.append(0x0A)
      turned.append(plain.bytes)
      return true
    }
    let before = last[series] ?? (numbers.open.double, numbers.open.double)
    let keeps = isUp(scanner[StreamKey.closeTime].bytes)
    let other = numbers.mapped { price in
      let ratio = price.double / before.real
      let value = before.random * (keeps ? ratio : 1 / ratio)
      let ticks = value * Decimal(mantissa: 1, scale: 0).shifted(by: price.scale)
      return Decimal(mantissa: max(1, Int128(ticks.rounded())), scale: price.scale)
    }
    last[series] = (numbers.close.double, other.close.double)
    candle(numbers, into: &plain)
    candle(other, into: &turned)
    return true
  }

  private func candle(_ numbers: CandleNumbers, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "candle")
    for (key, name) in zip(StreamKey.exchange...StreamKey.closeTime, ["exchange", "symbol", "timeframe", "open_time", "close_time"]) {
      out.key(name)
      out.value(escaped: scanner[key].bytes)
    }
    let values = [numbers.open, numbers.high, numbers.low, numbers.close, numbers.volume]
    for (name, value) in zip(["open", "high", "low", "close", "volume"], values) {
      out.key(name)
      out.append(value.text)
    }
    out.endObject()
    out.append(0x0A)
  }

  private func isUp(_ closeTime: Bytes) -> Bool {
    // FNV-1a, its bits mixed once more: neighbouring times differ in a digit or two.
    let hash = closeTime.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var random = SeededRandom(seed: hash)
    return random.next() & 1 == 0
  }
}

extension Decimal {
  /// This number as ticks of 10^−places.
  fileprivate func shifted(by places: UInt8) -> Double {
    var value = double
    for _ in 0..<places { value *= 10 }
    return value
  }
}
