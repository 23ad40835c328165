/// The multiples of a venue's step: prices on the tick, sizes on the lot.
public struct StepGrid: Sendable {
  /// A value within this part of a step of the grid lies on it: what arithmetic left of a decimal.
  public static let tolerance = 1e-6

  public let step: Double
  /// Steps per unit, where the step divides one: dividing by it gives the double that the decimal text reads as.
  private let stepsPerUnit: Double?

  /// - Parameter step: above 0.
  public init(_ step: Double) {
    self.step = step
    let count = (1 / step).rounded()
    stepsPerUnit = count >= 1 && abs(count * step - 1) < 1e-9 ? count : nil
  }

  /// The nearest multiple that is not below `value` for `.bull`, not above it for `.bear`.
  public func round(_ value: Double, toward direction: Direction, tolerance: Double = StepGrid.tolerance) -> Double {
    let steps = stepsPerUnit.map { value * $0 } ?? value / step
    let whole = steps.rounded()
    let count = abs(steps - whole) <= tolerance ? whole : steps.rounded(direction == .bull ? .up : .down)
    return stepsPerUnit.map { count / $0 } ?? count * step
  }

  public func down(_ value: Double, tolerance: Double = StepGrid.tolerance) -> Double { round(value, toward: .bear, tolerance: tolerance) }
  public func up(_ value: Double, tolerance: Double = StepGrid.tolerance) -> Double { round(value, toward: .bull, tolerance: tolerance) }
}
