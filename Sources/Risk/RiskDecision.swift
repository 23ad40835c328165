/// What the account makes of a plan (docs/stream.md, `risk`). A denial is the setup's `Rejection` instead.
public struct RiskDecision: Hashable, Sendable {
  public enum Account: UInt8, CaseIterable, Hashable, Sendable {
    /// Nobody said what the account holds: 10,000 in the quote asset, no positions.
    case assumed
    /// Balance or positions were given.
    case file
    /// The simulated account, which remembers its own trades.
    case paper
    public var label: StaticString {
      switch self {
      case .assumed: "assumed"
      case .file: "file"
      case .paper: "paper"
      }
    }
  }

  /// Including this plan, as fractions of equity.
  public struct Exposure: Hashable, Sendable {
    /// Notional in the base asset.
    public var asset: Double
    /// Notional in all.
    public var total: Double
    /// Money lost if every stop were hit, costs included.
    public var openRisk: Double

    public init(asset: Double, total: Double, openRisk: Double) {
      self.asset = asset
      self.total = total
      self.openRisk = openRisk
    }
  }

  public var approved: Bool
  public var account: Account
  /// In the base asset, a multiple of the lot.
  public var positionSize: Double
  /// At the near entry, in the quote asset.
  public var notional: Double
  /// Sets the margin, never the size.
  public var leverage: Double
  /// Lost at the stop, costs included, in the quote asset.
  public var riskAmount: Double
  /// The same in percent of equity.
  public var riskPercentage: Double
  /// Entry and stop together, slippage included, in the quote asset.
  public var fees: Double
  /// Of an isolated position; absent on spot without margin.
  public var liquidationPrice: Double?
  public var exposure: Exposure

  public init(
    approved: Bool, account: Account, positionSize: Double, notional: Double, leverage: Double, riskAmount: Double, riskPercentage: Double,
    fees: Double, liquidationPrice: Double? = nil, exposure: Exposure
  ) {
    self.approved = approved
    self.account = account
    self.positionSize = positionSize
    self.notional = notional
    self.leverage = leverage
    self.riskAmount = riskAmount
    self.riskPercentage = riskPercentage
    self.fees = fees
    self.liquidationPrice = liquidationPrice
    self.exposure = exposure
  }
}
