import Market
import Planning
import Risk

/// Closed trades in groups. Each trade is in one group of a dimension.
public struct Breakdown: Hashable, Sendable {
  public struct Group: Hashable, Sendable {
    public var name: String
    public var statistics: TradeStatistics
  }
  public let dimension: String
  public let groups: [Group]

  static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// - Parameter order: names that come first, in this order; the others follow by name.
  init(_ dimension: String, _ trades: [ClosedTrade], order: [String] = [], by key: (ClosedTrade) -> String) {
    self.dimension = dimension
    groups = Dictionary(grouping: trades, by: key).map { Group(name: $0.key, statistics: TradeStatistics($0.value)) }.sorted { a, b in
      let (i, j) = (order.firstIndex(of: a.name) ?? order.count, order.firstIndex(of: b.name) ?? order.count)
      return i == j ? a.name < b.name : i < j
    }
  }

  /// By everything that an order knew of itself when it was filled.
  public static func all(_ trades: [ClosedTrade]) -> [Breakdown] {
    [
      Breakdown("regime", trades) { $0.labels?.regime ?? "unknown" },
      Breakdown("session", trades) { $0.labels?.session ?? "unknown" },
      Breakdown("weekday", trades, order: weekdays) { weekdays[CalendarDay.weekday(dayNumber: ($0.openedAt + -1).dayNumber)] },
      Breakdown("symbol", trades) { $0.symbol },
      Breakdown("style", trades, order: TradePlan.SetupType.allCases.map { "\($0.label)" }) {
        $0.labels.map { "\($0.setupType.label)" } ?? "unknown"
      },
      Breakdown("direction", trades, order: Direction.allCases.map { "\($0.trade)" }) { "\($0.direction.trade)" },
      Breakdown("exit", trades, order: Trade.Event.allCases.map { "\($0.label)" }) { "\($0.exit.label)" },
    ]
  }
}

/// Closed trades by the quarter of one factor's score. It describes the admitted trades alone and judges nothing: the factor has already
/// decided which trades there are.
public struct FactorQuartiles: Hashable, Sendable {
  public struct Quartile: Hashable, Sendable {
    /// Lowest and highest score in it.
    public var from: Double
    public var to: Double
    public var statistics: TradeStatistics
  }
  public let factor: String
  public let quartiles: [Quartile]

  /// Of every factor that at least four trades carry.
  public static func all(_ trades: [ClosedTrade]) -> [FactorQuartiles] {
    var scored: [String: [(score: Double, trade: ClosedTrade)]] = [:]
    for trade in trades {
      for factor in trade.labels?.factors ?? [] { scored[factor.name, default: []].append((factor.score, trade)) }
    }
    return scored.filter { $0.value.count >= 4 }.sorted { $0.key < $1.key }.map { name, found in
      let bounds = [0.25, 0.5, 0.75].map { q in quantile(ofSorted: found.map(\.score).sorted(), q) ?? 0 }
      // Equal scores stay together, so that a quarter may be empty.
      let groups = Dictionary(grouping: found) { one in bounds.count { $0 < one.score } }
      let quartiles = groups.sorted { $0.key < $1.key }.map { _, members in
        Quartile(
          from: members.map(\.score).min() ?? 0, to: members.map(\.score).max() ?? 0, statistics: TradeStatistics(members.map(\.trade)))
      }
      return FactorQuartiles(factor: name, quartiles: quartiles)
    }
  }
}

/// Mean R in equal stretches of the run, one after the other: an edge that was there in one of them only is none. Trades that begin within the
/// embargo after a boundary are left out, as they share price with trades before it.
public struct Folds: Hashable, Sendable {
  public struct Fold: Hashable, Sendable {
    /// Days since 1970-01-01, both included.
    public var days: ClosedRange<Int>
    public var statistics: TradeStatistics
  }
  public let folds: [Fold]
  public let embargoDays: Int

  public init?(_ trades: [ClosedTrade], days: ClosedRange<Int>, count: Int) {
    guard count > 0, days.count >= count else { return nil }
    let holding = trades.map { Double($0.holding) }.sorted()
    let embargo = Int(clamping: ((quantile(ofSorted: holding, 0.9) ?? 0) / Double(Timestamp.day)).rounded(.up), to: 0...1_000_000)
    embargoDays = embargo
    folds = (0..<count).map { i in
      let first = days.lowerBound + i * days.count / count
      let last = days.lowerBound + (i + 1) * days.count / count - 1
      let inside = trades.filter { trade in
        let day = trade.openedAt.dayNumber
        return day >= first + (i > 0 ? embargo : 0) && day <= last
      }
      return Fold(days: first...last, statistics: TradeStatistics(inside))
    }
  }
}
