import Exchanges
import Market
import Testing

@Suite struct UniverseTests {
  private func listing(_ base: String, _ quote: String = "USDT", status: Listing.Status = .trading) -> Listing {
    let instrument = Instrument(kind: .spot, tickSize: 0.01, lotSize: 0.01, minNotional: 5, makerFee: 0, takerFee: 0, source: .venue)
    return Listing(name: base + quote, symbol: Symbol(base: base, quote: quote), status: status, instrument: instrument)
  }

  private func ticker(_ name: String, _ volume: String) -> Ticker {
    var ticker = Ticker(name: name, last: Decimal(mantissa: 1, scale: 0))
    ticker.quoteVolume = Decimal(volume)
    return ticker
  }

  @Test func everyMarketIsKeptOrHasOneReason() throws {
    let listings = [
      listing("BTC"), listing("ETH"), listing("JUP"), listing("J"), listing("SUPER"), listing("BTCUP"), listing("ETHBULL"), listing("ETH3S"),
      listing("USDC"),
      listing("USDT1"), listing("SOL"), listing("LUNA", status: .halted), listing("BTC", "EUR"), listing("DUST"), listing("GHOST"), listing("BAN"),
      listing("X"),
    ]
    let tickers = [
      ticker("BTCUSDT", "900"), ticker("ETHUSDT", "1000"), ticker("JUPUSDT", "5"), ticker("JUSDT", "9"), ticker("SUPERUSDT", "50"),
      ticker("SOLUSDT", "800"),
      ticker("USDT1USDT", "70"), ticker("DUSTUSDT", "0.5"), ticker("BANUSDT", "60"), ticker("XUSDT", "800"), ticker("BTCUPUSDT", "99999"),
    ]
    var rules = UniverseRules()
    rules.top = 5
    rules.minimumVolume = 6
    rules.deny = [try #require(SymbolPattern("^BAN/"))]
    let universe = Universe(listings, tickers, rules)
    // Equal volumes stand by name.
    #expect(universe.kept.map(\.listing.symbol.base) == ["ETH", "BTC", "SOL", "X", "USDT1"])
    #expect(universe.kept.count + universe.dropped.count == listings.count)
    let reasons = Dictionary(uniqueKeysWithValues: universe.dropped.map { ($0.listing.name, $0.reason) })
    #expect(reasons["BTCUPUSDT"] == .leveragedToken)
    #expect(reasons["ETHBULLUSDT"] == .leveragedToken)
    #expect(reasons["ETH3SUSDT"] == .leveragedToken)
    #expect(reasons["USDCUSDT"] == .stableBase)
    #expect(reasons["LUNAUSDT"] == .notTrading)
    #expect(reasons["BTCEUR"] == .otherQuote)
    #expect(reasons["DUSTUSDT"] == .belowVolume)
    #expect(reasons["GHOSTUSDT"] == .noTicker)
    #expect(reasons["BANUSDT"] == .denied)
    #expect(reasons["SUPERUSDT"] == .beyondTop, "not leveraged: there is no SUP")
    // JUP ends in UP and there is a J: an exact rule still has a price.
    #expect(reasons["JUPUSDT"] == .leveragedToken)
  }

  @Test func onlyWhatIsAllowed() throws {
    var rules = UniverseRules()
    rules.allow = [try #require(SymbolPattern("^(BTC|ETH)/")), try #require(SymbolPattern("SOL"))]
    let universe = Universe(
      [listing("BTC"), listing("SOL"), listing("ADA")], [ticker("BTCUSDT", "1"), ticker("SOLUSDT", "2"), ticker("ADAUSDT", "3")], rules)
    #expect(universe.kept.map(\.listing.symbol.base) == ["SOL", "BTC"])
    #expect(universe.dropped.map(\.reason) == [.notAllowed])
    #expect(SymbolPattern("(") == nil)
  }
}
