import Delivery
import Glibc
import Market
import Records
import Stage
import Wire

@testable import Exchanges
@testable import Transport

// Any bytes as what servers, messengers, journals, states and ledgers hold. The first byte says which; a trap or an endless loop is a finding.

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

enum World {
  static let now = Timestamp(milliseconds: 1_719_792_000_000)
  static let symbols = [Symbol(base: "BTC", quote: "USDT"), Symbol(base: "BTC", quote: "USDT", settle: "USDT")].compactMap { $0 }
  nonisolated(unsafe) static let dialects: [any Dialect] = Venue.allCases.map(\.dialect)
  static let folder = "/dev/shm/snipersight-fuzz-\(getpid())"
  nonisolated(unsafe) static let curl = Curl()
  nonisolated(unsafe) static let telegram: Telegram = {
    do throws(CourierFault) {
      return try Telegram(curl, baseURL: "http://127.0.0.1:1", token: "1:a", chat: "42")
    } catch {
      preconditionFailure("no sink")
    }
  }()
}

/// One venue's answer, read as everything that it might be an answer to.
func venue(_ dialect: any Dialect, _ body: Bytes, _ choice: Int) {
  let symbol = World.symbols[choice & 1]
  let timeframe = Timeframe.allCases[choice % Timeframe.allCases.count]
  let now = World.now
  if let time = try? dialect.decodeTime(body) { _ = (time - now, time.text) }
  for kind in dialect.kinds {
    if let page = try? dialect.decodeInstruments(body, kind) {
      let tickers = (try? dialect.decodeTickers(body)) ?? []
      var rules = UniverseRules()
      rules.top = 3
      let universe = Universe(page.listings, tickers, rules)
      precondition(universe.kept.count + universe.dropped.count == page.listings.count, "a market is lost")
      var book = LedgerBook("")
      for limit in page.limits {
        book.limits = [limit]
        let request = VenueRequest("/", limit: limit.name, weight: 5)
        _ = book.reserve([request, request], ticket: "t", now: now)
        book.settle("t", now: now)
      }
    }
  }
  if let tickers = try? dialect.decodeTickers(body) { for ticker in tickers { _ = ticker.quoteVolume?.text } }
  if let book = try? dialect.decodeDepth(body) { _ = book.scaled(by: Decimal("0.0001")) }
  if let rate = try? dialect.decodeFunding(body) { _ = rate.time.text }
  if let rates = try? dialect.decodeFundingHistory(body) { for rate in rates { _ = rate.time.text } }
  let range = CandleRange(timeframe, from: now + -1000 * timeframe.nominalDuration, to: now)
  if let page = try? dialect.decodeCandles(body, symbol, range, now: now) {
    var resampler = Resampler(.month1)
    for candle in page.candles {
      precondition(candle.openTime >= range.from && candle.openTime < range.to && candle.fault == nil, "a candle that was not asked for")
      if timeframe < .month1 {
        _ = resampler.close(by: candle.openTime)
        _ = try? resampler.add(candle)
      }
      precondition(candle.rounded.fault == nil || candle.rounded.fault == .beyondMarkets, "a candle that rounding breaks")
    }
  }
}

/// What a server says around the body.
func answer(_ bytes: Bytes) {
  guard case .answer(let status, let headers, let body) = CurlAnswer.parse(bytes) else { return }
  for dialect in World.dialects {
    if let told = dialect.used(headers) {
      var book = LedgerBook("limit weight 6000 60\n")
      for _ in 0..<3 { book.learn(told.limit, used: told.weight, now: World.now) }
      _ = book.spent(told.limit)
    }
    if let fault = dialect.fault(status: status, headers: headers, body: body, now: World.now) {
      switch fault.kind {
      case .banned(let seconds), .rateLimited(.some(let seconds)): _ = World.now + Timestamp.span(seconds: seconds)
      default: break
      }
    }
  }
  messenger(status, headers, body)
}

func messenger(_ status: Int, _ headers: HTTPHeaders, _ body: Bytes) {
  for attempt in [
    World.telegram.read(status, headers, Array(body), true), Discord.read(status, headers, Array(body), hasPhoto: false),
    Discord.judge(status, "", headers),
  ] {
    if case .later(_, let seconds) = attempt {
      for failures in [1, 2, 1000] {
        let wait = Postman.wait(seconds, failures: failures)
        precondition(wait >= 100 && wait <= Timestamp.longestSpan + 100, "a wait of \(wait)")
        _ = World.now + wait
      }
    }
  }
}

func ledger(_ text: Bytes) {
  var book = LedgerBook(text.text)
  let now = World.now
  _ = Timestamp(clamping: 0.0) + book.clockOffset + (now - World.now)
  _ = now + book.clockOffset
  let limits = Set(book.limits.map(\.name) + book.spendings.map(\.limit) + ["weight"])
  for limit in limits {
    let (places, retry) = book.reserve([VenueRequest("/", limit: limit, weight: 3)], ticket: "t", now: now)
    precondition(!places.isEmpty || retry >= now, "a wait until the past")
    book.learn(limit, used: .max, now: now)
    book.settle("t", now: now)
  }
  if let ban = book.ban { _ = ban.until - now }
  _ = LedgerBook(book.text)
}

func file(_ name: String, _ bytes: Bytes) -> String {
  let path = "\(World.folder)/\(name)"
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  _ = write(descriptor, bytes.baseAddress, bytes.count)
  close(descriptor)
  return path
}

func journal(_ bytes: Bytes) {
  _ = file("outbox.ndjson", bytes)
  do {
    let outbox = try Outbox(folder: World.folder, name: "outbox")
    try outbox.locked { () throws(CourierFault) in
      for entry in outbox.entries {
        _ = (entry.receipt, entry.time - World.now, entry.expires?.text, entry.posted > World.now)
        var text = ByteBuffer()
        entry.encode(into: &text)
      }
    }
  } catch {}
}

func pace(_ bytes: Bytes) {
  let limits = [Pace(1, per: 1), Pace(20, per: 60)]
  let pace = PaceFile(path: file("pace", bytes), limits: limits)
  guard let wait = try? pace.wait(World.now) else { return }
  precondition(wait >= 0 && wait <= 8 * Timestamp.day, "a wait of \(wait)")
}

/// Lines of a candle file, of a WebSocket, and of a stream.
func lines(_ bytes: Bytes) {
  let json = NDJSONRows()
  var table = CSVRows()
  var candles = CandleRecord()
  var scanner = RecordScanner(keys: StreamKey.names)
  var resampler = Resampler(.month1)
  for line in bytes.split(separator: 0x0A) {
    var text = ByteBuffer(capacity: line.count + 80)
    text.append(Bytes(rebasing: line))
    text.append(0x0A)
    let line = Bytes(start: text.start, count: line.count)
    for format in KlineFormat.allCases { _ = try? format.read(line) }
    for candle in [try? json.read(line), try? table.read(line)] {
      guard let candle = candle.flatMap({ $0 }) else { continue }
      _ = resampler.close(by: candle.openTime)
      _ = try? resampler.add(candle)
      _ = candle.rounded
    }
    if scanner.scan(line), let candle = try? candles.decode(scanner.record(line)) { _ = candle.closeTime - candle.openTime }
    // The line points into it.
    text.truncate(to: 0)
  }
}

func account(_ bytes: Bytes) {
  var reader = AccountReader()
  guard let (state, applied) = try? reader.decode(Array(bytes), file: "state") else { return }
  var out = ByteBuffer()
  AccountRecord.encode(state, applied: applied, into: &out)
  precondition(!out.sawNonFinite, "a number that is none: \(out.text)")
}

_ = mkdir(World.folder, 0o700)
var wordCount = CommandLine.argc
var words = CommandLine.unsafeArgv
let code = runDriver(&wordCount, &words) { start, count in
  guard count > 2 else { return 0 }
  let bytes = Bytes(start: start + 2, count: count - 2)
  let choice = Int(start[1])
  switch start[0] % 10 {
  case 0...3: venue(World.dialects[Int(start[0] % 10) % World.dialects.count], bytes, choice)
  case 4: answer(bytes)
  case 5: messenger([200, 400, 429, 500, 403][choice % 5], HTTPHeaders(), bytes)
  case 6: ledger(bytes)
  case 7: choice & 1 == 0 ? journal(bytes) : pace(bytes)
  case 8: lines(bytes)
  default: account(bytes)
  }
  return 0
}
exit(code)
