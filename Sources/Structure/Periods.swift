import Market

/// The high or low of a finished period, seen from its own side.
struct PeriodExtreme {
  var kind: FactID.Kind
  /// Where the period began.
  var start: Timestamp
  var level: Double
  /// Open of the candle that made it; the first of equals.
  var at: Timestamp

  @inline(__always)
  mutating func extend(to level: Double, _ at: Timestamp) {
    guard level > self.level else { return }
    self.level = level
    self.at = at
  }
}

/// The candles that change nothing of what is followed: those that close before a time, within a low and a high.
struct Quiet {
  var until: Timestamp
  var low = -Double.infinity
  var high = Double.infinity

  @inline(__always)
  func holds(_ candle: Candle) -> Bool { candle.closeTime < until && candle.high <= high && candle.low >= low }

  mutating func widen(to view: View) {
    low = min(low, view.low)
    high = max(high, view.high)
  }
}

/// The high and the low of a finished period.
typealias PeriodExtremes = Sides<PeriodExtreme>

/// Follows the UTC day or the Monday week over candles that fit into it. A period that had begun before the series did is not reported.
struct PeriodRange {
  let kind: FactID.Kind
  let length: Timeframe
  private var end: Timestamp?
  private var extremes: PeriodExtremes?
  private(set) var quiet = Quiet(until: .distantPast)

  init(_ kind: FactID.Kind, _ length: Timeframe) {
    self.kind = kind
    self.length = length
  }

  /// Takes the next candle.
  /// - Returns: the period that this close shows to be over, if any: at its end, or at the first close after it when its last candle is missing.
  mutating func update(_ bar: Bar) -> PeriodExtremes? {
    guard let end else {
      begin(bar)
      return nil
    }
    if bar.closeTime > end {
      let over = extremes
      begin(bar)
      return over
    }
    include(bar)
    guard bar.closeTime == end else { return nil }
    let over = extremes
    extremes = nil
    return over
  }

  private mutating func begin(_ bar: Bar) {
    let start = length.open(containing: bar.openTime)
    let isWhole = end != nil || start == bar.openTime
    let next = length.next(afterOpen: start)
    end = next
    quiet = isWhole ? Quiet(until: next, low: bar.view.bull.low, high: bar.view.bull.high) : Quiet(until: next)
    extremes =
      isWhole
      ? Sides(
        bull: PeriodExtreme(kind: kind, start: start, level: bar.view.bull.high, at: bar.openTime),
        bear: PeriodExtreme(kind: kind, start: start, level: bar.view.bear.high, at: bar.openTime)) : nil
  }

  private mutating func include(_ bar: Bar) {
    extremes?.bull.extend(to: bar.view.bull.high, bar.openTime)
    extremes?.bear.extend(to: bar.view.bear.high, bar.openTime)
    quiet.widen(to: bar.view.bull)
  }
}

/// Follows one session, and lets it sleep until it may open again.
struct SessionWatch {
  private var range: SessionRange
  /// While it is open, its end; else past.
  private var end = Timestamp.distantPast
  private(set) var quiet = Quiet(until: .distantPast)

  init(_ session: Session) { range = SessionRange(session) }

  /// Takes the next candle, unless it is quiet.
  /// - Returns: the session that this close shows to be over, if any.
  mutating func update(_ candle: Candle, _ bar: Bar) -> PeriodExtremes? {
    let over = range.update(candle)
    if candle.closeTime > end { look(bar) } else { quiet.widen(to: bar.view.bull) }
    return over.map {
      PeriodExtremes(
        bull: PeriodExtreme(kind: .sessionPool, start: $0.window.open, level: $0.high, at: $0.highAt),
        bear: PeriodExtreme(kind: .sessionPool, start: $0.window.open, level: -$0.low, at: $0.lowAt))
    }
  }

  /// A candle belongs to the session that its last millisecond falls into.
  private mutating func look(_ bar: Bar) {
    let (clock, minutes) = (range.session.clock, range.session.minutes)
    let wall = clock.wall(at: bar.closeTime + -1)
    if minutes.contains(wall.minute), CalendarDay.weekday(dayNumber: wall.dayNumber) < 5 {
      end = clock.instant(dayNumber: wall.dayNumber, minute: minutes.upperBound)
      quiet = Quiet(until: end, low: bar.view.bull.low, high: bar.view.bull.high)
    } else {
      let nextOpen = clock.instant(dayNumber: wall.dayNumber + (wall.minute < minutes.lowerBound ? 0 : 1), minute: minutes.lowerBound)
      quiet = Quiet(until: nextOpen + 1)
    }
  }
}
