/// Foreign text made fit for other languages: one function for each language that this project writes.
///
/// Every function works on Unicode scalars. A `Character` may hide a quote behind a combining or a format character, so that a comparison of
/// characters does not find it.
public enum Quoting {
  /// Returns true for a scalar that a terminal or a browser acts on instead of showing it: controls (C0, DEL, C1), marks and overrides of the writing
  /// direction, and separators of lines and paragraphs.
  public static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// One line for people: each hidden scalar stands as its number, `<U+001B>`; a tab becomes a space.
  public static func terminal(_ text: String) -> String { shown(text, keepingLines: false) }

  /// Several lines for people: the same, but line feeds and tabs stay.
  public static func terminal(lines text: String) -> String { shown(text, keepingLines: true) }

  private static func shown(_ text: String, keepingLines: Bool) -> String {
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    return replaced(text) { scalar in
      guard isHidden(scalar) else { return nil }
      if scalar == "\t" { return keepingLines ? nil : " " }
      return scalar == "\n" && keepingLines ? nil : "<\(number(scalar))>"
    }
  }

  /// `U+001B`.
  private static func number(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }

  /// The text with some of its scalars replaced; `nil` keeps a scalar.
  static func replaced(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      if let instead = replacement(scalar) { out += instead } else { out.unicodeScalars.append(scalar) }
    }
    return out
  }
}
