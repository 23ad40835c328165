import Foundation
import TestKit
import Testing

/// One backtest of the synthetic market, made once.
struct KeptBacktest {
  static let market = [
    "--exchange", "synthetic", "--symbols", "BTC/USDT,ETH/USDT,SOL/USDT", "--profile", "aggressive", "--start", "2024-03-01", "--assume", "linear",
  ]
  static let shared = Result { try KeptBacktest() }

  let folder = KeptRun.scratch.appending(path: UUID().uuidString)
  let outcome: Outcome

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    outcome = try Command(
      [Repository.pipelines.appending(path: "backtest").path] + Self.market
        + [
          "--draws", "50", "--output", folder.appending(path: "results.json").path, "--html", folder.appending(path: "page.html").path, "--keep",
          folder.path,
        ]
    ).run()
  }

  func jq(_ filter: String) throws -> Outcome { try Command("jq", "-e", "-r", filter, folder.appending(path: "results.json").path).run() }
}

@Suite struct BacktestTests {
  @Test func reportsWithAVerdict() throws {
    let run = try KeptBacktest.shared.get()
    #expect(run.outcome.code == 0, "\(run.outcome.errorText)")
    #expect(run.outcome.errorText == "")
    #expect(run.outcome.text.hasPrefix("SniperSight backtest · spot candles traded as a perpetual"))
    #expect(run.outcome.text.contains("\nVERDICT: "))
  }

  @Test func theBooksAddUp() throws {
    let run = try KeptBacktest.shared.get()
    #expect(try run.jq(".funnel.evaluations == .funnel.accepted + .funnel.refused").code == 0)
    #expect(
      try run.jq(".funnel.evaluations > 1000 and .orders.approved == .orders.filled + ([.orders.expired[]] | add // 0) + .orders.waiting").code == 0)
    #expect(try run.jq("(.trades | length) == .metrics.trades.value").code == 0)
    #expect(try run.jq("[.trades[].opened] | all(. >= \"2024-03-01\")").code == 0, "no trade before the start")
    // The account's last word on equity, from the rows of its trades.
    let cash = "[inputs | select(.type == \"trade\") | .pnl_net] | add // 0"
    let rows = try Command(shell: "jq -n '\(cash)' < '\(run.folder.appending(path: "risk.ndjson").path)'").run()
    let net = try run.jq(".equity.values[-1] - .equity.start")
    #expect(abs((Double(rows.lines.first ?? "") ?? 1) - (Double(net.lines.first ?? "") ?? 2)) < 1e-6)
  }

  @Test func theSameRunAgainIsEqualToTheByte() throws {
    let run = try KeptBacktest.shared.get()
    let again = try Command("ss-report", "--draws", "50", run.folder.appending(path: "risk.ndjson").path).run()
    #expect(again.text == run.outcome.text)
  }

  @Test func theAuditFindsNothing() throws {
    let run = try KeptBacktest.shared.get()
    let outcome = try Command(Repository.pipelines.appending(path: "audit").path, run.folder.path).run()
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
    #expect(outcome.text.contains("Nothing was found."))
    for stage in ["indicators", "smc", "score", "plan", "risk"] { #expect(outcome.text.contains("| ss-\(stage) | ok |")) }
  }

  /// What a scan or a backtest was told besides its market is a part of it.
  @Test func theAuditRepeatsTheArgumentsOfARun() throws {
    let pipeline = { (name: String) in Repository.pipelines.appending(path: name).path }
    let market = ["--exchange", "synthetic", "--symbols", "BTC/USDT", "--profile", "aggressive", "--set", "score.minimum_score=50"]
    try Repository.withTemporaryFolder { folder in
      for (name, more) in [
        ("scan", ["--from", "2024-06-24", "--bars", "400", "--balance", "5000", "--risk", "0.9"]),
        ("backtest", ["--start", "2024-06-24", "--shadow", "--draws", "0"]),
      ] {
        let kept = folder.appending(path: name).path
        let run = try Command([pipeline(name)] + market + more + ["--keep", kept]).run()
        #expect(run.code == 0, "\(run.errorText)")
        let outcome = try Command(pipeline("audit"), kept).run()
        #expect(outcome.code == 0, "\(name): \(outcome.text)")
      }
    }
  }

  @Test func theAuditFindsAChangedByteAndATradeFromNowhere() throws {
    let run = try KeptBacktest.shared.get()
    try Repository.withTemporaryFolder { folder in
      for file in try FileManager.default.contentsOfDirectory(at: run.folder, includingPropertiesForKeys: nil) {
        try FileManager.default.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
      }
      let risk = folder.appending(path: "risk.ndjson").path
      _ = try Command(shell: "sed -i '0,/\"fee\":/s//\"fee\":9/' '\(risk)'").run()
      let outcome = try Command(Repository.pipelines.appending(path: "audit").path, "--verbose", folder.path).run()
      #expect(outcome.code == 1)
      #expect(outcome.text.contains("| ss-risk | failed |"), "\(outcome.text)\(outcome.errorText)")
      #expect(outcome.text.contains("| rows add up | failed |"), "\(outcome.text)")
    }
    #expect(try Command(Repository.pipelines.appending(path: "audit").path, KeptRun.scratch.path).run().code == 2)
  }

  @Test func aLostSetupIsALeak() throws {
    let run = try KeptBacktest.shared.get()
    let lost = "grep -v '\"risk\":{\"approved\"' '\(run.folder.appending(path: "risk.ndjson").path)' | ss-report --draws 0"
    let outcome = try Command(shell: lost).run()
    let hasTrades = try run.jq(".orders.filled + ([.orders.expired[]] | add // 0) > 0").code == 0
    #expect(outcome.code == (hasTrades ? 65 : 0), "\(outcome.errorText)")
    if hasTrades { #expect(outcome.errorText.contains("funnel-leak")) }
  }

  @Test func theVerdictIsTheExitStatus() throws {
    let run = try KeptBacktest.shared.get()
    let ruling = try run.jq(".verdict.ruling").lines.first ?? ""
    let expected: Int32 = ruling == "edge" ? 0 : ruling == "no edge shown" ? 1 : 2
    #expect(
      try Command("ss-report", "--draws", "0", "--exit-status", run.folder.appending(path: "risk.ndjson").path).run().code
        == (expected == 0 ? 1 : expected))
  }

  @Test func wrongUse() throws {
    let backtest = Repository.pipelines.appending(path: "backtest").path
    for arguments in [[], ["--files"], ["--exchange", "synthetic", "--frobnicate"], ["--exchange", "synthetic", "--end", "yesterday-ish"]] {
      #expect(try Command([backtest] + arguments).run().code == 64, "\(arguments)")
    }
    #expect(try Command(Repository.pipelines.appending(path: "audit").path).run().code == 64)
    #expect(try Command(Repository.pipelines.appending(path: "sweep").path, "a=1").run().code == 64)
  }

  /// Ten weeks of one market, as files: random signs, and every zone told.
  @Test func factorsAreJudgedByAllZones() throws {
    try Repository.withTemporaryFolder { folder in
      let file = folder.appending(path: "BTC_USDT-15m.ndjson").path
      let candles = "ss-fetch --exchange synthetic --symbols BTC/USDT --timeframes 15m --bars 3000 | grep '^{\"type\":\"candle\"' > '\(file)'"
      #expect(try Command(shell: candles).run().code == 0)
      let null = folder.appending(path: "null.ndjson").path
      let results = folder.appending(path: "results.json").path
      let outcome = try Command([
        Repository.pipelines.appending(path: "factor-edge").path, "--runs", "2", "--null", null, "--files", file, "--profile", "aggressive",
        "--start",
        "2024-06-10", "--assume", "linear", "--draws", "0", "--output", results,
      ]).run()
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(outcome.text.contains("\nFACTOR EDGE\n"), "\(outcome.text)")
      let asked = #".factor_edge | .zones > 20 and .closed > 10 and .null_runs == 2 and ([.factors[].factor] | index("total_score"))"#
      #expect(try Command("jq", "-e", asked, results).run().code == 0)
      // Two seeds are two markets, and neither is the one that was.
      let means = try Command(shell: "jq '.factor_edge.mean_r' '\(null)' '\(results)' | sort -u | wc -l").run()
      #expect(means.lines.first == "3", "\(means.text)")
    }
  }

  @Test func aSweepRemembersWhatWasTried() throws {
    try Repository.withTemporaryFolder { folder in
      let fetch = "ss-fetch --exchange synthetic --symbols BTC/USDT --timeframes 1h --from 2024-03-01 --bars 1500"
      _ = try Command(shell: "\(fetch) | grep '\"type\":\"candle\"' > BTC_USDT-1h.ndjson").with { $0.folder = folder }.run()
      let trials = folder.appending(path: "trials.ndjson").path
      let sweep = [Repository.pipelines.appending(path: "sweep").path, "--trials", "trials.ndjson", "plan.partials=0.5,0.3,0.2;0.6,0.4", "--"]
      // Files are named as seen from where the sweep was started.
      let outcome = try Command(sweep + ["--files", "BTC_USDT-1h.ndjson", "--profile", "trend", "--start", "2024-05-01", "--draws", "0"])
        .with { $0.folder = folder }.run()
      #expect(outcome.code == 0, "\(outcome.text)")
      #expect(outcome.lines.filter { $0.hasPrefix("| plan.partials=0.") }.count == 2, "\(outcome.text)")
      #expect(try String(contentsOfFile: trials, encoding: .utf8).split(separator: "\n").count == 2)
    }
  }
}
