import Glibc
import Wire

/// Variables whose names begin with `SS_` and that no program of the package reads: most often typing errors, which must not be silent.
/// In a pipeline one program tells of them, the first.
public enum UnknownVariables {
  /// The options of each stage that take a value. A test compares them with the stages' specs, which one executable does not have of all others.
  static let options: [(stage: String, options: String)] = [
    (
      "fetch",
      """
      profile set exchange files symbols timeframes bars from to seed input-format columns file-symbol file-timeframe replay-speed lateness \
      instruments base-url kind quote min-volume allow deny with timeout body-limit retries retry-pause output binance-url binance-usdm-url bybit-url okx-url
      """
    ),
    ("indicators", "only add profile set on-error max-series output"),
    ("smc", "only timeframes cap profile set on-error max-series output"),
    ("score", "carry why plugin plugin-timeout pass-env model profile set on-error max-series output"),
    ("plan", "assume profile set on-error max-series output"),
    ("risk", "balance risk positions account fills assume margin kill-switch settle profile set on-error max-series output"),
    (
      "notify",
      """
      profile set render color min-score only priority loudness template print-template send base-url command pass-env max window outbox charts pace \
      timeout patience on-unknown quiet-hours time-zone during-quiet now on-error max-series output
      """
    ),
    ("report", "render json html balance draws seed folds trials null profile set on-error max-series output"),
    ("chart", "id attach candles after timeframe theme with size on-error max-series output"),
    ("check", "at foreign seed prefixes max-series output"),
  ]

  /// Every variable that a program or a pipeline reads.
  struct Known {
    var name: String
    /// `ss-fetch`, or `every stage that has it`, or `pipelines and tests`.
    var reader: String
    var meaning: String
  }

  static var known: [Known] {
    var all: [Known] = []
    for option in Variables.shared.sorted() {
      let readers = options.filter { $0.options.split(separator: " ").contains(Substring(option)) }
      guard readers.count > 0 else { continue }
      all.append(
        Known(
          name: Variables.spelled("ss-\(option)"), reader: readers.count == 1 ? "ss-\(readers[0].stage)" : "every stage that has it",
          meaning: meaning(option)))
    }
    for (stage, words) in options {
      for option in words.split(separator: " ").map({ String($0) }) {
        all.append(Known(name: Variables.spelled("ss-\(stage)-\(option)"), reader: "ss-\(stage)", meaning: meaning(option)))
      }
    }
    return all + Variables.ofPipelines.map { Known(name: $0.name, reader: "pipelines and tests", meaning: $0.meaning) }
  }

  private static func meaning(_ option: String) -> String {
    option.hasSuffix("-url") && option != "base-url" ? "another server instead of the venue's" : "`--\(option)`"
  }

  /// Every variable, one a line: its name, who reads it, what it stands for, and whether it is set, parted by tabs.
  public static var list: String {
    let names = Set(environmentNames())
    let rows = known.map { "\($0.name)\t\($0.reader)\t\($0.meaning)\t\(names.contains($0.name) ? "set" : "unset")\n" }
    return rows.joined() + found.map { "\(shown($0))\tnobody\t\tset\n" }.joined()
  }

  /// Those that are set, in order.
  private static var found: [String] {
    let names = environmentNames()
    return names.isEmpty ? [] : Set(names).subtracting(known.map(\.name)).sorted()
  }

  /// The names of all variables that begin with `SS_` and are not empty.
  private static func environmentNames() -> [String] {
    var names: [String] = []
    var next = environ
    while let entry = next.pointee {
      if strncmp(entry, "SS_", 3) == 0, let end = strchr(entry, 0x3D), end[1] != 0 {
        names.append(String(decoding: UnsafeRawBufferPointer(start: entry, count: entry.distance(to: end)), as: UTF8.self))
      }
      next += 1
    }
    return names
  }

  /// What is to be said of them; `nil` when there are none.
  public static var sentence: String? {
    let names = found
    if names.isEmpty { return nil }
    let first = names.prefix(4).map { name in "\(shown(name))\(hint(name).map { " (\($0))" } ?? "")" }
    let rest = names.count > first.count ? " and \(names.count - first.count) more" : ""
    let verb = names.count == 1 ? "is a variable" : "are variables"
    return
      "unknown-variable: \(first.joined(separator: ", "))\(rest) \(verb) that no program reads; ss-check --explain=variables lists those that are read"
  }

  /// A name as people may see it: a variable's name may hold any byte.
  private static func shown(_ name: String) -> String {
    String(name.unicodeScalars.prefix(60).map { $0.isASCII && $0.value > 0x20 && $0.value < 0x7F ? Character($0) : "?" })
  }

  private static func hint(_ name: String) -> String? {
    let known = known.map(\.name)
    // One that was read before it had a stage's name.
    let option = name.dropFirst("SS".count)
    let heirs = options.map { Variables.spelled("ss-\($0.stage)") + option }.filter { known.contains($0) }
    if !heirs.isEmpty { return "it is \(heirs.joined(separator: " or ")) now" }
    let near = known.map { ($0, Arguments.distance(shown(name), $0)) }.min { $0.1 < $1.1 }
    guard let (other, distance) = near, distance <= max(2, name.count / 5) else { return nil }
    return "did you mean \(other)?"
  }

  /// Tells of them, unless the program before this one in the pipeline has done so, or whoever runs it (`SS_TOLD`).
  /// - Parameter reads: whether the program reads its standard input.
  static func tell(_ diagnostics: Diagnostics, reads: Bool) {
    guard Arguments.environment("SS_TOLD")?.isEmpty ?? true, let sentence else { return }
    PipeMark.set(1)
    if reads, PipeMark.isPipe(0) {
      PipeMark.awaitWriter(0)
      if PipeMark.isSet(0) { return }
    }
    diagnostics.note(sentence)
  }
}
