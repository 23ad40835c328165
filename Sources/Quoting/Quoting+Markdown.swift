extension Quoting {
  /// One line of CommonMark, also within a cell of a table and at the beginning of a line, that reads as `text`. White space and line breaks
  /// become single spaces; hidden scalars are shown as a terminal would.
  public static func markdown(_ text: String) -> String {
    let scalars = Array(terminal(joined(text)).unicodeScalars)
    var out = String.UnicodeScalarView()
    for (place, scalar) in scalars.enumerated() {
      if isMarkup(scalar) || beginsBlock(scalars, place) || beginsLink(scalars, place) { out.append("\\") }
      out.append(scalar)
    }
    return String(out)
  }

  private static func joined(_ text: String) -> String {
    text.unicodeScalars.split { $0 == " " || $0 == "\n" || $0 == "\r" || $0 == "\t" }.map { String($0) }.joined(separator: " ")
  }

  /// What begins markup wherever it stands: emphasis, code, links, HTML, entities, cells, headings, mathematics.
  private static func isMarkup(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\\", "`", "*", "_", "[", "]", "<", ">", "&", "|", "#", "~", "$": true
    default: false
    }
  }

  /// What begins a list, a rule or an underlined heading where it is the first of a line.
  private static func beginsBlock(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
    switch scalars[place] {
    case "-", "+", "=", ":": place == 0
    case ".", ")": place > 0 && place < 10 && scalars[..<place].allSatisfy { ("0"..."9").contains($0) }
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
