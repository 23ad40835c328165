extension Quoting {
  /// One line of CommonMark that reads as `text`, wherever it stands. White space and line breaks become single spaces; hidden scalars are shown
  /// as a terminal would.
  public static func markdown(_ text: String) -> String { markdown(text, beginsLine: true) }

  /// The same for a cell of a table, where no list and no rule can begin.
  public static func markdown(cell text: String) -> String { markdown(text, beginsLine: false) }

  /// A code span. No escape is read in one, so an apostrophe stands for each backtick, which would end it.
  public static func markdownCode(_ text: String) -> String {
    let inside = replaced(terminal(joined(text))) { $0 == "`" ? "'" : nil }
    return inside.isEmpty ? "" : "`\(inside)`"
  }

  private static func markdown(_ text: String, beginsLine: Bool) -> String {
    let scalars = Array(terminal(joined(text)).unicodeScalars)
    var out = String.UnicodeScalarView()
    for (place, scalar) in scalars.enumerated() {
      let next = place + 1 < scalars.count ? scalars[place + 1] : " "
      if isMarkup(scalar, before: next) || beginsLine && beginsBlock(scalars, place, next) || beginsLink(scalars, place) { out.append("\\") }
      out.append(scalar)
    }
    return String(out)
  }

  /// White space and line breaks as single spaces, none at either end.
  public static func joined(_ text: String) -> String {
    text.unicodeScalars.split { $0 == " " || $0 == "\n" || $0 == "\r" || $0 == "\t" }.map { String($0) }.joined(separator: " ")
  }

  /// What begins markup wherever it stands: emphasis, code, links, HTML, entities, cells, headings, mathematics.
  private static func isMarkup(_ scalar: Unicode.Scalar, before next: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "#", "~", "$": true
    case "&": next == "#" || next.properties.isAlphabetic
    default: false
    }
  }

  /// What begins a list, a rule or an underlined heading where it is the first of a line.
  private static func beginsBlock(_ scalars: [Unicode.Scalar], _ place: Int, _ next: Unicode.Scalar) -> Bool {
    switch scalars[place] {
    case "=": place == 0
    case "-", "+": place == 0 && (next == " " || next == "-")
    case ".", ")": next == " " && place > 0 && place < 10 && scalars[..<place].allSatisfy { ("0"..."9").contains($0) }
    default: false
    }
  }

  /// What GitHub makes a link of although nothing marks it as one: `https://…` and `www.…`.
  private static func beginsLink(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
    switch scalars[place] {
    case ":": scalars[(place + 1)...].starts(with: ["/", "/"])
    case ".": scalars[..<place].reversed().starts(with: ["w", "w", "w"]) || scalars[..<place].reversed().starts(with: ["W", "W", "W"])
    default: false
    }
  }
}
