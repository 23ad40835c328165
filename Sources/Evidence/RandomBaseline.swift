import Market
import Risk

/// What the same orders would have earned at other times. A draw keeps every order's symbol, side, terms and geometry in ATR, and moves only the
/// trigger close at which it is placed; what is not filled and closed there is drawn again, so that fills are equal in number.
public struct RandomBaseline: Hashable, Sendable {
  public enum Choice: String, CaseIterable, Sendable {
    /// Any evaluation of the symbol.
    case anyTime = "any_time"
    /// An evaluation of the symbol that told the same regime.
    case sameRegime = "same_regime"
  }
  public struct Failure: Error, Hashable, Sendable {
    public var reason: String
    public init(reason: String) { self.reason = reason }
  }

  public let choice: Choice
  public let draws: Int
  /// Mean net R over the draws, and its spread.
  public let mean: Double
  public let deviation: Double
  /// Of the draws' means.
  public let percentile95: Double
  /// (1 + #{draws with a mean of at least ours}) / (draws + 1).
  public let p: Double
  /// Orders tried for each that was filled and closed.
  public let triesPerFill: Double

  /// Tries of one order in one draw before it counts as one that cannot be placed at random.
  private static let patience = 2000

  /// - Parameters:
  ///   - orders: of the closed trades.
  ///   - ours: their mean net R.
  ///   - seed: the same seed gives the same draws.
  public init(
    _ choice: Choice, _ orders: [PlacedOrder], ours: Double, in markets: [MarketHistory], rules: OrderReplay, draws: Int, seed: UInt64
  ) throws(Failure) {
    var places: [Int: [[Int]]] = [:]
    for order in orders where places[order.market] == nil {
      places[order.market] = RandomBaseline.places(choice, in: markets[order.market])
    }
    var random = SplitMix(seed: seed)
    var sums = [Double](repeating: 0, count: draws)
    var tries = 0
    for order in orders {
      guard choice == .anyTime || order.regime >= 0 else { throw Failure(reason: "an order's own setup tells no regime") }
      let eligible = places[order.market]?[choice == .anyTime ? 0 : order.regime] ?? []
      guard !eligible.isEmpty else { throw Failure(reason: "no other evaluation to move an order to") }
      var moved = order.copy()
      for draw in 0..<draws {
        var left = RandomBaseline.patience
        while true {
          left -= 1
          guard left >= 0 else { throw Failure(reason: "an order of \(markets[order.market].symbol) is hardly ever filled elsewhere") }
          tries += 1
          let place = eligible[random.below(eligible.count)]
          if case .closed(_, _, let r)? = order.replay(at: place, rules, markets[order.market], moving: &moved) {
            sums[draw] += r
            break
          }
        }
      }
    }
    guard !orders.isEmpty, draws > 0 else { throw Failure(reason: "no trades") }
    let means = sums.map { $0 / Double(orders.count) }
    let moments = Moments(means)
    self.choice = choice
    self.draws = draws
    mean = moments.mean
    deviation = moments.sampleDeviation ?? 0
    percentile95 = quantile(ofSorted: means.sorted(), 0.95) ?? 0
    p = Double(1 + means.count { $0 >= ours }) / Double(draws + 1)
    triesPerFill = Double(tries) / Double(draws * orders.count)
  }

  /// Evaluations with an ATR: all of them, or by regime.
  private static func places(_ choice: Choice, in market: MarketHistory) -> [[Int]] {
    var places: [[Int]] = [[]]
    for (place, evaluation) in market.evaluations.enumerated() where evaluation.atr.planning > 0 {
      let group = choice == .anyTime ? 0 : evaluation.regime
      guard group >= 0 else { continue }
      while places.count <= group { places.append([]) }
      places[group].append(place)
    }
    return places
  }
}
