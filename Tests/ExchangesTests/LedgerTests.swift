import Foundation
import Market
import TestKit
import Testing

@testable import Exchanges

@Suite struct LedgerTests {
  private static let limits = [VenueLimit("weight", weight: 100, per: 60), VenueLimit("few", weight: 10, per: 2)]
  private func book() -> LedgerBook {
    var book = LedgerBook()
    book.limits = Self.limits
    return book
  }
  private func requests(_ count: Int, weight: Int = 1, limit: String = "weight") -> [VenueRequest] {
    Array(repeating: VenueRequest("/", limit: limit, weight: weight), count: count)
  }
  private let start = Timestamp(milliseconds: 1_704_067_200_000)

  @Test func anAllowanceIsKept() {
    var book = book()
    let first = book.reserve(requests(200), ticket: "a", now: start)
    #expect(first.places == Array(0..<90), "a tenth is left to others on the address")
    #expect(book.reserve(requests(1), ticket: "b", now: start + 1000).places.isEmpty)
    // It counts until a window after the answer.
    book.settle("a", now: start + 5000)
    #expect(book.reserve(requests(1), ticket: "b", now: start + 64_999).retry == start + 65_000)
    #expect(book.reserve(requests(1), ticket: "b", now: start + 65_000).places == [0])
  }

  @Test func anExhaustedAllowanceHoldsUpOnlyItsOwn() {
    var book = book()
    let mixed = requests(20, limit: "few") + requests(5)
    #expect(book.reserve(mixed, ticket: "a", now: start).places == Array(0..<9) + Array(20..<25))
  }

  @Test func whatAKilledProcessReservedIsGivenBack() {
    var book = book()
    _ = book.reserve(requests(90), ticket: "dead", now: start)
    #expect(book.reserve(requests(1), ticket: "b", now: start + 119_999).places.isEmpty)
    #expect(book.reserve(requests(1), ticket: "b", now: start + 120_000).places == [0])
  }

  @Test func whatOthersSpendIsLearnt() {
    var book = book()
    _ = book.reserve(requests(10), ticket: "a", now: start)
    book.learn("weight", used: 70, now: start)
    #expect(book.spent("weight") == 70)
    book.learn("weight", used: 20, now: start)
    #expect(book.spent("weight") == 70)
  }

  @Test func theBookIsItsText() {
    var book = book()
    _ = book.reserve(requests(3), ticket: "1-2-3", now: start)
    book.learn("few", used: 4, now: start)
    book.pauses["few"] = start + 700
    book.ban = (start + 9000, "HTTP 418: too much")
    book.clockOffset = -1234
    #expect(LedgerBook(book.text) == book)
    #expect(LedgerBook("nonsense\nspent\nlimit x y z\nban\n\u{0}").text == LedgerBook().text)
  }

  /// Requests reach the venue at some instant between permission and answer. Whatever it is, no window of the venue, fixed or rolling, holds too much.
  @Test(arguments: 1...10) func noWindowEverHoldsTooMuch(_ seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var book = book()
    var now = start
    var arrivals: [(time: Int64, weight: Int)] = []
    var open: [(ticket: String, until: Timestamp)] = []
    for step in 0..<4000 {
      now = now + Int64.random(in: 1...400, using: &random)
      for done in open where done.until <= now { book.settle(done.ticket, now: done.until) }
      open.removeAll { $0.until <= now }
      let weight = Int.random(in: 1...9, using: &random)
      let wanted = requests(Int.random(in: 1...8, using: &random), weight: weight, limit: "weight")
      let allowed = book.reserve(wanted, ticket: "\(step)", now: now).places.count
      guard allowed > 0 else { continue }
      let until = now + Int64.random(in: 1...30_000, using: &random)
      open.append(("\(step)", until))
      for _ in 0..<allowed { arrivals.append((Int64.random(in: now.milliseconds...until.milliseconds, using: &random), weight)) }
    }
    arrivals.sort { $0.time < $1.time }
    var sum = 0
    var tail = 0
    for head in arrivals.indices {
      sum += arrivals[head].weight
      while arrivals[tail].time <= arrivals[head].time - 60_000 {
        sum -= arrivals[tail].weight
        tail += 1
      }
      #expect(sum <= 100)
    }
    #expect(arrivals.count > 200)
  }

  @Test func processesShareOneFile() throws {
    try Repository.withTemporaryFolder { folder in
      let ledgers = try (0..<4).map { _ in try WeightLedger(folder: folder.path, name: "127.0.0.1:80", limits: Self.limits) }
      var allowed = 0
      for ledger in ledgers {
        if case .places(let places, _) = try ledger.reserve(requests(40)) { allowed += places.count }
      }
      #expect(allowed == 90)
      try ledgers[0].ban(seconds: 100, reason: "HTTP 418\nenough")
      guard case .banned(_, let reason) = try ledgers[3].reserve(requests(1)) else {
        Issue.record("the ban is not known to others")
        return
      }
      #expect(reason == "HTTP 418 enough")
    }
  }
}
