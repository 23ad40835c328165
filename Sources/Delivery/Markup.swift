import Quoting

/// Text with the markup that Telegram calls HTML: `b i u s code pre a blockquote tg-spoiler` and few more, three characters to escape, line breaks as
/// they are. It is the one form in which messages are written; the others are made from it.
public struct Markup: Sendable {
  struct Tag: Hashable, Sendable {
    var name: String
    /// As they were written, escapes included; with the space before them.
    var attributes: String
  }

  /// Text without markup, and for each of its scalars the tags around it, as a place in `stacks`.
  var scalars: [Unicode.Scalar] = []
  var around: [Int32] = []
  var stacks: [[Tag]] = [[]]

  /// Reads what is not well-formed as text, so that nothing of a message is ever lost.
  public init(_ html: String) {
    var reader = MarkupReader(Quoting.terminal(lines: html))
    reader.read(into: &self)
  }

  /// What people read, without markup.
  public var plain: String { text(0..<scalars.count) }

  func text(_ range: Range<Int>) -> String {
    var out = String.UnicodeScalarView()
    out.append(contentsOf: scalars[range])
    return String(out)
  }

  /// As Telegram counts what is shown, in the larger of the two ways that it has: UTF-16 units.
  public var length: Int { scalars.reduce(0) { $0 + ($1.value > 0xFFFF ? 2 : 1) } }

  mutating func append(_ scalar: Unicode.Scalar, in stack: Int32) {
    scalars.append(scalar)
    around.append(stack)
  }

  /// Tags and the names by which they are equal; all that Telegram reads.
  static let tags: [String: String] = [
    "b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "ins": "u", "s": "s", "strike": "s", "del": "s", "code": "code", "pre": "pre", "a": "a",
    "blockquote": "blockquote", "tg-spoiler": "tg-spoiler", "span": "span", "tg-emoji": "tg-emoji", "tg-time": "tg-time",
  ]
}

/// Reads markup. A tag that nobody knows, or that closes what is not open, is text.
private struct MarkupReader {
  private let source: [Unicode.Scalar]
  private var place = 0
  private var open: [Markup.Tag] = []

  init(_ html: String) { source = Array(html.unicodeScalars) }

  mutating func read(into markup: inout Markup) {
    var stack: Int32 = 0
    while place < source.count {
      switch source[place] {
      case "<":
        if tag() {
          stack = Int32(markup.stacks.count)
          markup.stacks.append(open)
          continue
        }
      case "&":
        if let scalar = entity() {
          markup.append(scalar, in: stack)
          continue
        }
      default: break
      }
      markup.append(source[place], in: stack)
      place += 1
    }
  }

  private mutating func tag() -> Bool {
    guard let end = source[place...].firstIndex(of: ">") else { return false }
    var from = place + 1
    let closes = from < end && source[from] == "/"
    if closes { from += 1 }
    let inside = source[from..<end]
    let name = String(inside.prefix { $0 != " " && $0 != "\n" }.map(Character.init)).lowercased()
    guard let known = Markup.tags[name] else { return false }
    if closes {
      guard let last = open.last, Markup.tags[last.name] == known else { return false }
      open.removeLast()
    } else {
      open.append(Markup.Tag(name: name, attributes: String(inside.dropFirst(name.unicodeScalars.count).map(Character.init))))
    }
    place = end + 1
    return true
  }

  private mutating func entity() -> Unicode.Scalar? {
    guard let end = source[place...].prefix(12).firstIndex(of: ";") else { return nil }
    let name = String(source[(place + 1)..<end].map(Character.init))
    let scalar: Unicode.Scalar?
    switch name {
    case "lt": scalar = "<"
    case "gt": scalar = ">"
    case "amp": scalar = "&"
    case "quot": scalar = "\""
    default:
      guard name.first == "#" else { return nil }
      let digits = name.dropFirst()
      let code = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
      scalar = code.flatMap(Unicode.Scalar.init).flatMap { Quoting.isHidden($0) ? nil : $0 }
    }
    if scalar != nil { place = end + 1 }
    return scalar
  }
}
