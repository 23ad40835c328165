import Exchanges
import Market
import Profiles
import Stage

/// What one run of ss-fetch was asked for, before anything is opened.
struct FetchRequest {
  let profile: ProfileChoice
  /// The venue, or for files the name to put on their candles; `nil` where none was given.
  let exchange: String?
  let files: [String]
  /// `nil` asks for all there are.
  let symbols: [Symbol]?
  /// The first so many of what there is.
  let top: Int?
  let timeframes: [Timeframe]
  /// Whether the timeframes were named, and must be had, or are the profile's, and come as far as they can be had.
  let timeframesAreNamed: Bool
  let bars: Int?
  let from: Timestamp?
  let to: Timestamp?
  let seed: UInt64
  let fileSymbol: Symbol?
  let fileTimeframe: Timeframe?
  let fileFormat: SeriesName.Format?
  /// Messages of a WebSocket come in on standard input.
  let messages: KlineFormat?
  /// Of markets that are not named in full.
  let kind: Instrument.Kind?
  /// Of CSV files.
  let columns: CSVLayout
  let instruments: String?
  /// Does not end: candles follow as they close.
  let follows: Bool
  /// Plays what is later than `run.from` as if it happened now, so many times as fast.
  let speed: Double?
  /// Seconds that a live candle may be late.
  let lateness: Double
  static let speeds = 0.001...1e7

  /// The venue to ask; `nil` for files and the synthetic market.
  let venue: VenueOptions?

  static let options =
    ProfileChoice.options + [
      OptionSpec(
        "exchange", .required("NAME"),
        default: "binance", effect: .sends, harmless: ["synthetic"],
        help:
          "Where candles come from: \(Venue.allCases.map(\.rawValue).joined(separator: ", ")), or synthetic, the built-in market. With --files, the name their records carry (files)."
      ),
      OptionSpec(
        "files", .required("FILE"), isRepeatable: true, effect: .reads,
        help:
          "Read candle files, CSV or NDJSON, plain or gzip, one series each. Operands are further files. Symbol and timeframe come from names like BTC_USDT-15m.csv.gz."
      ),
      OptionSpec(
        "symbols", .required("LIST"), default: "all there are", effect: .reads,
        help: "Comma-separated markets (BTC/USDT,ETHUSDT), @FILE, which names them, or topN: the N with the largest quote volume."),
      OptionSpec(
        "timeframes", .required("LIST"), default: "the profile's",
        help:
          "Comma-separated timeframes to write. Longer ones are built from shorter ones. The profile's come as far as the files allow; named ones must be had."
      ),
      OptionSpec(
        "bars", .required("N"), help: "Candles of each timeframe before evaluation begins. Default: all of the files; 1500 of the synthetic market."),
      OptionSpec(
        "from", .required("TIME"),
        help: "Begin evaluation here (a backtest); what closed before is warm-up. Without it evaluation begins at the last close (a scan)."),
      OptionSpec("to", .required("TIME"), help: "Read nothing that closes later. ISO-8601 UTC or an epoch number, as for --from."),
      OptionSpec("seed", .required("N"), default: "1", help: "Which synthetic market."),
      OptionSpec(
        "input-format", .choice(SeriesName.Format.allCases.map(\.rawValue) + KlineFormat.allCases.map(\.rawValue)), default: "by name",
        help:
          "Format of the files: csv; ndjson, the stream's own candles; binance, its bulk archives; ccxt, a JSON array of rows, also of freqtrade; tradingview, an exported chart. Of standard input (-): binance-ws, bybit-ws, the messages of a WebSocket; closed candles are taken, --kind linear says that they are of perpetuals."
      ),
      OptionSpec(
        "columns", .required("MAP"), default: "open_time,open,high,low,close,volume by their names",
        help:
          "Names of CSV columns (open_time=Date,volume=Vol), or without a header their order (open_time,open,high,low,close,volume; - for one to pass over)."
      ),
      OptionSpec("file-symbol", .required("SYMBOL"), help: "Symbol of a file whose name does not tell it."),
      OptionSpec("file-timeframe", .required("TIMEFRAME"), help: "Timeframe of a file whose name does not tell it."),
      OptionSpec("follow", help: "Go on: after the history, each candle as it closes, until TERM or INT, which end the stream in order."),
      OptionSpec(
        "replay-speed", .required("X"),
        help: "Play what comes after run.from as if it happened now, X times as fast. With --follow and a venue: its clock runs X times as fast."),
      OptionSpec("lateness", .required("SECONDS"), default: "10", help: "--follow: what a candle may be late before a gap stands for it."),
      OptionSpec("instruments", .required("FILE"), effect: .reads, help: "Instrument records (NDJSON) to use instead of what the candles suggest."),
    ] + VenueOptions.options

  /// - Parameter operands: files or symbols.
  init(_ arguments: Arguments, _ operands: [String]) throws(StageError) {
    profile = try ProfileChoice(arguments)
    messages = arguments.value("input-format").flatMap { KlineFormat(rawValue: $0) }
    if messages != nil, operands != ["-"] {
      throw .usage("WebSocket messages come on standard input", hint: "… | ss-fetch --input-format binance-ws -")
    }
    if messages != nil, arguments.has("files") { throw .usage("WebSocket messages come on standard input: --files has no place") }
    let isFiles = arguments.has("files") || messages != nil
    files = isFiles && messages == nil ? arguments.all("files") + operands : []
    var words = arguments.list("symbols") ?? []
    if !isFiles { words += operands }
    exchange = try FetchRequest.exchange(arguments, isFiles: isFiles, words)
    kind = arguments.value("kind").flatMap { Instrument.Kind(rawValue: $0) }
    venue = try isFiles ? nil : exchange.flatMap { Venue(rawValue: $0) }.map { venue throws(StageError) in try VenueOptions(venue, arguments) }
    (symbols, top) = try FetchRequest.symbols(words, profile.effective.base)
    if isFiles, top != nil, !words.isEmpty { throw .usage("files have no rank to take the top of", hint: "name the symbols") }
    let named = arguments.list("timeframes")
    timeframesAreNamed = named != nil
    timeframes = try named.map(FetchRequest.timeframes) ?? profile.profile.timeframes.all
    bars = try arguments.integer("bars", in: 1...10_000_000)
    from = try FetchRequest.time("from", arguments)
    to = try FetchRequest.time("to", arguments)
    follows = arguments.has("follow")
    speed = try arguments.number("replay-speed", in: FetchRequest.speeds)
    lateness = try arguments.number("lateness", in: 0...86_400) ?? 10
    if follows, speed == nil, venue == nil, messages == nil { throw .usage("--follow needs a venue", hint: "history is played by --replay-speed") }
    if follows, venue != nil, to != nil { throw .usage("--follow has no end: --to and it exclude each other") }
    if let from, let to, to < from { throw .usage("--to is before --from") }
    seed = UInt64(try arguments.integer("seed") ?? 1)
    fileSymbol = try arguments.value("file-symbol").map(FetchRequest.symbol)
    fileTimeframe = try arguments.value("file-timeframe").map(FetchRequest.timeframe)
    fileFormat = arguments.value("input-format").flatMap { SeriesName.Format(rawValue: $0) }
    instruments = arguments.value("instruments")
    columns = try arguments.value("columns").map(FetchRequest.columns) ?? .own
  }

  private static func columns(_ text: String) throws(StageError) -> CSVLayout {
    guard let layout = CSVLayout(text) else {
      throw .usage("--columns \"\(text)\" does not say where each of open_time, open, high, low, close, volume stands")
    }
    return layout
  }

  /// Files carry any name; otherwise it is somebody who can be asked.
  private static func exchange(_ arguments: Arguments, isFiles: Bool, _ symbols: [String]) throws(StageError) -> String? {
    let given = arguments.value("exchange")
    if let given, let fault = Identity.name.fault(in: given) {
      throw .usage("--exchange \(fault.text(.name))", hint: "it must be \(Identity.name.rule)")
    }
    if isFiles { return given }
    guard let name = given ?? (symbols.isEmpty ? nil : Venue.binance.rawValue) else {
      throw .usage("candles from where?", hint: "SYMBOL…, --files FILE…, or --exchange synthetic")
    }
    guard name == SyntheticMarket.exchange || Venue(rawValue: name) != nil else {
      throw .usage("unknown exchange \"\(name)\"", hint: "\(Venue.allCases.map(\.rawValue).joined(separator: ", ")) or synthetic")
    }
    return name
  }

  /// The symbols that a file names, in words between spaces, commas and line ends; what follows a # is passed over.
  private static func symbols(ofFile path: String) throws(StageError) -> [String] {
    let bytes = try InputFile.contents(path)
    return bytes.split(separator: 0x0A).flatMap { line in
      line.prefix { $0 != 0x23 }.split { [0x20, 0x09, 0x0D, 0x2C].contains($0) }.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Symbols named one by one or in files, or a number of the largest; the profile for small screens asks for ten by itself.
  private static func symbols(_ given: [String], _ base: String) throws(StageError) -> ([Symbol]?, Int?) {
    if given.isEmpty { return (nil, base == "mobile" ? 10 : nil) }
    var words: [String] = []
    for word in given { words += word.hasPrefix("@") ? try symbols(ofFile: String(word.dropFirst())) : [word] }
    if words.isEmpty { throw .usage("\(given[0]) names no symbol") }
    if words.count == 1, words[0].hasPrefix("top"), let count = Int(words[0].dropFirst(3)), count > 0 { return (nil, count) }
    var symbols: [Symbol] = []
    for word in words {
      let symbol = try symbol(word)
      if !symbols.contains(symbol) { symbols.append(symbol) }
    }
    return (symbols, nil)
  }

  static func symbol(_ text: String) throws(StageError) -> Symbol {
    guard let symbol = Symbol(text) else { throw .usage("\"\(text)\" is no symbol", hint: "BTC/USDT, BTC-USDT, BTC_USDT or BTCUSDT") }
    return symbol
  }

  private static func timeframe(_ text: String) throws(StageError) -> Timeframe {
    guard let timeframe = Timeframe(text) else {
      throw .usage("\"\(text)\" is no timeframe", hint: "one of \(Timeframe.allCases.map { "\($0.label)" }.joined(separator: " "))")
    }
    return timeframe
  }

  static func timeframes(_ words: [String]) throws(StageError) -> [Timeframe] {
    var timeframes: Set<Timeframe> = []
    for word in words { timeframes.insert(try timeframe(word)) }
    if timeframes.isEmpty { throw .usage("--timeframes names none") }
    return timeframes.sorted(by: >)
  }

  private static func time(_ option: String, _ arguments: Arguments) throws(StageError) -> Timestamp? {
    guard let text = arguments.value(option) else { return nil }
    guard let time = Timestamp(text) else { throw .usage("--\(option) takes a time, not \"\(text)\"", hint: "2024-01-31 or 2024-01-31T08:00:00Z") }
    return time
  }

  /// The trigger timeframe, or the next longer one that is carried.
  func trigger(of carried: [Timeframe]) -> Timeframe? {
    carried.filter { $0 >= profile.profile.timeframes.trigger }.min() ?? carried.max()
  }

  /// 16 hexadecimal digits over what was asked and where evaluation begins: never the end, never a clock. FNV-1a, 64 bits.
  func runID(exchange: String, symbols: [Symbol], timeframes: [Timeframe], from: Timestamp) -> String {
    let asked =
      [exchange, profile.hash, "\(seed)", bars.map(String.init) ?? "all", from.text] + symbols.map(\.text) + timeframes.map { "\($0.label)" }
      + files.map { $0.unicodeScalars.split(separator: "/").last.map { String($0) } ?? "" }
    let hash = asked.joined(separator: "\n").utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
