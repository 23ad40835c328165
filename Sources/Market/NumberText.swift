import Glibc

/// Numbers as people and rationales read them: plain decimals, never an exponent, the same text on every machine.
public enum NumberText {
  /// At most `digits` significant digits (the stream's 10 unless told), trailing zeros cut: `0.00001234`, `64250.5`, `-3`.
  public static func significant(_ value: Double, digits: Int = 10) -> String {
    guard value.isFinite else { return "-" }
    if value == 0 { return "0" }
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
