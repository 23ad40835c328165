import Market

/// A position that the account holds without this system having planned it: told by a file.
public struct HeldPosition: Hashable, Sendable {
  public var direction: Direction
  /// In the base asset.
  public var quantity: Double
  public var entry: Double
  /// Without one the whole notional is at risk.
  public var stop: Double?

  public init(direction: Direction, quantity: Double, entry: Double, stop: Double? = nil) {
    self.direction = direction
    self.quantity = quantity
    self.entry = entry
    self.stop = stop
  }

  var notional: Double { quantity * entry }
  var risk: Double { stop.map { max(0, direction.sign * (entry - $0) * quantity) } ?? notional }
}
