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

  /// The variable that names another server of the same dialect.
  public var environment: String {
    switch self {
    case .binance: "SS_BINANCE_URL"
    case .binanceUSDM: "SS_BINANCE_USDM_URL"
    case .bybit: "SS_BYBIT_URL"
    case .okx: "SS_OKX_URL"
    }
  }
}
