import Exchanges
import Market
import Records
import Stage
import Wire

/// Makes of a stream of candles one of the same size that goes up or down by chance. Of the shortest candles of a symbol, the steps from the close
/// before, as ratios, are kept or inverted; longer candles are built from them, so that the timeframes of a symbol stay one market. The sign depends on
/// the seed and the candle's close alone, so all symbols turn together and keep what binds them.
struct SignRandomizer: ~Copyable {
  private let seed: UInt64
  private var rewriter = CandleRewriter()
  private var scanner = RecordScanner(keys: StreamKey.names)
  private var times = TimeReader()
  private var markets: [Int: RandomMarket] = [:]
  /// The candles of one symbol that close together, longest first: a longer one is known only with the shortest.
  private var held: [HeldCandle] = []
  private var heldMarket = 0

  init(seed: UInt64) { self.seed = seed }

  /// Standard input as chance would have had it.
  static func copy(seed: UInt64, into output: inout LineWriter) throws(StageError) {
    var reader = LineReader(descriptor: 0)
    var signs = SignRandomizer(seed: seed)
    var plain = ByteBuffer()
    do throws(WireError) {
      while let line = try reader.next() {
        if line.count == 0 { continue }
        plain.truncate(to: 0)
        signs.take(line, as: &plain, turned: &output.buffer)
        try output.flushIfFull()
      }
      signs.flush(into: &output.buffer)
    } catch { throw StageError(error) }
  }

  /// Takes the candle of a line, without what stages have appended to it, and writes it as it is; or writes twice an instrument or a gap.
  /// What chance made of earlier candles is written to `turned` as soon as it is known. Other lines are left out.
  mutating func take(_ line: Bytes, as plain: inout ByteBuffer, turned: inout ByteBuffer) {
    guard let (numbers, _, market) = rewriter.read(line), scanner.scan(line), let timeframe = Timeframe(scanner[StreamKey.timeframe].bytes),
      let close = try? times.time(scanner.record(line), StreamKey.closeTime),
      let open = try? times.time(scanner.record(line), StreamKey.openTime)
    else {
      flush(into: &turned)
      let type = scanner.scan(line) ? scanner[StreamKey.type].string : nil
      guard type == "instrument" || type == "gap" else { return }
      plain.append(line)
      plain.append(0x0A)
      return turned.append(plain.bytes)
    }
    if let last = held.last, market != heldMarket || last.close != close { flush(into: &turned) }
    heldMarket = market
    let candle = HeldCandle(head: head(), timeframe: timeframe, open: open, close: close, numbers: numbers)
    candle.write(numbers, into: &plain)
    held.append(candle)
  }

  /// Writes what is held: at the end of the stream.
  mutating func flush(into turned: inout ByteBuffer) {
    guard let first = held.first else { return }
    let isUp = isUp(first.close)
    var market = markets[heldMarket] ?? RandomMarket()
    var others = held.map(\.numbers)
    for index in held.indices.reversed() { others[index] = market.turn(held[index], isUp: isUp) }
    markets[heldMarket] = market
    for (candle, numbers) in zip(held, others) { candle.write(numbers, into: &turned) }
    held.removeAll(keepingCapacity: true)
  }

  /// The candle up to its prices.
  private func head() -> [UInt8] {
    var out = ByteBuffer(capacity: 256)
    out.beginObject()
    out.field("type", "candle")
    for (key, name) in zip(StreamKey.exchange...StreamKey.closeTime, ["exchange", "symbol", "timeframe", "open_time", "close_time"]) {
      out.key(name)
      out.value(escaped: scanner[key].bytes)
    }
    return Array(out.bytes)
  }

  private func isUp(_ close: Timestamp) -> Bool {
    var random = SeededRandom(seed: seed ^ UInt64(bitPattern: close.milliseconds) &* 0x9E37_79B9_7F4A_7C15)
    return random.next() & 1 == 0
  }
}

/// A candle that waits for the shorter ones of its close.
private struct HeldCandle {
  /// JSON up to the prices.
  var head: [UInt8]
  var timeframe: Timeframe
  var open: Timestamp
  var close: Timestamp
  var numbers: CandleNumbers

  func write(_ numbers: CandleNumbers, into out: inout ByteBuffer) {
    head.withUnsafeBufferPointer { out.append($0) }
    let values = [numbers.open, numbers.high, numbers.low, numbers.close, numbers.volume]
    for (name, value) in zip(["open", "high", "low", "close", "volume"], values) { out.append(",\"\(name)\":\(value.text)") }
    out.append("}\n")
  }
}

/// What chance has made of one symbol.
private struct RandomMarket {
  /// The last close as it was and as it has become.
  private var last: (real: Double, random: Double)?
  /// Decimals of its prices: the most that any had.
  private var scale: UInt8 = 0
  /// By timeframe, what shorter candles have made of the one that is not closed yet.
  private var parts: [Part?] = Array(repeating: nil, count: Timeframe.allCases.count)

  private struct Part {
    var open: Timestamp
    var numbers: CandleNumbers
  }

  mutating func turn(_ candle: HeldCandle, isUp: Bool) -> CandleNumbers {
    let numbers = candle.numbers
    if let part = parts[Int(candle.timeframe.rawValue)], part.open == candle.open {
      var built = part.numbers
      built.volume = numbers.volume
      return built
    }
    scale = max(scale, numbers.open.scale, numbers.high.scale, numbers.low.scale, numbers.close.scale)
    let before = last ?? (numbers.open.double, numbers.open.double)
    let other = numbers.mapped { price in
      let ratio = price.double / before.real
      return ticks(before.random * (isUp ? ratio : 1 / ratio))
    }
    last = (numbers.close.double, other.close.double)
    for longer in Timeframe.allCases[(Int(candle.timeframe.rawValue) + 1)...] { add(other, at: longer.open(containing: candle.open), to: longer) }
    return other
  }

  /// One number of decimals for all prices: rounded differently, a close might lie above its high.
  private func ticks(_ price: Double) -> Decimal {
    var value = price
    for _ in 0..<scale { value *= 10 }
    // Of a price of zero there is no ratio: what is beyond all prices stays at the edge.
    return Decimal(mantissa: Int128(exactly: min(1e30, max(1, value.rounded()))) ?? 1, scale: scale)
  }

  private mutating func add(_ numbers: CandleNumbers, at open: Timestamp, to timeframe: Timeframe) {
    let index = Int(timeframe.rawValue)
    guard var part = parts[index], part.open == open else {
      parts[index] = Part(open: open, numbers: numbers)
      return
    }
    part.numbers.high = max(part.numbers.high, numbers.high)
    part.numbers.low = min(part.numbers.low, numbers.low)
    part.numbers.close = numbers.close
    parts[index] = part
  }
}
