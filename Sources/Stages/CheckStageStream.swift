import Glibc
import Market
import Records
import Stage
import Wire

/// Judges a stream: everything that docs/stream.md demands of it and that a reader of lines can see.
struct StreamCheck: ~Copyable {
  enum Key {
    static let asOf = StreamKey.count, time = StreamKey.count + 1, knownAt = StreamKey.count + 2, records = StreamKey.count + 3
    static let symbols = StreamKey.count + 4, timeframes = StreamKey.count + 5, state = StreamKey.count + 6, rejected = StreamKey.count + 7
    static let missing = StreamKey.count + 8
    /// The keys that stages append, in the order of the pipeline.
    static let appended = StreamKey.count + 9
  }
  private static let keys: [StaticString] =
    StreamKey.names + ["as_of", "time", "known_at", "records", "symbols", "timeframes", "state", "rejected", "missing"]
    + StreamLevel.appended

  private let level: StreamLevel?
  /// Keys of candles that no table judges.
  private let foreign: [String]
  private var scanner = RecordScanner(keys: StreamCheck.keys)
  private var order: OrderCheck
  private var times = TimeReader()
  private var lines = 0
  private var violations = 0
  /// Records by type, in order of first sight.
  private var counts: [(type: String, count: Int)] = []
  private var tables: [String: (own: RecordTable?, appended: [RecordTable])] = [:]
  private var hasRun = false
  private var hasEnded = false
  private var place = Place(file: "stdin", line: 0)

  init(at level: StreamLevel?, foreign: [String], _ limit: SeriesLimit) {
    order = OrderCheck(limit)
    self.level = level
    self.foreign = foreign
  }

  /// - Returns: 0 for a stream without violations, 1 for one with some, 2 for an empty one.
  mutating func judge(_ files: [String], into output: inout LineWriter) throws(StageError) -> ExitCode {
    if files.isEmpty, isatty(0) == 1 { throw .usage("nothing to read: standard input is a terminal", hint: "pipe a stream in, or name a file") }
    do throws(WireError) {
      for file in files.isEmpty ? ["-"] : files { try read(file, into: &output) }
    } catch {
      var fault = StageError(error)
      if case .cannotStart = error { fault = StageError(.noInput, "no-input", "\(place.file): \(fault.message)") }
      throw fault
    }
    if hasRun, !hasEnded { report("truncated", "the stream began with \"run\" and stops without \"end\"", at: nil, into: &output) }
    output.buffer.append("stream: \(lines) lines")
    if !counts.isEmpty { output.show(": " + counts.map { "\($0.count) \($0.type)" }.joined(separator: ", ")) }
    output.buffer.append("; \(violations == 0 ? "no" : "\(violations)") violation\(violations == 1 ? "" : "s")")
    output.endLine()
    return violations > 0 ? .negative : lines == 0 ? .notEnoughData : .ok
  }

  private mutating func read(_ file: String, into output: inout LineWriter) throws(WireError) {
    place = Place(file: file == "-" ? "stdin" : file, line: 0)
    let descriptor = file == "-" ? 0 : open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotStart(errno: errno) }
    defer { if descriptor > 0 { close(descriptor) } }
    var reader = LineReader(descriptor: descriptor)
    while true {
      place.line += 1
      do throws(WireError) {
        guard let line = try reader.next(flushing: &output) else { break }
        if line.count > 0 { take(line, into: &output) }
      } catch {
        guard case .lineTooLong(let limit) = error else { throw error }
        lines += 1
        report("line-too-long", "the line is longer than \(limit) bytes", at: nil, into: &output)
      }
      try output.flushIfFull()
    }
    place.line = max(1, place.line - 1)
  }

  /// Says one violation.
  private mutating func report(_ code: String, _ text: String, at offset: Int?, into output: inout LineWriter) {
    violations += 1
    let column = offset.map { "\($0 + 1):" } ?? ""
    output.show("ss-check: \(place.file):\(place.line):\(column) \(code): \(text)")
    output.endLine()
  }

  private mutating func take(_ line: Bytes, into output: inout LineWriter) {
    lines += 1
    guard scanner.scan(line) else {
      let fault = StageError(scanner.fault(in: line))
      return report(fault.code, fault.message, at: fault.offset, into: &output)
    }
    let record = scanner.record(line)
    guard let type = record[StreamKey.type].string else {
      let fault = record.wrong(StreamKey.type, "a string")
      return report(fault.code, fault.message, at: fault.offset, into: &output)
    }
    count(type)
    let offset = { (value: JSONValue) in record.offset(of: value) }
    if hasEnded { report("after-end", "a record follows \"end\"", at: nil, into: &output) }
    let isWhole = checkTables(record, type, into: &output)
    switch type {
    case "run":
      if hasRun { report("second-run", "a second \"run\" in one stream", at: nil, into: &output) }
      if lines > 1, !hasRun { report("run-not-first", "\"run\" is the first record of its stream", at: nil, into: &output) }
      hasRun = true
      order.begin(record)
    case "end": end(record, into: &output)
    default:
      for fault in order.faults(record, type, &times) where fault.code != "bad-candle" || isWhole {
        report(fault.code, fault.message, at: fault.offset, into: &output)
      }
      for fault in StreamLevel.faults(record, type, level) { report(fault.code, fault.message, at: fault.offset, into: &output) }
      checkKnowledge(record, into: &output, offset)
    }
  }

  private mutating func count(_ type: String) {
    if let index = counts.firstIndex(where: { $0.type == type }) { counts[index].count += 1 } else { counts.append((type, 1)) }
  }

  /// The record and each key appended to it, against their tables.
  /// - Returns: whether its fields are right, each by itself.
  private mutating func checkTables(_ record: Record, _ type: String, into output: inout LineWriter) -> Bool {
    if tables[type] == nil { tables[type] = (AllTables.record(type), AllTables.appended(to: type)) }
    guard let (own, appended) = tables[type] else { return true }
    var isWhole = true
    for fault in own?.faults(in: record.object) ?? RecordTable.unknown(type).faults(in: record.object) {
      // What a candle says against itself is told below, as the stages tell it; types that nobody knows may have null.
      if type == "candle" && fault.code == "contradiction" || own == nil && fault.code == "null" { continue }
      isWhole = false
      report(fault.code, "\"\(fault.path)\" \(fault.message)", at: record.offset(of: fault.value), into: &output)
    }
    // What a stage appends is judged by its own table.
    for table in appended {
      guard let index = StreamLevel.appended.firstIndex(where: { "\($0)" == table.type }) else { continue }
      let value = record[Key.appended + index]
      guard value.exists else { continue }
      for fault in table.faults(in: value) {
        report(fault.code, "\"\(fault.path)\" \(fault.message)", at: record.offset(of: fault.value), into: &output)
      }
    }
    if type == "candle" { checkStrangers(record, own, appended, into: &output) }
    return isWhole
  }

  /// What a stage appends to a candle, every later decision may rest on: a list or an object there has a table, or is named by `--foreign`.
  private mutating func checkStrangers(_ record: Record, _ own: RecordTable?, _ appended: [RecordTable], into output: inout LineWriter) {
    for (key, value) in record.object.members where value.kind == .object || value.kind == .array {
      let name = key.text
      let isKnown = own?.fields.contains { $0.key == name } ?? false || appended.contains { $0.type == name } || foreign.contains(name)
      if isKnown { continue }
      report(
        "unknown-key", "no table says what \"candle.\(name)\" holds; --foreign \(name) lets it pass unjudged", at: record.offset(of: value),
        into: &output)
    }
  }

  private mutating func end(_ record: Record, into output: inout LineWriter) {
    if !hasRun { report("end-without-run", "\"end\" without \"run\"", at: nil, into: &output) }
    hasEnded = true
    // Stages of the market half neither add nor take lines; from ss-score on the count is history.
    let isMarketHalf = !counts.contains { ["setup", "smc_event"].contains($0.type) }
    if isMarketHalf, let said = record[Key.records].integer, said != lines - 1 {
      report(
        "wrong-count", "\"end\" says that \(said) records were written before it, and \(lines - 1) came", at: record.offset(of: record[Key.records]),
        into: &output)
    }
  }

  // MARK: No fact from the future

  private static let pastTimes: [StaticString] = ["known_at", "at", "confirmed_at", "level_at", "first_at", "last_at"]

  /// No time that a fact carries lies after the instant of its record.
  private mutating func checkKnowledge(_ record: Record, into output: inout LineWriter, _ offset: (JSONValue) -> Int) {
    let key = record[StreamKey.closeTime].exists ? StreamKey.closeTime : Key.asOf
    guard record[key].exists, let now = try? times.time(record, key) else { return }
    var late: [(name: Bytes, value: JSONValue)] = []
    for index in StreamLevel.appended.indices { StreamCheck.collect(record[Key.appended + index], after: now, &late) }
    if key == Key.asOf, let evidence = record.object.member("evidence") {
      StreamCheck.collect(evidence, after: now, &late)
    }
    for (name, value) in late {
      report("future-fact", "\"\(name.text)\" is \(value.bytes.text), after the record's own \(now.text)", at: offset(value), into: &output)
    }
  }

  private static func collect(_ value: JSONValue, after now: Timestamp, _ late: inout [(name: Bytes, value: JSONValue)]) {
    switch value.kind {
    case .object:
      for (name, member) in value.members {
        if member.kind == .string {
          if pastTimes.contains(where: { name.equals($0) }), let time = Timestamp(member.bytes), time > now { late.append((name, member)) }
        } else {
          collect(member, after: now, &late)
        }
      }
    case .array: for item in value.elements { collect(item, after: now, &late) }
    default: break
    }
  }
}
