import Glibc

/// Numbers as people and rationales read them: plain decimals, never an exponent, the same text on every machine.
public enum NumberText {
  /// At most `digits` significant digits (the stream's 10 unless told), trailing zeros cut: `0.00001234`, `64250.5`, `-3`.
  public static func significant(_ value: Double, digits: Int = 10) -> String {
    guard value.isFinite else { return "-" }
    if value == 0 { return "0" }
    if let text = quick(value, max(1, digits)) { return text }
    // "d.ddde±xx": correctly rounded by the C library.
    let scientific = formatted("%.*e", max(1, digits) - 1, value)
    guard let mark = scientific.firstIndex(of: "e"), let exponent = Int(scientific[scientific.index(after: mark)...]) else { return scientific }
    var figures = scientific[..<mark].filter { $0.isNumber }
    while figures.last == "0" { figures.removeLast() }
    let sign = value < 0 ? "-" : ""
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + figures }
    if figures.count <= exponent + 1 { return sign + figures + String(repeating: "0", count: exponent + 1 - figures.count) }
    let point = figures.index(figures.startIndex, offsetBy: exponent + 1)
    return sign + figures[..<point] + "." + figures[point...]
  }

  /// 10^-6 … 10^10.
  private static let powers: [Double] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]

  /// The same for values of common size whose scaled figure is not too near a tie, which only the exact value can decide.
  private static func quick(_ value: Double, _ digits: Int) -> String? {
    let magnitude = value.magnitude
    guard digits <= 10, magnitude >= 1e-6, magnitude < 1e10 else { return nil }
    var exponent = -6
    while magnitude >= powers[exponent + 7] { exponent += 1 }
    let shift = digits - 1 - exponent
    // Both in range: two steps where one power is not enough.
    let scaled = shift < 0 ? magnitude / powers[6 - shift] : magnitude * powers[6 + min(shift, 10)] * powers[6 + max(0, shift - 10)]
    let figure = scaled.rounded(.down)
    guard abs(scaled - figure - 0.5) > 1e-5 else { return nil }
    var number = UInt64(Int64(known: scaled - figure > 0.5 ? figure + 1 : figure))
    var length = digits
    if Double(number) >= powers[6 + digits] {
      number /= 10
      exponent += 1
    }
    while length > 1, number % 10 == 0 {
      number /= 10
      length -= 1
    }
    return String(unsafeUninitializedCapacity: 32) { buffer in
      var count = 0
      func put(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
      }
      if value < 0 { put(0x2D) }
      if exponent < 0 {
        put(0x30)
        put(0x2E)
        for _ in 0..<(-exponent - 1) { put(0x30) }
      }
      let start = count
      let point = exponent >= 0 && length > exponent + 1 ? start + exponent + 1 : Int.max
      count += length + (point == Int.max ? 0 : 1)
      var place = count - 1
      for _ in 0..<length {
        if place == point {
          buffer[place] = 0x2E
          place -= 1
        }
        buffer[place] = 0x30 + UInt8(number % 10)
        number /= 10
        place -= 1
      }
      if exponent >= length { for _ in 0..<(exponent + 1 - length) { put(0x30) } }
      return count
    }
  }

  /// Exactly `decimals` digits after the point: `57.30`. What rounds to zero has no sign.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "-" }
    let text = formatted("%.*f", max(0, decimals), value)
    return text.allSatisfy { "-0.".contains($0) } && text.first == "-" ? String(text.dropFirst()) : text
  }

  private static func formatted(_ format: String, _ precision: Int, _ value: Double) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
      let length = withVaList([Int32(precision), value]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
      return String(decoding: buffer[..<min(Int(max(length, 0)), buffer.count - 1)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
