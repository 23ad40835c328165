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

/// The high and the low of a finished period.
typealias PeriodExtremes = Sides<PeriodExtreme>

/// Follows the UTC day or the Monday week over candles that fit into it. A period that had begun before the series did is not reported.
struct PeriodRange {
  let kind: FactID.Kind
  let length: Timeframe
  private var end: Timestamp?
  private var extremes: PeriodExtremes?

  init(_ kind: FactID.Kind, _ length: Timeframe) {
    self.kind = kind
    self.length = length
  }

  /// Whether this bar neither ends the period nor extends it.
  @inline(__always)
  func holds(_ bar: Bar) -> Bool {
    guard let end, bar.closeTime < end else { return false }
    guard let extremes else { return true }
    return bar.view.bull.high <= extremes.bull.level && bar.view.bear.high <= extremes.bear.level
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
    end = length.next(afterOpen: start)
    extremes =
      isWhole
      ? Sides(
        bull: PeriodExtreme(kind: kind, start: start, level: bar.view.bull.high, at: bar.openTime),
        bear: PeriodExtreme(kind: kind, start: start, level: bar.view.bear.high, at: bar.openTime)) : nil
  }

  private mutating func include(_ bar: Bar) {
    extremes?.bull.extend(to: bar.view.bull.high, bar.openTime)
    extremes?.bear.extend(to: bar.view.bear.high, bar.openTime)
  }
}

/// Follows one session, and lets it sleep until it may open again.
struct SessionWatch {
  private var range: SessionRange
  /// While it is open, its end; else distant past.
  private var end = Timestamp.distantPast
  private var nextOpen = Timestamp.distantPast
  /// What was traded since it opened.
  private var (low, high) = (0.0, 0.0)

  init(_ session: Session) { range = SessionRange(session) }

  /// Whether this candle is not of the session, or neither ends nor extends it.
  @inline(__always)
  func holds(_ candle: Candle) -> Bool {
    candle.closeTime <= nextOpen || candle.closeTime < end && candle.high <= high && candle.low >= low
  }

  /// Takes the next candle, which it does not hold.
  /// - Returns: the session that this close shows to be over, if any.
  mutating func update(_ candle: Candle) -> PeriodExtremes? {
    let last = candle.closeTime + -1
    let over = range.update(candle)
    if last >= end {
      look(at: last)
      (low, high) = (candle.low, candle.high)
    } else {
      (low, high) = (min(low, candle.low), max(high, candle.high))
    }
    return over.map {
      PeriodExtremes(
        bull: PeriodExtreme(kind: .sessionPool, start: $0.window.open, level: $0.high, at: $0.highAt),
        bear: PeriodExtreme(kind: .sessionPool, start: $0.window.open, level: -$0.low, at: $0.lowAt))
    }
  }

  private mutating func look(at last: Timestamp) {
    let (clock, minutes) = (range.session.clock, range.session.minutes)
    let wall = clock.wall(at: last)
    if minutes.contains(wall.minute), CalendarDay.weekday(dayNumber: wall.dayNumber) < 5 {
      end = clock.instant(dayNumber: wall.dayNumber, minute: minutes.upperBound)
    } else {
      nextOpen = clock.instant(dayNumber: wall.dayNumber + (wall.minute < minutes.lowerBound ? 0 : 1), minute: minutes.lowerBound)
    }
  }
}
