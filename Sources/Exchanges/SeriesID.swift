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
    return FileName.of([symbol.base, symbol.quote, symbol.settle].compactMap { $0 }, ending: "-\(timeframe.label).ndjson")
  }

  /// The series whose file in the folder of `exchange` has this name; `nil` where no series has, or its name was too long.
  init?(exchange: String, fileName: String) {
    guard fileName.hasSuffix(".ndjson"), let dash = fileName.lastIndex(of: "-"),
      let timeframe = Timeframe(String(fileName[fileName.index(after: dash)...].dropLast(7))),
      let parts = FileName.parts(of: String(fileName[..<dash])), parts.count == 2 || parts.count == 3,
      let symbol = Symbol(listed: parts[0], parts[1], settle: parts.count == 3 ? parts[2] : nil)
    else { return nil }
    self.init(MarketName(exchange: exchange, symbol: symbol), timeframe)
  }
}
