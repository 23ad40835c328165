import Foundation
import TestKit
import Testing

/// Numbers and times at the edges of what integers and doubles hold, put into the input of golden cases. A program may refuse them; it may not end by
/// a signal, nor with 70.
@Suite struct HostileNumberTests {
  @Test func noNumberEndsAProgramByATrap() throws {
    let whole = ProcessInfo.processInfo.environment["SS_SOAK"] != nil
    let script = Repository.root.appending(path: "Tests/Support/hostile_numbers.py").path
    let outcome = try Command("python3", script, Repository.executables.path, "--runs", whole ? "5000" : "250", "--seconds", whole ? "1800" : "30")
      .with { $0.limit = whole ? 3600 : 300 }.run()
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
  }

  /// Prices of setups and plans beyond all markets are refused as data, with the field that holds them.
  @Test(arguments: [("ss-plan", 1e308), ("ss-plan", 1e-300), ("ss-risk", 1e308), ("ss-risk", 1e-300)])
  func pricesBeyondMarketsAreData(_ stage: String, _ price: Double) throws {
    let levels = ["near_entry", "far_entry", "level", "close", "high", "low", "top", "bottom", "close_beyond", "trade_before_entry"]
    let kept = try KeptRun.shared.get().lines(stage == "ss-plan" ? "score" : "plan")
    let ready = try #require(kept.last { $0.contains(stage == "ss-plan" ? #""state":"ready""# : #""plan":"#) && !$0.contains(#""rejected":"#) })
    for level in levels where ready.contains("\"\(level)\":") {
      let pattern = try NSRegularExpression(pattern: "\"\(level)\":[0-9.e+-]+")
      let broken = pattern.stringByReplacingMatches(in: ready, range: NSRange(ready.startIndex..., in: ready), withTemplate: "\"\(level)\":\(price)")
      let outcome = try Command(stage).run(.text(broken + "\n"))
      #expect(outcome.code == 65, "\(level): \(outcome.errorText)")
    }
  }
}
