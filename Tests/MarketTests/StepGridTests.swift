import Market
import Testing

@Suite struct StepGridTests {
  @Test(arguments: [
    (0.1, 0.3, 0.3, 0.3), (0.1, 0.1 + 0.2, 0.3, 0.3), (0.01, 1.239, 1.23, 1.24), (0.5, 30_000.26, 30_000, 30_000.5), (10, 37, 30, 40),
    (0.05, 0.17, 0.15, 0.2), (0.00001, 0.0000123, 0.00001, 0.00002), (1, 2, 2, 2), (0.3, 1, 0.8999999999999999, 1.2),
  ])
  func bothWays(_ step: Double, _ value: Double, _ down: Double, _ up: Double) {
    #expect(StepGrid(step).down(value) == down)
    #expect(StepGrid(step).up(value) == up)
  }

  @Test func withoutToleranceNeverAbove() {
    #expect(StepGrid(0.001).down(0.0019999999999, tolerance: 0) == 0.001)
    #expect(StepGrid(0.001).down(0.0019999999999) == 0.002)
  }
}
