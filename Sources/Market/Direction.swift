/// A side of the market. Bull and bear are one piece of code on mirrored prices: `sign` does the mirroring.
@frozen
public enum Direction: UInt8, CaseIterable, Hashable, Sendable {
  case bull, bear

  @inlinable public var opposite: Direction { self == .bull ? .bear : .bull }
  /// +1 for bull, −1 for bear.
  @inlinable public var sign: Double { self == .bull ? 1 : -1 }
  /// As structure facts spell it.
  public var label: StaticString { self == .bull ? "bullish" : "bearish" }
  /// As ids spell it.
  public var word: StaticString { self == .bull ? "bull" : "bear" }
  /// As setups and plans spell it.
  public var trade: StaticString { self == .bull ? "LONG" : "SHORT" }
}
