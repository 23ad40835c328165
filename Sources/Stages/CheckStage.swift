import Records
import Stage
import Wire

/// `ss-check`: proves or refutes, for any stage, that it keeps the laws of the stream; and finds what is wrong with a stream.
public struct CheckStage: SourceStage {
  public static let spec = StageSpec(
    name: "ss-check", abstract: "prove that a stage keeps the laws of the stream, above all that it does not know the future",
    discussion: """
      ss-check stream judges a stream: schema, required fields, order, framing, sense of candles, holes, facts from the future.\
       The other verbs judge a command, any program in any language, by running it on the records on standard input.

        stream [FILE…]          violations of the stream, each by line, column and field
        causal -- CMD           what is said about a candle does not depend on later ones
        append -- CMD           lines leave as they came, in order, with at most keys appended
        determinism -- CMD      two runs, in other time zones and locales, say the same
        chunk -- CMD            pieces of 1, 2, 3, 7 and 100 bytes say the same as the whole
        shuffle -- CMD          symbols interleaved differently say the same, symbol by symbol
        mirror -- CMD           with every price p turned into C - p, both sides trade places
        scale -- CMD            with every price times 8, prices are times 8 and the rest is the same
        all -- CMD              causal, append, determinism, chunk, and shuffle if there is more than one symbol
        signs                   the candles, up or down by chance: what is left of a market when its direction is taken away
        liveness [-- CMD]       which events never fired, and how often the others did, beside candles with random signs

      --explain=variables lists the variables that programs and pipelines read, by whom, and which are set; --explain=unknown-variables says which
      SS_ variables are set that nobody reads.

      Verdicts and violations go to standard output; 0 says that all holds, 1 that something does not, 2 that there was not enough to judge.
      """,
    input: .operands("VERB [FILE…] [-- CMD…]"),
    options: [
      OptionSpec(
        "at", .choice(StreamLevel.allCases.map(\.rawValue)), help: "stream: the stage that wrote it; what it has to have added by then is demanded."),
      OptionSpec("foreign", .required("KEY,KEY"), help: "stream: what programs of yours append to candles; no table judges it."),
      OptionSpec("seed", .required("N"), default: "1", help: "signs: of the chance."),
      SeriesLimit.option,
      OptionSpec("prefixes", .required("N"), default: "64", help: "causal: how many prefixes are tried when lock-step shows nothing."),
    ],
    examples: [
      ExampleSpec(
        "A copy knows no future", command: "ss-check causal -- cat", input: example,
        output: "causal: holds: over every prefix of 2 lines, in lock-step: each of 2 records left before the next line was sent\n"),
      ExampleSpec(
        "A stream in order", command: "ss-check stream", input: example, output: "stream: 2 lines: 2 candle; no violations\n"),
    ])

  private static let example = [("00:00", "00:15"), ("00:15", "00:30")].map { open, close in
    #"{"type":"candle","exchange":"synthetic","symbol":"BTC/USDT","timeframe":"15m","#
      + #""open_time":"2024-01-01T\#(open):00Z","close_time":"2024-01-01T\#(close):00Z","open":10,"high":12,"low":9,"close":11,"volume":5}"# + "\n"
  }.joined()

  private let arguments: Arguments
  private let verb: Verb
  private let words: [String]
  public private(set) var verdict = ExitCode.ok

  enum Verb: String, CaseIterable { case stream, causal, append, determinism, chunk, shuffle, mirror, scale, all, liveness, signs }

  public init(_ arguments: Arguments) throws(StageError) {
    guard let name = arguments.operands.first else {
      throw .usage("what is to be checked? one of \(CheckStage.verbs)", hint: "ss-check causal -- ss-smc < candles.ndjson")
    }
    guard let verb = Verb(rawValue: name) else { throw .usage("\"\(name)\" is none of \(CheckStage.verbs)", hint: "see ss-check --help") }
    self.arguments = arguments
    self.verb = verb
    words = Array(arguments.operands.dropFirst())
    if ![.stream, .liveness, .signs].contains(verb), words.isEmpty {
      throw .usage("\(name) needs a command to judge", hint: "ss-check \(name) -- CMD… < corpus.ndjson")
    }
  }

  /// `--explain=variables` and `--explain=unknown-variables`.
  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    switch arguments.value("explain") {
    case "variables": UnknownVariables.list
    case "unknown-variables": UnknownVariables.sentence.map { "\($0)\n" } ?? ""
    default: nil
    }
  }

  private static let verbs = Verb.allCases.map(\.rawValue).joined(separator: ", ")

  public static func readsInput(_ arguments: Arguments) -> Bool {
    switch arguments.operands.first.flatMap(Verb.init) {
    case .stream: arguments.operands.count == 1 || arguments.operands.contains("-")
    case nil: false
    default: true
    }
  }

  public mutating func emit(into output: inout LineWriter) throws(StageError) -> Bool {
    switch verb {
    case .stream:
      let foreign = arguments.value("foreign")?.split(separator: ",").map(String.init) ?? []
      var check = StreamCheck(
        at: arguments.value("at").flatMap(StreamLevel.init), foreign: foreign, try SeriesLimit(arguments))
      verdict = try check.judge(words, into: &output)
    case .signs: try SignRandomizer.copy(seed: UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1), into: &output)
    case .liveness: verdict = try LivenessCheck.report(words, into: &output)
    default: try judgeCommand(into: &output)
    }
    return false
  }

  private mutating func judgeCommand(into output: inout LineWriter) throws(StageError) {
    let trial = try Trial(Subject(words: words))
    let laws: [Verb] = verb == .all ? [.append, .determinism, .chunk, .shuffle, .causal] : [verb]
    for law in laws {
      if verb == .all, law == .shuffle, !trial.corpus.hasManyMarkets { continue }
      let finding: Finding
      switch law {
      case .append: finding = trial.append()
      case .determinism: finding = try trial.determinism()
      case .chunk: finding = try trial.chunk()
      case .shuffle: finding = try trial.shuffle()
      case .mirror: finding = try SymmetryCheck.mirror(trial)
      case .scale: finding = try SymmetryCheck.scale(trial)
      default: finding = try trial.causal(prefixes: try arguments.integer("prefixes", in: 1...1_000_000) ?? 64)
      }
      for line in finding.lines(law.rawValue) {
        output.show(line)
        output.endLine()
      }
      if case .offends = finding { verdict = .negative }
      do throws(WireError) { try output.flush() } catch { throw StageError(error) }
    }
  }
}

/// What came of a check.
enum Finding {
  /// It holds, and how far that was shown.
  case holds(String)
  /// What stands against it: the line of the input, where one can be named, and how it shows.
  case offends(line: Int?, code: String, text: String)

  func lines(_ law: String) -> [String] {
    switch self {
    case .holds(let how): ["\(law): holds: \(how)"]
    case .offends(let line, let code, let text): ["ss-check: stdin:\(line.map { "\($0):" } ?? "") \(code): \(text)", "\(law): does not hold"]
    }
  }
}
