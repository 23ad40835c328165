import Glibc
import Market

/// What a trade costs: fractions of the notional. Entries and targets rest in the book, stops take from it and slip.
public struct TradeCosts: Hashable, Sendable {
  public var maker: Double
  public var taker: Double
  public var slippage: Double

  public init(maker: Double, taker: Double, slippage: Double) {
    self.maker = maker
    self.taker = taker
    self.slippage = slippage
  }

  /// - Parameter slippage: in basis points.
  public init(_ instrument: Instrument, slippage: Double) {
    self.init(maker: instrument.makerFee, taker: instrument.takerFee, slippage: slippage / 10_000)
  }

  /// Per unit of the base asset, in and out through the stop: the worst round trip.
  @inlinable public func roundTrip(entry: Double, stop: Double) -> Double { entry * maker + stop * (taker + slippage) }
}

extension Instrument {
  /// What is assumed of a market of which the stream says nothing: default fees of its kind, six significant digits of price, lots worth
  /// about a hundredth of the quote asset, orders of 10 and more.
  public static func assumed(_ kind: Kind, price: Double) -> Instrument {
    let fees = defaultFees(kind)
    // No market is beyond these; there a step would be no number.
    let magnitude = price > 0 ? Int(clamping: floor(log10(price)), to: -30...30) : 0
    return Instrument(
      kind: kind, tickSize: powerOfTen(magnitude - 5), lotSize: powerOfTen(-magnitude - 2), minNotional: 10, makerFee: fees.maker,
      takerFee: fees.taker, source: .inferred)
  }

  private static func powerOfTen(_ exponent: Int) -> Double {
    exponent < 0 ? 1 / pow(10, Double(-exponent)) : pow(10, Double(exponent))
  }
}
