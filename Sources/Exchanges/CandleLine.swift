import Glibc
import Market
import Wire

/// The line of a candle in the store: the very `candle` record of the stream, so that `cat` puts a history into a pipe. All lines of a series begin
/// alike and carry their keys in one order, so that reading needs no search.
struct CandleLine {
  /// Up to the digits of `open_time`.
  private let head: [UInt8]
  private let timeframe: Timeframe
  private var days = DayReader()
  private var closeDays = DayReader()

  init(_ series: SeriesID) {
    timeframe = series.timeframe
    var out = ByteBuffer()
    out.beginObject()
    out.field("type", "candle")
    out.field("exchange", series.market.exchange)
    out.field("symbol", series.market.symbol.text)
    out.field("timeframe", series.timeframe.label)
    out.key("open_time")
    out.append("\"")
    head = Array(out.bytes)
  }

  func encode(_ candle: ExactCandle, into out: inout ByteBuffer) {
    head.withUnsafeBufferPointer { out.append($0) }
    CandleLine.append(candle.openTime, to: &out)
    out.append("\",\"close_time\":\"")
    CandleLine.append(candle.closeTime, to: &out)
    out.append("\"")
    CandleLine.append("open", candle.open, to: &out)
    CandleLine.append("high", candle.high, to: &out)
    CandleLine.append("low", candle.low, to: &out)
    CandleLine.append("close", candle.close, to: &out)
    CandleLine.append("volume", candle.volume, to: &out)
    if let amount = candle.quoteVolume { CandleLine.append("quote_volume", amount, to: &out) }
    if let trades = candle.trades { out.field("trades", Int(trades)) }
    if let amount = candle.takerBuyVolume { CandleLine.append("taker_buy_volume", amount, to: &out) }
    out.append("}\n")
  }

  static func append(_ time: Timestamp, to out: inout ByteBuffer) {
    out.reserve(Timestamp.textCapacity)
    let end = out.end
    out.advance(to: end + time.write(to: end))
  }

  private static func append(_ key: StaticString, _ number: Decimal, to out: inout ByteBuffer) {
    out.key(key)
    out.reserve(Decimal.textCapacity)
    let end = out.end
    out.advance(to: end + number.write(to: end))
  }

  /// When the candle of a line opened; `nil` for a line of another kind.
  @inline(__always)
  mutating func openTime(_ line: Bytes) -> Timestamp? {
    guard line.count > head.count + 21, let start = line.baseAddress, memcmp(head, start, head.count) == 0 else { return nil }
    return days.time(start + head.count)
  }

  /// The candle of a line that `encode` wrote; `nil` for any other, also for one that was cut or altered.
  mutating func read(_ line: Bytes) -> ExactCandle? {
    guard let open = openTime(line), let start = line.baseAddress, line[line.count - 1] == 0x7D else { return nil }
    var cursor = Cursor(line, at: head.count + 20)
    let close = timeframe.next(afterOpen: open)
    guard cursor.skip("\",\"close_time\":\""), cursor.skip(20), closeDays.time(start + head.count + 36) == close, cursor.skip("\","),
      let first = cursor.number("\"open\":"),
      let high = cursor.number("\"high\":"), let low = cursor.number("\"low\":"), let last = cursor.number("\"close\":"),
      let volume = cursor.number("\"volume\":")
    else { return nil }
    var candle = ExactCandle(openTime: open, closeTime: close, open: first, high: high, low: low, close: last, volume: volume)
    if !cursor.isAtEnd { candle.quoteVolume = cursor.number("\"quote_volume\":") }
    if !cursor.isAtEnd { candle.trades = cursor.number("\"trades\":").flatMap { Int64(exactly: $0.mantissa) } }
    if !cursor.isAtEnd { candle.takerBuyVolume = cursor.number("\"taker_buy_volume\":") }
    return cursor.isAtEnd && candle.fault == nil ? candle : nil
  }

  /// The times of a line of the shape that `encode` writes, its numbers passed over; `nil` for any other. Such a line goes into a stream as it is.
  @inline(__always)
  mutating func times(_ line: Bytes) -> (open: Timestamp, close: Timestamp)? {
    guard let open = openTime(line), let start = line.baseAddress else { return nil }
    var cursor = Cursor(line, at: head.count + 20)
    guard cursor.skip("\",\"close_time\":\""), cursor.skip(20), let close = closeDays.time(start + head.count + 36), close > open,
      cursor.skip("\","), cursor.passes("\"open\":"), cursor.passes("\"high\":"), cursor.passes("\"low\":"), cursor.passes("\"close\":"),
      cursor.passes("\"volume\":")
    else { return nil }
    if !cursor.isAtEnd { _ = cursor.passes("\"quote_volume\":") }
    if !cursor.isAtEnd { _ = cursor.passes("\"trades\":") }
    if !cursor.isAtEnd { _ = cursor.passes("\"taker_buy_volume\":") }
    return cursor.isAtEnd ? (open, close) : nil
  }

  /// Walks over `"key":number` pairs up to the closing brace.
  private struct Cursor {
    private let line: Bytes
    private var index: Int
    private(set) var isAtEnd = false

    @inline(__always)
    init(_ line: Bytes, at index: Int) {
      self.line = line
      self.index = index
    }

    @inline(__always)
    mutating func skip(_ text: StaticString) -> Bool {
      let count = text.utf8CodeUnitCount
      guard index + count <= line.count, let start = line.baseAddress, memcmp(start + index, text.utf8Start, count) == 0 else { return false }
      index += count
      return true
    }

    @inline(__always)
    mutating func skip(_ count: Int) -> Bool {
      index += count
      return index < line.count
    }

    /// Whether `key` is next, and a number behind it; then moves past both and the comma or brace that follows.
    @inline(__always)
    mutating func passes(_ key: StaticString) -> Bool {
      guard skip(key), let start = line.baseAddress else { return false }
      let begin = index
      // A line ends with a newline and more readable bytes behind it.
      while true {
        let count = Cursor.digits(UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self))
        index += count
        if count < 8 { break }
      }
      guard index > begin, index < line.count, start[index] == 0x2C || start[index] == 0x7D else { return false }
      isAtEnd = start[index] == 0x7D && index == line.count - 1
      index += 1
      return true
    }

    /// How many of eight bytes, from the first on, are digits or points. What carries over into later bytes changes none before.
    @inline(__always)
    private static func digits(_ bytes: UInt64) -> Int {
      let (low, high): (UInt64, UInt64) = (0x7F7F_7F7F_7F7F_7F7F, 0x8080_8080_8080_8080)
      let point = bytes ^ 0x2E2E_2E2E_2E2E_2E2E
      let points = ~(((point & low) &+ low) | point | low)
      // A point becomes a zero.
      let text = bytes ^ ((points >> 7) &* 0x1E)
      let others = ((text &+ 0x4646_4646_4646_4646) | (text &- 0x3030_3030_3030_3030)) & high
      return others.trailingZeroBitCount / 8
    }

    /// The number behind `key`, and the comma or brace behind it; `nil`, having moved nowhere, when the key is another.
    @inline(__always)
    mutating func number(_ key: StaticString) -> Decimal? {
      guard skip(key) else { return nil }
      let start = index
      while index < line.count, line[index] != 0x2C, line[index] != 0x7D { index += 1 }
      guard index < line.count, let number = Decimal(Bytes(rebasing: line[start..<index])) else { return nil }
      isAtEnd = index == line.count - 1
      index += 1
      return number
    }
  }
}

/// Reads `YYYY-MM-DDTHH:MM:SSZ`, remembering the day: neighbouring candles share it.
struct DayReader {
  private var text: (UInt64, UInt16) = (0, 0)
  private var day: Int64 = 0

  /// Twenty bytes are readable at `p`.
  @inline(__always)
  mutating func time(_ p: BytePointer) -> Timestamp? {
    guard p[10] == 0x54, p[13] == 0x3A, p[16] == 0x3A, p[19] == 0x5A else { return nil }
    let bytes = (UnsafeRawPointer(p).loadUnaligned(as: UInt64.self), UnsafeRawPointer(p + 8).loadUnaligned(as: UInt16.self))
    if bytes != text {
      guard let time = Timestamp(Bytes(start: p, count: 10)) else { return nil }
      text = bytes
      day = time.milliseconds
    }
    guard let hour = DayReader.pair(p + 11), let minute = DayReader.pair(p + 14), let second = DayReader.pair(p + 17), hour < 24, minute < 60,
      second < 60
    else { return nil }
    return Timestamp(milliseconds: day + ((hour * 60 + minute) * 60 + second) * 1000)
  }

  @inline(__always)
  private static func pair(_ p: BytePointer) -> Int64? {
    let (tens, units) = (p[0] &- 0x30, p[1] &- 0x30)
    return tens <= 9 && units <= 9 ? Int64(tens) * 10 + Int64(units) : nil
  }
}

/// The line of a gap in the store: the stream's `gap` record.
enum GapLine {
  static func encode(_ gap: Gap, _ series: SeriesID, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "gap")
    out.field("exchange", series.market.exchange)
    out.field("symbol", series.market.symbol.text)
    out.field("timeframe", gap.timeframe.label)
    for (key, time) in [("from" as StaticString, gap.from), ("to", gap.to)] {
      out.key(key)
      out.append("\"")
      CandleLine.append(time, to: &out)
      out.append("\"")
    }
    out.field("missing", gap.missing)
    out.field("cause", gap.cause.rawValue)
    out.append("}\n")
  }

  /// The stretch of a gap line; `nil` for a line of another kind.
  static func read(_ line: Bytes) -> (from: Timestamp, to: Timestamp)? {
    guard line.starts(with: "{\"type\":\"gap\"".utf8) else { return nil }
    let text = line.text
    guard let from = value(of: "from", in: text), let to = value(of: "to", in: text), from < to else { return nil }
    return (from, to)
  }

  private static func value(of key: String, in text: String) -> Timestamp? {
    text.rest(after: "\"\(key)\":\"").flatMap { Timestamp(String($0.prefix { $0 != "\"" })) }
  }
}
