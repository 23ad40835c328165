import Market
import Testing

@testable import Exchanges

struct MergeTests {
  private func feed(_ base: String, _ steps: [Int], _ timeframes: [Timeframe] = [.m15, .h1], _ range: EmissionRange = .all) -> MarketFeed {
    MarketFeed(market: market(base), source: ListSource(.m15, steps.map { candle(.m15, $0) }), timeframes: timeframes, range: range)
  }

  @Test func referenceFirstThenSymbolsAndLongerTimeframesFirst() throws {
    let order = try labels([feed("ETH", [2, 3]), feed("ADA", [0, 1, 2, 3]), feed("BTC", [0, 1, 2, 3])])
    #expect(
      order == [
        "BTC 15m 00:15", "ADA 15m 00:15", "BTC 15m 00:30", "ADA 15m 00:30", "BTC 15m 00:45", "ADA 15m 00:45", "ETH 15m 00:45", "BTC 1h 01:00",
        "BTC 15m 01:00", "ADA 1h 01:00", "ADA 15m 01:00", "ETH 15m 01:00",
      ])
  }

  @Test func aGapStandsBeforeTheCandlesOfItsInstant() throws {
    let order = try labels([feed("ADA", [0, 1, 2, 3, 6, 7, 8]), feed("BTC", [4, 5, 6])])
    #expect(
      order == [
        "ADA 15m 00:15", "ADA 15m 00:30", "ADA 15m 00:45", "ADA 1h 01:00", "ADA 15m 01:00", "BTC 15m 01:15", "ADA 15m gap 01:00-01:30 x2",
        "BTC 15m 01:30",
        "BTC 15m 01:45", "ADA 15m 01:45", "BTC 1h 02:00", "ADA 1h 02:00", "ADA 15m 02:00", "ADA 15m 02:15",
      ])
  }

  @Test func aBucketThatLacksItsEndClosesAtItsEnd() throws {
    // 00:45 is missing; the hour still stands at 01:00, before the gap that ends at 02:00, and the hour 01:00 is missing altogether.
    let order = try labels([feed("ADA", [0, 1, 2, 8, 9])])
    #expect(
      order == [
        "ADA 15m 00:15", "ADA 15m 00:30", "ADA 15m 00:45", "ADA 1h 01:00", "ADA 1h gap 01:00-02:00 x1", "ADA 15m gap 00:45-02:00 x5", "ADA 15m 02:15",
        "ADA 15m 02:30",
      ])
  }

  @Test func onlyTheClockOfOthersClosesTheTail() throws {
    // ADA stops at 00:30; its hour closes because BTC goes on to 01:15, and the rest of the day does not.
    let order = try labels([feed("ADA", [0, 1], [.m15, .h1, .d1]), feed("BTC", [2, 3, 4], [.m15])])
    #expect(
      order == [
        "ADA 15m 00:15", "ADA 15m 00:30", "BTC 15m 00:45", "BTC 15m 01:00", "ADA 1h 01:00", "BTC 15m 01:15",
      ])
    #expect(try labels([feed("ADA", [0, 1])]) == ["ADA 15m 00:15", "ADA 15m 00:30"])
  }

  @Test func rangesCutWhatIsEmittedNotWhatIsRead() throws {
    var range = EmissionRange(end: SyntheticMarket.begin + 2 * Timestamp.hour)
    range.begin(.m15, after: SyntheticMarket.begin + 90 * Timestamp.minute)
    let order = try labels([feed("ADA", Array(0..<20), [.m15, .h1], range)])
    #expect(order == ["ADA 1h 01:00", "ADA 15m 01:45", "ADA 1h 02:00", "ADA 15m 02:00"])
  }

  @Test func emptyFeedsGiveNothing() throws {
    #expect(try labels([]).isEmpty)
    #expect(try labels([feed("ADA", []), feed("BTC", [])]).isEmpty)
  }

  /// Many synthetic markets: strictly in order, nothing lost, and the same whatever order the feeds are given in.
  @Test func manyFeedsInOrder() throws {
    let bases = ["XRP", "BTC", "ETH", "ADA", "SOL"]
    func all(_ bases: [String]) throws -> [String] {
      try labels(
        bases.map { base in
          let series = try SyntheticMarket(seed: 1).series(market(base).symbol).take(700)
          return MarketFeed(market: market(base), source: ListSource(.m15, series), timeframes: [.m15, .h1, .h4, .d1])
        })
    }
    let order = try all(bases)
    #expect(order.count == 5 * (700 + 175 + 43 + 7))
    #expect(try all(bases.reversed()) == order)
  }

  /// Synthetic markets with seeded holes: what is read up to some instant is the beginning of what is read in all.
  @Test func aCutStreamIsAPrefix() throws {
    let bases = ["XRP", "BTC", "ETH"]
    func all(until end: Timestamp) throws -> [String] {
      try labels(
        bases.enumerated().map { index, base in
          var random = SplitMix(seed: 9, name: base)
          let series = try SyntheticMarket(seed: 1).series(market(base).symbol).take(300 - 40 * index).filter { _ in random.next() % 5 > 0 }
          return MarketFeed(market: market(base), source: ListSource(.m15, series), timeframes: [.m15, .h1, .h4], range: EmissionRange(end: end))
        })
    }
    let whole = try all(until: .distantFuture)
    for step in stride(from: 1, to: 310, by: 7) {
      let cut = try all(until: SyntheticMarket.begin + Int64(step) * 15 * Timestamp.minute)
      #expect(cut == Array(whole.prefix(cut.count)))
    }
  }
}
