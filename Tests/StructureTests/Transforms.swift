import Market
import Structure

// What mirroring prices around C, or scaling them, does to facts.

extension FactID {
  var mirrored: FactID { FactID(kind, timeframe, direction.opposite, scope: scope, at: at) }
}

extension Pivot {
  func mapped(_ price: (Double) -> Double, isMirror: Bool) -> Pivot {
    let swapped: [Label: Label] = [
      .higherHigh: .lowerLow, .lowerLow: .higherHigh, .higherLow: .lowerHigh, .lowerHigh: .higherLow, .equalHigh: .equalLow, .equalLow: .equalHigh,
    ]
    return Pivot(price: price(self.price), at: at, knownAt: knownAt, label: isMirror ? label.flatMap { swapped[$0] } : label)
  }
}

/// A change of prices, with or without turning sides over.
struct Transform {
  var price: (Double) -> Double
  var size: (Double) -> Double
  var isMirror: Bool

  static func mirror(_ around: Double) -> Transform { Transform(price: { around - $0 }, size: { $0 }, isMirror: true) }
  static func scale(_ factor: Double) -> Transform { Transform(price: { $0 * factor }, size: { $0 * factor }, isMirror: false) }

  func id(_ id: FactID) -> FactID { isMirror ? id.mirrored : id }
  func side(_ side: Direction) -> Direction { isMirror ? side.opposite : side }
  func pivot(_ pivot: Pivot) -> Pivot { pivot.mapped(price, isMirror: isMirror) }

  func structuralBreak(_ fact: StructuralBreak) -> StructuralBreak {
    var fact = fact
    fact.id = id(fact.id)
    fact.direction = side(fact.direction)
    fact.level = price(fact.level)
    return fact
  }

  func block(_ fact: OrderBlock) -> OrderBlock {
    var result = fact
    result.id = id(fact.id)
    result.direction = side(fact.direction)
    result.high = price(isMirror ? fact.low : fact.high)
    result.low = price(isMirror ? fact.high : fact.low)
    result.sources = fact.sources.map {
      OrderBlock.Source(kind: $0.kind, breakID: id($0.breakID), leftGap: $0.leftGap, beganWithSweep: $0.beganWithSweep)
    }
    return result
  }

  func gap(_ fact: FairValueGap) -> FairValueGap {
    var result = fact
    result.id = id(fact.id)
    result.direction = side(fact.direction)
    result.top = price(isMirror ? fact.bottom : fact.top)
    result.bottom = price(isMirror ? fact.top : fact.bottom)
    result.size = size(fact.size)
    result.stackedOn = fact.stackedOn.map(id)
    result.balances = fact.balances.map(id)
    return result
  }

  func pool(_ fact: LiquidityPool) -> LiquidityPool {
    var fact = fact
    fact.id = id(fact.id)
    fact.side = side(fact.side)
    fact.level = price(fact.level)
    return fact
  }

  func sweep(_ fact: LiquiditySweep) -> LiquiditySweep {
    var fact = fact
    fact.id = id(fact.id)
    fact.side = side(fact.side)
    fact.level = price(fact.level)
    fact.pool = fact.pool.map(id)
    return fact
  }

  func event(_ event: StructureEvent) -> StructureEvent {
    let change: StructureEvent.Change =
      switch event.change {
      case .swing(let pivot, let scope, let strength, let leads): .swing(self.pivot(pivot), scope, strength: strength, leads: leads)
      case .superseded(let scope, let other): .superseded(scope, by: id(other))
      case .structuralBreak(let fact): .structuralBreak(structuralBreak(fact))
      case .block(let fact): .block(block(fact))
      case .gap(let fact): .gap(gap(fact))
      case .pool(let fact): .pool(pool(fact))
      case .poolSwept(let other): .poolSwept(by: id(other))
      case .sweep(let fact): .sweep(sweep(fact))
      case .scope, .blockLife, .gapLife, .ended, .settled, .none: event.change
      }
    return StructureEvent(event.kind, id(event.id), direction: side(event.direction), at: event.at, knownAt: event.knownAt, change)
  }

  func snapshot(_ snapshot: StructureSnapshot) -> StructureSnapshot {
    var result = snapshot
    if isMirror {
      let turned: [Trend: Trend] = [.bullish: .bearish, .bearish: .bullish, .ranging: .ranging]
      for scope in Scope.allCases {
        result.trend[scope] = turned[snapshot.trend[scope]] ?? .ranging
        result.swingHigh[scope] = snapshot.swingLow[scope].map(pivot)
        result.swingLow[scope] = snapshot.swingHigh[scope].map(pivot)
      }
    } else {
      for scope in Scope.allCases {
        result.swingHigh[scope] = snapshot.swingHigh[scope].map(pivot)
        result.swingLow[scope] = snapshot.swingLow[scope].map(pivot)
      }
    }
    // The position is a ratio of price differences; its complement is exact only to rounding.
    result.range = snapshot.range.map {
      DealingRange(
        high: price(isMirror ? $0.low : $0.high), low: price(isMirror ? $0.high : $0.low),
        position: isMirror ? 1 - $0.position : $0.position, zone: isMirror ? $0.zone.mirrored : $0.zone)
    }
    result.sequence = snapshot.sequence.map { SequenceState(direction: side($0.direction), step: $0.step, at: $0.at) }
    result.orderBlocks = snapshot.orderBlocks.map(block)
    result.gaps = snapshot.gaps.map(gap)
    result.breaks = snapshot.breaks.map(structuralBreak)
    result.pools = snapshot.pools.map(pool)
    result.sweeps = snapshot.sweeps.map(sweep)
    return result
  }
}

extension DealingRange.Zone {
  var mirrored: DealingRange.Zone { self == .premium ? .discount : self == .discount ? .premium : .equilibrium }
}

extension StructureEvent {
  func mirrored(_ around: Double) -> StructureEvent { Transform.mirror(around).event(self) }
  func scaled(_ factor: Double) -> StructureEvent { Transform.scale(factor).event(self) }
}

extension StructureSnapshot {
  func mirrored(_ around: Double) -> StructureSnapshot { Transform.mirror(around).snapshot(self) }
  func scaled(_ factor: Double) -> StructureSnapshot { Transform.scale(factor).snapshot(self) }

  /// Without the one value that mirrors only to rounding.
  var withoutPosition: StructureSnapshot {
    var copy = self
    copy.range?.position = 0
    return copy
  }
}

/// Live zones and pools as their events tell of them.
struct Fold {
  var blocks: [FactID: OrderBlock] = [:]
  var gaps: [FactID: FairValueGap] = [:]
  var pools: [FactID: LiquidityPool] = [:]

  mutating func take(_ event: StructureEvent) {
    switch event.change {
    case .block(let fact): blocks[event.id] = fact.withoutAge
    case .blockLife(let state, let touches, let mitigation):
      blocks[event.id]?.direction = event.direction
      blocks[event.id]?.state = state
      blocks[event.id]?.touches = touches
      blocks[event.id]?.mitigation = mitigation
    case .gap(let fact): gaps[event.id] = fact.withoutPrice
    case .gapLife(let state, let fill):
      gaps[event.id]?.direction = event.direction
      gaps[event.id]?.state = state
      gaps[event.id]?.fill = fill
      if event.kind == .gapFilled { gaps[event.id] = nil }
    case .pool(let fact): pools[event.id] = fact
    case .poolSwept: pools[event.id]?.state = .swept
    case .ended: (blocks[event.id], gaps[event.id], pools[event.id]) = (nil, nil, nil)
    case .none where event.kind == .poolBroken: pools[event.id] = nil
    default: break
    }
  }
}

extension OrderBlock {
  /// Freshness follows from the age alone.
  var withoutAge: OrderBlock {
    var copy = self
    copy.freshness = 1
    return copy
  }
}

extension FairValueGap {
  /// Whether price is inside follows from the close alone.
  var withoutPrice: FairValueGap {
    var copy = self
    copy.overlapsPrice = false
    return copy
  }
}
