import Testing

@testable import Delivery

@Suite struct MessageTests {
  @Test func saysWhatMatters() throws {
    let text = try #require(Message.text(Samples.accepted(), Samples.profile))
    for part in [
      "<b>BTC/USDT LONG</b>", "<b>Entry</b> <code>64000 (zone to 63800)</code>", "<b>Stop</b> <code>63000</code>", "Thesis: a block held.",
    ] {
      #expect(text.contains(part), "\(part)\n\(text)")
    }
    #expect(Message.text(Samples.refused("A/USDT", .ready, .lowScore), Samples.profile) == nil)
  }

  @Test func markupInTextIsText() throws {
    var signal = Samples.accepted("A<B>/USDT")
    signal.plan?.rationale = "RSI < 30 & volume > 2"
    let text = try #require(Message.text(signal, Samples.profile))
    #expect(text.contains("A&lt;B&gt;/USDT"))
    #expect(text.contains("RSI &lt; 30 &amp; volume &gt; 2"))
  }

  @Test func staysUnderTheLimit() throws {
    var signal = Samples.accepted()
    signal.plan?.rationale = Array(repeating: String(repeating: "a < b ", count: 60), count: 40).joined(separator: "\n")
    let text = try #require(Message.text(signal, Samples.profile))
    #expect(Message.visibleLength(text) <= Message.limit)
    #expect(Message.visibleLength(text) > 3000)
    #expect(text.hasSuffix("\n…"))
  }

  @Test func entitiesCountAsOne() {
    #expect(Message.visibleLength("<b>a &lt; b</b>") == 5)
  }
}
