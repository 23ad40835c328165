import Market
import Profiles
import Stage
import Structure
import TestKit
import Testing
import Wire

@testable import Records

@Suite struct SmcRecordTests {
  /// Whole structure facts of a synthetic walk, values cut to what ten digits carry.
  static let observed: [(StructureSnapshot, [StructureEvent])] = {
    var engine = StructureEngine(rules: StructureRules())
    var random = SeededGenerator(seed: 11)
    var time = Timestamp(day: CalendarDay(year: 2024, month: 1, day: 1))
    var last = 5000
    return (0..<3000).map { _ in
      let close = last + Int(random.normal() * 20)
      let high = max(last, close) + Int.random(in: 0...12, using: &random)
      let low = min(last, close) - Int.random(in: 0...12, using: &random)
      let candle = Candle(
        openTime: time, closeTime: time + 15 * Timestamp.minute, open: Double(last), high: Double(high), low: Double(low), close: Double(close),
        volume: 1)
      (last, time) = (close, candle.closeTime)
      engine.update(candle, .m15)
      var snapshot = StructureSnapshot()
      engine.snapshot(.m15, cap: 3, into: &snapshot)
      return (snapshot, engine.events)
    }
  }()

  @Test func whatIsWrittenReadsBack() throws {
    var scanner = RecordScanner(keys: ["type"] + SmcReader.keys)
    var reader = SmcReader()
    var memory = SmcReader.Memory()
    var read = StructureSnapshot()
    for (snapshot, events) in SmcRecordTests.observed {
      let written = try SmcRecordTests.line(snapshot, events)
      var out = ByteBuffer()
      out.append(written)
      out.append(0x0A)
      let line = Bytes(start: out.start, count: out.count - 1)
      let isWhole = scanner.scan(line)
      #expect(isWhole)
      let hasLists = try reader.decode(scanner.record(line), first: 1, into: &read, &memory)
      #expect(hasLists)
      // Only the position has more than ten digits.
      var expected = snapshot
      expected.range?.position = read.range?.position ?? -1
      // Told by the event that made the gap.
      for place in expected.gaps.indices { (expected.gaps[place].stackedOn, expected.gaps[place].balances) = (nil, nil) }
      #expect(read == expected)
      #expect(abs((read.range?.position ?? 0) - (snapshot.range?.position ?? 0)) < 1e-9)
    }
  }

  /// A writer that remembers texts writes what one without memory does.
  @Test func rememberedTextsAreTheSame() throws {
    var writer = SmcWriter(cap: 3)
    var days = DayText()
    for (snapshot, events) in SmcRecordTests.observed {
      var out = ByteBuffer()
      out.beginObject()
      out.key("smc")
      writer.encode(snapshot, events, &days, into: &out)
      out.endObject()
      #expect(out.text == (try SmcRecordTests.line(snapshot, events)))
    }
  }

  @Test func everyLineFitsTheTable() throws {
    var kinds: Set<StructureEvent.Kind> = []
    for (snapshot, events) in SmcRecordTests.observed {
      var out = ByteBuffer()
      var writer = SmcWriter(cap: 3)
      var days = DayText()
      writer.encode(snapshot, events, &days, into: &out)
      let line = Array(out.bytes)
      // A reader may look at the spare bytes behind a line.
      let spared = line + [0x0A] + [UInt8](repeating: 0, count: LineReader.spare)
      let found = spared.withUnsafeBufferPointer { bytes in
        guard let start = bytes.baseAddress else { return ["nothing written"] }
        return SmcRecord.table.violations(in: JSONValue(start: start, length: line.count, kind: .object), strict: true)
      }
      #expect(found.isEmpty, "\(found)")
      kinds.formUnion(events.map(\.kind))
    }
    #expect(kinds.count == StructureEvent.Kind.allCases.count)
  }

  @Test func idsReadBack() {
    let at = Timestamp(day: CalendarDay(year: 2024, month: 2, day: 29)) + 3_723_000
    for kind in FactID.Kind.allCases {
      for timeframe in Timeframe.allCases {
        for scope in [nil, Scope.inner, .outer] {
          for time in [at, at + 250] {
            let id = FactID(kind, timeframe, .bear, scope: scope, at: time)
            #expect(Array(id.text.utf8).withUnsafeBufferPointer { FactID($0) } == id, "\(id.text)")
          }
        }
      }
    }
    #expect(FactID(.orderBlock, .h4, .bull, at: at).text == "ob-4h-bull-20240229T010203Z")
    for bad in [
      "", "ob", "ob-4h-bull-", "ob-4h-bull-20240229", "xx-4h-bull-20240229T010203Z", "ob-7h-bull-20240229T010203Z", "ob-4h-up-20240229T010203Z",
    ] {
      #expect(Array(bad.utf8).withUnsafeBufferPointer { FactID($0) } == nil, "\(bad)")
    }
  }

  @Test(arguments: [
    #"{"smc":{"order_blocks":[{"id":"ob-4h-bull-20240229T010203Z"}]}}"#, #"{"smc":{"trend":{"internal":"up"}}}"#, #"{"smc":[]}"#,
    #"{"smc":{"fvgs":[{"id":7}]}}"#, #"{"smc":{"range":{"high":1}}}"#,
  ])
  func brokenFactsAreNamed(_ text: String) {
    var scanner = RecordScanner(keys: ["type"] + SmcReader.keys)
    var out = ByteBuffer()
    out.append(text)
    out.append(0x0A)
    let line = Bytes(start: out.start, count: out.count - 1)
    let isWhole = scanner.scan(line)
    #expect(isWhole)
    do throws(StageError) {
      var reader = SmcReader()
      var read = StructureSnapshot()
      var memory = SmcReader.Memory()
      _ = try reader.decode(scanner.record(line), first: 1, into: &read, &memory)
      Issue.record("accepted \(text)")
    } catch {
      #expect(error.exit == .badData && error.offset != nil)
    }
  }

  private static func line(_ snapshot: StructureSnapshot, _ events: [StructureEvent]) throws -> String {
    var out = ByteBuffer()
    out.beginObject()
    out.key("smc")
    var writer = SmcWriter(cap: 3)
    var days = DayText()
    writer.encode(snapshot, events, &days, into: &out)
    out.endObject()
    return out.text
  }
}
