import Confluence
import Stage
import Wire

/// The lines between ss-score and its plug-ins. A plug-in introduces itself with one `plugin` line, is given one candidate a line, and answers
/// each with one line, in order.
public enum PluginRecord {
  public enum Kind: String, CaseIterable, Sendable { case factor, gate }

  /// What a plug-in says of itself.
  public struct Introduction: Hashable, Sendable {
    public var name: String
    public var kind: Kind
    /// Of a factor: the share of the score it asks for; 0 of a gate.
    public var weight: Double
  }

  public static let table = RecordTable(
    "plugin", "The first line that a plug-in writes.",
    [
      Field("name", .text(atMost: 40), "small letters, digits and _, at most 40: the name of its factor or gate"),
      Field("kind", .choice(Kind.allCases.map(\.rawValue)), "what its answers are"),
      Field("weight", .number, optional: true, unit: "0…1", "of a factor: its share of the score; the built-in factors share the rest"),
    ])

  public static let candidate = RecordTable(
    "candidate", appendedTo: "setup",
    "The number behind a setup that a plug-in is asked about, which its answer repeats; `features` stands beside it.",
    [Field("candidate", .integer(atLeast: 1), "1 for the first, one more for each")])

  public static let answer = RecordTable(
    "answer", "What a plug-in writes for each candidate.",
    [
      Field("candidate", .integer(atLeast: 1), "the number it was given"),
      Field("score", .number, optional: true, unit: "0…1", "of a factor"),
      Field("no_data", .boolean, optional: true, "of a factor: true where it has nothing to score; counts 0, and says so"),
      Field("rationale", .string, optional: true, "of a factor: one sentence, at most 500 bytes"),
      Field("passed", .boolean, optional: true, "of a gate"),
      Field("skipped", .boolean, optional: true, "of a gate: true where it cannot be asked"),
      Field("value", .number, optional: true, "of a gate: what was found"),
      Field("threshold", .number, optional: true, "of a gate: what was asked"),
      Field("detail", .string, optional: true, "of a gate: what the numbers do not say, at most 500 bytes"),
    ])

  public static let keys: [StaticString] = [
    "type", "name", "kind", "weight", "candidate", "score", "no_data", "rationale", "passed", "skipped", "value", "threshold", "detail",
  ]
  private enum Key {
    static let type = 0
    static let name = 1
    static let kind = 2
    static let weight = 3
    static let candidate = 4
    static let score = 5
    static let noData = 6
    static let rationale = 7
    static let passed = 8
    static let skipped = 9
    static let value = 10
    static let threshold = 11
    static let detail = 12
  }
  private static let longestText = 500

  // MARK: To the plug-in

  /// One candidate and the end of its line: the setup that it would be if it were taken, the features, and its number.
  public static func encode(_ contender: Contest.Contender, number: Int, into out: inout ByteBuffer) {
    SetupRecord.encodeOpen(contender.setup, into: &out)
    encode(features: contender.features, into: &out)
    out.field("candidate", number)
    out.endObject()
    out.append(0x0A)
  }

  /// The features that are there, by name.
  public static func encode(features: [Double], into out: inout ByteBuffer) {
    out.key("features")
    out.beginObject()
    for place in features.indices where !features[place].isNaN {
      out.separate()
      featureKeys[place].withUnsafeBufferPointer { out.append($0) }
      out.append(number: features[place])
    }
    out.endObject()
  }

  /// `"rsi":`, ready to be copied: each candidate has most of them.
  private static let featureKeys = Feature.all.map { Array("\"\($0.name)\":".utf8) }

  // MARK: From the plug-in

  public static func introduction(_ record: Record) throws(StageError) -> Introduction {
    guard record[Key.type].equals("plugin") else { throw record.wrong(Key.type, "\"plugin\" on the first line") }
    let name = try record.string(Key.name)
    let isName = name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F }
    guard isName, !name.isEmpty, name.utf8.count <= 40 else { throw record.wrong(Key.name, "small letters, digits and _, at most 40") }
    guard let kind = Kind(rawValue: try record.string(Key.kind)) else { throw record.wrong(Key.kind, "factor or gate") }
    guard kind == .factor else {
      if record[Key.weight].exists { throw record.wrong(Key.weight, "absent of a gate") }
      return Introduction(name: name, kind: kind, weight: 0)
    }
    let weight = try record.number(Key.weight)
    guard weight > 0, weight <= 1 else { throw record.wrong(Key.weight, "above 0 and at most 1") }
    return Introduction(name: name, kind: kind, weight: weight)
  }

  /// The answer to the candidate with `number`.
  public static func opinion(_ record: Record, of plugin: Introduction, on number: Int) throws(StageError) -> Opinion {
    guard record[Key.candidate].integer == number else { throw record.wrong(Key.candidate, "\(number), as candidates are answered in order") }
    switch plugin.kind {
    case .factor:
      let hasData = try flag(record, Key.noData) != true
      let score = hasData || record[Key.score].exists ? try record.number(Key.score) : 0
      guard (0...1).contains(score) else { throw record.wrong(Key.score, "from 0 to 1") }
      let reading = hasData ? Reading(score) : Reading(0, hasData: false)
      return .factor(
        FactorResult(
          name: plugin.name, score: reading.score, weight: plugin.weight, hasData: hasData, rationale: try text(record, Key.rationale) ?? ""))
    case .gate:
      let isSkipped = try flag(record, Key.skipped) == true
      let passed = try flag(record, Key.passed)
      if !isSkipped, passed == nil { throw record.wrong(Key.passed, "true or false") }
      return .gate(
        GateResult(
          name: plugin.name, outcome: isSkipped ? .skipped : passed == true ? .passed : .failed, value: try record.optionalNumber(Key.value),
          threshold: try record.optionalNumber(Key.threshold), detail: try detail(record, plugin, passed)))
    }
  }

  /// A refusal names its plug-in.
  private static func detail(_ record: Record, _ plugin: Introduction, _ passed: Bool?) throws(StageError) -> String? {
    let detail = try text(record, Key.detail)
    return passed == false ? plugin.name + (detail.map { ": \($0)" } ?? "") : detail
  }

  private static func flag(_ record: Record, _ key: Int) throws(StageError) -> Bool? {
    guard record[key].exists else { return nil }
    guard let flag = record[key].flag else { throw record.wrong(key, "true or false") }
    return flag
  }

  private static func text(_ record: Record, _ key: Int) throws(StageError) -> String? {
    guard let text = try record.optionalString(key) else { return nil }
    guard text.utf8.count <= longestText else { throw record.wrong(key, "at most \(longestText) bytes") }
    return text
  }
}
