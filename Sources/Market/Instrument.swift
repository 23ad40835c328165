/// What a venue says about one market: the steps of price and size, the costs, the limits.
public struct Instrument: Hashable, Sendable {
  public enum Kind: String, Sendable { case spot, linear }
  public enum Source: String, Sendable { case venue, file, inferred }

  public var kind: Kind
  /// Smallest step of price, in the quote asset.
  public var tickSize: Double
  /// Smallest step of size, in the base asset.
  public var lotSize: Double
  /// Smallest order value, in the quote asset.
  public var minNotional: Double
  /// Fractions of the notional: 0.001 is 10 basis points.
  public var makerFee: Double
  public var takerFee: Double
  public var minQuantity: Double?
  public var maxQuantity: Double?
  public var maxLeverage: Double?
  public var maintenanceMarginRate: Double?
  public var fundingIntervalHours: Double?
  public var source: Source

  public init(
    kind: Kind, tickSize: Double, lotSize: Double, minNotional: Double, makerFee: Double, takerFee: Double,
    minQuantity: Double? = nil, maxQuantity: Double? = nil, maxLeverage: Double? = nil,
    maintenanceMarginRate: Double? = nil, fundingIntervalHours: Double? = nil, source: Source
  ) {
    self.kind = kind
    self.tickSize = tickSize
    self.lotSize = lotSize
    self.minNotional = minNotional
    self.makerFee = makerFee
    self.takerFee = takerFee
    self.minQuantity = minQuantity
    self.maxQuantity = maxQuantity
    self.maxLeverage = maxLeverage
    self.maintenanceMarginRate = maintenanceMarginRate
    self.fundingIntervalHours = fundingIntervalHours
    self.source = source
  }

  /// Fees where nothing is known: spot 10/10 basis points, linear 2/5.5.
  public static func defaultFees(_ kind: Kind) -> (maker: Double, taker: Double) {
    kind == .spot ? (0.001, 0.001) : (0.0002, 0.00055)
  }
}
