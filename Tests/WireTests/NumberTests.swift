import Glibc
import TestKit
import Testing
import Wire

@Suite struct NumberTests {
  /// The printer's text, and printf's with the same digits, read back.
  private func written(_ x: Double) -> String {
    var buffer = ByteBuffer()
    buffer.append(number: x)
    return buffer.text
  }

  private func printf(_ x: Double, digits: Int) -> String {
    var bytes = [CChar](repeating: 0, count: 64)
    let length = withVaList([Int32(digits), x]) { vsnprintf(&bytes, 64, "%.*g", $0) }
    return String(decoding: bytes[..<Int(length)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test func writesTenSignificantDigits() {
    for (x, text) in [
      (0.0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (0.1, "0.1"), (-2.5, "-2.5"), (64250.5, "64250.5"), (1_234_567_890.5, "1234567890"),
      (1_234_567_891.5, "1234567892"), (9_999_999_999.5, "10000000000"), (0.000012345678909, "0.00001234567891"), (99999.99999999, "100000"),
      (123_456_789_012, "123456789000"), (1e15, "1000000000000000"), (0.9999999999999, "1"), (6e-8, "0.00000006"), (1.5e-12, "0.0000000000015"),
      (8_589_934_592, "8589934592"),
    ] as [(Double, String)] {
      #expect(written(x) == text)
    }
  }

  @Test func agreesWithPrintfEverywhere() {
    var random = SeededGenerator(seed: 7)
    for i in 0..<200_000 {
      let x: Double =
        switch i % 4 {
        case 0: Double(bitPattern: random.next())
        case 1: Double.random(in: -100_000...100_000, using: &random)
        case 2: exp(Double.random(in: -40...40, using: &random))
        default: (Double.random(in: 0...10_000, using: &random) * 100).rounded() / 100
        }
      guard x.isFinite else { continue }
      let text = written(x)
      #expect(strtod(text, nil) == strtod(printf(x, digits: 10), nil), "\(x) as \(text)")
      #expect(!text.hasSuffix(".") && !(text.contains(".") && text.hasSuffix("0") && !text.contains("e")), "\(text)")
    }
  }

  /// Halves of the last digit, and their neighbours: where one multiplication of doubles does not tell the side.
  @Test func roundsTiesToEven() {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<20_000 {
      let whole = Double(Int.random(in: 1_000_000_000..<10_000_000_000, using: &random))
      for x in [whole + 0.5, whole / 8, (whole + 0.5) / 1024, whole * 1024 + 5120] {
        for near in [x, x.nextUp, x.nextDown] {
          #expect(strtod(written(near), nil) == strtod(printf(near, digits: 10), nil), "\(near)")
        }
      }
    }
  }

  @Test func extremes() {
    for x in [
      Double.greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude, 1e22, 1e23, 9.9e15, 9.899999999999e15, 1e-13,
      9.99999e-14,
    ] {
      for signed in [x, -x] { #expect(strtod(written(signed), nil) == strtod(printf(signed, digits: 10), nil), "\(signed)") }
    }
    for exponent in -1074...1023 {
      let x = scalbn(1.0, Int32(exponent))
      for y in [x, x.nextDown, x.nextUp] where y > 0 {
        #expect(strtod(written(y), nil) == strtod(printf(y, digits: 10), nil), "2^\(exponent)")
      }
    }
    for exponent in -30...22 {
      let x = pow(10.0, Double(exponent))
      for y in [x, x.nextDown, x.nextUp, x * 5] { #expect(strtod(written(y), nil) == strtod(printf(y, digits: 10), nil), "10^\(exponent)") }
    }
  }

  @Test func shortestReadsBackTheSame() {
    var random = SeededGenerator(seed: 11)
    var buffer = ByteBuffer()
    for _ in 0..<100_000 {
      let x = Double(bitPattern: random.next())
      guard x.isFinite else { continue }
      buffer.truncate(to: 0)
      buffer.append(shortest: x)
      #expect(strtod(buffer.text, nil) == x)
    }
    buffer.truncate(to: 0)
    buffer.append(shortest: 120)
    #expect(buffer.text == "120")
  }

  @Test func integers() {
    for x in [0, 1, -1, 9, 10, 99, 100, 1_700_000_000_000, Int.max, Int.min] {
      var buffer = ByteBuffer()
      buffer.append(integer: x)
      #expect(buffer.text == "\(x)")
    }
  }

  @Test func noNumberIsNoted() {
    for x in [Double.nan, .infinity, -.infinity] {
      var buffer = ByteBuffer()
      buffer.append(number: x)
      let noted = buffer.sawNonFinite
      #expect(noted)
    }
  }

  /// Reading agrees with the C library to the last bit, on short numbers, long ones, and everything that Double prints.
  @Test func readsExactly() {
    var random = SeededGenerator(seed: 3)
    var texts = [
      "0", "-0", "0.5", "12345678", "123456789.125", "1e22", "1e23", "1E-5", "1.7976931348623157e308", "5e-324", "2.2250738585072014e-308",
      "9007199254740993",
    ]
    for _ in 0..<100_000 {
      let x = Double(bitPattern: random.next())
      if x.isFinite { texts.append("\(x)") }
      texts.append("\(Int.random(in: -99_999_999...99_999_999, using: &random)).\(Int.random(in: 0...999_999_999, using: &random))")
      texts.append("\(Int.random(in: 0...9_999_999, using: &random)).\(Int.random(in: 0...99, using: &random))")
      texts.append("\(Int.random(in: 0...9_999_999_999_999_999, using: &random) >> Int.random(in: 0...40, using: &random))")
    }
    for text in texts {
      withLine(text) { line in
        var p = line.baseAddress!
        let read = NumberReader.read(&p)
        #expect(read == strtod(text, nil), "\(text)")
        #expect(p == line.baseAddress! + line.count, "\(text)")
      }
    }
  }

  @Test(arguments: ["-", "01", "-01", ".5", "1.", "1.e5", "1e", "1e+", "+1", "NaN", "Infinity", "0x10", "1e999", "-1e999", "--1"])
  func refuses(_ text: String) {
    withLine(text) { line in
      var p = line.baseAddress!
      let read = NumberReader.read(&p)
      #expect(read == nil || p != line.baseAddress! + line.count)
    }
  }
}
