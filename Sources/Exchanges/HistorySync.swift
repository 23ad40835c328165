import Market
import Wire

/// One series that is wanted: candles that open at `from` or later and before `to`.
public struct HistoryWish: Sendable {
  public var series: SeriesID
  public var from: Timestamp
  public var to: Timestamp

  public init(_ series: SeriesID, from: Timestamp, to: Timestamp) {
    self.series = series
    self.from = from
    self.to = to
  }
}

/// Brings the store up to what is wanted: finds what is missing, asks for it in pages, and writes each series in its order.
public struct HistorySync {
  /// One stretch of one series to ask for.
  public struct Job: Sendable {
    public enum Kind: Sendable {
      /// Behind the last candle, which is asked for once more and compared.
      case extend
      /// Before the begin, into a gap, or all of it anew.
      case rewrite
    }
    public var series: SeriesID
    public var kind: Kind
    public var range: CandleRange
    public var pages: [CandleRange]
    /// Where the store's file begins or will.
    var askedFrom: Timestamp
    /// The last stored candle, for comparison.
    var known: ExactCandle?
  }

  /// What came of it.
  public struct Report: Sendable {
    public var added = 0
    /// Why a series could not be brought up to date.
    public var failed: [(series: SeriesID, fault: VenueFault)] = []
    /// Where the venue now tells a closed candle differently.
    public var disagreements: [(series: SeriesID, stored: ExactCandle, venue: ExactCandle)] = []
    public var offGrid: [(series: SeriesID, count: Int)] = []

    public init() {}
  }

  private let store: CandleStore
  /// Candles count as closed so many milliseconds after their close: venues need a moment to settle them.
  public static let settling: Int64 = 500
  /// Gaps that ended within so many milliseconds before now are asked for again: venues fill some in later.
  static let reask: Int64 = 7 * Timestamp.day

  public init(_ store: CandleStore) { self.store = store }

  /// What has to be asked for.
  /// - Parameter refresh: all of what is wanted, whether it is stored or not.
  public func jobs(_ wishes: [HistoryWish], _ dialect: any Dialect, refresh: Bool) throws(FileFailure) -> [Job] {
    var jobs: [Job] = []
    for wish in wishes where wish.from < wish.to {
      let series = wish.series
      func job(_ kind: Job.Kind, _ from: Timestamp, _ to: Timestamp, askedFrom: Timestamp, known: ExactCandle? = nil) {
        let range = CandleRange(series.timeframe, from: from, to: to)
        let pages = Paging.pages(range, rows: dialect.rows(series.timeframe))
        jobs.append(Job(series: series, kind: kind, range: range, pages: pages, askedFrom: askedFrom, known: known))
      }
      guard let known = try store.coverage(series) else {
        job(.extend, wish.from, wish.to, askedFrom: wish.from)
        continue
      }
      if refresh {
        job(.rewrite, wish.from, wish.to, askedFrom: min(wish.from, known.from))
        continue
      }
      if wish.from < known.from { job(.rewrite, wish.from, known.from, askedFrom: wish.from) }
      guard known.to < wish.to else { continue }
      for gap in try store.gaps(series) where gap.from > known.from && gap.to > wish.to + -HistorySync.reask {
        job(.rewrite, gap.from, gap.to, askedFrom: known.from)
      }
      job(.extend, known.last.openTime, wish.to, askedFrom: known.from, known: known.last)
    }
    return jobs
  }

  public static func requests(_ jobs: [Job], _ dialect: any Dialect, now: Timestamp) -> [VenueRequest] {
    jobs.flatMap { job in job.pages.map { dialect.candles(job.series.market.symbol, $0, now: now) } }
  }

  /// Asks for everything, and stores it.
  /// - Parameter now: the venue's time, when it is asked.
  public func run(_ jobs: [Job], _ client: VenueClient, now: @escaping () -> Timestamp) throws -> Report {
    var report = Report()
    var progress = jobs.map { JobProgress(pages: $0.pages.count) }
    let places = jobs.indices.flatMap { job in jobs[job].pages.indices.map { (job: job, page: $0) } }
    var storeFailure: (any Error)?
    let failed = try client.fetch(HistorySync.requests(jobs, client.dialect, now: now())) { index, body throws(VenueFault) in
      let (place, page) = places[index]
      let job = jobs[place]
      let closed = now() + -HistorySync.settling
      let answer = try client.dialect.decodeCandles(body, job.series.market.symbol, job.pages[page], now: closed)
      progress[place].candles[page] = answer.candles
      progress[place].offGrid += answer.offGrid
      do { try write(job, &progress[place], &report) } catch { storeFailure = storeFailure ?? error }
    }
    if let storeFailure { throw storeFailure }
    var told: Set<SeriesID> = []
    for index in failed.keys.sorted() {
      let series = jobs[places[index].job].series
      if let fault = failed[index], told.insert(series).inserted { report.failed.append((series, fault)) }
    }
    for (job, done) in zip(jobs, progress) where done.offGrid > 0 { report.offGrid.append((job.series, done.offGrid)) }
    try store.sync()
    return report
  }

  private struct JobProgress {
    var candles: [[ExactCandle]?]
    /// Pages already written.
    var written = 0
    var offGrid = 0

    init(pages: Int) { candles = Array(repeating: nil, count: pages) }
  }

  /// Writes what may be written: behind the end page after page, as they follow each other; anything else once it is whole.
  private func write(_ job: Job, _ progress: inout JobProgress, _ report: inout Report) throws {
    switch job.kind {
    case .extend:
      while progress.written < progress.candles.count, let candles = progress.candles[progress.written] {
        if let known = job.known, let again = candles.first(where: { $0.openTime == known.openTime }), !known.equals(again) {
          report.disagreements.append((job.series, known, again))
        }
        report.added += try store.append(candles, to: job.series, askedFrom: job.askedFrom)
        progress.candles[progress.written] = []
        progress.written += 1
      }
    case .rewrite:
      guard progress.candles.allSatisfy({ $0 != nil }) else { return }
      let candles = progress.candles.flatMap { $0 ?? [] }
      // Still nothing where a gap is.
      if candles.isEmpty, job.range.from > job.askedFrom { return }
      try store.merge(candles, into: job.series, askedFrom: job.askedFrom)
      report.added += candles.count
      progress.candles = []
    }
  }
}

extension ExactCandle {
  /// Whether both tell the same numbers.
  func equals(_ other: ExactCandle) -> Bool {
    openTime == other.openTime && open == other.open && high == other.high && low == other.low && close == other.close && volume == other.volume
      && quoteVolume == other.quoteVolume && trades == other.trades && takerBuyVolume == other.takerBuyVolume
  }
}
