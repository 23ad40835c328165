/// Text inside the languages of programs that this project starts, or tells people to start.
extension Quoting {
  /// A string of gnuplot. Whatever its parser, its macros or its command substitution could see stands as an octal number, which only strings in
  /// double quotes have. Doubled quotes will not do: gnuplot 5.4 takes a doubled quote behind the first one for an empty string, and expands macros behind them.
  public static func gnuplot(_ text: String) -> String {
    let line = terminal(text)
    guard line.unicodeScalars.contains(where: isSpecialInGnuplot) else { return "'\(line)'" }
    return "\"" + replaced(line) { isSpecialInGnuplot($0) ? "\\" + octal($0) : nil } + "\""
  }

  private static func isSpecialInGnuplot(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "'", "\"", "\\", "`", "@", "$", "{", "}", "!": true
    default: false
    }
  }

  /// Four digits with a 0 in front: gnuplot reads as many then, and no digit of the text behind.
  private static func octal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }

  /// A value in curl's configuration. A NUL would cut the value off, and becomes U+FFFD.
  public static func curl(_ text: String) -> String {
    "\""
      + replaced(text) { scalar in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case "\u{0B}": "\\v"
        case "\0": "\u{FFFD}"
        default: nil
        }
      } + "\""
  }

  /// A file name or a type within a multipart field of curl, whose separators are `;` and `,`.
  public static func multipart(_ text: String) -> String {
    "\"" + replaced(text) { $0 == "\"" || $0 == "\\" ? "\\\($0)" : nil } + "\""
  }

  /// A word of a shell as people read and copy it. Hidden scalars stand as bash's `$'\x1b'` writes them.
  public static func shellWord(_ text: String) -> String {
    let scalars = text.unicodeScalars
    if !scalars.isEmpty, scalars.allSatisfy(isPlainInShell) { return text }
    guard scalars.contains(where: isHidden) else { return "'" + replaced(text) { $0 == "'" ? "'\\''" : nil } + "'" }
    return "$'"
      + replaced(text) { scalar in
        switch scalar {
        case "'", "\\": "\\\(scalar)"
        case "\n": "\\n"
        case "\t": "\\t"
        case _ where isHidden(scalar):
          scalar.value < 0x80 ? "\\x" + hexadecimal(scalar.value, digits: 2) : "\\u" + hexadecimal(scalar.value, digits: 4)
        default: nil
        }
      } + "'"
  }

  private static func isPlainInShell(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", "+", "=", ":", ",", ".", "/", "@", "%": true
    default: false
    }
  }

  /// A part of a URL: what is neither a letter nor a digit of ASCII nor one of `-._~` is percent-encoded.
  public static func percent(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += "%" + hexadecimal(UInt32(byte), digits: 2).uppercased()
      }
    }
    return out
  }

  static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
