/// The two clocks that trading sessions follow, as integer rules instead of a time-zone database.
///
/// New York: daylight time from the second Sunday of March 02:00 to the first Sunday of November 02:00 (Energy Policy Act of 2005; in force since 2007).
/// London: summer time from the last Sunday of March to the last Sunday of October, 01:00 UTC both (Directive 2000/84/EC and the UK order that follows it;
/// the dates hold since 1996). Before 2007 New York is wrong by up to four weeks in spring and one in autumn; a future change of law needs a change here.
public enum LocalClock: UInt8, CaseIterable, Hashable, Sendable {
  case newYork, london

  /// Name in the IANA time-zone database.
  public var label: StaticString { self == .newYork ? "America/New_York" : "Europe/London" }

  /// Milliseconds to add to UTC in winter.
  public var standardOffset: Int64 { self == .newYork ? -5 * Timestamp.hour : 0 }

  /// Milliseconds to add to UTC to get the local time at `instant`.
  public func offset(at instant: Timestamp) -> Int64 {
    let year = CalendarDay(dayNumber: instant.dayNumber).year
    let summer = daylight(in: year)
    return instant >= summer.start && instant < summer.end ? standardOffset + Timestamp.hour : standardOffset
  }

  /// The instants at which clocks go forward and back in `year`.
  public func daylight(in year: Int) -> (start: Timestamp, end: Timestamp) {
    switch self {
    case .newYork:
      // 02:00 on the wall is 07:00 UTC before the change to daylight time, 06:00 UTC before the change back.
      let march = CalendarDay.sunday(onOrAfter: CalendarDay(year: year, month: 3, day: 8))
      let november = CalendarDay.sunday(onOrAfter: CalendarDay(year: year, month: 11, day: 1))
      return (Timestamp(dayNumber: march) + 7 * Timestamp.hour, Timestamp(dayNumber: november) + 6 * Timestamp.hour)
    case .london:
      // The last Sunday of a month of 31 days is the first one from the 25th on.
      let march = CalendarDay.sunday(onOrAfter: CalendarDay(year: year, month: 3, day: 25))
      let october = CalendarDay.sunday(onOrAfter: CalendarDay(year: year, month: 10, day: 25))
      return (Timestamp(dayNumber: march) + Timestamp.hour, Timestamp(dayNumber: october) + Timestamp.hour)
    }
  }

  /// The local day number (days since 1970-01-01 on the wall) and the minute of that day, 0…1439.
  public func wall(at instant: Timestamp) -> (dayNumber: Int, minute: Int) {
    let local = instant + offset(at: instant)
    let day = local.dayNumber
    return (day, Int((local.milliseconds - Int64(day) * Timestamp.day) / Timestamp.minute))
  }

  /// The instant at which the wall shows `minute` of the local day; 1440 is the next midnight.
  /// A wall time that occurs twice in autumn means its first occurrence; one that is skipped in spring is read on winter time.
  public func instant(dayNumber: Int, minute: Int) -> Timestamp {
    let wall = Timestamp(dayNumber: dayNumber) + Int64(minute) * Timestamp.minute
    let onSummerTime = wall + -(standardOffset + Timestamp.hour)
    return offset(at: onSummerTime) == standardOffset ? wall + -standardOffset : onSummerTime
  }
}

extension CalendarDay {
  static func sunday(onOrAfter day: CalendarDay) -> Int {
    let number = day.dayNumber
    return number + 6 - weekday(dayNumber: number)
  }
}

extension Timestamp {
  /// Midnight UTC of a day counted from 1970-01-01.
  public init(dayNumber: Int) { milliseconds = Int64(dayNumber) * Timestamp.day }
}
