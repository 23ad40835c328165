import Market
import Testing

@testable import Exchanges

struct ResamplerTests {
  private func build(_ timeframe: Timeframe, _ children: [ExactCandle]) throws -> [ExactCandle] {
    var resampler = Resampler(timeframe)
    var built: [ExactCandle] = []
    for child in children {
      if let done = resampler.close(by: child.openTime) { built.append(done) }
      _ = try resampler.add(child)
      if let done = resampler.close(by: child.closeTime) { built.append(done) }
    }
    return built
  }

  @Test func digitsAreThoseOfTheChildren() throws {
    let children = [
      candle(.m15, 0, open: "10.10", high: "12", low: "9.5", close: "11", volume: "0.1"),
      candle(.m15, 1, open: "11", high: "12.0", low: "9.50", close: "10", volume: "0.2"),
      candle(.m15, 2, open: "10", high: "12.50", low: "10", close: "12", volume: "0.30"),
      candle(.m15, 3, open: "12", high: "12", low: "11", close: "11.90", volume: "0.4"),
    ]
    #expect(try build(.h1, children).map(\.line) == ["2023-01-02T00:00:00Z 10.10 12.50 9.5 11.90 1"])
  }

  @Test func theCutFirstBucketIsDroppedAndTheOpenLastOneHeld() throws {
    let built = try build(.h1, (1..<11).map { candle(.m15, $0) })
    #expect(built.map(\.openTime.text) == ["2023-01-02T01:00:00Z"])
  }

  @Test func childrenWithoutVolumeCountOnlyAmongThemselves() throws {
    let empty = candle(.m15, 0, open: "8", high: "8", low: "8", close: "8", volume: "0")
    let mixed = [
      empty, candle(.m15, 1), candle(.m15, 2, open: "20", high: "20", low: "20", close: "20", volume: "0.000"), candle(.m15, 3, high: "13"),
    ]
    #expect(try build(.h1, mixed).map(\.line) == ["2023-01-02T00:00:00Z 10 13 9 11 2"])
    let empties = (0..<4).map { candle(.m15, $0, open: "8", high: "8", low: "8", close: "8", volume: "0") }
    #expect(try build(.h1, empties).map(\.line) == ["2023-01-02T00:00:00Z 8 8 8 8 0"])
  }

  @Test func bucketsWithHolesAreEmittedAsVenuesDo() throws {
    // The second hour lacks its first and last quarter, the third all.
    let built = try build(.h1, [0, 1, 2, 3, 5, 6, 12, 13, 14, 15].map { candle(.m15, $0) })
    #expect(built.map(\.openTime.text) == ["2023-01-02T00:00:00Z", "2023-01-02T01:00:00Z", "2023-01-02T03:00:00Z"])
    #expect(built.map(\.volume.text) == ["4", "2", "4"])
  }

  @Test func optionalSumsVanishWhereAChildLacksThem() throws {
    var children = (0..<4).map { candle(.m15, $0) }
    for index in children.indices { (children[index].quoteVolume, children[index].trades) = (decimal("2.50"), 3) }
    #expect(try build(.h1, children).first?.quoteVolume?.text == "10" && build(.h1, children).first?.trades == 12)
    children[2].trades = nil
    children[2].quoteVolume = nil
    #expect(try build(.h1, children).first?.quoteVolume == nil && build(.h1, children).first?.trades == nil)
  }

  /// Each timeframe built straight from the drawn series equals the one built over every stage in between (synthetic market).
  @Test func buildingInStepsOrAtOnceIsTheSame() throws {
    let quarter = try SyntheticMarket(seed: 3).series(Symbol(base: "ETH", quote: "USDT")).take(96 * 63)
    let hours = try build(.h1, quarter)
    let days = try build(.d1, build(.h4, hours))
    #expect(try build(.d1, quarter).map(\.line) == days.map(\.line) && days.count == 63)
    #expect(try build(.w1, quarter).map(\.line) == build(.w1, days).map(\.line))
    #expect(try build(.month1, quarter).map(\.openTime.text) == ["2023-02-01T00:00:00Z"])
  }
}
