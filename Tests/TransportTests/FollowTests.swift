import Foundation
import Market
import TestKit
import Testing

/// `--follow` against a venue whose clock runs fast, and histories that are played.
@Suite struct FollowTests {
  private struct Line: Decodable {
    var type: String
    var symbol: String?
    var timeframe: String?
    var openTime: String?
    var closeTime: String?
    var time: String?
    var from: String?
    var to: String?
    var cause: String?
    var status: String?
  }

  /// A stream that goes on, and what it has written so far.
  private final class Stream {
    private let process: RunningCommand
    private let output: URL
    private let complaints: URL

    init(_ user: FetchUser, _ arguments: [String]) throws {
      output = user.folder.appending(path: "out.ndjson")
      complaints = user.folder.appending(path: "err.txt")
      process = try RunningCommand(user.command(arguments), output: output.path, errors: complaints.path)
    }

    private var isRunning: Bool {
      var info = siginfo_t()
      return waitid(P_PID, id_t(process.id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == 0
    }

    func text() throws -> String { try String(contentsOf: output, encoding: .utf8) }
    func errors() -> String { (try? String(contentsOf: complaints, encoding: .utf8)) ?? "" }

    /// How often one of these words stands in what was written.
    func count(_ word: String) throws -> Int { try text().components(separatedBy: word).count - 1 }

    /// Waits until `condition` holds, as long as the process lives.
    func wait(_ what: String, _ condition: (Stream) throws -> Bool) throws {
      try eventually(what) {
        try #require(isRunning, "it ended early: \(errors())")
        return try condition(self)
      }
    }

    /// Asks it to end, and reads everything.
    func end() throws -> [Line] {
      process.kill(SIGTERM)
      #expect(process.wait() == 0, "\(errors())")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try text().split(separator: "\n").map { try decoder.decode(Line.self, from: Data($0.utf8)) }
    }
  }

  /// Every candle of a series once, each where the one before ended, with told holes between.
  private func isUnbroken(_ lines: [Line], _ symbol: String, _ timeframe: String) -> Bool {
    let series = lines.filter { $0.symbol == symbol && $0.timeframe == timeframe && ($0.type == "candle" || $0.type == "gap") }
    let stretches = series.map { $0.type == "gap" ? ($0.from ?? "", $0.to ?? "") : ($0.openTime ?? "", $0.closeTime ?? "") }
    return !stretches.isEmpty && zip(stretches, stretches.dropFirst()).allSatisfy { $0.1 == $1.0 }
  }

  /// Two symbols, a minute in a tenth of a second, and outages at random moments. `SS_SOAK` makes it two thousand closes.
  @Test func everyCandleOnceThroughOutages() throws {
    try FetchUser.with(try LoopbackVenue(["--speed", "600"])) { user in
      let arguments = [
        "BTC/USDT", "ETH/USDT", "--timeframes", "1m,5m,15m", "--bars", "30", "--follow", "--replay-speed", "600", "--lateness", "86400",
        "--retries", "1",
      ]
      let stream = try Stream(user, arguments)
      let minute = "\"BTC/USDT\",\"timeframe\":\"1m\""
      try stream.wait("the history") { try $0.count(minute) >= 30 }
      var random = SeededGenerator(seed: 3)
      var outages = 0
      let closes = 30 + (isSoak ? 2000 : 80)
      while try stream.count(minute) < closes {
        let more = try stream.count(minute) + Int.random(in: 5...(isSoak ? 200 : 40), using: &random)
        try stream.wait("\(more) closes") { try $0.count(minute) >= more }
        let told = stream.errors().components(separatedBy: "trying again").count
        try user.venue.control("fault=\(["reset:1", "503:1", "none:1"][outages % 3])")
        try stream.wait("an outage") { $0.errors().components(separatedBy: "trying again").count > told }
        try user.venue.control("clear=1")
        outages += 1
      }
      let lines = try stream.end()
      #expect(outages > 0)
      #expect(lines.last?.type == "end" && lines.last?.status == "interrupted")
      #expect(!lines.contains { $0.type == "gap" })
      for symbol in ["BTC/USDT", "ETH/USDT"] {
        for timeframe in ["1m", "5m", "15m"] { #expect(isUnbroken(lines, symbol, timeframe), "\(symbol) \(timeframe)") }
      }
      let closeTimes = lines.compactMap(\.closeTime)
      #expect(closeTimes == closeTimes.sorted())
      let judged = try Command("ss-check", "stream").run(.bytes(Array(try stream.text().utf8)))
      #expect(judged.code == 0, "\(judged.text)")
      if isSoak { print("follow: \(try stream.count(minute)) closes, \(lines.count) lines, \(outages) outages, every candle once, in order") }
    }
  }

  @Test func aLateCandleNeverEnters() throws {
    try FetchUser.with(try LoopbackVenue(["--speed", "300"])) { user in
      let arguments = ["BTC/USDT", "ETH/USDT", "--timeframes", "1m", "--bars", "10", "--follow", "--replay-speed", "300", "--lateness", "30"]
      let stream = try Stream(user, arguments)
      try stream.wait("the history") { try $0.count("ETH/USDT") >= 12 }
      try user.venue.control("fault=empty@klines?symbol=ETHUSDT")
      try stream.wait("late candles") { try $0.count("\"late\"") >= 2 }
      try user.venue.control("clear=1")
      let before = try stream.count("\"candle\",\"exchange\":\"binance\",\"symbol\":\"ETH/USDT\"")
      try stream.wait("candles again") { try $0.count("\"candle\",\"exchange\":\"binance\",\"symbol\":\"ETH/USDT\"") > before + 3 }
      let lines = try stream.end()
      let late = lines.filter { $0.cause == "late" }
      #expect(late.allSatisfy { $0.symbol == "ETH/USDT" }, "\(stream.errors())")
      // Order of event time, and nothing of a series before its last word.
      var last: [String: String] = [:]
      for line in lines where line.type == "candle" || line.type == "gap" {
        let series = "\(line.symbol ?? "") \(line.timeframe ?? "")"
        let (begin, end) = (line.openTime ?? line.from ?? "", line.closeTime ?? line.to ?? "")
        #expect(begin >= last[series] ?? "", "\(line)")
        last[series] = end
      }
      #expect(isUnbroken(lines, "BTC/USDT", "1m"))
    }
  }

  /// With each close, what the venue says right after it; and each funding once, although it is told late.
  @Test func whatElseIsAskedForComesWithEachClose() throws {
    try FetchUser.with(try LoopbackVenue(["--speed", "3600", "--dialect", "bybit"])) { user in
      let arguments = [
        "--exchange", "bybit", "BTC/USDT:USDT", "--timeframes", "15m,1h", "--bars", "3", "--follow", "--replay-speed", "3600",
        "--with", "ticker,order_book,funding",
      ]
      let stream = try Stream(user, arguments)
      try stream.wait("three fundings") { try $0.count("\"funding\",\"exchange\"") >= 5 }
      let lines = try stream.end()
      let judged = try Command("ss-check", "stream").run(.bytes(Array(try stream.text().utf8)))
      #expect(judged.code == 0, "\(judged.text)")
      let books = lines.filter { $0.type == "order_book" }.compactMap(\.time)
      #expect(books.count > 5 && Set(books).count == books.count)
      let text = try stream.text()
      let fundings = text.matches(of: #/"funding_time":"([^"]+)"/#).map { String($0.1) }
      #expect(Set(fundings).count == fundings.count && fundings == fundings.sorted(), "\(fundings)")
      #expect(fundings.allSatisfy { ["T00:00", "T08:00", "T16:00"].contains(String($0.dropFirst(10).prefix(6))) })
    }
  }

  /// Live equals history: what the pipe says of candles as they close is, to the byte, what it says of the same candles from the store.
  @Test func liveIsHistory() throws {
    try FetchUser.with(try LoopbackVenue(["--speed", "8000", "--weight", "100000000"])) { user in
      // The made-up market has hardly a setup that scores: a minimum of 0 lets its zones through to plans and trades.
      let profile = ["--profile", "aggressive", "--set", "score.minimum_score=0"]
      let market = ["BTC/USDT", "ETH/USDT", "--timeframes", "15m,1h,4h", "--bars", "120", "--from", "2024-06-29T00:00:00Z"] + profile
      let stages = ["indicators", "smc", "score --pass-candles", "plan --assume linear", "risk --account paper --assume linear"]
      let rest = stages.map { "ss-\($0) \(profile.joined(separator: " "))" }.joined(separator: " | ")
      func lines(_ name: String) throws -> [String] {
        try String(contentsOf: user.folder.appending(path: name), encoding: .utf8).split(separator: "\n").map(String.init)
      }

      let feed = user.folder.appending(path: "feed").path
      #expect(mkfifo(feed, 0o600) == 0)
      let reader = try RunningCommand(Command(shell: "tee candles < feed | \(rest) > live").with { $0.folder = user.folder })
      let fetch = try RunningCommand(user.command(market + ["--follow", "--replay-speed", "8000", "--lateness", "86400"]), output: feed)
      // The venue's clock began at 00:40 on the first of July; what is older was history already.
      let isLive = { (line: String) in line.hasPrefix(#"{"type":"setup""#) && line.contains(#""as_of":"2024-07"#) }
      let deadline = Date(timeIntervalSinceNow: 300)
      while Date() < deadline, (try? lines("live").count(where: isLive)) ?? 0 < 110 { Thread.sleep(forTimeInterval: 0.2) }
      fetch.kill(SIGTERM)
      #expect(fetch.wait() == 0)
      #expect(reader.wait() == 0)

      let last = try #require(lines("candles").last { $0.hasPrefix(#"{"type":"candle""#) }?.firstMatch(of: #/"close_time":"([^"]+)"/#)?.1)
      let stored = try user.command(market + ["--to", String(last)]).run()
      #expect(stored.code == 0, "\(stored.errorText)")
      let history = try Command(shell: rest).run(.bytes(stored.stdout))
      #expect(history.code == 0, "\(history.errorText)")
      // The frame says how far the history was asked for, and that the live stream was ended.
      let isInside = { (line: String) in !line.hasPrefix(#"{"type":"run""#) && !line.hasPrefix(#"{"type":"end""#) }
      let (live, same) = (try lines("live").filter(isInside), history.lines.filter(isInside))
      let difference = zip(live, same).first { $0 != $1 }
      #expect(live.count == same.count && difference == nil, "\(live.count) lines live, \(same.count) of history; \(String(describing: difference))")
      #expect(live.count(where: isLive) >= 110)
      #expect(live.contains { isLive($0) && $0.contains(#""plan":{"#) })
      #expect(live.count { $0.hasPrefix(#"{"type":"trade""#) } >= 2)
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
