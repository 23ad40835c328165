import Confluence
import Glibc
import Market
import Records
import Stage
import Structure
import Wire

/// Counts what fires, by direction and timeframe, beside the same candles with random signs. Patterns that fire as often without a market behind
/// them carry no information by firing; one that never fires is dead code.
enum LivenessCheck {
  /// - Parameter words: what makes events or setups from candles. Without any, the stream itself carries the events, and ss-smc makes the random ones.
  static func report(_ words: [String], into output: inout LineWriter) throws(StageError) -> ExitCode {
    var real = LivenessTally()
    var random = LivenessTally()
    var ends: [(words: [String], status: Int32)] = []
    do throws(WireError) {
      let maker = words.isEmpty ? structureStage : words
      var randomly = try CountedCommand(maker)
      if words.isEmpty {
        try read { _, turned, line throws(WireError) in
          line.map { real.take($0) }
          try randomly.write(turned)
        }
      } else {
        var truly = try CountedCommand(words)
        try read { candle, turned, _ throws(WireError) in
          try truly.write(candle)
          try randomly.write(turned)
        }
        ends.append((words, try truly.end(into: &real)))
      }
      ends.append((maker, try randomly.end(into: &random)))
    } catch {
      throw Subject.explain(error, words)
    }
    for end in ends where end.status != 0 {
      throw StageError(.negative, "command-failed", "\"\(end.words.joined(separator: " "))\" ended with \(end.status): see above")
    }
    guard real.total > 0 else {
      throw StageError(
        .notEnoughData, "nothing-to-count", "no record carries events or setups",
        hint: "ss-fetch … | ss-smc --events | ss-check liveness, or ss-fetch … | ss-check liveness -- CMD")
    }
    real.write(beside: random, into: &output)
    return .ok
  }

  /// Calls `body` with each line of standard input; with a candle as it is, without what stages appended; and with candles as chance would have had
  /// them, once they are known. Instruments and gaps pass as candles do.
  private static func read(_ body: (_ candle: Bytes, _ turned: Bytes, _ line: Bytes?) throws(WireError) -> Void) throws(WireError) {
    var reader = LineReader(descriptor: 0)
    var signs = SignRandomizer(seed: 1)
    var candle = ByteBuffer()
    var turned = ByteBuffer()
    while let line = try reader.next() {
      if line.count == 0 { continue }
      candle.truncate(to: 0)
      turned.truncate(to: 0)
      signs.take(line, as: &candle, turned: &turned)
      try body(candle.bytes, turned.bytes, line)
    }
    candle.truncate(to: 0)
    turned.truncate(to: 0)
    signs.flush(into: &turned)
    try body(candle.bytes, turned.bytes, nil)
  }

  /// The ss-smc beside this executable, or the one in PATH.
  private static var structureStage: [String] {
    let path = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer -> String in
      guard let start = buffer.baseAddress else { return "" }
      let length = readlink("/proc/self/exe", start, 4095)
      return String(decoding: UnsafeRawBufferPointer(start: start, count: max(0, length)), as: UTF8.self)
    }
    let beside = path.unicodeScalars.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/ss-smc"
    return [access(beside, X_OK) == 0 ? beside : "ss-smc", "--events"]
  }
}

/// A command whose output is counted while it runs.
private struct CountedCommand: ~Copyable {
  private var child: ChildProcess
  private var answer = ByteBuffer(capacity: 1 << 19)
  private let lines = LineStore()
  private var tally = LivenessTally()

  init(_ words: [String]) throws(WireError) { child = try ChildProcess(words) }

  mutating func write(_ bytes: Bytes) throws(WireError) {
    if bytes.count == 0 { return }
    try child.write(bytes, receiving: &answer)
    count()
  }

  /// - Returns: how the command ended, as a shell tells it.
  mutating func end(into whole: inout LivenessTally) throws(WireError) -> Int32 {
    child.closeInput()
    while try child.receive(into: &answer, waiting: -1) != .end { count() }
    whole = tally
    return try child.wait()
  }

  private mutating func count() {
    Subject.store(&answer, in: lines)
    for index in 0..<lines.count { tally.take(lines[index]) }
    lines.removeAll()
  }
}

/// How often each thing fired.
private struct LivenessTally {
  /// Candles by timeframe, and setups.
  private(set) var bars: [String: Int] = [:]
  private(set) var fired: [Row: [String: Int]] = [:]
  var total: Int { bars.values.reduce(0, +) }

  struct Row: Hashable {
    var name: String
    var direction: String
  }

  /// Counts one line of a stream.
  mutating func take(_ line: Bytes) {
    guard JSONFault.locate(in: line) == nil, let record = Difference.whole(line) else { return }
    if record.member("type")?.equals("setup") == true { return takeSetup(record) }
    guard let timeframe = record.member("timeframe")?.string, let events = record.member("smc")?.member("events") else { return }
    bars[timeframe, default: 0] += 1
    for event in events.elements {
      guard let name = event.member("event")?.string, let direction = event.member("direction")?.string else { continue }
      add(name, direction, timeframe)
      if let grade = event.member("grade")?.string { add("\(name) \(grade)", direction, timeframe) }
    }
  }

  /// A factor fires by scoring above zero, a gate by refusing.
  private mutating func takeSetup(_ record: JSONValue) {
    guard let direction = record.member("direction")?.string else { return }
    bars["setups", default: 0] += 1
    let factors = record.member("confluence")?.member("factors").map { Array($0.elements) } ?? []
    for factor in factors {
      guard let name = factor.member("name")?.string, let score = factor.member("score")?.number else { continue }
      add("factor \(name)", direction, "setups", score > 0 ? 1 : 0)
    }
    let gates = record.member("gates").map { Array($0.elements) } ?? []
    for gate in gates {
      guard let name = gate.member("name")?.string else { continue }
      add("gate \(name)", direction, "setups", gate.member("passed")?.flag == false ? 1 : 0)
    }
  }

  private mutating func add(_ name: String, _ direction: String, _ column: String, _ times: Int = 1) {
    fired[Row(name: name, direction: direction), default: [:]][column, default: 0] += times
  }

  private func rate(_ row: Row, _ column: String) -> Double? {
    bars[column].map { 1000 * Double(fired[row]?[column] ?? 0) / Double($0) }
  }

  // MARK: Table

  func write(beside random: LivenessTally, into output: inout LineWriter) {
    let columns = bars.keys.sorted { (Timeframe($0) ?? .m1, $0) < (Timeframe($1) ?? .m1, $1) }
    line("per 1,000", columns.flatMap { [$0, "random"] }, into: &output)
    line("of", columns.flatMap { ["\(bars[$0] ?? 0)", "\(random.bars[$0] ?? 0)"] }, into: &output)
    let hasSetups = bars["setups"] != nil
    var names = Set(fired.keys.map(\.name)).union(random.fired.keys.map(\.name))
    if hasSetups {
      names.formUnion(Factor.all.map { "factor \($0.name)" })
      names.formUnion(Gate.shown.map { "gate \($0.name)" })
    } else {
      names.formUnion(StructureEvent.Kind.allCases.map { "\($0.name)" })
    }
    var silent: [String] = []
    for name in names.sorted() {
      // Without data there is no direction.
      let directions = name == "gate data_complete" ? ["FLAT"] : hasSetups ? ["LONG", "SHORT"] : ["bullish", "bearish"]
      for direction in directions {
        let row = Row(name: name, direction: direction)
        line("\(name) \(direction)", columns.flatMap { [tenths(rate(row, $0)), tenths(random.rate(row, $0))] }, into: &output)
        if (fired[row]?.values.reduce(0, +) ?? 0) == 0 { silent.append("\(name) \(direction)") }
      }
    }
    output.show("never fired: " + (silent.isEmpty ? "none" : silent.joined(separator: ", ")))
    output.endLine()
  }

  private func line(_ head: String, _ cells: [String], into output: inout LineWriter) {
    output.show(head + String(repeating: " ", count: max(1, 36 - head.count)))
    for cell in cells { output.show(String(repeating: " ", count: max(1, 9 - cell.count)) + cell) }
    output.endLine()
  }

  private func tenths(_ rate: Double?) -> String {
    guard let rate else { return "-" }
    let tenths = Int(clamping: (rate * 10).rounded(), to: 0...Int.max)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
