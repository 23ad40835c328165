import Glibc
import Market
import Stage
import Wire

/// Proves that what a command says about a candle was said before the next candle was sent.
///
/// Lock-step: one line is sent, and the next only when the command waits for more. What left before a line was sent cannot depend on it,
/// so when each record leaves in its turn, and all of them together are what the command says to the whole corpus, then the output for every
/// prefix of the input is known not to depend on the rest. A command that keeps records back (it does not flush, or it waits for the next line)
/// shows no such turns: it is run whole on a sample of prefixes and of other futures instead.
struct CausalCheck: ~Copyable {
  private let subject: Subject
  private let corpus: Corpus
  private let whole: Subject.Answer
  private var reader = RecordReader()
  private let prefixes: Int

  init(_ subject: Subject, _ corpus: Corpus, _ whole: Subject.Answer, prefixes: Int) {
    self.subject = subject
    self.corpus = corpus
    self.whole = whole
    self.prefixes = prefixes
  }

  mutating func finding() throws(StageError) -> Finding {
    let reason: String
    switch try lockStep() {
    case .proved(leftAtEnd: 0):
      return .holds(
        "over every prefix of \(corpus.count) lines, in lock-step: each of \(whole.lines.count) records left before the next line was sent")
    case .proved(let leftAtEnd): reason = "\(leftAtEnd) records left only at the end of the input"
    case .differs(let record, let line, let found):
      let difference = found.withLine { Difference($0, record < whole.lines.count ? whole.lines[record] : nothing, &reader) }
      let text = difference?.text("when lines come one by one", "when they come at once") ?? "the spacing differs"
      return .offends(line: line, code: "unstable", text: "\(text): the output depends on time, on chance or on how the input arrives")
    case .late(let line, let sent):
      // The next lines first: where they change the record, no sampling is needed.
      let first = max(line, corpus.clock.firstIndex { $0 > .distantPast } ?? line)
      for line in first..<min(first + 8, corpus.count) {
        if let offence = try otherFuture(after: line) { return offence }
      }
      let until = sent < corpus.count ? "line \(corpus.numbers[sent]) was sent" : "the end of the input"
      reason = "the record of line \(corpus.numbers[line]) was kept back until \(until)"
    case .unobservable(let line):
      reason = "after line \(corpus.numbers[line]) the command neither finished nor waited for input"
    }
    return try sampled(because: reason)
  }

  private var nothing: Bytes { Bytes(start: nil, count: 0) }

  // MARK: Lock-step

  private enum Walk {
    case proved(leftAtEnd: Int)
    /// A record about `line` left after `sent` had been sent.
    case late(line: Int, sent: Int)
    case differs(record: Int, line: Int, found: LineStore.Copy)
    case unobservable(line: Int)
  }

  private mutating func lockStep() throws(StageError) -> Walk {
    do throws(WireError) {
      var child = try ChildProcess(subject.words, errors: .discarded)
      var watch = IdleWatch(process: child.id)
      defer { watch.close() }
      var pending = ByteBuffer(capacity: 1 << 19)
      let lines = LineStore()
      var judged = 0
      for sent in 0..<corpus.count {
        try child.write(corpus.lines.bytes(sent..<sent + 1), receiving: &pending)
        guard try CausalCheck.settle(&child, &watch, &pending, patience: sent == 0 ? 30_000 : 5_000) else { return .unobservable(line: sent) }
        Subject.store(&pending, in: lines)
        while judged < lines.count {
          if let found = judge(lines, judged, sent: sent) { return found }
          judged += 1
        }
        if child.output < 0 { break }
      }
      child.closeInput()
      while try child.receive(into: &pending, waiting: -1) != .end { Subject.store(&pending, in: lines) }
      Subject.store(&pending, in: lines)
      if pending.count > 0 { lines.append(pending.bytes) }
      let leftAtEnd = lines.count - judged
      while judged < lines.count {
        if let found = judge(lines, judged, sent: corpus.count) { return found }
        judged += 1
      }
      if lines.count < whole.lines.count {
        return .differs(record: lines.count, line: corpus.numbers[corpus.count - 1], found: LineStore.Copy(nothing))
      }
      return .proved(leftAtEnd: leftAtEnd)
    } catch {
      throw Subject.explain(error, subject.words)
    }
  }

  /// Collects what comes until the command waits for input; false when it does not within `patience` milliseconds.
  private static func settle(
    _ child: inout ChildProcess, _ watch: inout IdleWatch, _ pending: inout ByteBuffer, patience: Int
  ) throws(WireError) -> Bool {
    // Most lines are answered within microseconds: look often at first, then once a millisecond.
    let eagerLooks = 300
    var looks = 0
    while true {
      switch try child.receive(into: &pending, waiting: looks < eagerLooks ? 0 : 1) {
      case .end: return true
      case .bytes: continue
      case .nothing: break
      }
      if child.unread == 0, watch.isIdle() {
        // All that it wrote before it began to wait is in the pipe by now.
        if try child.receive(into: &pending, waiting: 0) == .nothing { return true }
        continue
      }
      looks += 1
      if looks < eagerLooks { sched_yield() } else if looks > eagerLooks + patience { return false }
    }
  }

  /// The fault of a record that left while `sent` was the newest line sent.
  private mutating func judge(_ lines: LineStore, _ index: Int, sent: Int) -> Walk? {
    let line = lines[index]
    let newest = min(sent, corpus.count - 1)
    if let facts = reader.facts(line) {
      if let about = corpus.line(of: facts) {
        if about < sent, !(sent == corpus.count && about == newest) { return .late(line: about, sent: sent) }
      } else if facts.isKnownThen, let time = facts.time, time < corpus.clock[newest] {
        return .late(line: corpus.clock.firstIndex { $0 >= time } ?? newest, sent: sent)
      }
    }
    if index < whole.lines.count, line.equals(whole.lines[index]) { return nil }
    return .differs(record: index, line: corpus.numbers[newest], found: LineStore.Copy(line))
  }

  // MARK: Samples

  /// Whole runs: on prefixes, whose output has to begin the whole output; and on other futures, which must not change what was said before.
  private mutating func sampled(because reason: String) throws(StageError) -> Finding {
    let count = min(prefixes, corpus.count - 1)
    let sample = (0..<max(count, 0)).map { 1 + $0 * (corpus.count - 1) / count }
    var passed = 0
    for length in sample {
      guard var offence = try prefixOffence(length) else {
        passed = length
        continue
      }
      // Between a prefix that passes and one that does not lies a line that makes the difference.
      var failed = length
      while failed - passed > 1 {
        let middle = (passed + failed) / 2
        if let found = try prefixOffence(middle) {
          failed = middle
          offence = found
        } else {
          passed = middle
        }
      }
      return offence
    }
    for length in sample {
      if let offence = try otherFuture(after: length - 1) { return offence }
    }
    return .holds("on \(count) prefixes of \(corpus.count) lines and as many other futures (sampled: \(reason))")
  }

  /// How the output for the first `length` lines differs from the beginning of the whole output.
  private mutating func prefixOffence(_ length: Int) throws(StageError) -> Finding? {
    let answer = try subject.run([corpus.lines.bytes(0..<length)])
    for record in 0..<answer.lines.count {
      let line = answer.lines[record]
      let other = record < whole.lines.count ? whole.lines[record] : nothing
      guard let difference = Difference(line, other, &reader) else { continue }
      return offence(line, difference, with: "with only the first \(length) lines", without: "with all of them", atLeast: length - 1)
    }
    return nil
  }

  /// How what was said about the lines up to `line` changes when what comes after it is another market: every second line left out, and
  /// candles turned upside down about the last close before.
  private mutating func otherFuture(after line: Int) throws(StageError) -> Finding? {
    // Only behind the last line of an instant does the future begin.
    var last = line
    while last + 1 < corpus.count, corpus.clock[last + 1] == corpus.clock[last] { last += 1 }
    guard last + 1 < corpus.count, corpus.clock[last] > .distantPast else { return nil }
    let future = OtherFuture.lines(of: corpus, after: last)
    let answer = try subject.run([corpus.lines.bytes(0..<last + 1), future.bytes(0..<future.count)])
    for record in 0..<min(answer.lines.count, whole.lines.count) {
      let expected = whole.lines[record]
      guard let facts = reader.facts(expected) else { return nil }
      if let about = corpus.line(of: facts) {
        if about > last { return nil }
      } else if !facts.isFraming {
        guard facts.isKnownThen, let time = facts.time, time <= corpus.clock[last] else { return nil }
      }
      let found = answer.lines[record]
      guard let difference = Difference(expected, found, &reader) else { continue }
      return offence(expected, difference, with: "with the lines that follow", without: "with others in their place", atLeast: last)
    }
    return nil
  }

  private mutating func offence(
    _ record: Bytes, _ difference: Difference, with here: String, without there: String, atLeast line: Int
  ) -> Finding {
    let about = corpus.number(of: reader.facts(record)) ?? corpus.numbers[line]
    return .offends(
      line: about, code: "look-ahead", text: "\(reader.title(record)): \(difference.text(here, there)): it depends on later lines")
  }
}

extension LineStore {
  /// One line that outlives its store.
  struct Copy {
    private let store = LineStore()
    init(_ line: Bytes) { store.append(line) }
    func withLine<R>(_ body: (Bytes) -> R) -> R { body(store[0]) }
  }
}
