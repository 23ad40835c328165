import Confluence
import Glibc
import Records
import Stage
import Wire

/// A plug-in at work: a shell command that is given candidates, one a line, and answers each with one line, in order. Neither side waits for
/// the other's pipe. Its standard error is ours. The clock is read only to end a wait with an error.
final class PluginProcess {
  let introduction: PluginRecord.Introduction
  private let command: String
  private let limit: Double
  private var child: ChildProcess
  /// Lines not yet written; the first `sent` bytes are.
  private var outgoing = ByteBuffer()
  private var sent = 0
  private var incoming = ByteBuffer()
  private var scanner = RecordScanner(keys: PluginRecord.keys)
  /// Candidates asked and answered so far.
  private var asked = 0
  private var answered = 0
  /// Answers that nobody has taken yet.
  private var opinions: [Opinion] = []
  private var taken = 0

  /// Candidates that may be without an answer.
  private static let mostInFlight = 64
  private static let longestLine = 64 << 10
  /// Milliseconds between the end of its output and its own.
  private static let mostToEnd = 5000

  /// Starts `command` in a shell and waits for its introduction.
  /// - Parameters:
  ///   - secrets: names of the secrets that it gets.
  ///   - limit: seconds to wait for each line.
  init(_ command: String, passing secrets: [String], limit: Double) throws(StageError) {
    self.command = command
    self.limit = limit
    var child: ChildProcess
    do throws(WireError) {
      child = try ChildProcess(["sh", "-c", command], passing: secrets)
    } catch {
      throw StageError(.unavailable, "plugin-start", "\(command): no shell to start it", hint: "sh must be on PATH")
    }
    var incoming = ByteBuffer()
    let deadline = Monotonic.now() + limit
    var line: Int?
    repeat {
      let left = deadline - Monotonic.now()
      guard left > 0 else { throw Self.late(command, limit, "to introduce itself") }
      let received: ChildProcess.Received
      do throws(WireError) {
        received = try child.receive(into: &incoming, waiting: Monotonic.milliseconds(left))
      } catch {
        throw StageError(error)
      }
      line = Self.endOfLine(in: incoming, from: 0)
      if line == nil, received == .end {
        throw StageError(.unavailable, "plugin-died", "\(command): ended before it introduced itself\(try Self.ending(&child))")
      }
      if line == nil, incoming.count > Self.longestLine { throw Self.introductionFault(command, "its first line has no end") }
    } while line == nil
    let text = Bytes(start: incoming.start, count: line ?? 0)
    var scanner = RecordScanner(keys: PluginRecord.keys)
    do throws(StageError) {
      guard scanner.scan(text) else { throw StageError(scanner.fault(in: text)) }
      introduction = try PluginRecord.introduction(scanner.record(text))
    } catch {
      throw Self.introductionFault(command, error.message)
    }
    incoming.removeFirst((line ?? 0) + 1)
    self.child = child
    self.incoming = incoming
  }

  // MARK: Candidates and answers

  /// Sends a candidate, once few enough are without an answer, and reads what has come.
  func ask(_ contender: Contest.Contender) throws(StageError) {
    try awaitAnswers(asked - Self.mostInFlight + 1)
    asked += 1
    if sent > 0, sent == outgoing.count {
      outgoing.truncate(to: 0)
      sent = 0
    }
    PluginRecord.encode(contender, number: asked, into: &outgoing)
    try exchange(waiting: 0)
  }

  /// Waits until every candidate has been answered.
  func awaitAnswers() throws(StageError) { try awaitAnswers(asked) }

  /// Waits until `count` candidates have been answered in all.
  private func awaitAnswers(_ count: Int) throws(StageError) {
    while answered < count {
      let (deadline, before) = (Monotonic.now() + limit, answered)
      while answered == before {
        let left = deadline - Monotonic.now()
        guard left > 0 else { throw Self.late(command, limit, "for candidate \(answered + 1)") }
        try exchange(waiting: Monotonic.milliseconds(left))
      }
    }
  }

  /// Answers that have come and not been taken.
  var available: Int { opinions.count - taken }

  /// The next answer, in the order of the candidates; `nil` while it has not come.
  func next() -> Opinion? {
    guard taken < opinions.count else { return nil }
    defer {
      taken += 1
      if taken == opinions.count || taken >= 4096 {
        opinions.removeFirst(taken)
        taken = 0
      }
    }
    return opinions[taken]
  }

  /// Every candidate has been answered: nothing may follow, and it must end well.
  func finish() throws(StageError) {
    child.closeInput()
    let deadline = Monotonic.now() + limit
    while child.output >= 0 {
      let left = deadline - Monotonic.now()
      guard left > 0 else { throw Self.late(command, limit, "to end, after its input had") }
      try exchange(waiting: Monotonic.milliseconds(left))
    }
    let ending = try Self.ending(&child)
    if !ending.isEmpty { throw StageError(.unavailable, "plugin-died", "\(command):\(ending.dropFirst())") }
  }

  private func exchange(waiting milliseconds: Int32) throws(StageError) {
    let rest = Bytes(start: outgoing.start + sent, count: outgoing.count - sent)
    do throws(WireError) {
      sent += try child.exchange(rest, receiving: &incoming, waiting: milliseconds)
    } catch {
      throw StageError(error)
    }
    try readAnswers()
    // An end of its output while answers are due is a death; with all answered, `finish` looks at how it ended.
    guard child.output < 0, answered < asked else { return }
    let ending = try Self.ending(&child)
    throw StageError(.unavailable, "plugin-died", "\(command): ended before it answered candidate \(answered + 1)\(ending)")
  }

  private func readAnswers() throws(StageError) {
    var start = 0
    while let end = Self.endOfLine(in: incoming, from: start) {
      let line = Bytes(start: incoming.start + start, count: end - start)
      guard answered < asked else { throw fault("an answer that nobody asked for: \(Self.shown(line))") }
      do throws(StageError) {
        guard scanner.scan(line) else { throw StageError(scanner.fault(in: line)) }
        opinions.append(try PluginRecord.opinion(scanner.record(line), of: introduction, on: answered + 1))
      } catch {
        throw fault("\(error.message): \(Self.shown(line))")
      }
      answered += 1
      start = end + 1
    }
    if start > 0 { incoming.removeFirst(start) }
    if incoming.count > Self.longestLine { throw fault("a line without an end") }
    if child.output < 0, incoming.count > 0 { throw fault("its last line is cut") }
  }

  // MARK: Faults

  private func fault(_ message: String) -> StageError {
    StageError(.unavailable, "plugin-answer", "\(introduction.name) (\(command)), candidate \(min(answered + 1, asked)): \(message)")
  }

  private static func introductionFault(_ command: String, _ message: String) -> StageError {
    StageError(
      .configuration, "plugin-introduction", "\(command): \(message)",
      hint: #"its first line is {"type":"plugin","name":"…","kind":"factor","weight":0.1}, or a gate without weight"#)
  }

  private static func late(_ command: String, _ limit: Double, _ what: String) -> StageError {
    StageError(
      .unavailable, "plugin-late", "\(command): waited \(limit) s \(what)",
      hint: "a plug-in writes each answer at once: flush=True in Python, mawk -W interactive; --plugin-timeout gives it longer")
  }

  /// How it ended, in words behind a comma; nothing when well. Waits for the end of a child that has closed its output.
  private static func ending(_ child: inout ChildProcess) throws(StageError) -> String {
    child.closeInput()
    do throws(WireError) {
      guard let status = try child.wait(atMost: mostToEnd) else { return ", its output closed, though it still runs" }
      return status == 0 ? "" : status > 128 ? ", of signal \(status - 128)" : ", with \(status)\(status == 127 ? ": no such command" : "")"
    } catch {
      throw StageError(error)
    }
  }

  private static func shown(_ line: Bytes) -> String { line.count <= 80 ? line.text : Bytes(rebasing: line[..<80]).text + "…" }

  private static func endOfLine(in buffer: borrowing ByteBuffer, from start: Int) -> Int? {
    guard let hit = memchr(buffer.start + start, 0x0A, buffer.count - start) else { return nil }
    return hit.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(mutating: buffer.start)
  }
}

/// The clock of waits.
private enum Monotonic {
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static func milliseconds(_ seconds: Double) -> Int32 { Int32(clamping: (seconds * 1000).rounded(.up), to: 1...60_000) }
}
