import Confluence
import Market
import Quoting

/// What a run came to, gathered record by record and told at its end: the newest evaluation of each symbol, every accepted plan, and how
/// many evaluations were refused for which reason. Forms: `text`, `markdown`; JSON is `Records`' affair.
public struct ScanReport: Sendable {
  public struct Refusals: Hashable, Sendable {
    public var stage: String
    public var code: RejectionCode
    public var count: Int
  }

  private struct Series: Hashable {
    var exchange: String
    var symbol: String
    var profile: String
  }

  public private(set) var evaluations = 0
  /// In the order of the stream.
  public private(set) var accepted: [Signal] = []
  private var newest: [Series: Signal] = [:]
  private var refused: [Refusals] = []
  /// The latest `as_of` seen.
  public private(set) var asOf: Timestamp?

  public init() {}

  public mutating func add(_ signal: Signal) {
    evaluations += 1
    let setup = signal.setup
    asOf = max(asOf ?? setup.asOf, setup.asOf)
    newest[Series(exchange: setup.exchange, symbol: setup.symbol, profile: setup.profile)] = signal
    if signal.isAccepted { accepted.append(signal) }
    guard let rejected = setup.rejected else { return }
    if let known = refused.firstIndex(where: { $0.stage == rejected.stage && $0.code == rejected.code }) {
      refused[known].count += 1
    } else {
      refused.append(Refusals(stage: rejected.stage, code: rejected.code, count: 1))
    }
  }

  /// The newest evaluation of each symbol: accepted ones first, then by state, then the higher score, then the name.
  public var latest: [Signal] { newest.values.sorted { ScanReport.rank($0) < ScanReport.rank($1) } }

  /// Most frequent first; ties by name.
  public var refusals: [Refusals] { refused.sorted { (-$0.count, $0.stage, $0.code.rawValue) < (-$1.count, $1.stage, $1.code.rawValue) } }

  private static func rank(_ signal: Signal) -> (Int, Int, Double, String) {
    (signal.isAccepted ? 0 : 1, Int(signal.setup.state.rawValue), -(signal.score ?? -1), "\(signal.setup.symbol) \(signal.setup.exchange)")
  }

  /// `profile balanced · synthetic · as of 2024-06-30 00:00 UTC`.
  var occasion: String {
    var parts: [String] = []
    for (name, values) in [("profile ", newest.keys.map(\.profile)), ("", newest.keys.map(\.exchange))] where !values.isEmpty {
      parts.append(name + Set(values).sorted().joined(separator: ", "))
    }
    if let asOf { parts.append("as of \(asOf.forPeople)") }
    return parts.joined(separator: " · ")
  }

  /// `20 symbols, 20 evaluations: 1 plan, 19 refused`.
  var summary: String {
    let rejected = refused.reduce(0) { $0 + $1.count }
    var text = "\(counted(newest.count, "symbol")), \(counted(evaluations, "evaluation")): \(counted(accepted.count, "plan")), \(rejected) refused"
    let open = evaluations - accepted.count - rejected
    if open > 0 { text += ", \(open) without a plan" }
    return text
  }

  /// `12 not_ready, 5 low_score`.
  var refusalCounts: String { refusals.map { "\($0.count) \(Quoting.terminal($0.code.rawValue))" }.joined(separator: ", ") }

  private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

extension Timestamp {
  /// `2024-06-30 00:00 UTC`, to the minute.
  var forPeople: String { "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC" }
}
