import Market
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.1 + 0.2, "0.3"), (64250.5, "64250.5"), (0.00001234, "0.00001234"), (-3, "-3"), (1e-9, "0.000000001"), (123_456_789_012, "123456789000"),
    (0, "0"), (-0.0, "0"), (100, "100"), (99.99999999999, "100"), (1.5e20, "150000000000000000000"), (.nan, "-"),
  ])
  func significant(_ value: Double, _ text: String) {
    #expect(NumberText.significant(value) == text)
  }

  @Test func fewerDigits() {
    #expect(NumberText.significant(12345.678, digits: 3) == "12300")
    #expect(NumberText.significant(0.0123456, digits: 3) == "0.0123")
  }

  @Test func fixed() {
    #expect(NumberText.fixed(57.3, decimals: 2) == "57.30")
    #expect(NumberText.fixed(-0.004, decimals: 2) == "0.00")
    #expect(NumberText.fixed(-1.005, decimals: 1) == "-1.0")
    #expect(NumberText.fixed(1e300, decimals: 0).count == 301)
  }
}
