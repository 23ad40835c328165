import Foundation
import TestKit
import Testing

/// The messengers of Tests/loopback, and ss-notify run against them with an outbox of its own.
final class LoopbackChat {
  /// What a messenger has taken.
  struct Message: Decodable {
    var service: String
    var method: String
    var chat: String
    var text: String
    var silent: Bool
    var photos: Int
    var parsed: Bool?
    var key: String?
    /// Seconds since 1970.
    var at: Double
  }

  static let token = "123456:AAF-secret_Token"
  let server: LoopbackServer
  let folder: URL

  init(_ arguments: String..., folder: URL) throws {
    server = try LoopbackServer("chat.py", ["--token", LoopbackChat.token] + arguments)
    self.folder = folder
  }

  /// Where pictures are sent from, unless told otherwise.
  var charts: URL { folder.appending(path: "snipersight/charts") }

  /// The journal of the only receiver.
  func journal() throws -> URL {
    let outbox = folder.appending(path: "snipersight/outbox")
    let name = try FileManager.default.contentsOfDirectory(atPath: outbox.path).first { $0.hasSuffix(".ndjson") }
    return outbox.appending(path: try #require(name))
  }

  func taken() throws -> [Message] { try JSONDecoder().decode([Message].self, from: try server.get("/taken")) }

  @discardableResult
  func control(_ change: String = "") throws -> [String: Int] {
    try JSONDecoder().decode([String: Int].self, from: try server.get("/control?\(change)"))
  }

  var environment: [String: String] {
    [
      "TELEGRAM_BOT_TOKEN": LoopbackChat.token, "TELEGRAM_CHAT_ID": "42", "XDG_STATE_HOME": folder.path, "TMPDIR": folder.path,
      "DISCORD_WEBHOOK_URL": "\(server.url)/api/webhooks/77/hook-Secret", "SLACK_WEBHOOK_URL": "\(server.url)/services/T0/B0/slack-Secret",
      "NTFY_TOPIC": "topic-Secret", "WEBHOOK_URL": "\(server.url)/hook/web-Secret",
    ]
  }

  /// Not paced, short of patience, and long before anything expires.
  func command(_ sink: String = "telegram", _ more: [String] = []) -> Command {
    let base = ["telegram", "ntfy"].contains(sink) ? ["--base-url", server.url] : []
    return Command(["ss-notify", "--send", sink, "--pace", "none", "--patience", "20", "--now", "2024-06-30T01:00:00Z"] + base + more).with {
      $0.environment = environment
    }
  }

  func send(_ records: String, _ sink: String = "telegram", _ more: String...) throws -> Outcome {
    try command(sink, more).run(.text(records))
  }

  static func with(_ arguments: String..., body: (LoopbackChat) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      let chat = try LoopbackChat(folder: folder)
      for argument in arguments { try chat.control("fault=\(argument)") }
      try body(chat)
    }
  }
}

/// Records that are worth a message, synthetic.
enum Records {
  static let run =
    #"{"type":"run","run_id":"r1","profile":"balanced","exchange":"x","symbols":[],"timeframes":[],"from":"2024-06-30T00:00:00Z"}"# + "\n"
  static let end = #"{"type":"end","records":1,"status":"complete"}"# + "\n"

  /// An alert of which there may be any number.
  static func event(_ number: Int, context: String = "nothing") -> String {
    let minute = number % 60 < 10 ? "0\(number % 60)" : "\(number % 60)"
    let text = context.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    return
      #"{"type":"event","event_type":"data_stale","symbol":"S\#(number)/USDT","timestamp":"2024-06-30T00:\#(minute):00Z","context":{"about":"\#(text)"}}"#
      + "\n"
  }

  static func events(_ count: Int) -> String { (0..<count).map { event($0) }.joined() }

  static func batch(_ count: Int) -> String { run + events(count) + end }

  /// An accepted plan. `number` makes an idea of its own.
  static func plan(
    _ number: Int = 1, symbol: String = "BTC/USDT", score: Double = 71, until: String = "2024-07-04T00:00:00Z", rationale: String = "A block held."
  ) -> String {
    #"""
    {"type":"setup","id":"x:\#(symbol):balanced:LONG:ob-\#(number)","as_of":"2024-06-30T00:00:00Z","exchange":"x","symbol":"\#(symbol)","profile":"balanced",\#
    "price":64310.5,"direction":"LONG","state":"ready","timeframes":{},"evidence":[],"confluence":{"total_score":\#(score),"factors":[],"synergy_bonus":0,\#
    "conflict_penalty":0,"adjustments":[],"regime":"trend","regime_detail":"trend_up","htf_aligned":"with","btc_impulse_gate":"passed",\#
    "opposite":{"direction":"SHORT","total_score":30}},"gates":[],"plan":{"plan_id":"p\#(number)","direction":"LONG","setup_type":"intraday",\#
    "entry_zone":{"near_entry":64000,"far_entry":63800,"rationale":"edge","source":"ob"},"stop_loss":{"level":63000,"distance_atr":1.2,"rationale":"below",\#
    "source":"ob"},"targets":[{"level":66000,"percentage":100,"risk_reward":2,"rationale":"pool","source":"pool"}],"risk_reward":2,"risk_reward_worst":1.9,\#
    "confidence_score":\#(score),"valid_until":"\#(until)","invalidate_if":{"close_beyond":63000,"trade_before_entry":66000},"min_fill_risk_reward":1.5,\#
    "rationale":"\#(rationale)","metadata":{"planning_timeframe":"4h","atr":800,"expected_hours":30,"hold_hours":48,"entry_kind":"order block","costs":50,\#
    "cost_share":0.05,"first_target_atr":1.9,"instrument":"inferred","tick_size":0.1,"maker_fee":0.001,"taker_fee":0.001,"slippage":0.0005}}}

    """#
  }
}
