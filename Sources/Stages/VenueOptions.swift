import Exchanges
import Market
import Stage

/// What is asked of a venue, beyond what is asked of any source of candles.
struct VenueOptions {
  var venue: Venue
  var baseURL: String?
  var kind: Instrument.Kind
  var rules: UniverseRules
  var isOffline: Bool
  var refresh: Bool
  var with: Set<String>
  var isQuiet: Bool
  /// Seconds for one request.
  var timeout: Int
  /// Bytes that the answers on their way may hold together.
  var bodyLimit: Int
  /// How often a request is repeated.
  var retries: Int
  /// Seconds before the first repetition.
  var retryPause: Double
  /// A series that could not be had ends the run with 75.
  var requiresAll: Bool
  /// How fast the venue's clock runs.
  var speed: Double

  static let extras = ["ticker", "funding", "order_book", "instrument"]

  static let options = [
    OptionSpec("base-url", .required("URL"), effect: .sends, help: "Another server that speaks the venue's format."),
    OptionSpec("kind", .choice(["spot", "linear"]), help: "Which markets topN means, where a venue has both. Default: its first kind."),
    OptionSpec("quote", .required("ASSET"), default: "USDT", help: "topN: only markets that are priced in it."),
    OptionSpec("min-volume", .required("AMOUNT"), help: "topN: only markets with this volume in 24 hours, in the quote asset."),
    OptionSpec("allow", .required("REGEX"), isRepeatable: true, help: "topN: only symbols that match (POSIX extended)."),
    OptionSpec("deny", .required("REGEX"), isRepeatable: true, help: "topN: no symbols that match."),
    OptionSpec(
      "with", .required("LIST"),
      help:
        "Also write what the venue says: ticker and order_book, as they are now, at the last close and with --follow at each; funding, as it was exchanged, from a day before run.from on; instrument is always there."
    ),
    OptionSpec("timeout", .required("SECONDS"), default: "30", help: "What one request may take."),
    OptionSpec(
      "body-limit", .required("MIB"), default: "32",
      help: "What the answers on their way may hold together, uncompressed. The longest is given up where they would hold more."),
    OptionSpec("retries", .required("N"), default: "4", help: "How often a request that failed is repeated."),
    OptionSpec(
      "retry-pause", .required("SECONDS"), default: "0.4", help: "The pause before the first repetition; each further one is twice as long."),
    OptionSpec("require-all", help: "End with 75 when a series could not be had, after writing all others."),
    OptionSpec("offline", help: "Use only what is stored. Nothing is asked."),
    OptionSpec("refresh", help: "Ask for all candles that are wanted, also for stored ones."),
    OptionSpec("plan", help: "Print the requests and their weight instead of sending any."),
  ]

  /// A variable for each venue, beside `--base-url` for the one that is asked.
  static let variables = Venue.allCases.map {
    VariableSpec(.option("\($0.rawValue)-url"), help: "Another server that speaks the format of \($0.rawValue), unless --base-url names one.")
  }

  init(_ venue: Venue, _ arguments: Arguments) throws(StageError) {
    self.venue = venue
    baseURL = arguments.value("base-url") ?? Variables.value("\(venue.rawValue)-url", of: "ss-fetch", in: Arguments.environment)
    let kinds = venue.dialect.kinds
    kind = arguments.value("kind").flatMap { Instrument.Kind(rawValue: $0) } ?? kinds.first ?? .spot
    guard kinds.contains(kind) else { throw .usage("\(venue.rawValue) has no \(kind.rawValue) markets") }
    rules = UniverseRules()
    rules.quote = (arguments.value("quote") ?? "USDT").uppercased()
    rules.minimumVolume = try arguments.number("min-volume", in: 0...1e15) ?? 0
    rules.allow = try VenueOptions.patterns("allow", arguments)
    rules.deny = try VenueOptions.patterns("deny", arguments)
    isOffline = arguments.has("offline")
    refresh = arguments.has("refresh")
    if isOffline, refresh { throw .usage("--offline and --refresh exclude each other") }
    with = Set(arguments.list("with") ?? [])
    if let odd = with.subtracting(VenueOptions.extras).min() {
      throw .usage("--with does not know \"\(odd)\"", hint: VenueOptions.extras.joined(separator: ", "))
    }
    speed = arguments.has("follow") ? try arguments.number("replay-speed", in: FetchRequest.speeds) ?? 1 : 1
    if !with.subtracting(["instrument"]).isEmpty, isOffline { throw .usage("--with asks the venue, and --offline forbids it") }
    if !with.isDisjoint(with: ["ticker", "order_book"]), arguments.has("to") {
      throw .usage("--with ticker,order_book tells what is now; --to ends in the past")
    }
    retries = try arguments.integer("retries", in: 0...20) ?? 4
    retryPause = try arguments.number("retry-pause", in: 0.001...8) ?? 0.4
    requiresAll = arguments.has("require-all")
    timeout = try arguments.integer("timeout", in: 1...600) ?? 30
    bodyLimit = (try arguments.integer("body-limit", in: 1...1024) ?? 32) << 20
    isQuiet = arguments.has("quiet")
  }

  private static func patterns(_ option: String, _ arguments: Arguments) throws(StageError) -> [SymbolPattern] {
    var patterns: [SymbolPattern] = []
    for text in arguments.all(option) {
      guard let pattern = SymbolPattern(text) else { throw .usage("--\(option) takes a regular expression, not \"\(text)\"") }
      patterns.append(pattern)
    }
    return patterns
  }

  /// Where history is kept.
  static func storeFolder() throws(StageError) -> String { try UserFolder.cache.path() }
  /// Where the accounts of the venues' allowances are kept.
  static func ledgerFolder() throws(StageError) -> String { try UserFolder.state.path() + "/venues" }
}
