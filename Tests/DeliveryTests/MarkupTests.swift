import Quoting
import TestKit
import Testing

@testable import Delivery

/// Telegram's rules for HTML, written anew from its documentation: what is shown, or why it is refused. Offsets are UTF-8 bytes.
struct TelegramRules {
  struct Refusal: Error, CustomStringConvertible {
    var description: String
  }
  static let tags: Set = [
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "span", "a", "code", "pre", "blockquote", "tg-emoji", "tg-time",
  ]

  static func shown(_ html: String) throws -> String {
    let bytes = Array(html.utf8)
    var out: [UInt8] = [], open: [String] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "&"), let end = bytes[at...].prefix(12).firstIndex(of: UInt8(ascii: ";")) {
        let name = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
        if let text = entity(name) {
          out += Array(text.utf8)
          at = end + 1
          continue
        }
      } else if bytes[at] == UInt8(ascii: "<") {
        guard let end = bytes[at...].firstIndex(of: UInt8(ascii: ">")) else { throw Refusal(description: "Unclosed start tag at byte offset \(at)") }
        let inside = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
        if inside.hasPrefix("/") {
          guard let last = open.popLast() else { throw Refusal(description: "Unexpected end tag at byte offset \(at)") }
          let name = inside.dropFirst().lowercased()
          if !name.isEmpty, name != last {
            throw Refusal(description: "Unmatched end tag at byte offset \(at), expected \"</\(last)>\", found \"</\(name)>\"")
          }
        } else {
          let name = String(inside.prefix { $0 != " " }).lowercased()
          guard tags.contains(name) else { throw Refusal(description: "Unsupported start tag \"\(name)\" at byte offset \(at)") }
          open.append(name)
        }
        at = end + 1
        continue
      }
      out.append(bytes[at])
      at += 1
    }
    if let last = open.last { throw Refusal(description: "Can't find end tag corresponding to start tag \"\(last)\"") }
    return String(decoding: out, as: UTF8.self)
  }

  private static func entity(_ name: String) -> String? {
    switch name {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    default:
      guard name.hasPrefix("#") else { return nil }
      let code = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
      return code.flatMap { Unicode.Scalar($0) }.map { String(Character($0)) }
    }
  }
}

@Suite struct MarkupTests {
  /// Pieces that markup, escapes and encodings stumble over.
  static let pieces = [
    "<", ">", "&", "&lt;", "&amp;amp;", "&#60;", "<b>", "</b>", "<a href=\"x\">", "\"", "'", "\\", "*", "_", "`", "~", "|", "[", "]", "(", ")", "-3",
    "1.5", "#",
    "BTC/USDT:USDT", "1000SHIB/USDT", "RSI <30", "a < b", "Ω", "𝟛", "👍🏽", "é", "e\u{301}", "\u{200D}", "\u{202E}", "中", "\n", "\n\n", " ", "\t",
    "text", "{{", "}}",
    "@everyone", "</", "<!--", "&nbsp;", ";", "\u{0}", "\u{7}",
  ]

  static func text(_ generator: inout SeededGenerator, most: Int) -> String {
    (0..<Int(generator.next() % UInt64(most))).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }.joined()
  }

  /// Controls stand as their numbers.
  static func printable(_ text: String) -> String { Quoting.terminal(lines: text) }

  @Test func escapedTextIsShownAsItWas() throws {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<5000 {
      let text = Self.text(&generator, most: 30)
      let html = "<b>\(Quoting.telegram(text))</b>\n<code>\(Quoting.telegram(text))</code>"
      let shown = try TelegramRules.shown(html)
      #expect(shown.unicodeScalars.elementsEqual((Self.printable(text) + "\n" + Self.printable(text)).unicodeScalars), "\(html)")
      #expect(Markup(html).plain.unicodeScalars.elementsEqual(shown.unicodeScalars))
    }
  }

  @Test func messagesAboutAnySymbolAreWellFormed() throws {
    var generator = SeededGenerator(seed: 4)
    var writer = MessageWriter()
    for _ in 0..<300 {
      var signal = Samples.accepted(Self.text(&generator, most: 6) + "/USDT")
      signal.plan?.rationale = Self.text(&generator, most: 400)
      signal.plan?.entryZone.rationale = Self.text(&generator, most: 20)
      let text = try #require(try writer.signal(signal, Samples.profile))
      let shown = try TelegramRules.shown(text)
      #expect(shown.hasPrefix(Quoting.terminal(signal.setup.symbol)))
      for part in Markup(text).parts(for: .telegram, first: 1024) { _ = try TelegramRules.shown(part) }
    }
  }

  @Test func theIndependentParserRefusesWhatTelegramRefuses() {
    for (html, complaint) in [
      ("RSI < 30 > 20", "Unsupported start tag \"\" at byte offset 4"), ("RSI <30", "Unclosed start tag at byte offset 4"),
      ("Ω <p>x</p>", "Unsupported start tag \"p\" at byte offset 3"),
      ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
      ("<b>x", "Can't find end tag corresponding to start tag \"b\""), ("x</b>", "Unexpected end tag at byte offset 1"),
    ] {
      #expect(throws: TelegramRules.Refusal.self) { try TelegramRules.shown(html) }
      #expect((try? TelegramRules.shown(html)) == nil)
      do { _ = try TelegramRules.shown(html) } catch { #expect("\(error)" == complaint) }
    }
  }

  @Test(arguments: [MessageForm.telegram, .discord, .slack, .plain])
  func partsHoldEverythingAndFit(_ form: MessageForm) throws {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<40 {
      let text =
        "<b>" + Quoting.telegram(Self.text(&generator, most: 3000)) + "</b> <i><code>" + Quoting.telegram(Self.text(&generator, most: 2000))
        + "</code></i>"
      let parts = Markup(text).parts(for: form, first: form.captionLimit)
      for (number, part) in parts.enumerated() {
        let shown = try TelegramRules.shown(part)
        let limit = number == 0 ? form.captionLimit : form.limit
        switch form {
        case .telegram: #expect(shown.utf16.count <= limit)
        case .plain: #expect(shown.utf8.count <= limit)
        case .discord, .slack: #expect(Markup(part).written(as: form).utf16.count <= limit, "\(Markup(part).written(as: form).utf16.count)")
        }
        #expect(!shown.isEmpty)
      }
      let whole = parts.map { Markup($0).plain }.joined()
      let black = { (text: String) in String(String.UnicodeScalarView(text.unicodeScalars.filter { ![" ", "\n", "\t"].contains($0) })) }
      #expect(black(whole).unicodeScalars.elementsEqual(black(Markup(text).plain).unicodeScalars))
    }
  }

  @Test func breaksStandBetweenParagraphsWhereTheyCan() {
    let paragraph = String(repeating: "word ", count: 300)
    let parts = Markup((0..<6).map { "\($0) \(paragraph)" }.joined(separator: "\n\n")).parts(for: .telegram)
    #expect(parts.count == 3)
    #expect(parts.map(\.first) == ["0", "2", "4"])
    #expect(Markup(" \n ").parts(for: .telegram) == [])
    #expect(Markup(String(repeating: "x", count: 5000)).parts(for: .telegram).map(\.count) == [4096, 904])
    // Counted as Telegram does in its stricter way: a character beyond the first plane is two.
    #expect(Markup(String(repeating: "𝟛", count: 3000)).parts(for: .telegram).map { $0.utf16.count } == [4096, 1904])
  }

  @Test func tagsAreClosedAndOpenedAtABreak() throws {
    let parts = Markup("<b><i>\(String(repeating: "word ", count: 1500))</i></b>").parts(for: .telegram)
    #expect(parts.count == 2)
    for part in parts { #expect(part.hasPrefix("<b><i>word") && part.hasSuffix("word</i></b>")) }
  }

  @Test func otherForms() {
    let markup = Markup("<b>A*B</b> <i>x</i> <code>a`b</code> 1 &lt; 2 <a href=\"https://x.test\">link</a>")
    #expect(markup.written(as: .discord) == #"**A\*B** *x* `a'b` 1 \< 2 link"#)
    #expect(markup.written(as: .slack) == "*A*B* _x_ `a`b` 1 &lt; 2 link")
    #expect(markup.plain == "A*B x a`b 1 < 2 link")
  }

  @Test func whatIsNotWellFormedIsText() {
    #expect(Markup("a <b>b</i> <p> & &x; <").plain == "a b</i> <p> & &x; <")
  }
}

@Suite struct TemplateTests {
  private func fields() -> Fields {
    var fields = Fields()
    fields.set("name", "A<B")
    fields.set("none", "")
    fields.set("rows", rows: [.init(label: "x", value: "1", note: ""), .init(label: "y", value: "2", note: "&")])
    return fields
  }

  @Test func fieldsListsAndConditions() throws {
    let text = "<b>{{name}}</b>\n{{#rows}}\n{{label}}={{value}}{{#note}} {{note}}{{/note}}\n{{/rows}}\n{{#none}}\nnever\n{{/none}}\nend\n"
    #expect(try Template(text).filled(fields()) == "<b>A&lt;B</b>\nx=1\ny=2 &amp;\nend")
  }

  @Test func aMissingFieldIsAnErrorWithItsName() throws {
    #expect(throws: TemplateFault(line: 2, text: "there is no field \"frobnicate\"")) { try Template("a\n{{frobnicate}}").filled(fields()) }
    var writer = MessageWriter()
    do {
      try writer.replace(.signal, with: "{{title}}\n{{#orders}}\n{{label}} {{entry}} {{stopp}}\n{{/orders}}")
      Issue.record("a field that does not exist")
    } catch {
      #expect(error.line == 3)
      #expect(error.text.hasPrefix("there is no field \"stopp\" here; there are label, value, note, title"))
    }
  }

  @Test func whatIsNotATemplate() {
    for text in ["{{", "{{x", "{{}}", "{{#x}}", "{{/x}}", "{{#x}}{{/y}}"] {
      #expect(throws: TemplateFault.self) { try Template(text) }
    }
  }

  @Test(arguments: TemplateName.allCases)
  func builtInTemplatesKeepTheirVocabulary(_ name: TemplateName) throws {
    try Template(name.text).check(name.vocabulary)
  }

  /// Every name of every vocabulary has a value in every message of its kind.
  @Test func everyNameHasAValue() throws {
    var writer = MessageWriter()
    for name in TemplateName.allCases {
      var text = name.vocabulary.fields.map { "{{\($0)}}" }.joined(separator: " ")
      for (list, fields) in name.vocabulary.lists {
        text += "\n{{#\(list)}}\n" + fields.map { "{{\($0)}}" }.joined(separator: " ") + "\n{{/\(list)}}\n"
      }
      try writer.replace(name, with: text)
    }
    #expect(try writer.signal(Samples.accepted(), Samples.profile)?.contains("64000") == true)
    #expect(try writer.watch(Samples.refused("A/USDT", .watching, .notReady)).contains("watching"))
    #expect(try writer.batch(Samples.report, complete: false, now: nil) { _ in Samples.profile }.contains("interrupted"))
    #expect(try writer.digest([Samples.accepted()]) { _ in Samples.profile }.contains("BTC/USDT"))
    #expect(try writer.alert(Alert(event: "data_stale", time: Samples.asOf)).contains("stale"))
    #expect(try writer.audit(AuditSummary(from: Samples.asOf, to: Samples.asOf)).contains("2024"))
    #expect(try writer.trade(Samples.trade(.opened)).contains("opened"))
  }
}
