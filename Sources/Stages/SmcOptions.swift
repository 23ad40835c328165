import Market
import Profiles
import Records
import Stage
import Structure

/// The part of the command line of ss-smc that is not the profile.
struct SmcOptions {
  let isEventsOnly: Bool
  let isFlat: Bool
  let parts: SmcParts
  /// `nil` reads all.
  let timeframes: Set<Timeframe>?
  let cap: Int?
  /// The fact whose life is to be told.
  let explained: FactID?
  /// What was asked for, in one line; empty when nothing was.
  let text: String

  init(_ arguments: Arguments) throws(StageError) {
    isEventsOnly = arguments.has("events")
    isFlat = arguments.has("flat")
    if isFlat, !isEventsOnly { throw .usage("--flat goes with --events") }
    cap = try arguments.integer("cap", in: 0...1000)
    var parts: SmcParts = []
    for word in arguments.list("only") ?? [] {
      guard let found = SmcParts.named.first(where: { $0.word == word }) else {
        throw .usage("--only: nothing is called \"\(word)\"", hint: "one of \(SmcParts.named.map(\.word).joined(separator: ", "))")
      }
      parts.insert(found.part)
    }
    self.parts = parts.isEmpty ? .all : parts
    var timeframes: Set<Timeframe> = []
    for word in arguments.list("timeframes") ?? [] {
      guard let timeframe = Timeframe(word) else { throw .usage("--timeframes: \"\(word)\" is no timeframe", hint: "as in 15m,1h,4h") }
      timeframes.insert(timeframe)
    }
    self.timeframes = timeframes.isEmpty ? nil : timeframes
    var explained: FactID?
    if let id = arguments.value("explain"), !id.isEmpty {
      explained = Array(id.utf8).withUnsafeBufferPointer { FactID($0) }
      if explained == nil { throw .usage("--explain=\(id): no id of a fact", hint: "as in ob-4h-bull-20240103T080000Z") }
    }
    self.explained = explained
    var words: [String] = isEventsOnly ? ["events"] : []
    if parts != [] { words.append("only=" + SmcParts.named.filter { parts.contains($0.part) }.map(\.word).joined(separator: ",")) }
    if !timeframes.isEmpty { words.append("timeframes=" + timeframes.sorted().map { "\($0.label)" }.joined(separator: ",")) }
    if let cap { words.append("cap=\(cap)") }
    text = words.joined(separator: ";")
  }

  var isPlain: Bool { text.isEmpty }

  func rules(_ profile: Profile) -> StructureRules {
    var rules = profile.structure
    if let cap { rules.cap = cap }
    return rules
  }
}
