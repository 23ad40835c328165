import Market

/// Prices that a venue accepts: whole multiples of the tick.
struct TickGrid: Sendable {
  let tick: Double
  /// Steps per unit, where the tick divides one: dividing by it gives the same double that the decimal text reads as.
  private let stepsPerUnit: Double?

  /// - Parameter tick: above 0.
  init(_ tick: Double) {
    self.tick = tick
    let steps = (1 / tick).rounded()
    stepsPerUnit = steps >= 1 && abs(steps * tick - 1) < 1e-9 ? steps : nil
  }

  /// The last price on the grid that is not above `price` for `.bear`, not below it for `.bull`. A price within a millionth of a tick of
  /// the grid lies on it.
  func round(_ price: Double, toward direction: Direction) -> Double {
    let steps = stepsPerUnit.map { price * $0 } ?? price / tick
    let whole = steps.rounded()
    let count = abs(steps - whole) < 1e-6 ? whole : steps.rounded(direction == .bull ? .up : .down)
    return stepsPerUnit.map { count / $0 } ?? count * tick
  }
}

/// To `places` decimals: rounded down, so that what is printed never flatters.
func roundedDown(_ value: Double, places: Double = 1e4) -> Double { (value * places + 1e-7).rounded(.down) / places }

func rounded(_ value: Double, places: Double = 1e4) -> Double { (value * places).rounded() / places }
