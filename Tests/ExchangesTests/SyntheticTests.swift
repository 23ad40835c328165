import Market
import Testing

@testable import Exchanges

struct SyntheticTests {
  private func series(_ base: String, seed: UInt64 = 1, _ timeframe: Timeframe = .m15, count: Int) throws -> [ExactCandle] {
    try SyntheticMarket(seed: seed).series(Symbol(base: base, quote: "USDT"), timeframe: timeframe).take(count)
  }

  @Test func aCandleDoesNotDependOnHowMuchIsAsked() throws {
    let long = try series("SOL", count: 5000)
    #expect(try series("SOL", count: 700).map(\.line) == long.prefix(700).map(\.line))
    #expect(try series("SOL", seed: 2, count: 10).map(\.line) != long.prefix(10).map(\.line))
  }

  /// Guards the numbers themselves: whoever changes them changes every recorded result.
  @Test func theFirstCandlesAreTheseForGood() throws {
    let lines = try series("BTC", count: 2).map(\.line) + series("SHIB", seed: 7, count: 2).map(\.line)
    #expect(lines == SyntheticTests.first)
  }

  static let first = [
    "2023-01-02T00:00:00Z 26500.00 26562.15 26428.76 26448.54 1051.33838",
    "2023-01-02T00:15:00Z 26448.54 26576.87 26375.39 26489.95 503.13617",
    "2023-01-02T00:00:00Z 0.00001012 0.00001013 0.00001010 0.00001011 4359476575",
    "2023-01-02T00:15:00Z 0.00001011 0.00001011 0.00001010 0.00001010 3199298029",
  ]

  @Test(arguments: ["BTC", "SHIB", "TRX", "SOL", "WIF"]) func everyCandleIsSound(base: String) throws {
    let candles = try series(base, count: 40_000)
    var close: Decimal?
    for candle in candles {
      #expect(candle.fault == nil && candle.volume.mantissa > 0)
      if let close { #expect(candle.open == close) }
      close = candle.close
    }
    #expect(zip(candles, candles.dropFirst()).allSatisfy { $0.closeTime == $1.openTime })
    // Prices stay within an order of magnitude over more than a year, and move by more than nothing.
    let prices = candles.map(\.close.double)
    let (least, most) = (prices.min() ?? 0, prices.max() ?? 0)
    #expect(most / least > 1.3 && most / prices[0] < 12 && prices[0] / least < 12)
  }

  @Test(arguments: [(Timeframe.m5, 3), (.m1, 15)]) func partsBuildUpToTheWhole(timeframe: Timeframe, count: Int) throws {
    let whole = try series("ADA", count: 2000)
    let parts = try series("ADA", timeframe, count: 2000 * count)
    var resampler = Resampler(.m15)
    var built: [String] = []
    for part in parts {
      #expect(part.fault == nil && part.volume.mantissa > 0)
      _ = try resampler.add(part)
      if let done = resampler.close(by: part.closeTime) { built.append(done.line) }
    }
    // A built volume has its trailing zeros cut.
    #expect(
      built
        == whole.map { candle in
          var candle = candle
          candle.volume = candle.volume.trimmed
          return candle.line
        })
  }

  @Test func whatIsNeededForTheTimeframesAsked() {
    #expect(SyntheticMarket.source(of: [.h1, .w1]) == .m15 && SyntheticMarket.source(of: [.m5, .h1]) == .m5)
    #expect(SyntheticMarket.source(of: [.m3, .h1]) == .m1 && SyntheticMarket.source(of: [.m1]) == .m1 && SyntheticMarket.source(of: []) == .m15)
  }

  /// The others follow bitcoin: at once, and again one bar later; bitcoin does not follow them.
  @Test func bitcoinLeads() throws {
    let count = 20_000
    let moves = try ["BTC", "LINK"].map { base in
      let closes = try series(base, count: count).map(\.close.double)
      return zip(closes.dropFirst(), closes).map { $0 / $1 - 1 }
    }
    let (bitcoin, other) = (moves[0], moves[1])
    #expect(correlation(bitcoin, other) > 0.5)
    let follows = correlation(Array(bitcoin.dropLast()), Array(other.dropFirst()))
    let leads = correlation(Array(bitcoin.dropFirst()), Array(other.dropLast()))
    #expect(follows > 0.15 && abs(leads) < 0.05)
  }

  @Test func regimesSwitch() {
    var mood = SyntheticMood(random: SplitMix(seed: 5, name: "mood"))
    var bars: [SyntheticMood.Regime: Int] = [:]
    for _ in 0..<200_000 {
      _ = mood.next()
      bars[mood.regime, default: 0] += 1
    }
    for regime in SyntheticMood.Regime.allCases { #expect(bars[regime, default: 0] > 15_000) }
  }

  private func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let n = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      ab += (x - meanA) * (y - meanB)
      aa += (x - meanA) * (x - meanA)
      bb += (y - meanB) * (y - meanB)
    }
    return ab / (aa * bb).squareRoot()
  }
}
