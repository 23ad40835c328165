import Confluence
import Market
import Structure

/// A place at which price is expected to turn: what blocks, gaps, breakers and range edges have in common.
struct PlanZone: Hashable, Sendable {
  enum Kind: String, Sendable {
    case block = "order block"
    case gap = "fair value gap"
    case breaker = "breaker"
    case invertedGap = "inverted gap"
    case rangeEdge = "range edge"
    case offset = "offset from price"
  }
  var kind: Kind
  var source: PlanSource
  var timeframe: Timeframe
  var direction: Direction
  /// The edge price meets first, and the edge whose loss ends the zone.
  var near: Double
  var far: Double
  /// The candle it is about.
  var at: Timestamp

  var half: Double { (near + far) / 2 }

  /// `nil` for evidence that is no zone.
  init?(_ evidence: Evidence) {
    switch evidence {
    case .orderBlock(let block):
      self.init(
        kind: block.state == .breaker ? .breaker : .block, source: .fact(block.id), timeframe: block.id.timeframe, direction: block.direction,
        near: block.nearEdge, far: block.farEdge, at: block.at)
    case .gap(let gap):
      self.init(
        kind: gap.state == .inverted ? .invertedGap : .gap, source: .fact(gap.id), timeframe: gap.id.timeframe, direction: gap.direction,
        near: gap.nearEdge, far: gap.farEdge, at: gap.at)
    default: return nil
    }
  }

  init(
    kind: Kind, source: PlanSource, timeframe: Timeframe, direction: Direction, near: Double, far: Double, at: Timestamp
  ) {
    self.kind = kind
    self.source = source
    self.timeframe = timeframe
    self.direction = direction
    self.near = near
    self.far = far
    self.at = at
  }

  /// The outer tenth of a dealing range: its low for LONG, its high for SHORT.
  init?(rangeEdge summary: TimeframeSummary, direction: Direction) {
    guard let range = summary.range, range.high > range.low else { return nil }
    let edge = direction == .bull ? range.low : range.high
    self.init(
      kind: .rangeEdge, source: .range(summary.timeframe, direction.opposite), timeframe: summary.timeframe,
      direction: direction, near: edge + direction.sign * 0.1 * (range.high - range.low), far: edge, at: summary.closeTime)
  }

  /// How far price has come into the zone: 0 at the near edge, 1 at the far one, negative before it.
  func penetration(_ price: Double) -> Double {
    let height = direction.sign * (near - far)
    let depth = direction.sign * (near - price)
    return height > 0 ? depth / height : depth > 0 ? 1 : 0
  }

  /// Whether `inner` lies within, give or take `tolerance`.
  func contains(_ inner: PlanZone, tolerance: Double) -> Bool {
    direction.sign * (near - inner.near) >= -tolerance && direction.sign * (inner.far - far) >= -tolerance
  }
}
