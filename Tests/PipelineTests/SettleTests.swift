import Foundation
import TestKit
import Testing

/// A live stream stays open between two instants: `ss-risk --settle` decides without the next record.
@Suite struct SettleTests {
  /// Two plans of one instant, on two symbols; only one of them may be taken.
  static let plans = Result {
    let line = try KeptRun.shared.get().lines("plan").last { $0.contains(#""plan":{"#) } ?? ""
    let other = #"(.symbol, .id) |= gsub("[A-Z]+/USDT"; "ZZZ/USDT") | .plan.plan_id += "x" | .plan.confidence_score = 99"#
    return line + "\n" + (try Command("jq", "-c", other).run(.text(line)).text)
  }

  /// Sends `text` and keeps the pipe open: which two lines come back, each within so many seconds; then what comes once the pipe is closed.
  static func talk(_ options: String, patience: String, _ text: String) throws -> (before: [String], after: [String]) {
    let script = """
      coproc RISK { ss-risk --profile aggressive --set risk.maximum_same_side=1 \(options); }
      exec {in}>&"${RISK[1]}" {out}<&"${RISK[0]}"
      eval "exec ${RISK[1]}>&-"
      cat >&"$in"
      for number in 1 2; do IFS= read -r -t \(patience) -u "$out" line && printf 'before %s\\n' "$line"; done
      exec {in}>&-
      while IFS= read -r -u "$out" line; do printf 'after %s\\n' "$line"; done
      """
    let outcome = try Command(shell: script).run(.text(text))
    #expect(outcome.code <= 1, "\(outcome.errorText)")
    func said(_ word: String) -> [String] { outcome.lines.filter { $0.hasPrefix(word) }.map { String($0.dropFirst(word.count + 1)) } }
    return (said("before"), said("after"))
  }

  @Test func aQuietInstantIsOverAfterItsTime() throws {
    let (before, after) = try Self.talk("--settle 0.05", patience: "30", Self.plans.get())
    #expect(before.count == 2 && after.isEmpty)
    #expect(before.first?.contains(#""code":"same_side_limit""#) == true, "the better score is served first")
    #expect(before.last?.contains(#""risk":{"approved":true"#) == true)
  }

  @Test func withoutItTheNextRecordOrTheEndDecides() throws {
    let (before, after) = try Self.talk("", patience: "0.5", Self.plans.get())
    #expect(before.isEmpty && after.count == 2)
  }
}
