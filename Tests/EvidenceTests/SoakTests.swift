import Evidence
import Foundation
import Glibc
import Market
import Profiles
import Risk
import TestKit
import Testing

private let seeds = ProcessInfo.processInfo.environment["SS_SOAK"].flatMap { Int($0) } ?? 0

/// How often the verdict is wrong, over as many seeds as SS_SOAK says. `make soak` asks for a hundred.
@Suite(.enabled(if: seeds > 0)) struct SoakTests {
  /// Orders at regular places of three random walks, judged as a run is.
  /// - Parameters:
  ///   - planted: mean R that is added to every trade.
  private func verdict(seed: UInt64, count: Int, planted: Double) throws -> Verdict {
    let profile = try #require(Profile.named("balanced"))
    let rules = OrderReplay(profile.risk, fills: .pessimistic)
    // An order a day and market, so that a few hundred trades fall on more than fifty days.
    let spacing = 96
    let markets = (0..<3).map { WalkingMarket(candles: (count * 2 / 3 + 12) * spacing, seed: seed * 3 + UInt64($0)) }
    var placed: [PlacedOrder] = []
    var trades: [ClosedTrade] = []
    var number = 0
    while trades.count < count, number < count * 2 {
      let market = number % 3
      let place = 10 + number / 3 * spacing
      number += 1
      guard place + 10 < markets[market].history.evaluations.count else { break }
      var order = markets[market].order(at: place, number % 2 == 0 ? .bull : .bear, fees: 0)
      guard let ready = PlacedOrder(order, asOf: order.request.asOf, market: market, in: markets[market].history, planning: .h4),
        case .closed(let filled, let exit, let r) = rules.run(&order, on: markets[market].history.candles, from: place + 1)
      else { continue }
      let candles = markets[market].history.candles
      var labels = order.request.labels
      labels.regime = markets[market].history.evaluations[place].regime == 0 ? "trend" : "range"
      trades.append(
        ClosedTrade(
          planID: "\(number)", symbol: "S\(market)", direction: order.plan.direction, openedAt: candles.closeTimes[filled],
          closedAt: candles.closeTimes[exit], pnlGross: 50 * (r + planted), fee: 0, turnover: 1000, r: r + planted, labels: labels))
      placed.append(ready)
    }
    trades.sort { $0.closedAt < $1.closedAt }
    let ours = try #require(TradeStatistics(trades).meanR)
    let baseline = try RandomBaseline(.anyTime, placed, ours: ours, in: markets.map(\.history), rules: rules, draws: 199, seed: seed)
    let days = (trades.first?.openedAt.dayNumber ?? 0)...(trades.last?.closedAt.dayNumber ?? 0)
    let equity = DailyEquity(start: 10_000, results: trades.map { ($0.closedAt.dayNumber, $0.pnlNet) }, days: days)
    return Verdict(
      trades, bootstrap: BlockBootstrap(trades, draws: 2000, seed: seed), randomP: baseline.p,
      deflatedSharpe: DeflatedSharpe(returns: equity.returns, trials: []))
  }

  private func rulings(count: Int, planted: Double) throws -> [Verdict.Ruling] {
    let rulings = try (1...seeds).map { try verdict(seed: UInt64($0), count: count, planted: planted).ruling }
    let counts = [Verdict.Ruling.edge, .noEdgeShown, .notEnoughData].map { one in "\(rulings.count { $0 == one }) \(one.rawValue)" }
    print("soak: \(seeds) seeds of \(count) trades, \(planted) R planted: \(counts.joined(separator: ", "))")
    return rulings
  }

  @Test func aRandomWalkHasNoEdge() throws {
    let rulings = try rulings(count: 320, planted: 0)
    #expect(rulings.count { $0 == .edge } * 20 <= max(20, seeds))
    #expect(!rulings.contains(.notEnoughData))
  }

  @Test func aPlantedEdgeIsSeen() throws {
    let rulings = try rulings(count: 600, planted: 0.25)
    #expect(rulings.count { $0 == .edge } * 10 >= 8 * seeds)
  }
}
