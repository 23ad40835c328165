import Exchanges
import Market
import Stage
import Wire

/// What `--with` asks of a venue besides candles: tickers and order books as they are now, funding as it was exchanged.
final class VenueExtras {
  private let history: VenueHistory
  private let markets: [(market: MarketName, listing: Listing)]
  /// By market, the last funding that was told, and when it was asked for last.
  private var lastFunding: [MarketName: Timestamp] = [:]
  private var askedFunding = Timestamp.distantPast
  /// Of each side of a book.
  private static let levels = 50
  /// Before evaluation begins, so that there is a last one when it does.
  private static let warmUp = Timestamp.day

  /// - Returns: `nil` where nothing is asked for.
  init?(_ history: VenueHistory, _ markets: [(market: MarketName, listing: Listing)]) {
    if history.options.with.subtracting(["instrument"]).isEmpty { return nil }
    self.history = history
    self.markets = markets
  }

  /// For a history: what stands at its end, and what was exchanged from a day before evaluation begins until then.
  func notes(at end: Timestamp, begin: Timestamp) throws(StageError) -> [StreamNote] {
    let fundings = try fundings(from: begin + -VenueExtras.warmUp, to: end + 1)
    return try current(at: end) + fundings.map { StreamNote($0, $1.time, .funding($1)) }
  }

  /// For a live stream: what stands at a close, and what was exchanged since it was asked for last. That is told with the close at which it is known.
  func notes(at close: Timestamp) throws(StageError) -> [StreamNote] {
    var notes = try current(at: close)
    // Funding is exchanged on the hour, and venues tell it a little later.
    let hour = Timestamp(milliseconds: (close + -Timestamp.minute).milliseconds / Timestamp.hour * Timestamp.hour)
    if hour > askedFunding {
      notes += try fundings(from: close + -VenueExtras.warmUp, to: close + 1).map { StreamNote($0, close, .funding($1)) }
      askedFunding = hour
    }
    return notes
  }

  private func current(at close: Timestamp) throws(StageError) -> [StreamNote] {
    var notes: [StreamNote] = []
    if history.options.with.contains("ticker") { notes += try tickers(at: close) }
    if history.options.with.contains("order_book") { notes += try orderBooks(at: close) }
    return notes
  }

  /// What a history asks for, as far as it is known before.
  static func requests(_ symbols: [Symbol], _ options: VenueOptions, _ dialect: any Dialect, now: Timestamp) -> [VenueRequest] {
    var requests: [VenueRequest] = []
    let perpetuals = symbols.filter { $0.kind == .linear }
    if options.with.contains("ticker") {
      for kind in dialect.kinds where symbols.contains(where: { $0.kind == kind }) {
        requests.append(dialect.tickers(kind, symbols: symbols.filter { $0.kind == kind }))
      }
      requests += perpetuals.map(dialect.funding)
    }
    if options.with.contains("order_book") { requests += symbols.map { dialect.depth($0, levels: levels) } }
    if options.with.contains("funding") { requests += perpetuals.map { dialect.fundingHistory($0, from: now + -warmUp, to: now) } }
    return requests
  }

  private func complain(_ what: String, _ market: MarketName, _ fault: VenueFault) {
    history.note("not-fetched: \(market.exchange) \(market.symbol.text) \(what): \(fault.text)")
  }

  /// One answer for each of some markets; those that fail are named and left out.
  private func each(
    _ what: String, _ wanted: [(market: MarketName, listing: Listing)], _ request: (Symbol) -> VenueRequest,
    _ take: (Int, Bytes) throws(VenueFault) -> Void
  ) throws(StageError) {
    let failed = try history.fetch(wanted.map { request($0.market.symbol) }, take)
    for (index, fault) in failed.sorted(by: { $0.key < $1.key }) { complain(what, wanted[index].market, fault) }
  }

  private var perpetuals: [(market: MarketName, listing: Listing)] { markets.filter { $0.market.symbol.kind == .linear } }

  private func tickers(at time: Timestamp) throws(StageError) -> [StreamNote] {
    var found: [String: Ticker] = [:]
    for kind in history.dialect.kinds {
      let symbols = markets.map(\.market.symbol).filter { $0.kind == kind }
      if symbols.isEmpty { continue }
      let failed = try history.fetch([history.dialect.tickers(kind, symbols: symbols)]) { _, body throws(VenueFault) in
        for ticker in try history.dialect.decodeTickers(body) { found["\(kind.rawValue) \(ticker.name)"] = ticker }
      }
      if let fault = failed[0] { history.note("not-fetched: \(history.dialect.name) ticker: \(fault.text)") }
    }
    let perpetuals = perpetuals
    var expected: [MarketName: FundingRate] = [:]
    try each("funding", perpetuals, history.dialect.funding) { index, body throws(VenueFault) in
      expected[perpetuals[index].market] = try history.dialect.decodeFunding(body)
    }
    let now = history.now
    return markets.compactMap { market, listing in
      found["\(market.symbol.kind.rawValue) \(listing.name)"].map { StreamNote(market, time, .ticker($0, expected[market], now: now)) }
    }
  }

  private func orderBooks(at time: Timestamp) throws(StageError) -> [StreamNote] {
    var notes: [StreamNote] = []
    try each("order_book", markets, { history.dialect.depth($0, levels: VenueExtras.levels) }) { index, body throws(VenueFault) in
      let (market, listing) = markets[index]
      guard let book = try history.dialect.decodeDepth(body).scaled(by: listing.contractSize) else {
        throw VenueFault(.malformed, "sizes with too many digits")
      }
      notes.append(StreamNote(market, time, .orderBook(book, now: history.now)))
    }
    return notes
  }

  /// Those that were not told yet. A page that is full is followed by another, until all are there.
  private func fundings(from: Timestamp, to: Timestamp) throws(StageError) -> [(MarketName, FundingRate)] {
    guard history.options.with.contains("funding") else { return [] }
    let dialect = history.dialect
    var open = perpetuals.map { (market: $0, from: from, to: to) }
    var fundings: [(MarketName, FundingRate)] = []
    while !open.isEmpty {
      var more: [(market: (market: MarketName, listing: Listing), from: Timestamp, to: Timestamp)] = []
      let asked = open
      let requests = asked.map { dialect.fundingHistory($0.market.market.symbol, from: $0.from, to: $0.to) }
      let failed = try history.fetch(requests) { index, body throws(VenueFault) in
        let (market, from, to) = asked[index]
        let rates = try dialect.decodeFundingHistory(body).sorted { $0.time < $1.time }
        fundings += rates.filter { $0.time >= from && $0.time < to }.map { (market.market, $0) }
        guard rates.count >= dialect.fundingRows, let first = rates.first, let last = rates.last, first.time < to, last.time >= from else { return }
        more.append(dialect.fundingIsNewestFirst ? (market, from, first.time) : (market, last.time + 1, to))
      }
      for (index, fault) in failed.sorted(by: { $0.key < $1.key }) { complain("funding", asked[index].market.market, fault) }
      open = more
    }
    let told = lastFunding
    let new = fundings.filter { $1.time > told[$0] ?? .distantPast }
    for (market, funding) in new { lastFunding[market] = max(lastFunding[market] ?? .distantPast, funding.time) }
    return new
  }
}
