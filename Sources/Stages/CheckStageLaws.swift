import Glibc
import Stage
import Wire

/// A command, a corpus, and what the command says to it when all comes at once: what every law is judged by.
struct Trial {
  let subject: Subject
  let corpus: Corpus
  let whole: Subject.Answer

  init(_ subject: Subject) throws(StageError) {
    self.subject = subject
    corpus = try Corpus()
    whole = try subject.wholeRun(corpus)
  }

  private var input: Bytes { corpus.lines.bytes(0..<corpus.count) }

  func causal(prefixes: Int) throws(StageError) -> Finding {
    var check = CausalCheck(subject, corpus, whole, prefixes: prefixes)
    return try check.finding()
  }

  // MARK: Append only

  /// Each line comes out, in order, as it went in, or with keys spliced in before its last brace; new records may stand between.
  func append() -> Finding {
    var reader = RecordReader()
    var next = 0
    var extended = 0
    var new = 0
    for record in 0..<whole.lines.count {
      let line = whole.lines[record]
      guard let facts = reader.facts(line) else {
        return .offends(
          line: nil, code: "bad-record", text: "record \(record + 1) of the output is no record: \(Bytes(rebasing: line.prefix(60)).text)")
      }
      if next < corpus.count, corpus.facts[next].identity == facts.identity {
        if let finding = changed(next, line, &reader) { return finding }
        next += 1
        extended += 1
        continue
      }
      guard let about = corpus.line(of: facts) else {
        new += 1
        continue
      }
      let title = reader.title(line)
      if about < next {
        return .offends(line: corpus.numbers[about], code: "reordered", text: "\(title): it came out again, or behind the record of a later line")
      }
      return lost(next, &reader)
    }
    if next < corpus.count { return lost(next, &reader) }
    return .holds("\(extended) lines came out in order with all their bytes, \(new) new records among them")
  }

  private func lost(_ line: Int, _ reader: inout RecordReader) -> Finding {
    let title = reader.title(corpus.lines[line])
    return .offends(line: corpus.numbers[line], code: "dropped", text: "\(title): it did not come out, or not in its turn")
  }

  /// How `line` fails to begin with the bytes of the input line up to its last brace.
  private func changed(_ index: Int, _ line: Bytes, _ reader: inout RecordReader) -> Finding? {
    let came = corpus.lines[index]
    guard reader.scanner.scan(came) else { return nil }
    let body = reader.scanner.record(came).body
    if line.equals(came) { return nil }
    if line.count > body, Bytes(rebasing: line[..<body]).equals(Bytes(rebasing: came[..<body])), line[body] == 0x2C || line[body - 1] == 0x7B {
      return nil
    }
    let difference = Difference(came, line, &reader)?.text("as it came", "as it left") ?? "the same values in other bytes"
    return .offends(line: corpus.numbers[index], code: "changed", text: "\(reader.title(came)): \(difference): a stage copies the line and appends")
  }

  // MARK: Same input, same output

  /// A second run, in another second, another local day and another locale.
  func determinism() throws(StageError) -> Finding {
    // Beyond the end of this second, so that a clock read in whole seconds shows.
    usleep(1_050_000)
    let places = [
      ["TZ": "EAST-14", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"], ["TZ": "WEST+12", "LC_ALL": "C", "LANG": "C"],
    ]
    for place in places {
      let answer = try subject.run([input], changing: place)
      if let finding = compare(answer, "in one run", "in another, later and elsewhere", "it depends on time, place or chance") { return finding }
    }
    return .holds("three runs, in other seconds, time zones and locales, said the same \(whole.lines.count) records")
  }

  /// Pieces that end anywhere in a line.
  func chunk() throws(StageError) -> Finding {
    /// As many small pieces as take a second or two; the rest follows at once.
    let pieces = 200_000
    for size in [1, 2, 3, 7, 100] {
      let answer = try subject.run([input], size: size, apart: size * pieces)
      let manner = "when it comes in pieces of \(size) \(size == 1 ? "byte" : "bytes")"
      if let finding = compare(answer, "when the input comes at once", manner, "it takes a read for a line") { return finding }
    }
    return .holds("pieces of 1, 2, 3, 7 and 100 bytes, the first \(pieces) of each read one by one, gave the same \(whole.lines.count) records")
  }

  /// The first difference of `answer` from the whole run.
  private func compare(_ answer: Subject.Answer, _ here: String, _ there: String, _ because: String) -> Finding? {
    var reader = RecordReader()
    let nothing = Bytes(start: nil, count: 0)
    for record in 0..<max(answer.lines.count, whole.lines.count) {
      let expected = record < whole.lines.count ? whole.lines[record] : nothing
      let found = record < answer.lines.count ? answer.lines[record] : nothing
      if expected.equals(found) { continue }
      let difference = Difference(expected, found, &reader)?.text(here, there) ?? "the same values in other bytes"
      let shown = expected.count > 0 ? expected : found
      let line = corpus.number(of: reader.facts(shown))
      return .offends(line: line, code: "unstable", text: "\(reader.title(shown)): \(difference): \(because)")
    }
    if answer.status != whole.status {
      return .offends(line: nil, code: "unstable", text: "it ended with \(whole.status) \(here), and with \(answer.status) \(there): \(because)")
    }
    return nil
  }

  // MARK: Symbols apart

  /// Two other interleavings of the same symbols: one after the other, and at random with a fixed seed. Each symbol hears the same, so it has
  /// to say the same. A stage that demands the whole stream's order cannot be judged so.
  func shuffle() throws(StageError) -> Finding {
    guard corpus.hasManyMarkets else {
      throw StageError(.notEnoughData, "one-symbol", "the corpus has one symbol: there is nothing to interleave differently")
    }
    let expected = byMarket(whole.lines)
    for (manner, order) in [("one symbol after the other", corpus.orderedByMarket()), ("symbols interleaved at random", corpus.interleaved(seed: 1))]
    {
      let input = LineStore()
      for index in order { input.append(corpus.lines[index]) }
      let answer = try subject.run([input.bytes(0..<input.count)], errors: .inherited)
      if answer.status != whole.status {
        return .offends(
          line: nil, code: "refused",
          text: "with \(manner) it ended with \(answer.status): only a stage that keeps its state by symbol can be judged so")
      }
      if let finding = compareByMarket(expected, answer, manner) { return finding }
    }
    return .holds("\(expected.count) symbols, one after the other and interleaved at random, said the same \(whole.lines.count) records")
  }

  /// Indices of the records of each market; those of none are left out.
  private func byMarket(_ lines: LineStore) -> [Int: [Int]] {
    var reader = RecordReader()
    var found: [Int: [Int]] = [:]
    for index in 0..<lines.count {
      if let market = reader.facts(lines[index])?.market { found[market, default: []].append(index) }
    }
    return found
  }

  private func compareByMarket(_ expected: [Int: [Int]], _ answer: Subject.Answer, _ manner: String) -> Finding? {
    var reader = RecordReader()
    let found = byMarket(answer.lines)
    // The first record in the corpus' order, so that the same fault is named every time.
    for (market, records) in expected.sorted(by: { ($0.value.first ?? 0) < ($1.value.first ?? 0) }) {
      let others = found[market] ?? []
      for position in 0..<max(records.count, others.count) {
        let first = position < records.count ? whole.lines[records[position]] : Bytes(start: nil, count: 0)
        let second = position < others.count ? answer.lines[others[position]] : Bytes(start: nil, count: 0)
        if first.equals(second) { continue }
        let difference = Difference(first, second, &reader)?.text("in the stream's order", "with \(manner)") ?? "the same values in other bytes"
        let shown = first.count > 0 ? first : second
        let line = corpus.number(of: reader.facts(shown))
        return .offends(line: line, code: "entangled", text: "\(reader.title(shown)): \(difference): one symbol's records change another's")
      }
    }
    return nil
  }
}

extension Corpus {
  /// Framing at the head stays at the head, `end` at the end; markets one after the other.
  func orderedByMarket() -> [Int] { merged(seed: 0) { queues, _ in queues.firstIndex { !$0.isEmpty } ?? 0 } }

  /// The same markets' lines, drawn at random from the markets that have some left.
  func interleaved(seed: UInt64) -> [Int] {
    merged(seed: seed) { queues, random in
      let waiting = queues.indices.filter { !queues[$0].isEmpty }
      return waiting[Int(random.next() % UInt64(waiting.count))]
    }
  }

  private func merged(seed: UInt64, _ choose: ([ArraySlice<Int>], inout SeededRandom) -> Int) -> [Int] {
    var head: [Int] = []
    var tail: [Int] = []
    var queues: [ArraySlice<Int>] = []
    var places: [Int: Int] = [:]
    for index in 0..<count {
      if facts[index].isFraming || facts[index].market == nil {
        if queues.isEmpty { head.append(index) } else { tail.append(index) }
        continue
      }
      let place = places[facts[index].market ?? 0] ?? queues.count
      if place == queues.count {
        places[facts[index].market ?? 0] = place
        queues.append([])
      }
      queues[place].append(index)
    }
    var random = SeededRandom(seed: seed)
    var order = head
    while queues.contains(where: { !$0.isEmpty }) { order.append(queues[choose(queues, &random)].removeFirst()) }
    return order + tail
  }
}

/// The same numbers every time: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
struct SeededRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
