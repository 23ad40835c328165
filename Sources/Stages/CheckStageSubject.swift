import Stage
import Wire

/// The command under judgement.
struct Subject {
  let words: [String]

  /// What it says to a whole input.
  struct Answer {
    var lines = LineStore()
    /// As a shell tells it.
    var status: Int32 = 0
  }

  /// Runs it on `pieces`, one after another, to its end.
  /// - Parameter size: bytes to a write, each read on its own by the command, for the first `apart` bytes; all at once without it.
  func run(
    _ pieces: [Bytes], size: Int? = nil, apart: Int = 0, changing: [String: String] = [:], errors: ChildProcess.Errors = .discarded
  ) throws(StageError) -> Answer {
    do throws(WireError) {
      var child = try ChildProcess(words, changing: changing, errors: errors)
      var answer = Answer()
      var pending = ByteBuffer(capacity: 1 << 19)
      if size != nil { child.keepWritesApart() }
      for piece in pieces {
        var start = 0
        while start < piece.count {
          // Large inputs in parts, so that the answer is stored while it comes; a packet holds no more than a page.
          let step = size.map { start < apart ? $0 : 4096 } ?? 1 << 18
          let end = min(piece.count, start + step)
          try child.write(Bytes(rebasing: piece[start..<end]), receiving: &pending)
          Subject.store(&pending, in: answer.lines)
          start = end
        }
      }
      child.closeInput()
      while try child.receive(into: &pending, waiting: -1) != .end { Subject.store(&pending, in: answer.lines) }
      if pending.count > 0 { answer.lines.append(pending.bytes) }
      answer.status = try child.wait()
      return answer
    } catch {
      throw Subject.explain(error, words)
    }
  }

  /// Runs it on a whole corpus as a pipe would feed it; a command that fails there cannot be judged.
  func wholeRun(_ corpus: Corpus) throws(StageError) -> Answer {
    let answer = try run([corpus.lines.bytes(0..<corpus.count)], errors: .inherited)
    if answer.status != 0 {
      throw StageError(
        .negative, "command-failed", "\(words.joined(separator: " ")) ended with \(answer.status) on the whole corpus",
        hint: "what it said is above; a command is judged on input that it accepts")
    }
    return answer
  }

  /// Moves whole lines out of `pending`.
  static func store(_ pending: inout ByteBuffer, in lines: LineStore) {
    let taken = lines.take(pending.bytes)
    if taken > 0 { pending.removeFirst(taken) }
  }

  static func explain(_ error: WireError, _ words: [String]) -> StageError {
    var stageError = StageError(error)
    if case .cannotStart = error { stageError.message = "\(words.first ?? ""): \(stageError.message)" }
    return stageError
  }
}
