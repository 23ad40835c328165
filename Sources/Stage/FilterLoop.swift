import Glibc
import Wire

/// The loop of a filter: lines in, records to the stage, lines out; and the laws of the stream that hold for every stage alike.
struct FilterLoop<S: FilterStage & ~Copyable>: ~Copyable {
  private var stage: S
  private var scanner = RecordScanner(keys: S.keys)
  private let consumes = S.spec.consumes.map(\.bytes)
  /// A bit for each first letter that a type has which is not just passed on: most others are told by it without a comparison of names.
  private let initials = (S.spec.consumes + ["run", "end"]).reduce(UInt64(0)) { $0 | FilterLoop.initial($1.bytes) }
  /// Where `S.keys` has the key that the stage appends.
  private let appended: Int?
  private let passesOn: Bool
  private let takesEverything = S.takesEverything
  private let actsWhenIdle = S.actsWhenIdle
  private let diagnostics: Diagnostics
  private let policy: ErrorPolicy
  private let lenient: Bool
  private var framing = Framing.none
  private var statistics = Statistics()

  private enum Framing { case none, running, ended }

  init(_ stage: consuming S, _ diagnostics: Diagnostics, policy: ErrorPolicy, lenient: Bool) {
    passesOn = !stage.endsStream
    self.stage = stage
    self.diagnostics = diagnostics
    self.policy = policy
    self.lenient = lenient
    let appends = S.spec.appends
    appended = appends.flatMap { key in S.keys.firstIndex { $0.bytes.equals(key) } }
  }

  mutating func run(_ arguments: Arguments, into output: inout LineWriter) throws(StageError) -> ExitCode {
    let names = arguments.operands.isEmpty ? ["-"] : arguments.operands
    if names == ["-"], isatty(0) == 1 {
      throw .usage("nothing to read: standard input is a terminal", hint: "pipe a stream in, name a file, or ask --help")
    }
    let quarantine: Quarantine?
    if case .quarantine(let file) = policy { quarantine = try Quarantine(file: file) } else { quarantine = nil }
    var last = Place(file: "stdin", line: 0)
    for name in names {
      last = try read(name, quarantine, into: &output)
    }
    try close(at: last, into: &output)
    try output.flushOrFail()
    try stage.save()
    if statistics.badLines > 0, !arguments.has("quiet") { diagnostics.note("\(statistics.badLines) bad lines left out") }
    statistics.print(arguments, diagnostics, output)
    return statistics.badLines > 0 && !lenient ? .badData : stage.verdict
  }

  /// Reads one input to its end. Returns the place of its last line.
  private mutating func read(_ name: String, _ quarantine: borrowing Quarantine?, into output: inout LineWriter) throws(StageError) -> Place {
    let descriptor = name == "-" ? 0 : open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StageError(.noInput, "no-input", "\(name): \(OutputFile.reason(errno))") }
    defer { if descriptor > 0 { Glibc.close(descriptor) } }
    var reader = LineReader(descriptor: descriptor)
    var place = Place(file: name == "-" ? "stdin" : name, line: 0)
    while true {
      if actsWhenIdle { try rest(&reader, &output) }
      let line: Bytes
      do throws(WireError) {
        guard let next = try reader.next(flushing: &output) else { break }
        line = next
      } catch {
        guard case .lineTooLong = error else { throw StageError(error) }
        place.line += 1
        statistics.linesRead += 1
        try handle(StageError(error), Bytes(start: nil, count: 0), at: place, quarantine, &output)
        continue
      }
      place.line += 1
      guard line.count > 0 else { continue }
      statistics.linesRead += 1
      let mark = output.pending
      do throws(StageError) {
        try take(line, into: &output)
      } catch {
        output.buffer.truncate(to: mark)
        try handle(error, line, at: place, quarantine, &output)
      }
      try output.flushIfFullOrFail()
    }
    statistics.bytesRead += reader.bytesRead
    return place
  }

  /// Lets the stage act while nothing comes in.
  private mutating func rest(_ reader: inout LineReader, _ output: inout LineWriter) throws(StageError) {
    let isDry = reader.isDry(for: 0)
    guard isDry || statistics.linesRead % 10_000 == 9_999 else { return }
    if isDry, let patience = stage.patience, reader.isDry(for: patience) { try settle(into: &output) }
    try output.flushOrFail()
    try stage.save()
  }

  @inline(__always)
  private mutating func take(_ line: Bytes, into output: inout LineWriter) throws(StageError) {
    guard scanner.scan(line) else { throw StageError(scanner.fault(in: line)) }
    let record = scanner.record(line)
    let type = record[0]
    guard type.kind == .string else { throw record.wrong(0, "a string") }
    if framing == .ended { throw .data("after-end", "a record follows \"end\"") }
    let name = type.bytes
    if initials & FilterLoop.initial(name) != 0 {
      for i in consumes.indices where name.equals(consumes[i]) {
        if passesOn, let appended, record[appended].exists { throw present(record, appended) }
        try stage.take(record, into: &output)
        if output.buffer.sawNonFinite { throw StageError(.internalError, "non-finite", "a computed value is no finite number") }
        return
      }
      if name.equals("run") { return try begin(record, into: &output) }
      if name.equals("end") { return try end(record, into: &output) }
    }
    if takesEverything { return try stage.take(record, into: &output) }
    if passesOn { output.copy(line) }
  }

  @inline(__always)
  private static func initial(_ name: Bytes) -> UInt64 { name.isEmpty ? 0 : 1 &<< UInt64(name[0] & 63) }

  private func present(_ record: Record, _ key: Int) -> StageError {
    let name = record.name(key)
    return .data(
      "already-present", "the record already has \"\(name)\"", hint: "take it out first: jq -c 'del(.\(name))'",
      offset: record.offset(of: record[key]))
  }

  private mutating func begin(_ record: Record, into output: inout LineWriter) throws(StageError) {
    if framing != .none { throw .data("second-run", "a second \"run\" in one stream") }
    // What came before was of another stream: its state does not belong to this one.
    if statistics.linesRead > statistics.badLines + 1 { throw .data("run-not-first", "\"run\" is the first record of its stream") }
    framing = .running
    try stage.begin(record)
    guard passesOn else { return }
    output.copyBody(of: record)
    output.buffer.key(S.spec.name)
    output.buffer.beginObject()
    output.buffer.field("version", snipersightVersion)
    output.buffer.field("config", stage.configuration)
    output.buffer.endObject()
    output.endSplice()
  }

  private mutating func end(_ record: Record, into output: inout LineWriter) throws(StageError) {
    if framing == .none { throw .data("end-without-run", "\"end\" without \"run\"") }
    try stage.end(record)
    try stage.finish(into: &output)
    framing = .ended
    if passesOn { output.copy(record.line) }
  }

  /// The input is read. A stream that began with `run` and has no `end` was cut off: its producer died.
  private mutating func close(at place: Place, into output: inout LineWriter) throws(StageError) {
    switch framing {
    case .ended: return
    case .none:
      do throws(StageError) {
        try stage.finish(into: &output)
      } catch {
        try settle(into: &output)
        try output.flushOrFail()
        throw error
      }
    case .running:
      try settle(into: &output)
      try output.flushOrFail()
      diagnostics.report(
        .data("truncated", "the stream began with \"run\" and stops without \"end\"", hint: "whatever wrote it did not finish"), at: place)
      throw StageError(.badData, alreadyReported, "")
    }
  }

  /// Reports a bad line and goes on, or ends the run, as the policy says.
  private mutating func handle(
    _ error: StageError, _ line: Bytes, at place: Place, _ quarantine: borrowing Quarantine?, _ output: inout LineWriter
  ) throws(StageError) {
    // What has a place of its own is no fault of this line, and no policy about lines passes over it.
    if error.exit == .badData, policy != .fail, error.place == nil {
      statistics.badLines += 1
      diagnostics.report(error, at: place)
      if line.baseAddress != nil { try quarantine?.keep(line) }
      return
    }
    try settle(into: &output)
    try output.flushOrFail()
    // A helper that fails is no fault of the line that happens to be read then.
    diagnostics.report(error, at: error.place ?? (error.exit == .unavailable ? nil : place))
    throw StageError(error.exit, alreadyReported, "")
  }

  /// Lets the stage write what it holds back. What it could write goes out even where it fails.
  private mutating func settle(into output: inout LineWriter) throws(StageError) {
    do throws(StageError) {
      try stage.settle(into: &output)
    } catch {
      try output.flushOrFail()
      throw error
    }
  }
}
