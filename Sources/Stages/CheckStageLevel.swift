import Confluence
import Records
import Stage
import Wire

/// How far down the pipeline a stream has come, and what its records must carry by then.
enum StreamLevel: String, CaseIterable {
  case fetch, indicators, smc, score, plan, risk, notify

  /// The keys that stages append.
  static let appended: [StaticString] = ["indicators", "smc", "plan", "risk", "notification", "chart"]

  /// What `record` lacks at `level`, and what a setup of any level has to say.
  static func faults(_ record: Record, _ type: String, _ level: StreamLevel?) -> [StageError] {
    let has = { (index: Int) in record[StreamCheck.Key.appended + index].exists }
    var faults: [StageError] = []
    func demand(_ index: Int, _ stage: String) {
      if !has(index) {
        faults.append(.data("incomplete", "the \(type) has no \"\(appended[index])\": \(stage) has not seen it", offset: record.body))
      }
    }
    switch type {
    case "candle":
      if level == .indicators { demand(0, "ss-indicators") }
      if level == .smc { demand(1, "ss-smc") }
    case "setup":
      let isRefused = record[StreamCheck.Key.rejected].exists
      if !isRefused, !record[StreamCheck.Key.state].equals("ready") {
        faults.append(
          .data(
            "unexplained", "only a ready setup goes on, and this one is \(record[StreamCheck.Key.state].bytes.text) without \"rejected\"",
            offset: record.offset(of: record[StreamCheck.Key.state])))
      }
      if isRefused, let fault = codeFault(record[StreamCheck.Key.rejected], record) { faults.append(fault) }
      guard let level, !isRefused else { break }
      if [.plan, .risk, .notify].contains(level) { demand(2, "ss-plan") }
      if [.risk, .notify].contains(level) { demand(3, "ss-risk") }
      if level == .notify { demand(4, "ss-notify") }
    default: break
    }
    return faults
  }

  /// A stage of ours refuses with a code of ours; stages of others have their own.
  private static func codeFault(_ rejected: JSONValue, _ record: Record) -> StageError? {
    guard let stage = rejected.member("stage")?.string, let code = rejected.member("code"), let word = code.string,
      RejectionCode.known.contains(where: { $0.stage == stage }), !RejectionCode.known.contains(where: { $0.code.rawValue == word })
    else { return nil }
    return .data("unknown-code", "ss-\(stage) has no code \(word); docs/quality-gates.md lists them", offset: record.offset(of: code))
  }
}
