/// The venues that can be asked, by the name that `exchange` has in the stream.
public enum Venue: String, CaseIterable, Sendable {
  case binance
  case binanceUSDM = "binance-usdm"
  case bybit
  case okx

  public var dialect: any Dialect {
    switch self {
    case .binance: BinanceSpot()
    case .binanceUSDM: BinanceUSDM()
    case .bybit: Bybit()
    case .okx: OKX()
    }
  }
}
