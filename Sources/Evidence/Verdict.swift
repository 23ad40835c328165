import Market

/// What the evidence amounts to. Hard to please on purpose: every condition must hold for `edge`.
public struct Verdict: Hashable, Sendable {
  public enum Ruling: String, Sendable {
    case edge = "edge"
    case noEdgeShown = "no edge shown"
    case notEnoughData = "not enough data"
  }
  public struct Condition: Hashable, Sendable {
    public var name: String
    /// Absent: could not be computed, which counts as not met.
    public var value: Double?
    public var threshold: Double
    public var isMet: Bool
  }
  /// Mean R of the trades without one symbol.
  public struct WithoutSymbol: Hashable, Sendable {
    public var symbol: String
    public var trades: Int
    public var meanR: Double
  }
  public let ruling: Ruling
  public let conditions: [Condition]
  /// Each symbol left out in turn, the one without which least is left first; empty with one symbol.
  public let withoutEach: [WithoutSymbol]
  /// In mean R, at 80 % power; absent without trades.
  public let smallestVisibleEdge: Double?

  /// - Parameters:
  ///   - trades: closed under pessimistic fills.
  ///   - randomP: the larger p of the random baselines; absent when none was drawn.
  public init(_ trades: [ClosedTrade], bootstrap: BlockBootstrap?, randomP: Double?, deflatedSharpe: DeflatedSharpe?) {
    let days = Set(trades.map(\.openedAt.dayNumber)).count
    let regimes = Dictionary(grouping: trades) { $0.labels?.regime ?? "unknown" }.values.count { $0.count >= 20 }
    let sample = [
      Condition(name: "trades", value: Double(trades.count), threshold: 100, isMet: trades.count >= 100),
      Condition(name: "entry_days", value: Double(days), threshold: 50, isMet: days >= 50),
      Condition(name: "regimes_with_20_trades", value: Double(regimes), threshold: 2, isMet: regimes >= 2),
    ]
    let lower = bootstrap?.bound(0.01)
    withoutEach = Verdict.leavingOutOneSymbol(trades)
    let worst = withoutEach.first?.meanR ?? TradeStatistics(trades).meanR
    let evidence = [
      Condition(name: "mean_r_lower_bound_99", value: lower, threshold: 0, isMet: lower.map { $0 > 0 } ?? false),
      Condition(name: "random_baseline_p", value: randomP, threshold: 0.01, isMet: randomP.map { $0 <= 0.01 } ?? false),
      Condition(
        name: "deflated_sharpe", value: deflatedSharpe?.probability, threshold: 0.95, isMet: deflatedSharpe.map { $0.probability >= 0.95 } ?? false),
      Condition(name: "mean_r_without_any_one_symbol", value: worst, threshold: 0, isMet: worst.map { $0 > 0 } ?? false),
    ]
    conditions = sample + evidence
    smallestVisibleEdge = bootstrap?.smallestVisibleEdge
    if !sample.allSatisfy(\.isMet) {
      ruling = .notEnoughData
    } else {
      ruling = evidence.allSatisfy(\.isMet) ? .edge : .noEdgeShown
    }
  }

  private static func leavingOutOneSymbol(_ trades: [ClosedTrade]) -> [WithoutSymbol] {
    let symbols = Set(trades.map(\.symbol))
    guard symbols.count > 1 else { return [] }
    return symbols.compactMap { symbol in
      let rest = TradeStatistics(trades.filter { $0.symbol != symbol })
      return rest.meanR.map { WithoutSymbol(symbol: symbol, trades: rest.count, meanR: $0) }
    }.sorted { ($0.meanR, $0.symbol) < ($1.meanR, $1.symbol) }
  }
}
