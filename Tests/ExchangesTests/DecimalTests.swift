import Testing

@testable import Exchanges

struct DecimalTests {
  @Test(arguments: [
    "0", "1", "-1", "79182", "79182.00000000", "0.00001234", "0.10", "123456789012345678", "9999999999999999999", "12345678901234567890123456",
    "0.000000000000000000000000000001", "-0.5", "123456789012.123456789012345678",
  ])
  func keepsTheDigits(text: String) throws { #expect(try #require(Decimal(text)).text == text) }

  @Test(arguments: [
    ("1e3", "1000"), ("1.5E-7", "0.00000015"), ("1.5e1", "15"), ("1.25e+1", "12.5"), ("007.50", "7.50"), (".5", "0.5"), ("5.", "5"), ("0e5", "0"),
    ("-0", "0"),
    ("1.2345678901234567e-05", "0.000012345678901234567"),
  ])
  func writesPlainDigits(text: String, expected: String) throws { #expect(try #require(Decimal(text)).text == expected) }

  @Test(arguments: [
    "", "-", ".", "-.", "+1", "1.2.3", "1e", "1e+", "1e1.5", "nan", "inf", "NaN", "0x10", "1 ", " 1", "1,5", "--1", "1e99", "1e-99",
    "1234567890123456789012345678901234567", "1_000",
  ])
  func refuses(text: String) { #expect(Decimal(text) == nil) }

  @Test func comparesByValue() throws {
    let ordered = ["-2", "-1.5", "0", "0.000001", "0.99", "1", "1.0000001", "2.5", "10", "123456789012345678901234567890"].compactMap { Decimal($0) }
    for (i, a) in ordered.enumerated() {
      for (j, b) in ordered.enumerated() { #expect((a < b) == (i < j) && (a == b) == (i == j)) }
    }
    #expect(decimal("1.0") == decimal("1.00"))
    // At these scales the product no longer fits, and the answer is still exact.
    #expect(decimal("0.000000000000000000000000000001") < decimal("123456789012345678901234567890"))
  }

  @Test func sumsAreExact() throws {
    var sum = Decimal.zero
    for _ in 0..<1000 { sum = try #require(sum.adding(decimal("0.1"))) }
    #expect(sum.text == "100.0" && sum.trimmed.text == "100")
    #expect(decimal("1.5").adding(decimal("0.0000001"))?.text == "1.5000001")
    let huge = Decimal(mantissa: .max, scale: 0)
    #expect(huge.adding(Decimal(mantissa: 1, scale: 0)) == nil)
    #expect(huge.adding(Decimal(mantissa: 1, scale: 3)) == nil)
  }

  @Test func trimsOnlyPlaces() {
    #expect(Decimal(mantissa: 1000, scale: 0).trimmed.text == "1000")
    #expect(Decimal(mantissa: 1000, scale: 2).trimmed.text == "10")
    #expect(Decimal(mantissa: 0, scale: 8).trimmed.text == "0")
  }

  /// Seeded numbers of all lengths read and write back, and their doubles are those that Swift reads from the text.
  @Test func roundTripsAtRandom() throws {
    var state: UInt64 = 42
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Decimal(mantissa: Int128(state >> (state & 63)), scale: UInt8((state >> 59) % 16))
      let read = try #require(Decimal(value.text))
      #expect(read.text == value.text && read == value)
      if value.mantissa < 1 << 53 { #expect(value.double == Double(value.text)) }
    }
  }
}
