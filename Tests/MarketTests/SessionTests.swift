import Testing

@testable import Market

struct SessionTests {
  private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

  /// UTC hours of each window in a winter and a summer week.
  @Test(arguments: [
    (Session.asia, "2024-01-17T01:00:00Z", "2024-01-17T05:00:00Z", "2024-07-17T00:00:00Z", "2024-07-17T04:00:00Z"),
    (.london, "2024-01-17T07:00:00Z", "2024-01-17T10:00:00Z", "2024-07-17T06:00:00Z", "2024-07-17T09:00:00Z"),
    (.newYorkMorning, "2024-01-17T12:00:00Z", "2024-01-17T15:00:00Z", "2024-07-17T11:00:00Z", "2024-07-17T14:00:00Z"),
    (.londonClose, "2024-01-17T15:00:00Z", "2024-01-17T17:00:00Z", "2024-07-17T14:00:00Z", "2024-07-17T16:00:00Z"),
    (.londonSession, "2024-01-17T08:00:00Z", "2024-01-17T16:30:00Z", "2024-07-17T07:00:00Z", "2024-07-17T15:30:00Z"),
    (.newYorkSession, "2024-01-17T14:30:00Z", "2024-01-17T21:00:00Z", "2024-07-17T13:30:00Z", "2024-07-17T20:00:00Z"),
  ])
  func halfOpenInBothSeasons(session: Session, winterOpen: String, winterClose: String, summerOpen: String, summerClose: String) throws {
    for (open, close) in [(winterOpen, winterClose), (summerOpen, summerClose)] {
      let expected = SessionWindow(session: session, open: try time(open), close: try time(close))
      #expect(session.window(containing: expected.open) == expected)
      #expect(session.window(containing: expected.close + -1) == expected)
      #expect(session.window(containing: expected.open + -1)?.open != expected.open)
      #expect(session.window(containing: expected.close)?.open != expected.open)
    }
  }

  /// In the weeks when only New York has changed its clock, the two cities are four hours apart.
  @Test func weeksBetweenTheTwoChanges() throws {
    let open = try #require(Session.newYorkSession.window(containing: try time("2024-03-13T14:00:00Z"))).open
    #expect(open.text == "2024-03-13T13:30:00Z")
    let london = try #require(Session.londonSession.window(containing: try time("2024-03-13T14:00:00Z"))).open
    #expect(london.text == "2024-03-13T08:00:00Z")
  }

  @Test func labels() throws {
    // Friday 2024-01-19 23:59 in New York is 04:59 UTC on Saturday: still the Asian zone; a minute later it is the weekend.
    #expect(SessionLabel(at: try time("2024-01-20T04:59:00Z")) == .killZone(.asia))
    #expect(SessionLabel(at: try time("2024-01-20T05:00:00Z")) == .weekend)
    #expect(SessionLabel(at: try time("2024-01-22T04:59:00Z")) == .weekend)
    #expect(SessionLabel(at: try time("2024-01-22T05:00:00Z")) == .between)
    #expect(SessionLabel(closing: try time("2024-01-17T15:00:00Z"), of: .m15) == .killZone(.newYorkMorning))
    #expect(SessionLabel(closing: try time("2024-01-17T15:15:00Z"), of: .m15) == .killZone(.londonClose))
    #expect(SessionLabel(closing: try time("2024-01-17T16:00:00Z"), of: .h4) == nil)
  }

  /// Synthetic 30-minute candles from a Monday on, with known extremes inside the London session of Tuesday 2024-01-16 (08:00–16:30 UTC).
  @Test func extremesAreKnownAtTheEnd() throws {
    var range = SessionRange(.londonSession)
    var finished: [SessionRange.Finished] = []
    let begin = try time("2024-01-15T12:00:00Z")
    for step in 0..<96 {
      let open = begin + Int64(step) * 30 * Timestamp.minute
      var candle = Candle(openTime: open, closeTime: open + 30 * Timestamp.minute, open: 100, high: 101, low: 99, close: 100, volume: 1)
      if open.text == "2024-01-16T08:00:00Z" { candle.high = 105 }
      if open.text == "2024-01-16T12:00:00Z" { candle.high = 105 }
      if open.text == "2024-01-16T16:00:00Z" { candle.low = 95 }
      if open.text == "2024-01-16T16:30:00Z" || open.text == "2024-01-16T07:30:00Z" { (candle.high, candle.low) = (200, 50) }
      if let over = range.update(candle) {
        #expect(over.knownAt == candle.closeTime)
        finished.append(over)
      }
    }
    // Monday's session began before the series does, Wednesday's is not over.
    #expect(finished.count == 1)
    let tuesday = try #require(finished.first)
    #expect(tuesday.high == 105 && tuesday.highAt.text == "2024-01-16T08:00:00Z")
    #expect(tuesday.low == 95 && tuesday.lowAt.text == "2024-01-16T16:00:00Z")
    #expect(tuesday.knownAt.text == "2024-01-16T16:30:00Z")
  }

  @Test func aHoleAtTheEndEndsTheSessionAtTheNextClose() throws {
    var range = SessionRange(.londonSession)
    let hour = Timestamp.hour
    var known: [Timestamp] = []
    for text in ["2024-01-16T07:00:00Z", "2024-01-16T08:00:00Z", "2024-01-16T15:00:00Z", "2024-01-17T09:00:00Z", "2024-01-18T09:00:00Z"] {
      let open = try time(text)
      let candle = Candle(openTime: open, closeTime: open + hour, open: 1, high: 2, low: 1, close: 1, volume: 0)
      if let over = range.update(candle) { known.append(over.knownAt) }
    }
    #expect(known.map(\.text) == ["2024-01-17T10:00:00Z", "2024-01-18T10:00:00Z"])
  }
}
