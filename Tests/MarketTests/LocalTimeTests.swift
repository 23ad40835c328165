import Testing

@testable import Market

struct LocalTimeTests {
  @Test(arguments: [(LocalClock.newYork, ClockChanges.newYork), (.london, ClockChanges.london)])
  func changesWhenTheDatabaseSays(clock: LocalClock, changes: [Int64]) {
    #expect(changes.count == 38)
    for (index, seconds) in changes.enumerated() {
      let change = Timestamp(seconds: seconds)
      let forward = index % 2 == 0
      #expect(clock.offset(at: change + -1) == clock.standardOffset + (forward ? 0 : Timestamp.hour))
      #expect(clock.offset(at: change) == clock.standardOffset + (forward ? Timestamp.hour : 0))
    }
  }

  /// Between its changes an offset is constant, so both rules hold for each half hour of these years.
  @Test(arguments: [(LocalClock.newYork, ClockChanges.newYork), (.london, ClockChanges.london)])
  func agreesEveryDay(clock: LocalClock, changes: [Int64]) {
    var next = 0
    for day in CalendarDay(year: 2017, month: 1, day: 1).dayNumber..<CalendarDay(year: 2036, month: 1, day: 1).dayNumber {
      let noon = Timestamp(dayNumber: day) + 12 * Timestamp.hour
      while next < changes.count, Timestamp(seconds: changes[next]) <= noon { next += 1 }
      let summer = next % 2 == 1
      #expect(clock.offset(at: noon) == clock.standardOffset + (summer ? Timestamp.hour : 0))
    }
  }

  @Test func wallAndInstantAreInverse() {
    for clock in LocalClock.allCases {
      for day in stride(from: 17_167, to: 24_000, by: 11) {
        for minute in [0, 9 * 60 + 30, 16 * 60, 23 * 60 + 59] {
          let wall = clock.wall(at: clock.instant(dayNumber: day, minute: minute))
          #expect(wall.dayNumber == day && wall.minute == minute)
        }
      }
    }
  }

  @Test func skippedAndRepeatedWallTimes() throws {
    // New York, 2024-03-10: 02:30 does not exist; 2024-11-03: 01:30 occurs twice, the first is daylight time.
    let march = CalendarDay(year: 2024, month: 3, day: 10).dayNumber
    #expect(LocalClock.newYork.instant(dayNumber: march, minute: 150).text == "2024-03-10T07:30:00Z")
    let november = CalendarDay(year: 2024, month: 11, day: 3).dayNumber
    #expect(LocalClock.newYork.instant(dayNumber: november, minute: 90).text == "2024-11-03T05:30:00Z")
    #expect(LocalClock.london.instant(dayNumber: march, minute: 0).text == "2024-03-10T00:00:00Z")
  }
}
