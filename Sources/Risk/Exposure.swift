import Market

/// What stands at one moment, in the quote asset: open positions and the orders that approval reserved money for.
struct Exposure {
  struct Entry {
    var book: Int
    var base: String
    var direction: Direction
    var notional: Double
    var margin: Double
    /// Lost at the stop, costs included.
    var risk: Double
  }
  var entries: [Entry] = []

  mutating func add(_ book: SymbolBook, at index: Int) {
    if let position = book.position {
      entries.append(
        Entry(
          book: index, base: book.base, direction: position.direction, notional: position.notional,
          margin: position.notional / position.order.leverage, risk: position.riskAtStop))
    }
    if let held = book.held {
      entries.append(
        Entry(book: index, base: book.base, direction: held.direction, notional: held.notional, margin: held.notional, risk: held.risk))
    }
    if let order = book.order {
      entries.append(
        Entry(
          book: index, base: book.base, direction: order.direction, notional: order.notional, margin: order.notional / order.leverage,
          risk: order.riskAmount))
    }
  }

  var total: Double { entries.reduce(0) { $0 + $1.notional } }
  var margin: Double { entries.reduce(0) { $0 + $1.margin } }
  var risk: Double { entries.reduce(0) { $0 + $1.risk } }
  func asset(_ base: String) -> Double { entries.reduce(0) { $0 + ($1.base == base ? $1.notional : 0) } }
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
