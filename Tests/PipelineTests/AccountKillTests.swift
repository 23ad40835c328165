import Foundation
import TestKit
import Testing

/// The paper account with its state, ended by `kill -9` at random moments and started again: no trade is lost, none changes.
@Suite struct AccountKillTests {
  /// `SS_SOAK`: 200 kills on eight markets.
  static let isSoak = ProcessInfo.processInfo.environment["SS_SOAK"] != nil
  static let kills = isSoak ? 200 : 12

  /// Synthetic scores are low, so the profile asks for less.
  static let settings = ["--profile", "aggressive", "--set", "score.minimum_score=45"]

  /// Synthetic markets through the planner, candles included.
  static let stream = Result {
    let file = KeptRun.scratch.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: KeptRun.scratch, withIntermediateDirectories: true)
    let names = ["BTC", "ETH", "SOL"] + (isSoak ? ["XRP", "ADA", "DOT", "BNB", "AVAX"] : [])
    let symbols = names.map { "\($0)/USDT:USDT" }.joined(separator: ",")
    let bars = isSoak ? "--from 2024-06-10 --bars 2400" : "--from 2024-06-22 --bars 400"
    let stages = ["ss-fetch --exchange synthetic --symbols \(symbols) --seed 13 \(bars)", "ss-indicators", "ss-smc"]
    let line = (stages + ["ss-score --pass-candles", "ss-plan"]).map { ([$0] + settings).joined(separator: " ") }.joined(separator: " | ")
    let outcome = try Command(shell: "\(line) > \(file.path)").run()
    #expect(outcome.code == 0, "\(outcome.errorText)")
    return file
  }

  @Test(arguments: [1, 2]) func killedAndStartedAgain(_ seed: Int) throws {
    let stream = try Self.stream.get()
    let state = KeptRun.scratch.appending(path: "account-\(seed)").path
    let script = Repository.root.appending(path: "Tests/Support/kill_account.py").path
    let words = ["python3", script, stream.path, state, "\(Self.kills / 2)", "\(seed)", "--", "ss-risk", "--account", "paper=\(state)"]
    let outcome = try Command(words + Self.settings).run()
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
    if Self.isSoak { print(outcome.text, terminator: "") }
  }
}
