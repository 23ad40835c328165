import Foundation
import TestKit
import Testing

/// Every option of every executable says whether it opens, writes, starts or sends what its value names. Replays of foreign arguments rest on it.
@Suite struct OptionEffectTests {
  /// By effect, the options that have one, as STAGE --OPTION; where every stage has it, as --OPTION.
  static let grave: [String: Set<String>] = [
    "reads": [
      "--profile", "ss-fetch --files", "ss-fetch --symbols", "ss-fetch --instruments", "ss-score --model", "ss-risk --positions",
      "ss-risk --kill-switch", "ss-notify --template", "ss-notify --charts", "ss-chart --candles", "ss-report --trials", "ss-report --null",
    ],
    "writes": [
      "--output", "--on-error", "ss-risk --account", "ss-notify --outbox", "ss-chart --attach", "ss-report --json", "ss-report --html",
    ],
    "runs": ["ss-score --plugin", "ss-notify --command"],
    "reveals": ["ss-score --pass-env", "ss-notify --pass-env"],
    "sends": ["ss-fetch --exchange", "ss-fetch --base-url", "ss-notify --send", "ss-notify --base-url"],
  ]
  /// Options whose values only choose among records and forms.
  static let harmless: Set<String> = [
    "lenient", "stats", "quiet", "explain", "schema", "help", "version", "set", "print-config", "timeframes", "bars", "from", "to", "seed",
    "input-format",
    "columns", "file-symbol", "file-timeframe", "follow", "replay-speed", "lateness", "kind", "quote", "min-volume", "allow", "deny", "with",
    "timeout",
    "retries", "retry-pause", "body-limit", "require-all", "offline", "refresh", "plan", "only", "add", "list", "events", "flat", "cap", "latest",
    "pass-candles",
    "carry", "shadow", "why", "plugin-timeout", "features", "assume", "balance", "risk", "fills", "margin", "why-not", "settle", "render", "color",
    "min-score", "priority", "loudness", "print-template", "live", "summary", "album", "max", "window", "pace", "patience", "on-unknown",
    "quiet-hours", "time-zone", "during-quiet", "now", "draws", "folds", "exit-status", "id", "after", "timeframe", "theme", "size", "dumb", "at",
    "prefixes", "foreign", "max-series",
  ]
  static let executables = ["fetch", "indicators", "smc", "score", "plan", "risk", "notify", "chart", "report", "check"].map { "ss-\($0)" }

  @Test(arguments: executables)
  func everyOptionIsClassed(_ name: String) throws {
    let help = try Command(name, "--help=json").run()
    let filter = #".options[] | "\(.long) \(.effect) \(.value // "-")""#
    for line in try Command("jq", "-r", filter).run(.bytes(help.stdout)).lines {
      let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
      let (option, effect, value) = (parts[0], parts[1], parts[2])
      if effect == "none" {
        #expect(Self.harmless.contains(option), "\(name) --\(option): is it harmless? It has no effect in its OptionSpec, and is not listed here")
        #expect(value.firstMatch(of: #/FILE|DIR|COMMAND|WORDS|URL/#) == nil, "\(name) --\(option) \(value) names something, and has no effect")
      } else {
        let listed = Self.grave[effect] ?? []
        #expect(listed.contains("--\(option)") || listed.contains("\(name) --\(option)"), "\(name) --\(option): \(effect)")
      }
    }
  }
}
