import Confluence
import Market
import Profiles
import Testing

@testable import Delivery

@Suite struct ScanReportTests {
  let profile: (String) -> Profile = { _ in Samples.profile }

  @Test func acceptedFirstThenStateThenScoreThenName() {
    #expect(Samples.report.latest.map(\.setup.symbol) == ["BTC/USDT", "ETH/USDT", "ADA/USDT", "SOL/USDT"])
  }

  @Test func nothingIsLost() {
    let report = Samples.report
    #expect(report.evaluations == report.accepted.count + report.refusals.reduce(0) { $0 + $1.count })
    #expect(report.refusals.map(\.code) == [.noDirection, .lowScore])
  }

  @Test func theTableShowsTheNewestEvaluationOfASymbol() {
    var report = ScanReport()
    report.add(Samples.accepted("BTC/USDT"))
    report.add(Samples.refused("BTC/USDT", .flat, .noDirection))
    #expect(report.latest.count == 1)
    #expect(report.latest.first?.setup.state == .flat)
    #expect(report.accepted.count == 1)
  }

  @Test func text() {
    let text = Samples.report.text(profile: profile)
    for part in [
      "SniperSight · profile balanced · synthetic · as of 2024-06-30 00:00 UTC\n", "4 symbols, 4 evaluations: 1 plan, 3 refused\n",
      "refused: 2 no_direction, 1 low_score\n",
      "SYMBOL    SIDE   STATE  SCORE    PRICE  VERDICT\n",
      "BTC/USDT  LONG   ready   71.2  64310.5  PLAN entry 64000 stop 63000 targets 65500 68000\n",
      "ETH/USDT  SHORT  ready   43.2  64310.5  low_score: 43.21 against 50, ", "SOL/USDT  FLAT   flat       -  64310.5  no_direction: ",
      "── BTC/USDT LONG intraday · score 71.2 · medium priority", "Target 2     68000 (40 %, 3.9 R)", "0.0434 BTC (2777.6 USDT)",
      "Thesis: a block held.",
      "60.0 = 0.80 × 75", "no data", "synergy +5.0, regime trend, SHORT scored 31.0", "gates: data_complete passed",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
    #expect(!text.contains("\u{1B}"))
    #expect(text.hasSuffix("\n"))
  }

  @Test func colourOnlyOnRequestAndOnlyColour() {
    let plain = Samples.report.text(profile: profile), inked = Samples.report.text(colour: true, profile: profile)
    #expect(inked != plain)
    #expect(inked.replacing(#/\u{1B}\[[0-9]*m/#, with: "") == plain)
  }

  @Test func blocksStayWithinTheWidth() {
    var signal = Samples.accepted()
    signal.plan?.rationale = Array(repeating: "words that go on and on", count: 30).joined(separator: " ")
    var report = ScanReport()
    report.add(signal)
    let block = report.text(width: 90, profile: profile).split(separator: "\n").drop { !$0.hasPrefix("──") }.dropFirst()
    #expect(block.allSatisfy { $0.count <= 90 }, "\(block.joined(separator: "\n"))")
  }

  @Test func anInterruptedRunSaysSo() {
    #expect(Samples.report.text(complete: false, profile: profile).contains("interrupted"))
    #expect(Samples.report.markdown(complete: false, profile: profile).contains("interrupted"))
  }

  @Test func emptyRun() {
    #expect(ScanReport().text(profile: profile) == "SniperSight\n0 symbols, 0 evaluations: 0 plans, 0 refused\n")
  }

  @Test func sidesMirror() {
    let swap = ["LONG": "SHORT", "SHORT": "LONG"]
    let sides = [Direction.bull, .bear].map { direction in
      var report = ScanReport()
      report.add(Samples.accepted("BTC/USDT", direction))
      return report.latest.map(\.side)
    }
    #expect(sides[0].map { swap[$0] } == sides[1])
  }

  @Test func markdown() {
    let text = Samples.report.markdown(profile: profile)
    for part in [
      "# SniperSight\n", "4 symbols, 4 evaluations: 1 plan, 3 refused.", "Refused: 2 `no_direction`, 1 `low_score`.",
      "| Symbol | Side | State | Score | Price | Verdict |\n| --- | --- | --- | --- | --- | --- |\n| BTC/USDT | LONG |", "## BTC/USDT LONG",
      "| Stop | 63000 | below the block |", "RSI \\< 40",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
  }
}
