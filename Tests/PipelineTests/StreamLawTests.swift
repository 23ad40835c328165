import Foundation
import TestKit
import Testing

/// The laws of docs/stream.md, held to by every stage between two pipes.
@Suite struct StreamLawTests {
  /// What a stage appends, and to which record.
  static let appended = [
    "indicators": ("candle", "indicators"), "smc": ("candle", "smc"), "plan": ("setup", "plan"), "risk": ("setup", "risk"),
    "notify": ("setup", "notification"),
  ]

  @Test(arguments: KeptRun.filters.filter { $0 != "score" })
  func appendsOneKeyAndTouchesNothing(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let (type, key) = try #require(Self.appended[stage])
    let before = try run.lines(run.before(stage)), after = try run.lines(stage)
    #expect(before.count == after.count)
    var extended = 0
    for (old, new) in zip(before, after) where old != new {
      extended += 1
      let body = old.dropLast()
      let keys = old.recordType == "run" ? ["ss-\(stage)"] : [key, "rejected"]
      #expect(new.hasPrefix(body) && keys.contains { new.dropFirst(body.count).hasPrefix(",\"\($0)\":") }, "\(old)\n\(new)")
      #expect(old.recordType == "run" || old.recordType == type)
    }
    #expect(extended > 1)
  }

  /// The keys added are one each: what stands behind the old body is one JSON member.
  @Test(arguments: KeptRun.filters.filter { $0 != "score" })
  func whatIsAppendedIsOneMember(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let filter = "[inputs | keys_unsorted] | map(length)"
    let before = try Command("jq", "-n", "-c", filter, run.file(run.before(stage)).path).run()
    let after = try Command("jq", "-n", "-c", filter, run.file(stage).path).run()
    let counts = { (outcome: Outcome) in outcome.text.matches(of: #/\d+/#).compactMap { Int($0.output) } }
    #expect(counts(after).count == counts(before).count)
    for (old, new) in zip(counts(before), counts(after)) { #expect(new == old || new == old + 1) }
  }

  /// Records nobody asked for, in every spelling JSON allows.
  static let strangers = [
    #"{"type":"weather","n":1.0e5,"long":123456789012345678901234567890,"text":"é\u00e9😀","nested":{"a":[1,{"b":null}]}}"#,
    #"{ "n" : -0.0 , "type" : "weather" , "type2":"candle" }"#, #"{"type":"gap2"}"#, #"{"candle":1,"type":"x","smc":{},"plan":[],"risk":0}"#,
  ]

  @Test(arguments: KeptRun.filters)
  func strangersPassByteForByte(_ stage: String) throws {
    let text = Self.strangers.map { $0 + "\n" }.joined()
    let outcome = try Command("ss-\(stage)").run(.text(text))
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(outcome.text == text)
  }

  @Test(arguments: KeptRun.filters)
  func strangersKeepTheirPlaceAmongRecords(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let lines = try run.lines(run.before(stage))
    var mixed: [String] = []
    for (number, line) in lines.enumerated() {
      mixed.append(line)
      if number % 97 == 5, number < lines.count - 1 { mixed.append(#"{"type":"mark","n":\#(number)}"#) }
    }
    let outcome = try Command("ss-\(stage)").run(.text(mixed.map { $0 + "\n" }.joined()))
    #expect(outcome.code == 0, "\(outcome.errorText)")
    let isMark = { (line: String) in line.hasPrefix(#"{"type":"mark""#) }
    #expect(outcome.lines.filter(isMark) == mixed.filter(isMark))
    #expect(try outcome.lines.filter { !isMark($0) } == run.lines(stage), "strangers change nothing else")
    if stage != "score" { #expect(outcome.lines.map(isMark) == mixed.map(isMark), "each stands between the same two records") }
  }

  @Test(arguments: KeptRun.filters)
  func blankLinesCarriageReturnsAndAMissingLastLineEndAreFine(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    let lines = try run.lines(run.before(stage))
    let outcome = try Command("ss-\(stage)").run(.text("\n\r\n" + lines.joined(separator: "\r\n\n")))
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(try outcome.stdout == run.bytes(stage))
  }

  /// Nothing written depends on what comes later: the output for a prefix is a prefix of the output.
  @Test(arguments: KeptRun.filters)
  func noLookAhead(_ stage: String) throws {
    let run = try KeptRun.shared.get()
    // Without the framing, so that a stream may stop anywhere.
    let lines = try run.lines(run.before(stage)).filter { $0.recordType != "run" && $0.recordType != "end" }
    let whole = try Command("ss-\(stage)").run(.text(lines.map { $0 + "\n" }.joined())).stdout
    var generator = SeededGenerator(seed: 11)
    for count in [1, 2, 3, lines.count / 2] + (0..<4).map({ _ in Int.random(in: 1..<lines.count, using: &generator) }) {
      let outcome = try Command("ss-\(stage)").run(.text(lines.prefix(count).map { $0 + "\n" }.joined()))
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(whole.starts(with: outcome.stdout), "the first \(count) lines")
    }
  }

  @Test func decisionsComeInTheOrderOfTime() throws {
    let times = try KeptRun.shared.get().lines("notify").filter { $0.recordType == "setup" }.compactMap {
      $0.firstMatch(of: #/"as_of":"([^"]+)"/#).map { String($0.1) }
    }
    #expect(!times.isEmpty)
    #expect(times == times.sorted())
  }

  @Test(arguments: KeptRun.filters)
  func anEmptyStreamIsFine(_ stage: String) throws {
    let outcome = try Command("ss-\(stage)").run()
    #expect(outcome.code == 0)
    #expect(outcome.stdout.isEmpty && outcome.stderr.isEmpty)
  }

  @Test(arguments: KeptRun.filters)
  func aSecondPassIsRefused(_ stage: String) throws {
    guard stage != "score" else { return }
    let run = try KeptRun.shared.get()
    let key = try #require(Self.appended[stage]).1
    let line = try #require(try run.lines(stage).first { $0.contains(",\"\(key)\":") && $0.recordType != "run" })
    let outcome = try Command("ss-\(stage)").run(.bytes(line.line))
    #expect(outcome.code == 65)
    #expect(outcome.errorText.contains("already-present"), "\(outcome.errorText)")
  }
}
