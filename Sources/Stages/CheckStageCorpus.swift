import Glibc
import Market
import Records
import Stage
import Wire

/// Lines kept in memory, each followed by its newline and the last by readable bytes, as the scanner demands.
final class LineStore {
  private var buffer = ByteBuffer(capacity: 1 << 20)
  private var starts: [Int] = [0]

  var count: Int { starts.count - 1 }

  /// A line without its newline.
  subscript(index: Int) -> Bytes { Bytes(start: buffer.start + starts[index], count: starts[index + 1] - starts[index] - 1) }

  /// Whole lines with their newlines.
  func bytes(_ range: Range<Int>) -> Bytes {
    Bytes(start: buffer.start + starts[range.lowerBound], count: starts[range.upperBound] - starts[range.lowerBound])
  }

  func append(_ line: Bytes) {
    buffer.append(line)
    buffer.append(0x0A)
    starts.append(buffer.count)
  }

  func removeAll() {
    buffer.truncate(to: 0)
    starts = [0]
  }

  /// Takes the whole lines at the front of `bytes`.
  /// - Returns: how many bytes they are; what is left is a line not yet ended.
  func take(_ bytes: Bytes) -> Int {
    guard let start = bytes.baseAddress else { return 0 }
    var from = 0
    while let hit = memchr(start + from, 0x0A, bytes.count - from) {
      let end = hit.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(mutating: start)
      append(Bytes(start: start + from, count: end - from))
      from = end + 1
    }
    return from
  }
}

/// What a line is about, as far as its record says.
struct RecordFacts {
  /// Equal for two lines about the same thing: a candle before and after a stage has added to it.
  var identity: Int
  /// The instant to which it belongs; records that frame the stream have none.
  var time: Timestamp?
  /// Whether `time` says when it could be known. A trade's `time` does not: a fill is known at the close of its candle.
  var isKnownThen: Bool
  /// (exchange, symbol), hashed; `nil` for records of no symbol.
  var market: Int?
  var isCandle: Bool
  var isFraming: Bool
}

/// Reads what lines are about.
struct RecordReader: ~Copyable {
  static let keys = StreamKey.names + ["as_of", "time", "known_at", "id", "event"]
  private enum Key {
    static let asOf = StreamKey.count, time = StreamKey.count + 1, knownAt = StreamKey.count + 2
    static let id = StreamKey.count + 3, event = StreamKey.count + 4
  }
  var scanner = RecordScanner(keys: RecordReader.keys)
  private var times = TimeReader()

  /// - Returns: `nil` when the line is no record.
  mutating func facts(_ line: Bytes) -> RecordFacts? {
    guard scanner.scan(line) else { return nil }
    let record = scanner.record(line)
    let type = record[StreamKey.type]
    guard type.kind == .string else { return nil }
    let framing = type.equals("run") || type.equals("end") || type.equals("instrument")
    var time: Timestamp?
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(type.bytes))
    for key in [StreamKey.exchange, StreamKey.symbol, StreamKey.timeframe, Key.id, Key.event] {
      hasher.combine(record[key].exists ? key : -1)
      if record[key].kind == .string { hasher.combine(bytes: UnsafeRawBufferPointer(record[key].bytes)) }
    }
    var isKnownThen = false
    if !framing {
      for key in [StreamKey.closeTime, Key.asOf, Key.knownAt, StreamKey.to, Key.time] where record[key].exists {
        time = try? times.time(record, key)
        isKnownThen = key != Key.time
        if time != nil { break }
      }
    }
    hasher.combine(time)
    var market: Int?
    if record[StreamKey.symbol].kind == .string {
      var name = Hasher()
      for key in [StreamKey.exchange, StreamKey.symbol] { name.combine(record[key].string) }
      market = name.finalize()
    }
    return RecordFacts(
      identity: hasher.finalize(), time: time, isKnownThen: isKnownThen, market: market, isCandle: type.equals("candle"), isFraming: framing)
  }

  /// `candle BTC/USDT 15m 2024-01-01T00:15:00Z`, for people.
  mutating func title(_ line: Bytes) -> String {
    guard scanner.scan(line) else { return "a line that is no record" }
    let record = scanner.record(line)
    let keys = [StreamKey.type, StreamKey.symbol, StreamKey.timeframe, StreamKey.closeTime, Key.asOf, Key.time]
    return keys.compactMap { record[$0].string }.joined(separator: " ")
  }
}

/// The input that a command is judged on.
final class Corpus {
  let lines = LineStore()
  private(set) var facts: [RecordFacts] = []
  /// The newest event time among each line and those before it.
  private(set) var clock: [Timestamp] = []
  /// Where each line stands in the input, counted from 1.
  private(set) var numbers: [Int] = []
  private var indices: [Int: Int] = [:]
  /// By market and time, the last line.
  private var instants: [Instant: Int] = [:]

  private struct Instant: Hashable {
    var market: Int?
    var time: Timestamp
  }

  /// Reads all of standard input. Blank lines are left out.
  init() throws(StageError) {
    var reader = LineReader(descriptor: 0)
    var records = RecordReader()
    var number = 0
    while true {
      let line: Bytes
      do throws(WireError) {
        guard let next = try reader.next() else { break }
        line = next
      } catch {
        throw StageError(error)
      }
      number += 1
      if line.count == 0 { continue }
      guard let facts = records.facts(line) else {
        throw .data("bad-corpus", "line \(number) is no record of the stream", hint: "ss-check stream says what is wrong with it")
      }
      lines.append(line)
      numbers.append(number)
      self.facts.append(facts)
      clock.append(max(clock.last ?? .distantPast, facts.time ?? .distantPast))
      indices[facts.identity] = lines.count - 1
      if let time = facts.time { instants[Instant(market: facts.market, time: time)] = lines.count - 1 }
    }
    if lines.count == 0 { throw StageError(.notEnoughData, "empty-corpus", "no line on standard input: nothing to judge the command on") }
  }

  var count: Int { lines.count }

  var hasManyMarkets: Bool { Set(facts.lazy.compactMap(\.market)).count > 1 }

  /// The line that a record of the output is about: the input record it extends.
  func line(of facts: RecordFacts) -> Int? { indices[facts.identity] }

  /// Where in the input, counted from 1, a record of the output belongs: the line it extends, or the last of its market at its instant.
  func number(of facts: RecordFacts?) -> Int? {
    guard let facts else { return nil }
    let index = line(of: facts) ?? facts.time.flatMap { instants[Instant(market: facts.market, time: $0)] }
    return index.map { numbers[$0] }
  }
}
