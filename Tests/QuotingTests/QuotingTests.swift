import Quoting
import Testing

/// One look at each language; `HostileTextTests` asks the programs that read them.
@Suite struct QuotingTests {
  /// A quote that is part of one `Character` with the format character before it.
  private let hidden = "\u{600}'\u{600}\"\u{600}`\u{600}<\u{600}\\"

  @Test func people() {
    #expect(Quoting.terminal("plain — text 🙂") == "plain — text 🙂")
    #expect(Quoting.terminal("a\u{1B}[31m\tb\nc") == "a<U+001B>[31m b<U+000A>c")
    #expect(Quoting.terminal(lines: "a\r\nb\u{202E}") == "a<U+000D>\nb<U+202E>")
    #expect(Quoting.terminal("\u{7F}\u{9B}\u{61C}\u{200E}\u{2069}") == "<U+007F><U+009B><U+061C><U+200E><U+2069>")
  }

  @Test func programs() {
    #expect(Quoting.gnuplot("4h block A") == "'4h block A'")
    #expect(Quoting.gnuplot("o'brien\n`id`") == #""o\0047brien<U+000A>\0140id\0140""#)
    #expect(Quoting.gnuplot(hidden) == "\"\u{600}\\0047\u{600}\\0042\u{600}\\0140\u{600}<\u{600}\\0134\"")
    #expect(Quoting.curl("a\"b\\c\n\r\t\0") == #""a\"b\\c\n\r\t"# + "\u{FFFD}\"")
    #expect(Quoting.multipart("a\"b\\c;d") == #""a\"b\\c;d""#)
    #expect(Quoting.shellWord("a/b.c") == "a/b.c")
    #expect(Quoting.shellWord("") == "''")
    #expect(Quoting.shellWord("it's $(x)") == #"'it'\''s $(x)'"#)
    #expect(Quoting.shellWord("a'\\\n\u{1B}\u{202E}") == #"$'a\'\\\n\x1b\u202e'"#)
    #expect(Quoting.percent("a b/ü~") == "a%20b%2F%C3%BC~")
  }

  @Test func markup() {
    #expect(Quoting.html("<a href=\"'&\">\n") == "&lt;a href=&quot;&#39;&amp;&quot;&gt;\n")
    #expect(Quoting.telegram("<b>&\u{1B}") == "&lt;b&gt;&amp;&lt;U+001B&gt;")
    #expect(Quoting.slack("<!channel>") == "&lt;!channel&gt;")
    #expect(Quoting.discord("*@x* \u{600}`") == "\\*\\@x\\* \u{600}\\`")
    #expect(Quoting.discordCode("\u{600}```") == "\u{600}'''")
    #expect(Quoting.script(json: "\"</script><!--\u{2028}\"") == #""\u003c/script\u003e\u003c!--\u2028""#)
  }

  @Test func markdown() {
    #expect(Quoting.markdown("a score of 71.3 (above 50)") == "a score of 71.3 (above 50)")
    #expect(Quoting.markdown("1. x") == "1\\. x")
    #expect(Quoting.markdown("- x") == "\\- x")
    #expect(Quoting.markdown("    x\n\ny") == "x y")
    #expect(Quoting.markdown("&amp; <b> [a](b) a|b") == "\\&amp; \\<b\\> \\[a\\](b) a\\|b")
    #expect(Quoting.markdown("http://a www.b") == "http\\://a www\\.b")
    #expect(Quoting.markdownCode("x` <b>\n`\u{1B}") == "`x' <b> '<U+001B>`")
    #expect(Quoting.markdownCode("\n") == "")
    #expect(Quoting.markdown("\u{1B}") == "\\<U+001B\\>")
  }
}
