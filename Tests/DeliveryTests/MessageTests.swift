import Confluence
import Market
import Risk
import Testing

@testable import Delivery

@Suite struct MessageTests {
  @Test func aPlanInFull() throws {
    var writer = MessageWriter()
    let text = try #require(try writer.signal(Samples.accepted(), Samples.profile))
    for part in [
      "<b>BTC/USDT LONG</b>", "<b>Entry</b> <code>64000 (zone to 63800)</code>", "<b>Stop</b> <code>63000</code>", "Thesis: a block held.",
    ] {
      #expect(text.contains(part), "\(part)\n\(text)")
    }
    #expect(try writer.signal(Samples.refused("A/USDT", .ready, .lowScore), Samples.profile) == nil)
  }

  @Test func theLifeOfATrade() throws {
    var writer = MessageWriter()
    for (event, words) in [
      (Trade.Event.opened, "opened"), (.target, "target reached"), (.stop, "stopped out"), (.breakeven, "closed at breakeven"),
      (.expired, "order expired"), (.closed, "closed at the market"),
    ] {
      let text = try writer.trade(Samples.trade(event))
      #expect(text.hasPrefix("<b>BTC/USDT LONG: \(words)</b>\n<code>0.5 BTC</code> at <code>64000</code>, 2024-06-30 00:00 UTC"), "\(text)")
      #expect(text.contains("+9 USDT (+1.5 R)") == (event != .opened && event != .expired), "\(text)")
      #expect(text.contains("a newer plan took its place") == (event == .expired))
    }
  }

  @Test func whatIsWorthAMessage() {
    var rules = MessageRules()
    let watching = Samples.refused("A/USDT", .watching, .notReady, score: 40)
    #expect(rules.kind(of: Samples.accepted()) == .signal)
    #expect(rules.kind(of: Samples.refused("A/USDT", .ready, .lowScore)) == nil)
    #expect(rules.kind(of: watching) == nil)
    rules.states = [.watching]
    #expect(rules.kind(of: watching) == .watching)
    #expect(rules.kind(of: Samples.accepted()) == nil)
    rules.minimumScore = 41
    #expect(rules.kind(of: watching) == nil)
    #expect(!rules.isSilent(.signal, .medium) && rules.isSilent(.signal, .low) && rules.isSilent(.target, .medium) && !rules.isSilent(.stop, .medium))
    rules.loudness = [.target: .loud, .signal: .off]
    #expect(!rules.isSilent(.target, .medium) && !rules.isWanted(.signal, .high) && rules.isWanted(.stop, .low))
    rules.least = .medium
    #expect(!rules.isWanted(.stop, .low) && rules.isWanted(.stop, .medium))
  }

  @Test func quietHoursMayCrossMidnight() throws {
    let night = try #require(QuietHours("22:00-07:30", zone: "UTC", holds: false)),
      noon = try #require(QuietHours("12:00-13:00", zone: "UTC", holds: false))
    #expect([0, 449, 450, 1319, 1320, 1439].map { night.contains($0) } == [true, true, false, false, true, true])
    #expect([719, 720, 779, 780].map { noon.contains($0) } == [false, true, true, false])
    for text in ["", "22:00", "22-07", "25:00-07:00", "22:00-22:00", "22:00-07:60", "a-b"] {
      #expect(QuietHours(text, zone: "UTC", holds: false) == nil, "\(text)")
    }
  }
}
