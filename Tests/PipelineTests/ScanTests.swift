import Foundation
import TestKit
import Testing

@Suite struct ScanTests {
  let scan = Repository.pipelines.appending(path: "scan").path

  @Test func showsEverySymbolWithAVerdict() throws {
    let outcome = try KeptRun.shared.get().outcome
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(outcome.errorText == "")
    #expect(outcome.text.hasPrefix("SniperSight · profile aggressive · synthetic · as of "))
    #expect(outcome.text.contains("\n3 symbols, "))
    for symbol in ["BTC/USDT", "ETH/USDT", "SOL/USDT"] {
      #expect(outcome.lines.contains { $0.hasPrefix(symbol) && $0.split(separator: " ").count > 5 }, "\(symbol)\n\(outcome.text)")
    }
  }

  @Test(arguments: KeptRun.stages)
  func everyKeptLineIsAnObjectWithAType(_ stage: String) throws {
    let file = try KeptRun.shared.get().file(stage).path
    let outcome = try Command("jq", "-n", "-e", "all(inputs; type == \"object\" and (keys_unsorted[0] == \"type\")) and true", file).run()
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(try KeptRun.shared.get().lines(stage).count > 2)
  }

  @Test func twoRunsAreEqualToTheByte() throws {
    let first = try KeptRun.shared.get(), second = try KeptRun(output: "json")
    for stage in KeptRun.stages { #expect(try first.bytes(stage) == second.bytes(stage), "\(stage)") }
    #expect(
      try Command("jq", "-e", ".status == \"complete\" and .evaluations == .accepted + ([.refusals[].count] | add)").run(
        .bytes(second.outcome.stdout)
      ).code == 0)
  }

  @Test func nothingIsLostOnTheWay() throws {
    let run = try KeptRun.shared.get()
    let setups = try ["score", "plan", "risk", "notify"].map { try run.lines($0).filter { $0.recordType == "setup" } }
    #expect(Set(setups.map(\.count)).count == 1, "\(setups.map(\.count))")
    for setup in setups[3] {
      #expect(setup.contains(",\"rejected\":{") != setup.contains(",\"notification\":{"), "a setup is either refused or spoken of:\n\(setup)")
    }
  }

  @Test func everyFormOfOutput() throws {
    let market = ["--exchange", "synthetic", "--symbols", "BTC/USDT", "--profile", "trend"]
    #expect(try Command([scan] + market + ["--output", "markdown"]).run().text.hasPrefix("# SniperSight\n"))
    #expect(try Command([scan] + market + ["--output", "json"]).run().lines.count == 1)
  }

  @Test func wrongUse() throws {
    for arguments in [[], ["--exchange"], ["--exchange", "synthetic", "--output", "sms"], ["--frobnicate"], ["--exchange", "nowhere"]] {
      let outcome = try Command([scan] + arguments).run()
      #expect(outcome.code == 64, "\(arguments): \(outcome.errorText)")
      #expect(outcome.stdout.isEmpty)
      #expect(!outcome.stderr.isEmpty)
    }
    #expect(try Command(scan, "--files", "/nonexistent/BTC_USDT-15m.csv").run().code == 66)
    #expect(try Command(scan, "--help").run().text.hasPrefix("Usage: scan "))
    // Symbols alone are those of the venue that ss-fetch asks by itself: here nobody answers for it.
    let unanswered = try Command(scan, "--profile", "balanced", "--symbols", "top20").with {
      $0.environment = ["SS_BINANCE_URL": "http://127.0.0.1:9", "SS_FETCH_RETRIES": "0"]
    }.run()
    #expect(unanswered.code == 75 && unanswered.errorText.contains("binance"), "\(unanswered.code) \(unanswered.errorText)")
  }

  @Test func theFrontDoor() throws {
    let door = Repository.pipelines.appending(path: "snipersight").path
    #expect(try Command(door, "scan", "--help").run().text == Command(scan, "--help").run().text)
    #expect(try Command(door, "smc", "--version").run().text.hasPrefix("ss-smc "))
    #expect(try Command(door, "frobnicate").run().code == 64)
    #expect(try Command(door).run().code == 64)
    #expect(try Command(door, "--help").run().code == 0)
  }
}
