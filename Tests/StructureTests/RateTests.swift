import Glibc
import Market
import Profiles
import Structure
import Testing

/// Rates per 1,000 bars on real candles, beside those the rules quote. Needs SS_REAL: a folder of `*-15m.csv.gz`.
@Suite struct RateTests {
  @Test func ratesOnRealCandles() {
    guard let folder = getenv("SS_REAL").map({ String(cString: $0) }) else {
      print("skipped: SS_REAL names no folder of real candles")
      return
    }
    let files = lines(of: "ls \(folder)/*-15m.csv.gz").map { $0 }
    #expect(!files.isEmpty)
    var tallies: [Timeframe: Tally] = [:]
    for file in files {
      let base = candles(of: file)
      for timeframe in [Timeframe.m15, .h1, .h4, .d1] {
        var engine = StructureEngine(rules: StructureRules())
        let series = timeframe == .m15 ? base : Corpus.built(base, timeframe)
        tallies[timeframe, default: Tally()].add(engine.events(series, timeframe), bars: series.count)
      }
    }
    for timeframe in [Timeframe.m15, .h1, .h4, .d1] { print("\(timeframe.label)\n\(tallies[timeframe]?.text ?? "")") }
  }

  private struct Tally {
    var bars = 0
    var counts: [String: Int] = [:]

    mutating func add(_ events: [StructureEvent], bars: Int) {
      self.bars += bars
      for event in events {
        switch event.change {
        case .swing(_, let scope, _, _): count("\(event.kind.name) \(scope.label)")
        case .structuralBreak(let fact):
          count("break \(scope(fact.scope))")
          count("\(event.kind.name) \(scope(fact.scope))")
          if fact.isProtected { count("protected \(scope(fact.scope))") }
        case .scope(let scope): count("\(event.kind.name) \(scope.label)")
        case .block(let block):
          count("\(event.kind.name)\(block.sources.count > 1 ? " again" : "")")
          if block.sources.count == 1, let source = block.sources.first { count("grade \(source.breakID.scope?.label ?? "") \(block.grade.label)") }
        case .sweep(let sweep): count("\(event.kind.name)\(sweep.isMinor ? " minor" : "")")
        case .pool(let pool): count("\(event.kind.name) \(pool.id.kind.word)\(pool.touches > 2 ? " again" : "")")
        default: count("\(event.kind.name)")
        }
      }
    }

    private func scope(_ scope: Scope) -> String { "\(scope.label)" }
    private mutating func count(_ name: String) { counts[name, default: 0] += 1 }

    var text: String {
      counts.sorted { $0.key < $1.key }.map { "  \($0.key): \((Double($0.value) * 10_000 / Double(bars)).rounded() / 10)" }
        .joined(separator: "\n")
    }
  }

  private func lines(of command: String) -> [String] {
    guard let pipe = popen(command, "r") else { return [] }
    defer { pclose(pipe) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      guard count > 0 else { break }
      text.append(contentsOf: buffer[0..<count])
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func candles(of file: String) -> [Candle] {
    lines(of: "gzip -dc \(file)").dropFirst().compactMap { line in
      let fields = line.split(separator: ",").compactMap { Double($0) }
      guard fields.count == 6 else { return nil }
      let open = Timestamp(milliseconds: Int64(fields[0]))
      return Candle(
        openTime: open, closeTime: Timeframe.m15.next(afterOpen: open), open: fields[1], high: fields[2], low: fields[3], close: fields[4],
        volume: fields[5])
    }
  }
}
