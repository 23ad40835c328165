import Foundation
import Market
import TestKit
import Testing

/// `--follow` against a venue whose clock runs fast, and histories that are played.
@Suite(.serialized) struct FollowTests {
  private struct Line: Decodable {
    var type: String
    var symbol: String?
    var timeframe: String?
    var openTime: String?
    var closeTime: String?
    var from: String?
    var to: String?
    var cause: String?
    var status: String?
  }

  /// Runs until `body` is done, then asks it to end.
  private func follow(_ user: FetchUser, _ arguments: [String], _ body: () throws -> Void) throws -> (lines: [Line], code: Int32, errors: String) {
    let output = user.folder.appending(path: "out.ndjson")
    let errors = user.folder.appending(path: "err.txt")
    let process = try RunningCommand(user.command(arguments), output: output.path, errors: errors.path)
    try body()
    process.kill(SIGTERM)
    let code = process.wait()
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let lines = try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map { try decoder.decode(Line.self, from: Data($0.utf8)) }
    return (lines, code, try String(contentsOf: errors, encoding: .utf8))
  }

  /// Every candle of a series once, each where the one before ended, with told holes between.
  private func isUnbroken(_ lines: [Line], _ symbol: String, _ timeframe: String) -> Bool {
    let series = lines.filter { $0.symbol == symbol && $0.timeframe == timeframe && ($0.type == "candle" || $0.type == "gap") }
    let stretches = series.map { $0.type == "gap" ? ($0.from ?? "", $0.to ?? "") : ($0.openTime ?? "", $0.closeTime ?? "") }
    return !stretches.isEmpty && zip(stretches, stretches.dropFirst()).allSatisfy { $0.1 == $1.0 }
  }

  @Test func everyCandleOnceThroughOutages() throws {
    try FetchUser.with(try LoopbackVenue(["--speed", "600"])) { user in
      let arguments = [
        "BTC/USDT", "ETH/USDT", "--timeframes", "1m,5m,15m", "--bars", "30", "--follow", "--replay-speed", "600", "--lateness", "7200",
      ]
      let run = try follow(user, arguments) {
        Thread.sleep(forTimeInterval: 5)
        try user.venue.control("fault=reset:1")
        Thread.sleep(forTimeInterval: 3)
        try user.venue.control("clear=1")
        Thread.sleep(forTimeInterval: 9)
      }
      #expect(run.code == 0, "\(run.errors)")
      #expect(run.lines.last?.type == "end" && run.lines.last?.status == "interrupted")
      let first = try #require(run.lines.first(where: { $0.type == "run" })?.from)
      let live = run.lines.filter { $0.type == "candle" && ($0.closeTime ?? "") >= first }
      #expect(live.count > 50, "\(live.count) live candles; \(run.errors)")
      for symbol in ["BTC/USDT", "ETH/USDT"] {
        for timeframe in ["1m", "5m", "15m"] { #expect(isUnbroken(run.lines, symbol, timeframe), "\(symbol) \(timeframe)") }
      }
      let closes = run.lines.compactMap(\.closeTime)
      #expect(closes == closes.sorted())
    }
  }

  @Test func aLateCandleNeverEnters() throws {
    try FetchUser.with(try LoopbackVenue(["--speed", "300"])) { user in
      let arguments = ["BTC/USDT", "ETH/USDT", "--timeframes", "1m", "--bars", "10", "--follow", "--replay-speed", "300", "--lateness", "30"]
      let run = try follow(user, arguments) {
        Thread.sleep(forTimeInterval: 5)
        try user.venue.control("fault=empty@klines?symbol=ETHUSDT")
        Thread.sleep(forTimeInterval: 4)
        try user.venue.control("clear=1")
        Thread.sleep(forTimeInterval: 5)
      }
      #expect(run.code == 0)
      let late = run.lines.filter { $0.cause == "late" }
      #expect(!late.isEmpty && late.allSatisfy { $0.symbol == "ETH/USDT" }, "\(run.errors)")
      // Order of event time, and nothing of a series before its last word.
      var last: [String: String] = [:]
      for line in run.lines where line.type == "candle" || line.type == "gap" {
        let series = "\(line.symbol ?? "") \(line.timeframe ?? "")"
        let (begin, end) = (line.openTime ?? line.from ?? "", line.closeTime ?? line.to ?? "")
        #expect(begin >= last[series] ?? "", "\(line)")
        last[series] = end
      }
      #expect(isUnbroken(run.lines, "BTC/USDT", "1m"))
    }
  }

  @Test func aHistoryIsPlayed() throws {
    // A day in two seconds; the same stream as without.
    let begin = Date()
    let played = try Command("ss-fetch", "--exchange", "synthetic", "--symbols", "top3", "--bars", "50", "--follow", "--replay-speed", "43200").run()
    let seconds = Date().timeIntervalSince(begin)
    #expect(played.code == 0 && seconds > 0.9, "\(seconds) s")
    let from = try #require(played.lines.first?.firstMatch(of: #/"from":"([^"]+)"/#)?.1)
    let plain = try Command("ss-fetch", "--exchange", "synthetic", "--symbols", "top3", "--bars", "50", "--from", String(from)).run()
    let isSame = played.stdout == plain.stdout
    #expect(isSame)
  }
}
