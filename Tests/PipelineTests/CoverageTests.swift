import Foundation
import TestKit
import Testing

/// What part of the closes of its trigger each profile can evaluate at all, on five weeks of the synthetic market.
@Suite struct CoverageTests {
  @Test(arguments: ["balanced", "trend", "range", "aggressive", "mobile"])
  func fourFifthsOfTheClosesAreEvaluated(_ profile: String) throws {
    let outcome = try Command(
      shell: """
        ss-fetch --exchange synthetic --symbols BTC/USDT,ETH/USDT --seed 5 --from 2024-05-27 --profile \(profile) | ss-indicators | ss-smc | ss-score |
          jq -r 'select(.type == "setup") | [.symbol, .rejected.code // "accepted"] | @tsv'
        """
    ).run()
    #expect(outcome.code == 0, "\(outcome.errorText)")
    let codes = outcome.text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    for symbol in ["BTC/USDT", "ETH/USDT"] {
      let own = codes.filter { $0[0] == symbol }.map { $0[1] }
      #expect(own.count >= 30 * 24, "a month of hours, or of quarters of an hour")
      let complete = own.filter { $0 != "data_incomplete" && $0 != "stale_data" }
      #expect(Double(complete.count) >= 0.8 * Double(own.count), "\(profile) \(symbol): \(complete.count) of \(own.count)")
    }
    let symbols = Set(codes.map { $0[0] })
    #expect(symbols == ["BTC/USDT", "ETH/USDT"])
  }
}
