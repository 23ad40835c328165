/// Text inside the markup of browsers and messengers. All but JSON show hidden scalars as a terminal would, since a terminal may show them too.
extension Quoting {
  /// Text of an HTML page, and the value of an attribute in either kind of quotes.
  public static func html(_ text: String) -> String {
    replaced(terminal(lines: text)) { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      default: nil
      }
    }
  }

  /// Text in what Telegram calls HTML, and in Slack's messages: the same three characters are special in both.
  public static func telegram(_ text: String) -> String { replaced(terminal(lines: text), entity) }
  public static func slack(_ text: String) -> String { telegram(text) }

  private static func entity(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    default: nil
    }
  }

  /// Text in a Discord message.
  public static func discord(_ text: String) -> String {
    replaced(terminal(lines: text)) { isSpecialInDiscord($0) ? "\\\($0)" : nil }
  }

  /// Text in code of a Discord message, which a backtick would end whatever stands before it.
  public static func discordCode(_ text: String) -> String { replaced(terminal(lines: text)) { $0 == "`" ? "'" : nil } }

  /// What Discord's Markdown would read as markup, as a mention or as a link.
  private static func isSpecialInDiscord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\\", "*", "_", "~", "`", "|", "<", ">", "#", "[", "]", "(", ")", "-", "@", ":": true
    default: false
    }
  }

  /// JSON inside a script element of a page: nothing in it ends the element, begins a comment or ends a line of JavaScript. Readers of JSON
  /// get the same values.
  public static func script(json text: String) -> String {
    replaced(text) { $0 == "<" || $0 == ">" || $0 == "&" ? escape($0) : hiddenEscape($0) }
  }

  /// JSON on a terminal, which acts on none of it. Readers of JSON get the same values. Control characters below the
  /// space stay: no JSON holds them in its strings.
  public static func terminal(json text: String) -> String { replaced(text, hiddenEscape) }

  private static func hiddenEscape(_ scalar: Unicode.Scalar) -> String? {
    scalar.value >= 0x7F && isHidden(scalar) ? escape(scalar) : nil
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String { "\\u" + hexadecimal(scalar.value, digits: 4) }
}
