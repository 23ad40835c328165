import Testing

@testable import Market

struct TimeTests {
  @Test func calendarRoundTrip() {
    #expect(CalendarDay(year: 1970, month: 1, day: 1).dayNumber == 0)
    #expect(CalendarDay(year: 2000, month: 2, day: 29).dayNumber == 11_016)
    var previous = CalendarDay(dayNumber: -800_001)
    for number in stride(from: -800_000, through: 800_000, by: 1) {
      let day = CalendarDay(dayNumber: number)
      if day.dayNumber != number || !(day.day == previous.day + 1 || day.day == 1) {
        Issue.record("day \(number) reads \(day)")
        return
      }
      previous = day
    }
  }

  @Test func weekdays() {
    #expect(CalendarDay.weekday(dayNumber: 0) == 3)  // a Thursday
    #expect(CalendarDay.weekday(dayNumber: -4) == 6)
    #expect(CalendarDay.weekday(dayNumber: CalendarDay(year: 2024, month: 1, day: 1).dayNumber) == 0)
  }

  @Test(
    arguments: [
      ("2024-01-01T00:00:00Z", 1_704_067_200_000), ("2024-01-01", 1_704_067_200_000), ("2024-01-01 00:00", 1_704_067_200_000),
      ("2024-02-29T23:59:59.250Z", 1_709_251_199_250), ("2024-01-01T02:00:00+02:00", 1_704_067_200_000), ("2023-12-31T19:00-0500", 1_704_067_200_000),
      ("2024-01-01T00:00:00.123456789", 1_704_067_200_123), ("1969-12-31T23:59:59.999Z", -1), ("1704067200", 1_704_067_200_000),
      ("1704067200000", 1_704_067_200_000), ("1704067200000999", 1_704_067_200_000), ("1704067200000000000", 1_704_067_200_000), ("0", 0),
      ("-1", -1000),
    ] as [(String, Int64)])
  func reads(text: String, milliseconds: Int64) { #expect(Timestamp(text)?.milliseconds == milliseconds) }

  @Test(arguments: [
    "", "-", "x", "2024-13-01", "2023-02-29", "2024-01-01T", "2024-01-01T24:00:00Z", "2024-01-01T00:60Z", "2024-01-01T00:00:60Z",
    "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00Zx", "2024-01-01T00:00:00+25:00", "1e9", "99999999999999999999", "2024-1-1",
  ])
  func refuses(text: String) { #expect(Timestamp(text) == nil) }

  @Test func writesWhatItReads() {
    for milliseconds in stride(from: Int64(-3_000_000_000_000), to: 4_000_000_000_000, by: 987_654_321) {
      let time = Timestamp(milliseconds: milliseconds)
      #expect(Timestamp(time.text) == time)
    }
    #expect(Timestamp(milliseconds: 1_704_067_200_007).text == "2024-01-01T00:00:00.007Z")
  }

  @Test func labelsRead() {
    for timeframe in Timeframe.allCases { #expect(Timeframe("\(timeframe.label)") == timeframe) }
    #expect(Timeframe("4H") == .h4 && Timeframe("1D") == .d1 && Timeframe("1W") == .w1)
    #expect(Timeframe("1M") == .month1 && Timeframe("1m") == .m1)
    for bad in ["", "m", "15", "2m", "60m", "1y", "15M", "015m", "1h ", "-1h"] { #expect(Timeframe(bad) == nil) }
  }

  @Test func bucketsOpenWhereTheCalendarSays() throws {
    let time = try #require(Timestamp("2024-02-29T13:47:11.5Z"))
    let opens = Timeframe.allCases.map { $0.open(containing: time).text }
    #expect(
      opens == [
        "2024-02-29T13:47:00Z", "2024-02-29T13:45:00Z", "2024-02-29T13:45:00Z", "2024-02-29T13:45:00Z", "2024-02-29T13:30:00Z",
        "2024-02-29T13:00:00Z",
        "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z", "2024-02-29T08:00:00Z", "2024-02-29T12:00:00Z",
        "2024-02-29T00:00:00Z",
        "2024-02-29T00:00:00Z", "2024-02-26T00:00:00Z", "2024-02-01T00:00:00Z",
      ])
  }

  @Test(arguments: Timeframe.allCases) func eachBucketEndsWhereTheNextBegins(timeframe: Timeframe) {
    var open = timeframe.open(containing: Timestamp(milliseconds: 1_704_067_200_000))
    for _ in 0..<40 {
      let next = timeframe.next(afterOpen: open)
      #expect(timeframe.open(containing: open) == open && timeframe.open(containing: next + -1) == open && timeframe.open(containing: next) == next)
      open = next
    }
    #expect(timeframe.open(containing: Timestamp(milliseconds: -1)) <= Timestamp(milliseconds: -1))
  }

  @Test func whichBuildsWhich() {
    #expect(
      Timeframe.h4.isBuilt(from: .m15) && Timeframe.w1.isBuilt(from: .d1) && Timeframe.month1.isBuilt(from: .d1) && Timeframe.d3.isBuilt(from: .h8))
    #expect(!Timeframe.w1.isBuilt(from: .d3) && !Timeframe.month1.isBuilt(from: .w1) && !Timeframe.month1.isBuilt(from: .d3))
    #expect(!Timeframe.h8.isBuilt(from: .h6) && !Timeframe.h1.isBuilt(from: .h1) && !Timeframe.m5.isBuilt(from: .m3))
  }
}
