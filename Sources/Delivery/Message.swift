import Market
import Planning
import Profiles

/// The text of one message about one accepted plan, in the HTML subset that Telegram reads (`parse_mode` `HTML`): three characters to escape,
/// line breaks as they are, at most 4,096 characters after markup.
public enum Message {
  public static let parseMode = "HTML"
  /// Telegram counts Unicode code points of the text without its tags.
  public static let limit = 4096

  /// - Returns: `nil` when there is no plan to speak of.
  public static func text(_ signal: Signal, _ profile: Profile) -> String? {
    guard let plan = signal.plan else { return nil }
    let sheet = PlanSheet(signal, plan, profile)
    var lines = ["<b>\(escaped(sheet.title))</b>", escaped(sheet.subtitle), ""]
    lines += sheet.orders.map { "<b>\(escaped($0.label))</b> <code>\(escaped($0.value))</code>" }
    lines += sheet.facts.map { "\(escaped($0.label)): \(escaped($0.value))" }
    // Room for the rationale is what the rest leaves; it is cut between paragraphs, never inside one.
    var room = limit - visibleLength(lines.joined(separator: "\n"))
    for paragraph in sheet.rationale {
      let text = "\n" + escaped(paragraph)
      room -= visibleLength(text) + 1
      guard room >= 2 else {
        lines.append("…")
        break
      }
      lines.append(text)
    }
    return lines.joined(separator: "\n")
  }

  static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      default: out.append(character)
      }
    }
    return out
  }

  /// Code points outside tags, an entity counted as one.
  static func visibleLength(_ html: String) -> Int {
    var count = 0
    var inTag = false, inEntity = false
    for scalar in html.unicodeScalars {
      switch scalar {
      case "<": inTag = true
      case ">" where inTag: inTag = false
      case "&" where !inTag:
        inEntity = true
        count += 1
      case ";" where inEntity: inEntity = false
      default: if !inTag, !inEntity { count += 1 }
      }
    }
    return count
  }
}
