import Market
import Profiles
import Structure

/// A block or a gap as a place to trade from. Prices are compared by differences only, so that mirrored input gives mirrored output.
struct Zone {
  var timeframe: Timeframe
  var direction: Direction
  var id: FactID
  var near: Double
  var far: Double
  var knownAt: Timestamp
  /// In ATR: of the block's displacement, or the gap's size.
  var force: Double
  /// 1 at the force of an A block, or of a gap of 1.5 ATR; linear below.
  var strength: Double
  /// 0…1: of a block its own; of a gap what has not been filled.
  var freshness: Double
  /// Deepest penetration, 0…1, by the candles of its own timeframe.
  var penetration: Double
  var touches: Int
  /// Force reaches the profile's minimum, and the zone still serves the side for which it was made.
  var isStrong: Bool
  /// The leg away from the block left a gap.
  var leftGap: Bool
  /// The leg away from the block began with a sweep.
  var beganWithSweep: Bool
  var grade: OrderBlock.Grade?

  var height: Double { abs(near - far) }

  init(_ block: OrderBlock, on timeframe: Timeframe, _ rules: ScoreRules) {
    self.timeframe = timeframe
    direction = block.direction
    id = block.id
    near = block.nearEdge
    far = block.farEdge
    knownAt = block.knownAt
    force = block.displacementATR
    // The grades' own bounds: A from 3 ATR for an internal break, from 6 for an external one.
    let isInternal = block.sources.isEmpty || block.sources.contains { $0.breakID.scope != .outer }
    strength = min(1, force / (isInternal ? 3 : 6))
    freshness = block.freshness * (1 - block.mitigation)
    penetration = block.mitigation
    touches = block.touches
    isStrong = block.state != .breaker && force >= (isInternal ? rules.internalDisplacement : rules.externalDisplacement)
    leftGap = block.sources.contains { $0.leftGap }
    beganWithSweep = block.sources.contains { $0.beganWithSweep }
    grade = block.grade
  }

  init(_ gap: FairValueGap, on timeframe: Timeframe, _ rules: ScoreRules) {
    self.timeframe = timeframe
    direction = gap.direction
    id = gap.id
    near = gap.nearEdge
    far = gap.farEdge
    knownAt = gap.knownAt
    force = gap.sizeATR
    strength = min(1, force / 1.5)
    freshness = 1 - gap.fill
    penetration = gap.fill
    touches = gap.state == .fresh ? 0 : 1
    isStrong = gap.state != .inverted && force >= rules.anchorGap
    leftGap = false
    beganWithSweep = false
  }

  /// How far price is in front of the near edge; negative inside the zone. In price.
  func distance(from price: Double) -> Double { direction.sign * (price - near) }

  /// The shared part of two zones over the lower of them, 0…1.
  func overlap(with other: Zone) -> Double {
    let shared = min(max(near, far), max(other.near, other.far)) - max(min(near, far), min(other.near, other.far))
    let lower = min(height, other.height)
    return shared > 0 && lower > 0 ? shared / lower : 0
  }
}

/// How a zone stands to price.
enum Standing: Equatable {
  /// It carries a setup now. `distance` in ATR of the planning timeframe, negative inside.
  case anchors(distance: Double)
  /// It would, but price is not there yet.
  case watched(distance: Double)
  case no
}

extension Zone {
  /// - Parameter atr: of the planning timeframe, whatever the zone's own.
  func standing(at price: Double, atr: Double, in view: TimeframeView, _ board: ScoreBoard) -> Standing {
    guard isStrong, height > 0 else { return .no }
    let distance = distance(from: price)
    // Shorter candles since the zone's own close may have gone deeper than it knows.
    let extreme = direction == .bull ? view.lowSince : view.highSince
    let reached = extreme.isFinite ? max(0, -self.distance(from: extreme)) / height : 0
    guard max(penetration, reached, -distance / height) <= board.rules.anchorPenetration else { return .no }
    // Price inside is the touch that has been counted, or is about to be.
    guard touches < board.rules.maximumTouches || (touches == board.rules.maximumTouches && distance <= 0) else { return .no }
    if distance <= board.rules.anchorDistance * atr { return .anchors(distance: distance / atr) }
    return distance <= board.rules.watchDistance * atr ? .watched(distance: distance / atr) : .no
  }
}
