import Testing

@testable import Market

struct SymbolTests {
  @Test(arguments: ["BTC/USDT", "BTCUSDT", "BTC-USDT", "BTC_USDT", "btc_usdt"])
  func spellings(text: String) { #expect(Symbol(text) == Symbol(base: "BTC", quote: "USDT")) }

  @Test(arguments: ["", "USDT", "BTC", "BTC/", "/USDT", "BTC/USDT:", "A/B/C", "BTC USDT", "BTC,USDT", "BTC/USDT:USDT:USDT"])
  func refused(text: String) { #expect(Symbol(text) == nil) }

  @Test func perpetual() throws {
    let symbol = try #require(Symbol("btc/usdt:usdt"))
    #expect(symbol.text == "BTC/USDT:USDT" && symbol.kind == .linear)
    #expect(Symbol(base: "BTC", quote: "USDT").kind == .spot)
  }

  @Test func longestQuoteWins() { #expect(Symbol("BTCFDUSD") == Symbol(base: "BTC", quote: "FDUSD")) }

  @Test func orderIsThatOfTheBytes() throws {
    let names = ["AAVE/USDT", "BTC/USDT", "BTC/USDT:USDT", "ETH/BTC"]
    #expect(names.reversed().compactMap { Symbol($0) }.sorted().map(\.text) == names)
  }
}

struct CandleTests {
  private let good = Candle(
    openTime: Timestamp(milliseconds: 0), closeTime: Timestamp(milliseconds: 60_000), open: 10, high: 12, low: 9, close: 11, volume: 0)

  @Test func soundCandle() { #expect(good.fault == nil) }

  @Test(
    arguments: [
      (\Candle.low, 0, Candle.Fault.notPositive), (\.low, -1, .notPositive), (\.low, .nan, .notPositive), (\.high, 8, .highBelowLow),
      (\.open, 12.5, .openOutside),
      (\.open, 8.5, .openOutside), (\.close, 13, .closeOutside), (\.close, 8, .closeOutside), (\.volume, -1, .negativeVolume),
      (\.volume, .nan, .negativeVolume),
    ] as [(WritableKeyPath<Candle, Double> & Sendable, Double, Candle.Fault)])
  func faults(field: WritableKeyPath<Candle, Double> & Sendable, value: Double, fault: Candle.Fault) {
    var candle = good
    candle[keyPath: field] = value
    #expect(candle.fault == fault)
  }

  @Test func timesInOrder() {
    var candle = good
    candle.closeTime = candle.openTime
    #expect(candle.fault == .timesOutOfOrder)
  }
}
