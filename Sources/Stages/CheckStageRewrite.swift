import Exchanges
import Records
import Wire

/// A candle's numbers, digit for digit.
struct CandleNumbers {
  var open: Decimal
  var high: Decimal
  var low: Decimal
  var close: Decimal
  var volume: Decimal

  /// The candle whose prices `other` says; one that turns prices upside down makes the lowest the highest.
  func mapped(_ other: (Decimal) -> Decimal) -> CandleNumbers {
    let (a, b) = (other(high), other(low))
    return CandleNumbers(open: other(open), high: max(a, b), low: min(a, b), close: other(close), volume: volume)
  }
}

/// Reads candles exactly and writes them again with other numbers, every other byte as it was.
struct CandleRewriter: ~Copyable {
  private static let numbers = [StreamKey.open, StreamKey.high, StreamKey.low, StreamKey.close, StreamKey.volume]
  private var scanner = RecordScanner(keys: StreamKey.names)

  /// - Returns: `nil` for a line that is no candle with these five numbers. `series` is equal for candles of one exchange, symbol and timeframe,
  ///   `market` for those of one exchange and symbol.
  mutating func read(_ line: Bytes) -> (numbers: CandleNumbers, series: Int, market: Int)? {
    guard scanner.scan(line) else { return nil }
    let record = scanner.record(line)
    guard record[StreamKey.type].equals("candle") else { return nil }
    var values: [Decimal] = []
    for key in CandleRewriter.numbers {
      guard record[key].kind == .number, let value = Decimal(record[key].bytes) else { return nil }
      values.append(value)
    }
    var hasher = Hasher()
    for key in [StreamKey.exchange, StreamKey.symbol] { hasher.combine(record[key].string) }
    let market = hasher.finalize()
    hasher.combine(record[StreamKey.timeframe].string)
    return (
      CandleNumbers(open: values[0], high: values[1], low: values[2], close: values[3], volume: values[4]), hasher.finalize(), market
    )
  }

  /// Writes the candle last read, without a newline.
  func write(_ numbers: CandleNumbers, _ line: Bytes, into out: inout ByteBuffer) {
    let values = [numbers.open, numbers.high, numbers.low, numbers.close, numbers.volume]
    replace(zip(CandleRewriter.numbers, values).map { (scanner[$0], $1.text) }, line, into: &out)
  }

  /// Writes `line` with other text for some of its values, and without escapes that need not be.
  func replace(_ changes: [(value: JSONValue, text: String)], _ line: Bytes, into out: inout ByteBuffer) {
    let line = scanner.record(line).plain
    guard let start = line.baseAddress else { return }
    var done = 0
    for (value, text) in changes.sorted(by: { $0.value.start < $1.value.start }) {
      let at = value.start - start
      out.append(Bytes(rebasing: line[done..<at]))
      out.append(text)
      done = at + value.bytes.count
    }
    out.append(Bytes(rebasing: line[done...]))
  }
}
