import Quoting

/// How a sink writes emphasis, and how much of a text it takes.
public enum MessageForm: Hashable, Sendable {
  case telegram, discord, slack, plain

  /// Units of one message; of what each form counts, never more than it does.
  public var limit: Int {
    switch self {
    case .telegram: 4096
    case .discord: 2000
    case .slack: 3900
    case .plain: 4000
    }
  }

  /// Units of the text beside a picture.
  public var captionLimit: Int { self == .telegram ? 1024 : limit }

  /// What one scalar takes of the limit: UTF-16 units for Telegram, which counts them or fewer; what is sent for the others.
  func cost(_ scalar: Unicode.Scalar) -> Int {
    switch self {
    case .telegram: scalar.value > 0xFFFF ? 2 : 1
    case .discord: Quoting.discord(String(scalar)).utf16.count
    case .slack: Quoting.slack(String(scalar)).utf16.count
    case .plain: UTF8.width(scalar)
    }
  }

  /// What beginning or ending a tag takes.
  var tagCost: Int { self == .discord ? 4 : self == .slack ? 3 : 0 }

  /// The marks around text of a tag; `nil` where the form has none.
  private func mark(_ tag: Markup.Tag) -> String? {
    guard let name = Markup.tags[tag.name] else { return nil }
    switch (self, name) {
    case (.discord, "b"): return "**"
    case (.discord, "i"): return "*"
    case (.discord, "u"): return "__"
    case (.discord, "s"): return "~~"
    case (.discord, "tg-spoiler"): return "||"
    case (.slack, "b"): return "*"
    case (.slack, "i"): return "_"
    case (.slack, "s"): return "~"
    case (.discord, "code"), (.slack, "code"): return "`"
    case (.discord, "pre"), (.slack, "pre"): return "```"
    default: return nil
    }
  }

  private static func isCode(_ stack: [Markup.Tag]) -> Bool { stack.contains { $0.name == "code" || $0.name == "pre" } }

  func opening(_ tag: Markup.Tag) -> String { self == .telegram ? "<\(tag.name)\(tag.attributes)>" : mark(tag) ?? "" }
  func closing(_ tag: Markup.Tag) -> String { self == .telegram ? "</\(tag.name)>" : mark(tag) ?? "" }

  func write(_ scalar: Unicode.Scalar, in stack: [Markup.Tag], to out: inout String) {
    switch self {
    case .telegram: out += Quoting.telegram(String(scalar))
    case .slack: out += Quoting.slack(String(scalar))
    case .discord: out += MessageForm.isCode(stack) ? Quoting.discordCode(String(scalar)) : Quoting.discord(String(scalar))
    case .plain: out.unicodeScalars.append(scalar)
    }
  }
}

extension Markup {
  /// A part of the text in another form. Tags that are open at its beginning or end are opened and closed there.
  func written(_ range: Range<Int>, as form: MessageForm) -> String {
    var out = ""
    var open: [Tag] = []
    for place in range {
      let stack = stacks[Int(around[place])]
      if stack != open {
        let shared = zip(stack, open).prefix { $0 == $1 }.count
        for tag in open[shared...].reversed() { out += form.closing(tag) }
        for tag in stack[shared...] { out += form.opening(tag) }
        open = stack
      }
      form.write(scalars[place], in: stack, to: &out)
    }
    for tag in open.reversed() { out += form.closing(tag) }
    return out
  }

  /// The whole text in another form.
  public func written(as form: MessageForm) -> String { written(0..<scalars.count, as: form) }

  /// The text in parts that `form` takes, each as markup of its own: broken between paragraphs, else lines, else words, else where it must be.
  /// - Parameter first: the limit of the first part, where a picture goes with it.
  public func parts(for form: MessageForm, first: Int? = nil) -> [String] {
    var parts: [String] = []
    var start = skipSpace(0)
    while start < scalars.count {
      var room = parts.isEmpty ? first ?? form.limit : form.limit
      var end = start
      var stack: Int32 = -1
      while end < scalars.count {
        let turn = around[end] == stack ? 0 : form.tagCost * (2 * stacks[Int(around[end])].count + 1)
        let cost = form.cost(scalars[end]) + turn
        if cost > room { break }
        room -= cost
        stack = around[end]
        end += 1
      }
      if end < scalars.count { end = breakPlace(start..<end) }
      var last = end
      while last > start, Markup.isSpace(scalars[last - 1]) { last -= 1 }
      if last > start { parts.append(written(start..<last, as: .telegram)) }
      start = skipSpace(max(end, start + 1))
    }
    return parts
  }

  private func skipSpace(_ place: Int) -> Int {
    var place = place
    while place < scalars.count, Markup.isSpace(scalars[place]) { place += 1 }
    return place
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\n" || scalar == "\t" }

  /// Where to break `range`, whose end is as far as it goes.
  private func breakPlace(_ range: Range<Int>) -> Int {
    let least = range.lowerBound + range.count / 4
    var line: Int?, word: Int?
    for place in range.reversed() where place > least {
      if scalars[place] == "\n" {
        if scalars[place - 1] == "\n" { return place }
        if line == nil { line = place }
      } else if scalars[place] == " ", word == nil {
        word = place
      }
    }
    return line ?? word ?? range.upperBound
  }
}
