import Indicators
import Market
import Testing

@Suite struct DivergenceTests {
  let keys = ["from", "at", "known_at", "price_from", "price_at", "rsi_from", "rsi_at"]

  struct Found: Equatable {
    var index: Int
    var isRegular: Bool
    var from: Int
    var at: Int
  }

  /// The definition, window by window: a swing low is below the five lows before it and not above the five after it.
  func expected(_ candles: [Candle], _ rsi: [Double], sign: Double) -> [Found] {
    let prices = candles.map { sign > 0 ? $0.low : -$0.high }
    let strengths = rsi.map { sign * $0 }
    var swings: [Int] = []
    var found: [Found] = []
    for i in 5..<max(5, candles.count - 5) {
      guard prices[i - 5..<i].allSatisfy({ $0 > prices[i] }), prices[i + 1...i + 5].allSatisfy({ $0 >= prices[i] }), !rsi[i].isNaN else { continue }
      if let last = swings.last, i - last <= 100 {
        let regular = prices[i] < prices[last] && strengths[i] > strengths[last]
        let hidden = prices[i] > prices[last] && strengths[i] < strengths[last]
        if regular || hidden { found.append(Found(index: i + 5, isRegular: regular, from: last, at: i)) }
      }
      swings.append(i)
    }
    return found
  }

  @Test(arguments: ["bullish", "bearish"])
  func firesWhereTheDefinitionSays(side: String) throws {
    let candles = Series.walk(2000, seed: 21)
    let run = try Run(candles, only: ["divergence", "rsi"])
    let rsi = run["rsi"]
    let wanted = expected(candles, rsi, sign: side == "bullish" ? 1 : -1)
    #expect(wanted.count > 20)
    #expect(wanted.contains { $0.isRegular } && wanted.contains { !$0.isRegular })
    let kinds = run["\(side)_divergence"]
    #expect(kinds.indices.filter { !kinds[$0].isNaN } == wanted.map(\.index))
    let details = keys.map { run["\(side)_divergence_\($0)"] }
    for one in wanted {
      #expect(kinds[one.index] == (one.isRegular ? 0 : 1))
      let price: (Candle) -> Double = { side == "bullish" ? $0.low : $0.high }
      let truth = [
        Double(candles[one.from].openTime.milliseconds), Double(candles[one.at].openTime.milliseconds),
        Double(candles[one.index].closeTime.milliseconds), price(candles[one.from]), price(candles[one.at]), rsi[one.from], rsi[one.at],
      ]
      #expect(details.map { $0[one.index] } == truth)
    }
  }

  /// Of equal lows the first is the swing; a plateau after it does not make a second one.
  @Test func tiesCountOnce() throws {
    let lows = [9.0, 8, 7, 6, 5, 5, 5, 6, 7, 8, 9, 8, 7, 6, 5.5, 6, 7, 8, 9]
    let candles = lows.enumerated().map { Series.candle($0, $1 + 0.5, $1 + 1, $1, $1 + 0.5, 1) }
    let run = try Run(candles, only: ["divergence:2:2:50"])
    let at = run["bullish_divergence_at_2_2_50"].filter { !$0.isNaN }
    #expect(at.count <= 1)
    #expect(at.allSatisfy { $0 == Double(candles[14].openTime.milliseconds) })
  }

  @Test func flatMarketHasNone() throws {
    let run = try Run(Series.flat(300), only: ["divergence"])
    #expect(run.rows.allSatisfy { row in run.selection.columns.allSatisfy { row[$0.index].isNaN } })
  }
}

@Suite struct DayTests {
  /// A day seen from noon on has no value; the next one begins at its own midnight.
  @Test func vwapWaitsForMidnightAndBeginsAgain() throws {
    let candles = Array(Series.walk(400, seed: 31).dropFirst(40))
    let vwap = try Run(candles, only: ["vwap"])["vwap"]
    let perDay = 96
    #expect(vwap[..<(perDay - 40)].allSatisfy { $0.isNaN })
    for start in stride(from: perDay - 40, to: candles.count, by: perDay) {
      #expect((vwap[start] - (candles[start].high + candles[start].low + candles[start].close) / 3).magnitude < 1e-9)
    }
    let day = candles[(perDay - 40)..<(2 * perDay - 40)]
    let value = day.reduce(0) { $0 + ($1.high + $1.low + $1.close) / 3 * $1.volume }
    #expect((vwap[2 * perDay - 41] - value / day.reduce(0) { $0 + $1.volume }).magnitude < 1e-9)
  }

  @Test func noDayInACandleOfADay() throws {
    let candles = Series.walk(10, timeframe: .d1)
    #expect(try Run(candles, only: ["vwap"], timeframe: .d1)["vwap"].allSatisfy { $0.isNaN })
  }

  /// A market whose every day is alike is usual at every hour.
  @Test func volumeIsJudgedByItsHour() throws {
    let candles = (0..<24 * 30).map { Series.candle($0, 100, 101, 99, 100, Double(1 + $0 % 24), .h1) }
    let ratio = try Run(candles, only: ["hourly_volume"], timeframe: .h1)["hourly_volume_ratio"]
    #expect(ratio[..<240].allSatisfy { $0.isNaN })
    #expect(ratio[240...].allSatisfy { ($0 - 1).magnitude < 1e-12 })
    // The hours of 1969 are hours like others.
    let early = candles.map { candle in
      var candle = candle
      candle.openTime = candle.openTime + -55 * 365 * Timestamp.day
      candle.closeTime = candle.closeTime + -55 * 365 * Timestamp.day
      return candle
    }
    #expect(early[0].openTime.milliseconds < 0)
    let before = try Run(early, only: ["hourly_volume"], timeframe: .h1)["hourly_volume_ratio"]
    #expect(before[240...].allSatisfy { ($0 - 1).magnitude < 1e-12 })
    var louder = candles
    louder[500].volume *= 3
    #expect((try Run(louder, only: ["hourly_volume"], timeframe: .h1)["hourly_volume_ratio"][500] - 3).magnitude < 1e-12)
  }
}
