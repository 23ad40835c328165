import Market

/// What one market has at stake: an open position, or an order that approval reserved money for.
public struct Stake: Hashable, Sendable {
  public var direction: Direction
  /// In the quote asset, like the rest.
  public var notional: Double
  public var margin: Double
  /// Lost at the stop, costs included.
  public var risk: Double

  public init(direction: Direction, notional: Double, margin: Double, risk: Double) {
    self.direction = direction
    self.notional = notional
    self.margin = margin
    self.risk = risk
  }
}

extension SymbolBook {
  var stake: Stake? {
    if let position {
      return Stake(
        direction: position.direction, notional: position.notional, margin: position.notional / position.order.leverage, risk: position.riskAtStop)
    }
    if let held { return Stake(direction: held.direction, notional: held.notional, margin: held.notional, risk: held.risk) }
    return order.map { Stake(direction: $0.direction, notional: $0.notional, margin: $0.notional / $0.leverage, risk: $0.riskAmount) }
  }
}

/// What stands at one moment, by market.
struct Exposure {
  struct Entry {
    var book: Int
    var base: String
    var stake: Stake
    var direction: Direction { stake.direction }
    var risk: Double { stake.risk }
  }
  var entries: [Entry] = []

  mutating func add(_ stake: Stake?, of base: String, at book: Int) {
    if let stake { entries.append(Entry(book: book, base: base, stake: stake)) }
  }

  var total: Double { entries.reduce(0) { $0 + $1.stake.notional } }
  var margin: Double { entries.reduce(0) { $0 + $1.stake.margin } }
  var risk: Double { entries.reduce(0) { $0 + $1.risk } }
  func asset(_ base: String) -> Double { entries.reduce(0) { $0 + ($1.base == base ? $1.stake.notional : 0) } }
  func count(_ direction: Direction) -> Int { entries.reduce(0) { $0 + ($1.direction == direction ? 1 : 0) } }

  /// Σᵢ rᵢ·max(0, ρᵢ·sᵢ·s): how much of what stands moves with a new position of one unit of risk.
  func shared(_ direction: Direction, _ correlation: (Int) -> Double) -> Double {
    entries.reduce(0) { $0 + $1.risk * max(0, correlation($1.book) * $1.direction.sign * direction.sign) }
  }

  /// ΣΣ rᵢrⱼρᵢⱼsᵢsⱼ over what stands, negative terms counted 0: the square of the heat.
  func squaredHeat(_ correlation: (Int, Int) -> Double) -> Double {
    var sum = 0.0
    for i in entries.indices {
      sum += entries[i].risk * entries[i].risk
      for j in entries.indices where j > i {
        let (a, b) = (entries[i], entries[j])
        sum += 2 * a.risk * b.risk * max(0, correlation(a.book, b.book) * a.direction.sign * b.direction.sign)
      }
    }
    return sum
  }
}
