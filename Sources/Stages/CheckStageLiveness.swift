import Glibc
import Market
import Records
import Stage
import Structure
import Wire

/// Counts what fires in an enriched stream, by direction and timeframe, beside the same candles with random signs. Patterns that fire as often
/// without a market behind them carry no information by firing; one that never fires is dead code.
struct LivenessCheck: ~Copyable {
  private static let keys = StreamKey.names + ["smc", "direction", "confluence", "gates"]
  private enum Key {
    static let smc = StreamKey.count, direction = StreamKey.count + 1, confluence = StreamKey.count + 2, gates = StreamKey.count + 3
  }
  private var scanner = RecordScanner(keys: LivenessCheck.keys)
  private var real = Tally()
  private var random = Tally()
  private var signs = SignRandomizer(seed: 1)
  private let words: [String]

  /// - Parameter words: what reads candles and writes the same kind of stream; without any, ss-smc.
  init(_ words: [String]) { self.words = words.isEmpty ? LivenessCheck.structureStage : words }

  /// The ss-smc beside this executable, or the one in PATH.
  private static var structureStage: [String] {
    let path = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer -> String in
      guard let start = buffer.baseAddress else { return "" }
      let length = readlink("/proc/self/exe", start, 4095)
      return String(decoding: UnsafeRawBufferPointer(start: start, count: max(0, length)), as: UTF8.self)
    }
    let beside = path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/ss-smc"
    return [access(beside, X_OK) == 0 ? beside : "ss-smc", "--events"]
  }

  mutating func report(into output: inout LineWriter) throws(StageError) -> ExitCode {
    do throws(WireError) {
      var child = try ChildProcess(words)
      var reader = LineReader(descriptor: 0)
      var candle = ByteBuffer()
      var answer = ByteBuffer(capacity: 1 << 19)
      let lines = LineStore()
      var counted = 0
      while let line = try reader.next() {
        guard line.count > 0, scanner.scan(line) else { continue }
        real.count(scanner)
        candle.truncate(to: 0)
        guard signs.write(line, into: &candle) else { continue }
        try child.write(candle.bytes, receiving: &answer)
        counted = count(&answer, lines, counted)
      }
      child.closeInput()
      while try child.receive(into: &answer, waiting: -1) != .end { counted = count(&answer, lines, counted) }
      if try child.wait() != 0 { random = Tally() }
    } catch {
      throw Subject.explain(error, words)
    }
    guard real.total > 0 else {
      throw StageError(
        .notEnoughData, "nothing-to-count", "no record carries events or setups", hint: "ss-fetch … | ss-smc --events | ss-check liveness")
    }
    real.write(beside: random, into: &output)
    return .ok
  }

  private mutating func count(_ answer: inout ByteBuffer, _ lines: LineStore, _ counted: Int) -> Int {
    Subject.store(&answer, in: lines)
    for index in counted..<lines.count where scanner.scan(lines[index]) { random.count(scanner) }
    let count = lines.count
    if count < 4096 { return count }
    lines.removeAll()
    return 0
  }

  /// How often each thing fired.
  private struct Tally {
    /// Candles, or setups, by timeframe.
    private(set) var bars: [String: Int] = [:]
    private(set) var fired: [Row: [String: Int]] = [:]
    var total: Int { bars.values.reduce(0, +) }

    struct Row: Hashable {
      var name: String
      var direction: String
    }

    mutating func count(_ scanner: borrowing RecordScanner) {
      if scanner[StreamKey.type].equals("setup") { return countSetup(scanner) }
      let events = scanner[Key.smc].member("events")
      guard let events, let timeframe = scanner[StreamKey.timeframe].string else { return }
      bars[timeframe, default: 0] += 1
      for event in events.elements {
        guard let name = event.member("event")?.string, let direction = event.member("direction")?.string else { continue }
        fired[Row(name: name, direction: direction), default: [:]][timeframe, default: 0] += 1
        if let grade = event.member("grade")?.string {
          fired[Row(name: "\(name) \(grade)", direction: direction), default: [:]][timeframe, default: 0] += 1
        }
      }
    }

    /// A factor fires by scoring above zero, a gate by refusing.
    private mutating func countSetup(_ scanner: borrowing RecordScanner) {
      guard let direction = scanner[Key.direction].string else { return }
      bars["setups", default: 0] += 1
      let factors = scanner[Key.confluence].member("factors").map { Array($0.elements) } ?? []
      for factor in factors {
        guard let name = factor.member("name")?.string, let score = factor.member("score")?.number else { continue }
        fired[Row(name: "factor \(name)", direction: direction), default: [:]]["setups", default: 0] += score > 0 ? 1 : 0
      }
      for gate in scanner[Key.gates].elements {
        guard let name = gate.member("name")?.string else { continue }
        let refused = gate.member("passed")?.flag == false
        fired[Row(name: "gate \(name)", direction: direction), default: [:]]["setups", default: 0] += refused ? 1 : 0
      }
    }

    func rate(_ row: Row, _ timeframe: String) -> Double? {
      bars[timeframe].map { 1000 * Double(fired[row]?[timeframe] ?? 0) / Double($0) }
    }

    // MARK: Table

    func write(beside random: Tally, into output: inout LineWriter) {
      let timeframes = bars.keys.sorted { (Timeframe($0) ?? .m1, $0) < (Timeframe($1) ?? .m1, $1) }
      line("per 1,000", timeframes.flatMap { [$0, "random"] }, into: &output)
      line("bars", timeframes.flatMap { ["\(bars[$0] ?? 0)", "\(random.bars[$0] ?? 0)"] }, into: &output)
      var names = Set(fired.keys.map(\.name))
      if bars["setups"] != total { names.formUnion(StructureEvent.Kind.allCases.map { "\($0.name)" }) }
      let directions = bars["setups"] == nil ? ["bullish", "bearish"] : ["LONG", "SHORT"]
      var silent: [String] = []
      for name in names.sorted() {
        for direction in directions {
          let row = Row(name: name, direction: direction)
          line("\(name) \(direction)", timeframes.flatMap { [tenths(rate(row, $0)), tenths(random.rate(row, $0))] }, into: &output)
          if (fired[row]?.values.reduce(0, +) ?? 0) == 0 { silent.append("\(name) \(direction)") }
        }
      }
      output.buffer.append("never fired: " + (silent.isEmpty ? "none" : silent.joined(separator: ", ")))
      output.endLine()
    }

    private func line(_ head: String, _ cells: [String], into output: inout LineWriter) {
      output.buffer.append(head + String(repeating: " ", count: max(1, 36 - head.count)))
      for cell in cells { output.buffer.append(String(repeating: " ", count: max(1, 9 - cell.count)) + cell) }
      output.endLine()
    }

    private func tenths(_ rate: Double?) -> String {
      guard let rate else { return "-" }
      let tenths = Int((rate * 10).rounded())
      return "\(tenths / 10).\(tenths % 10)"
    }
  }
}
