import Market

/// One series of candles: a market at one timeframe.
public struct SeriesID: Hashable, Sendable {
  public var market: MarketName
  public var timeframe: Timeframe

  public init(_ market: MarketName, _ timeframe: Timeframe) {
    self.market = market
    self.timeframe = timeframe
  }

  public var text: String { "\(market.exchange) \(market.symbol.text) \(timeframe.label)" }

  /// `BTC_USDT-15m.ndjson`, as `SeriesName` reads it.
  var fileName: String {
    let symbol = market.symbol
    return [symbol.base, symbol.quote, symbol.settle].compactMap { $0 }.joined(separator: "_") + "-\(timeframe.label).ndjson"
  }
}
