import Market

/// A market that never was, the same on every machine: for demonstrations, tests and measurements, labelled `"exchange":"synthetic"`.
///
/// Prices move in whole ticks through regimes (`SyntheticMood`); bitcoin leads, the others follow a part of its moves one bar later.
/// A candle depends on the seed, its symbol and its time alone: never on how many symbols, timeframes or bars are asked for.
public struct SyntheticMarket: Sendable {
  /// A Monday; nothing traded before.
  public static let begin = Timestamp(day: CalendarDay(year: 2023, month: 1, day: 2))
  /// Where a history ends unless told otherwise: 78 weeks after the beginning and some hours into the week, so that no long candle closes there.
  public static let defaultEnd = begin + 78 * 7 * Timestamp.day + 40 * Timestamp.hour + 45 * Timestamp.minute
  /// Candles are drawn at this timeframe; shorter ones divide them, longer ones are built from them.
  public static let drawn = Timeframe.m15

  public static let exchange = "synthetic"
  /// What there is to trade, the largest first; any other spot symbol is listed on demand.
  public static let symbols: [Symbol] = listings.map { Symbol(base: $0.base, quote: "USDT") }

  public let seed: UInt64

  public init(seed: UInt64) { self.seed = seed }

  /// What is known of a market from its first day: starting price in ticks, decimals of price and size, usual volume of a bar in lots, following of the market.
  struct Listing: Sendable {
    var base: String
    var ticks: Double
    var places: UInt8
    var lotPlaces: UInt8
    var lots: Double
    var beta: Double
    /// Deviation of a 15-minute return of its own.
    var deviation: Double
  }

  static let listings: [Listing] = [
    Listing(base: "BTC", ticks: 2_650_000, places: 2, lotPlaces: 5, lots: 4.2e7, beta: 1.0, deviation: 0.0004),
    Listing(base: "ETH", ticks: 168_000, places: 2, lotPlaces: 4, lots: 4.8e7, beta: 1.15, deviation: 0.0009),
    Listing(base: "BNB", ticks: 30_500, places: 2, lotPlaces: 3, lots: 1.1e7, beta: 0.85, deviation: 0.0010),
    Listing(base: "SOL", ticks: 2_410, places: 2, lotPlaces: 3, lots: 9.0e7, beta: 1.5, deviation: 0.0018),
    Listing(base: "XRP", ticks: 5_120, places: 4, lotPlaces: 0, lots: 2.2e6, beta: 1.0, deviation: 0.0015),
    Listing(base: "ADA", ticks: 3_710, places: 4, lotPlaces: 1, lots: 1.6e7, beta: 1.2, deviation: 0.0014),
    Listing(base: "DOGE", ticks: 8_120, places: 5, lotPlaces: 0, lots: 8.0e6, beta: 1.3, deviation: 0.0017),
    Listing(base: "AVAX", ticks: 1_740, places: 2, lotPlaces: 2, lots: 5.0e6, beta: 1.45, deviation: 0.0017),
    Listing(base: "LINK", ticks: 7_050, places: 3, lotPlaces: 2, lots: 9.0e6, beta: 1.2, deviation: 0.0016),
    Listing(base: "DOT", ticks: 6_230, places: 3, lotPlaces: 2, lots: 6.0e6, beta: 1.2, deviation: 0.0014),
    Listing(base: "LTC", ticks: 8_870, places: 2, lotPlaces: 3, lots: 7.0e6, beta: 0.9, deviation: 0.0013),
    Listing(base: "TRX", ticks: 76_400, places: 6, lotPlaces: 1, lots: 4.0e7, beta: 0.5, deviation: 0.0010),
    Listing(base: "ATOM", ticks: 11_430, places: 3, lotPlaces: 2, lots: 2.1e6, beta: 1.15, deviation: 0.0015),
    Listing(base: "UNI", ticks: 6_080, places: 3, lotPlaces: 2, lots: 1.8e6, beta: 1.2, deviation: 0.0016),
    Listing(base: "XLM", ticks: 8_940, places: 5, lotPlaces: 0, lots: 2.4e6, beta: 0.9, deviation: 0.0014),
    Listing(base: "NEAR", ticks: 2_180, places: 3, lotPlaces: 1, lots: 1.3e6, beta: 1.4, deviation: 0.0018),
    Listing(base: "FIL", ticks: 4_950, places: 3, lotPlaces: 2, lots: 2.6e6, beta: 1.3, deviation: 0.0017),
    Listing(base: "APT", ticks: 7_720, places: 3, lotPlaces: 2, lots: 1.5e6, beta: 1.4, deviation: 0.0020),
    Listing(base: "ARB", ticks: 11_350, places: 4, lotPlaces: 1, lots: 2.8e6, beta: 1.4, deviation: 0.0019),
    Listing(base: "SHIB", ticks: 1_012, places: 8, lotPlaces: 0, lots: 6.0e9, beta: 1.35, deviation: 0.0019),
  ]

  static func listing(_ symbol: Symbol) -> Listing {
    if let known = listings.first(where: { $0.base == symbol.base }) { return known }
    var random = SplitMix(seed: 0, name: symbol.text)
    return Listing(
      base: symbol.base, ticks: Double(2000 + random.below(60_000)), places: UInt8(random.below(6)), lotPlaces: UInt8(random.below(4)),
      lots: Double(100_000 + random.below(5_000_000)), beta: 0.7 + random.unit(), deviation: 0.001 + 0.001 * random.unit())
  }

  /// What the venue would say about `symbol`.
  public func instrument(_ symbol: Symbol) -> Instrument {
    let listing = SyntheticMarket.listing(symbol)
    let fees = Instrument.defaultFees(symbol.kind)
    return Instrument(
      kind: symbol.kind, tickSize: Decimal(mantissa: 1, scale: listing.places).double, lotSize: Decimal(mantissa: 1, scale: listing.lotPlaces).double,
      minNotional: 5, makerFee: fees.maker, takerFee: fees.taker, source: .venue)
  }

  /// The candles of `symbol` from the beginning on, without end.
  /// - Parameter timeframe: `drawn` or one of its parts, 5m and 1m.
  public func series(_ symbol: Symbol, timeframe: Timeframe = drawn) -> any CandleSource {
    let drawn = SyntheticSeries(seed: seed, symbol: symbol)
    switch timeframe {
    case .m5: return SyntheticParts(of: drawn, timeframe: .m5, seed: seed, name: symbol.text)
    case .m1:
      return SyntheticParts(
        of: SyntheticParts(of: drawn, timeframe: .m5, seed: seed, name: symbol.text), timeframe: .m1, seed: seed, name: symbol.text)
    default: return drawn
    }
  }

  /// The timeframe at which to ask for `series` so that all of `timeframes` can be had.
  public static func source(of timeframes: [Timeframe]) -> Timeframe {
    guard let shortest = timeframes.min(), shortest < drawn else { return drawn }
    return timeframes.allSatisfy { $0 == .m5 || $0.isBuilt(from: .m5) } ? .m5 : .m1
  }
}
