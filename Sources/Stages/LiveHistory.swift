import Exchanges
import Market
import Stage
import Wire

/// What comes after the history of a stream, piece by piece.
protocol LiveSource: AnyObject {
  /// Waits for more.
  /// - Returns: `nil` at the end, or when asked to end.
  func next() throws(StageError) -> LiveWindow?
}

/// One piece of a live stream: candles that closed, and what is told with them.
struct LiveWindow {
  var feeds: [MarketFeed]
  var notes: [StreamNote]
}

/// The live end of a venue's history: each instant at which candles close, one after the other, none twice and none left out.
///
/// Candles are fetched into the store and read from there, so that an outage or a machine that slept is caught up like any other history. A candle
/// that is late beyond patience is told as a gap and never enters this stream.
final class LiveHistory: LiveSource {
  private let history: VenueHistory
  private let markets: [MarketName]
  private let needs: VenueNeeds
  private let extras: VenueExtras?
  /// Of the venue's time, in milliseconds.
  private let lateness: Int64
  private let step: Timeframe
  /// Everything that closed until here is in the stream or told as missing.
  private(set) var clock: Timestamp
  private var lastBeat = Timestamp.distantPast

  init(_ history: VenueHistory, _ markets: [MarketName], _ needs: VenueNeeds, _ extras: VenueExtras?, after clock: Timestamp, _ lateness: Double) {
    self.history = history
    self.markets = markets
    self.needs = needs
    self.extras = extras
    self.clock = clock
    self.lateness = Timestamp.span(seconds: lateness)
    step = needs.groups.keys.min() ?? .m1
    history.isLive = true
  }

  /// Waits until the next candles have closed.
  /// - Returns: feeds of what is new, and the gaps that stand for late candles; `nil` when asked to end.
  func next() throws(StageError) -> LiveWindow? {
    var target = step.next(afterOpen: step.open(containing: clock))
    var failures = 0
    while true {
      do throws(VenueStop) { try VenueClient.sleep(until: history.local(target + (HistorySync.settling + 1))) } catch { return nil }
      do throws(StageError) {
        try history.askTime(again: true)
        // The machine slept, or the venue was away: everything until now at once.
        target = max(target, step.open(containing: history.now + -HistorySync.settling))
        if history.now + -HistorySync.settling < target { continue }
        let until = target + HistorySync.settling
        try history.update { [markets, needs] _ in markets.flatMap { needs.wishes($0, now: until) } }
      } catch {
        if [.interrupted, .terminated].contains(error.exit) { return nil }
        guard error.exit == .temporary else { throw error }
        failures += 1
        history.note("\(error.code): \(error.message); trying again")
        if !pause(min(30_000, 500 << min(failures, 6))) { return nil }
        continue
      }
      let missing = try missing(at: target)
      // Nobody has anything: the venue is away, not its candles late.
      let isAway = missing.count == due(at: target).count
      if missing.isEmpty || (!isAway && history.now > target + lateness) { return try window(until: target, missing) }
      if !pause(500) { return nil }
    }
  }

  /// Milliseconds of our own clock.
  private func pause(_ milliseconds: Int64) -> Bool {
    do throws(VenueStop) { try VenueClient.sleep(until: WeightLedger.now + milliseconds) } catch { return false }
    return true
  }

  /// The series of which a candle closes at `time`.
  private func due(at time: Timestamp) -> [SeriesID] {
    markets.flatMap { market in needs.groups.keys.filter { $0.open(containing: time) > clock || $0 == step }.map { SeriesID(market, $0) } }
  }

  private func missing(at time: Timestamp) throws(StageError) -> [SeriesID] {
    var missing: [SeriesID] = []
    for series in due(at: time) {
      do throws(FileFailure) {
        let covered = try history.store.coverage(series)?.to ?? .distantPast
        if covered < series.timeframe.open(containing: time) { missing.append(series) }
      } catch {
        throw StageError(fetching: error)
      }
    }
    return missing
  }

  private func window(until time: Timestamp, _ missing: [SeriesID]) throws(StageError) -> LiveWindow {
    var range = EmissionRange(end: time)
    for timeframe in Timeframe.allCases { range.begin(timeframe, after: clock) }
    var feeds: [MarketFeed] = []
    for market in markets {
      for (source, timeframes) in needs.groups.sorted(by: { $0.key > $1.key }) {
        let series = SeriesID(market, source)
        // From whole buckets of the longest on, and far enough back to see the candle before a hole.
        let from = Paging.back((timeframes.max() ?? source).open(containing: clock + -1), bars: 2, timeframes.max() ?? source)
        do throws(FileFailure) {
          let candles = try StoreSource(history.store.path(series), series, from: from, to: time)
          feeds.append(MarketFeed(market: market, source: candles, timeframes: timeframes, range: range))
        } catch {
          throw StageError(fetching: error)
        }
      }
    }
    let late = missing.map { series in
      let to = series.timeframe.open(containing: time)
      let covered = (try? history.store.coverage(series))??.to ?? clock
      let gap = Gap(timeframe: series.timeframe, from: max(covered, series.timeframe.open(containing: clock)), to: to, cause: .late)
      return StreamNote(gap, series.market)
    }
    clock = time
    beat(late.count)
    return LiveWindow(feeds: feeds, notes: late + told(at: time))
  }

  /// What is asked for besides candles. What cannot be had now is left out: the candles do not wait for it.
  private func told(at time: Timestamp) -> [StreamNote] {
    do throws(StageError) {
      return try extras?.notes(at: time) ?? []
    } catch {
      history.note("\(error.code): \(error.message)")
      return []
    }
  }

  /// A sign of life, at most once a minute.
  private func beat(_ late: Int) {
    guard late > 0 || WeightLedger.now > lastBeat + Timestamp.minute else { return }
    lastBeat = WeightLedger.now
    history.note("heartbeat: \(clock.text), \(markets.count) markets" + (late > 0 ? ", \(late) candles late" : ""))
  }
}
