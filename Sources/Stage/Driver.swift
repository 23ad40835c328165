import Glibc
import Quoting
import Wire

/// Runs a filter as a process. Never returns.
public func run<S: FilterStage & ~Copyable>(_ stage: S.Type) -> Never {
  leave(
    asProcess(stage) { arguments, diagnostics, output throws(StageError) in
      var loop = FilterLoop<S>(try S(arguments), diagnostics, policy: try ErrorPolicy(arguments), lenient: arguments.has("lenient"))
      return try loop.run(arguments, into: &output)
    })
}

/// Runs a source as a process. Never returns.
public func run<S: SourceStage & ~Copyable>(_ stage: S.Type) -> Never {
  leave(
    asProcess(stage) { arguments, diagnostics, output throws(StageError) in
      var source = try S(arguments)
      let statistics = Statistics()
      do throws(StageError) {
        while try source.emit(into: &output) {
          if source.isWaiting { try output.flushOrFail() } else { try output.flushIfFullOrFail() }
        }
      } catch {
        // What came before the failure has happened.
        if error.exit == .badData { try output.flushOrFail() }
        guard [.interrupted, .terminated].contains(error.exit), source.stop(into: &output) else { throw error }
      }
      try output.flushOrFail()
      statistics.print(arguments, diagnostics, output)
      return source.verdict
    })
}

/// What filters and sources share: signals, questions answered without a stream, the output file, and the report of a failure.
private func asProcess<S: Executable & ~Copyable>(
  _ stage: S.Type, _ body: (Arguments, Diagnostics, inout LineWriter) throws(StageError) -> ExitCode
) -> ExitCode {
  restoreDefaultSIGPIPE()
  let diagnostics = Diagnostics(program: S.spec.name)
  do throws(StageError) {
    let arguments = try Arguments(S.spec, Array(CommandLine.arguments.dropFirst()))
    var text = try builtInAnswer(S.spec, arguments)
    if text == nil { text = try S.answer(arguments) }
    if let text {
      var output = LineWriter(descriptor: 1)
      output.show(lines: text)
      try output.flushOrFail()
      return .ok
    }
    catchInterruptions()
    growStandardPipes()
    UnknownVariables.tell(diagnostics, reads: S.readsInput(arguments))
    let file = try OutputFile(path: arguments.value("output"))
    var output = LineWriter(descriptor: file.descriptor)
    let code = try body(arguments, diagnostics, &output)
    try file.keep()
    return code
  } catch {
    // Dying of a signal is silent.
    if ![.brokenPipe, .interrupted, .terminated].contains(error.exit), error.code != alreadyReported { diagnostics.report(error, at: error.place) }
    return error.exit
  }
}

/// The code of an error whose report is already on standard error.
let alreadyReported = "reported"

private func builtInAnswer(_ spec: StageSpec, _ arguments: Arguments) throws(StageError) -> String? {
  switch arguments.value("help") {
  case "short": return spec.shortHelp
  case "json": return spec.jsonHelp
  case "variables": return spec.variablesHelp
  case nil: break
  default: return spec.longHelp
  }
  if arguments.has("version") { return "\(spec.name) \(snipersightVersion)\n" }
  if arguments.has("schema") { return spec.schema() }
  return nil
}

/// The one place that ends a process.
private func leave(_ code: ExitCode) -> Never {
  switch code {
  case .brokenPipe: die(ofSignal: SIGPIPE)
  case .interrupted, .terminated: die(ofSignal: SystemCalls().interruption())
  default: break
  }
  exit(code.rawValue)
}

extension Statistics {
  func print(_ arguments: Arguments, _ diagnostics: Diagnostics, _ output: borrowing LineWriter) {
    guard let form = arguments.value("stats") else { return }
    diagnostics.note(text(asJSON: form == "json", linesWritten: output.linesWritten, bytesWritten: output.bytesWritten))
  }
}

extension StageError {
  public init(_ error: WireError) {
    switch error {
    case .readFailed(let code): self.init(.inputOutput, "read-failed", OutputFile.reason(code))
    case .writeFailed(let code): self.init(.inputOutput, "write-failed", OutputFile.reason(code))
    case .brokenPipe: self.init(.brokenPipe, "broken-pipe", "the reader is gone")
    case .lineTooLong(let limit): self.init(.badData, "line-too-long", "the line is longer than \(limit) bytes")
    case .interrupted(let signal):
      self.init(signal == SIGINT ? .interrupted : .terminated, "interrupted", "signal \(signal)")
    case .cannotStart(let code): self.init(.unavailable, "cannot-start", OutputFile.reason(code))
    }
  }
}

extension LineWriter {
  /// Writes a line, or a part of one, that people read.
  public mutating func show(_ text: String) { buffer.append(Quoting.terminal(text)) }
  /// Writes several lines that people read.
  public mutating func show(lines text: String) { buffer.append(Quoting.terminal(lines: text)) }

  mutating func flushOrFail() throws(StageError) {
    do throws(WireError) { try flush() } catch { throw StageError(error) }
  }
  mutating func flushIfFullOrFail() throws(StageError) {
    do throws(WireError) { try flushIfFull() } catch { throw StageError(error) }
  }
}
