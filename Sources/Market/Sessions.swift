/// A window of the trading day on the wall of one city, Monday to Friday, half-open: kill zones (New York time) and the two exchange sessions.
public enum Session: UInt8, CaseIterable, Hashable, Sendable {
  case asia, london, newYorkMorning, londonClose
  case londonSession, newYorkSession

  public static let killZones: [Session] = [.asia, .london, .newYorkMorning, .londonClose]
  public static let exchangeSessions: [Session] = [.londonSession, .newYorkSession]

  public var label: StaticString {
    switch self {
    case .asia: "asia"
    case .london: "london"
    case .newYorkMorning: "ny_am"
    case .londonClose: "london_close"
    case .londonSession: "london_session"
    case .newYorkSession: "new_york_session"
    }
  }

  public var clock: LocalClock { self == .londonSession ? .london : .newYork }

  /// Minutes of the local day, half-open.
  public var minutes: Range<Int> {
    switch self {
    case .asia: 20 * 60..<24 * 60
    case .london: 2 * 60..<5 * 60
    case .newYorkMorning: 7 * 60..<10 * 60
    case .londonClose: 10 * 60..<12 * 60
    case .londonSession: 8 * 60..<16 * 60 + 30
    case .newYorkSession: 9 * 60 + 30..<16 * 60
    }
  }

  /// The longest candle that a session can be read from.
  public static let longestTimeframe = Timeframe.h1

  /// The occurrence of this session that `instant` falls into; `nil` outside, and on a Saturday or Sunday of its city.
  public func window(containing instant: Timestamp) -> SessionWindow? {
    let wall = clock.wall(at: instant)
    guard minutes.contains(wall.minute), CalendarDay.weekday(dayNumber: wall.dayNumber) < 5 else { return nil }
    return SessionWindow(
      session: self, open: clock.instant(dayNumber: wall.dayNumber, minute: minutes.lowerBound),
      close: clock.instant(dayNumber: wall.dayNumber, minute: minutes.upperBound))
  }
}

/// One day's occurrence of a session.
public struct SessionWindow: Hashable, Sendable {
  public var session: Session
  public var open: Timestamp
  /// The first instant that no longer belongs to it.
  public var close: Timestamp
}

/// The part of the week that a fact or a trade falls into, as statistics label it.
public enum SessionLabel: Hashable, Sendable {
  case killZone(Session)
  /// Saturday or Sunday in New York.
  case weekend
  /// A weekday, outside every kill zone.
  case between

  /// Of an instant, such as the fill of a trade.
  public init(at instant: Timestamp) {
    let wall = LocalClock.newYork.wall(at: instant)
    if CalendarDay.weekday(dayNumber: wall.dayNumber) >= 5 {
      self = .weekend
    } else if let zone = Session.killZones.first(where: { $0.minutes.contains(wall.minute) }) {
      self = .killZone(zone)
    } else {
      self = .between
    }
  }

  /// Of a fact known at the close of a candle: it belongs to the last millisecond before that close. `nil` above 1h, where a session cannot be told.
  public init?(closing closeTime: Timestamp, of timeframe: Timeframe) {
    guard timeframe <= Session.longestTimeframe else { return nil }
    self.init(at: closeTime + -1)
  }

  public var label: StaticString {
    switch self {
    case .killZone(let session): session.label
    case .weekend: "weekend"
    case .between: "none"
    }
  }
}
