import Market

/// What candles alone tell about an instrument: the finest decimals seen in their prices are the tick, those of their volumes the lot.
public struct InstrumentInference: Sendable {
  /// Rows after which nothing more is learnt.
  public static let rows = 1000

  private var seen = 0
  private var pricePlaces: UInt8 = 0
  private var volumePlaces: UInt8 = 0

  public init() {}

  public var isComplete: Bool { seen >= InstrumentInference.rows }

  public mutating func add(_ candle: ExactCandle) {
    guard !isComplete else { return }
    seen += 1
    for price in [candle.open, candle.high, candle.low, candle.close] { pricePlaces = max(pricePlaces, price.trimmed.scale) }
    volumePlaces = max(volumePlaces, candle.volume.trimmed.scale)
  }

  /// Fees are the usual ones of the kind; no smallest order value is known, which reads as zero.
  public func instrument(_ kind: Instrument.Kind) -> Instrument {
    let fees = Instrument.defaultFees(kind)
    return Instrument(
      kind: kind, tickSize: Decimal(mantissa: 1, scale: pricePlaces).double, lotSize: Decimal(mantissa: 1, scale: volumePlaces).double,
      minNotional: 0,
      makerFee: fees.maker, takerFee: fees.taker, source: .inferred)
  }
}
