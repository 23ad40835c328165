import Confluence
import Market
import Structure

/// Opposing liquidity ahead of an entry, nearest first: pools that rest there, swing points, the near edges of opposing blocks, and the
/// extremes of the dealing ranges, which hold the extreme since the zone was made. Opposing gaps are no targets: price is drawn through them,
/// nothing rests there that would pay.
struct TargetFinder {
  /// Distances of targets that stand on no structure, in ATR.
  static let extensions = [1.5, 2.25, 3]

  let setup: Setup
  let direction: Direction
  /// The timeframe that carries the plan. Blocks and session extremes of shorter ones are noise to it.
  let planning: Timeframe
  /// Of pools, swing points and ranges; a day's or week's extreme always counts.
  let shortest: Timeframe
  /// Levels nearer to each other count as one, at the nearest.
  let spacing: Double
  /// In price; what lies further is not reached while a position is held.
  let reach: Double

  /// At most `count` levels beyond `entry`.
  func levels(beyond entry: Double, count: Int) -> [SourcedLevel] {
    var found: [(distance: Double, level: SourcedLevel)] = []
    func add(_ price: Double, _ source: PlanSource) {
      let distance = direction.sign * (price - entry)
      if distance > 0, distance <= reach { found.append((distance, SourcedLevel(price: price, source: source))) }
    }
    for evidence in setup.evidence {
      switch evidence {
      case .pool(let pool) where pool.side == direction && pool.state == .resting && counts(pool.id): add(pool.level, .fact(pool.id))
      case .pivot(let id, let pivot) where id.direction == direction && counts(id): add(pivot.price, .fact(id))
      case .orderBlock(let block) where block.direction == direction.opposite && counts(block): add(block.nearEdge, .fact(block.id))
      default: break
      }
    }
    for summary in setup.timeframes where summary.timeframe >= shortest {
      guard let range = summary.range else { continue }
      add(direction == .bull ? range.high : range.low, .range(summary.timeframe, direction))
    }
    // Of equal distances the first found stays first: pools and swing points in the setup's order, then ranges.
    let order = found.indices.sorted { found[$0].distance != found[$1].distance ? found[$0].distance < found[$1].distance : $0 < $1 }
    var chosen: [(distance: Double, level: SourcedLevel)] = []
    for candidate in order.map({ found[$0] }) where chosen.count < count {
      if let last = chosen.last, candidate.distance - last.distance < spacing { continue }
      chosen.append(candidate)
    }
    return chosen.map(\.level)
  }

  /// Where nothing is in the way and the profile allows it: distances from the entry, labelled as such.
  func extensions(from entry: Double, atr: Double) -> [SourcedLevel] {
    Self.extensions.map { SourcedLevel(price: entry + direction.sign * $0 * atr, source: .distance) }
  }

  private func counts(_ id: FactID) -> Bool {
    switch id.kind {
    case .dayPool, .weekPool: true
    case .sessionPool: id.timeframe >= planning
    default: id.timeframe >= shortest
    }
  }

  /// C blocks have hardly moved price once.
  private func counts(_ block: OrderBlock) -> Bool { block.id.timeframe >= planning && block.grade >= .b }
}
