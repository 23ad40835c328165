import Market

// What the stream carries about structure (docs/stream.md, `smc`). Plain values; how they come about is each concept's own file.

/// A confirmed swing point.
public struct Pivot: Hashable, Sendable {
  public enum Label: UInt8, CaseIterable, Sendable {
    case higherHigh, higherLow, lowerHigh, lowerLow, equalHigh, equalLow
    public var text: StaticString {
      switch self {
      case .higherHigh: "HH"
      case .higherLow: "HL"
      case .lowerHigh: "LH"
      case .lowerLow: "LL"
      case .equalHigh: "EQH"
      case .equalLow: "EQL"
      }
    }
  }
  public var price: Double
  public var at: Timestamp
  public var knownAt: Timestamp
  /// Against the neighbouring leader of the same side; the first has none.
  public var label: Label?

  public init(price: Double, at: Timestamp, knownAt: Timestamp, label: Label? = nil) {
    self.price = price
    self.at = at
    self.knownAt = knownAt
    self.label = label
  }
}

public enum Trend: UInt8, CaseIterable, Hashable, Sendable {
  case bullish, bearish, ranging
  public var label: StaticString {
    switch self {
    case .bullish: "bullish"
    case .bearish: "bearish"
    case .ranging: "ranging"
    }
  }
  public init(_ direction: Direction) { self = direction == .bull ? .bullish : .bearish }
  public var direction: Direction? { self == .ranging ? nil : self == .bullish ? .bull : .bear }
}

/// Against the external trend of the next longer timeframe in the stream, as known at the same close.
public enum Alignment: UInt8, CaseIterable, Hashable, Sendable {
  case with, against, unknown
  public var label: StaticString {
    switch self {
    case .with: "with"
    case .against: "against"
    case .unknown: "unknown"
    }
  }
}

public struct StructuralBreak: Hashable, Sendable {
  public enum Kind: UInt8, CaseIterable, Sendable {
    case bos, choch
    public var label: StaticString { self == .bos ? "BOS" : "CHoCH" }
  }
  public var id: FactID
  public var kind: Kind
  public var direction: Direction
  public var scope: Scope
  /// A CHoCH that closed beyond the origin of the last break's leg.
  public var isProtected: Bool
  public var level: Double
  public var levelAt: Timestamp
  public var knownAt: Timestamp
  /// How far beyond the level the bar closed, in ATR.
  public var distanceATR: Double
  /// Volume of the breaking bar over the mean of the 20 before it; absent while there are fewer.
  public var volumeRatio: Double?
  public var alignment: Alignment

  public init(
    id: FactID, kind: Kind, direction: Direction, scope: Scope, isProtected: Bool, level: Double, levelAt: Timestamp, knownAt: Timestamp,
    distanceATR: Double, volumeRatio: Double?, alignment: Alignment
  ) {
    self.id = id
    self.kind = kind
    self.direction = direction
    self.scope = scope
    self.isProtected = isProtected
    self.level = level
    self.levelAt = levelAt
    self.knownAt = knownAt
    self.distanceATR = distanceATR
    self.volumeRatio = volumeRatio
    self.alignment = alignment
  }
}

public struct OrderBlock: Hashable, Sendable {
  /// `breaker`: a close passed the far edge, and the block now serves the other side.
  public enum State: UInt8, CaseIterable, Sendable {
    case fresh, touched, mitigated, breaker
    public var label: StaticString {
      switch self {
      case .fresh: "fresh"
      case .touched: "touched"
      case .mitigated: "mitigated"
      case .breaker: "breaker"
      }
    }
  }
  public enum Grade: UInt8, CaseIterable, Comparable, Sendable {
    case c, b, a
    public var label: StaticString {
      switch self {
      case .a: "A"
      case .b: "B"
      case .c: "C"
      }
    }
    public static func < (x: Grade, y: Grade) -> Bool { x.rawValue < y.rawValue }
  }
  /// Why the block exists: the break it began, and what the leg left behind.
  public struct Source: Hashable, Sendable {
    public enum Kind: UInt8, CaseIterable, Sendable {
      case origin, continuation
      public var label: StaticString { self == .origin ? "origin" : "continuation" }
    }
    public var kind: Kind
    public var breakID: FactID
    public var leftGap: Bool
    public var beganWithSweep: Bool
    public init(kind: Kind, breakID: FactID, leftGap: Bool, beganWithSweep: Bool) {
      self.kind = kind
      self.breakID = breakID
      self.leftGap = leftGap
      self.beganWithSweep = beganWithSweep
    }
  }
  public var id: FactID
  /// The side it serves now: the opposite of the id's word once it is a breaker.
  public var direction: Direction
  public var high: Double
  public var low: Double
  public var at: Timestamp
  public var knownAt: Timestamp
  /// d/(d+2), 0…1, of `displacementATR`.
  public var displacementStrength: Double
  public var displacementATR: Double
  /// Deepest penetration so far, 0…1.
  public var mitigation: Double
  public var freshness: Double
  public var touches: Int
  public var state: State
  public var grade: Grade
  public var sources: [Source]

  public init(
    id: FactID, direction: Direction, high: Double, low: Double, at: Timestamp, knownAt: Timestamp, displacementStrength: Double,
    displacementATR: Double, mitigation: Double = 0, freshness: Double = 1, touches: Int = 0, state: State = .fresh, grade: Grade,
    sources: [Source]
  ) {
    self.id = id
    self.direction = direction
    self.high = high
    self.low = low
    self.at = at
    self.knownAt = knownAt
    self.displacementStrength = displacementStrength
    self.displacementATR = displacementATR
    self.mitigation = mitigation
    self.freshness = freshness
    self.touches = touches
    self.state = state
    self.grade = grade
    self.sources = sources
  }

  /// d / (d + 2) of a displacement d in ATR, to four decimals.
  public static func strength(ofDisplacement displacement: Double) -> Double { ratio(displacement, displacement + 2) }

  /// The edge price meets first when it returns, and the edge whose loss breaks the block.
  public var nearEdge: Double { direction == .bull ? high : low }
  public var farEdge: Double { direction == .bull ? low : high }
}

public struct FairValueGap: Hashable, Sendable {
  public enum State: UInt8, CaseIterable, Sendable {
    case fresh, touched, inverted
    public var label: StaticString {
      switch self {
      case .fresh: "fresh"
      case .touched: "touched"
      case .inverted: "inverted"
      }
    }
  }
  public var id: FactID
  /// The side it serves now: the opposite of the id's word once it is inverted.
  public var direction: Direction
  public var top: Double
  public var bottom: Double
  public var at: Timestamp
  public var knownAt: Timestamp
  public var size: Double
  public var sizeATR: Double
  /// Deepest penetration from the entry side over size, 0…1.
  public var fill: Double
  public var state: State
  /// Whether the newest close lies inside, apart from the history of fill.
  public var overlapsPrice: Bool
  /// The gap of the same side that the bar before left: together they are stacked.
  public var stackedOn: FactID?
  /// A live gap made by the other side that shares prices with this one: what they share is a balanced price range.
  public var balances: FactID?

  public init(
    id: FactID, direction: Direction, top: Double, bottom: Double, at: Timestamp, knownAt: Timestamp, size: Double, sizeATR: Double,
    fill: Double = 0, state: State = .fresh, overlapsPrice: Bool = false, stackedOn: FactID? = nil, balances: FactID? = nil
  ) {
    self.id = id
    self.direction = direction
    self.top = top
    self.bottom = bottom
    self.at = at
    self.knownAt = knownAt
    self.size = size
    self.sizeATR = sizeATR
    self.fill = fill
    self.state = state
    self.overlapsPrice = overlapsPrice
    self.stackedOn = stackedOn
    self.balances = balances
  }

  public var nearEdge: Double { direction == .bull ? top : bottom }
  public var farEdge: Double { direction == .bull ? bottom : top }
}

/// Resting liquidity: equal pivots, or a day's, week's or session's extreme.
public struct LiquidityPool: Hashable, Sendable {
  public enum State: UInt8, CaseIterable, Sendable {
    case resting, swept
    public var label: StaticString { self == .resting ? "resting" : "swept" }
  }
  public var id: FactID
  public var level: Double
  /// `bull`: highs, above which buy stops rest. `bear`: lows.
  public var side: Direction
  public var touches: Int
  public var firstAt: Timestamp
  public var lastAt: Timestamp
  public var state: State

  public init(id: FactID, level: Double, side: Direction, touches: Int, firstAt: Timestamp, lastAt: Timestamp, state: State) {
    self.id = id
    self.level = level
    self.side = side
    self.touches = touches
    self.firstAt = firstAt
    self.lastAt = lastAt
    self.state = state
  }
}

public struct LiquiditySweep: Hashable, Sendable {
  public enum Confirmation: UInt8, CaseIterable, Sendable {
    case pending, confirmed, failed, lapsed
    public var label: StaticString {
      switch self {
      case .pending: "pending"
      case .confirmed: "confirmed"
      case .failed: "failed"
      case .lapsed: "lapsed"
      }
    }
  }
  public var id: FactID
  public var level: Double
  /// The side swept: `bull` is a sweep of a high, which argues for lower prices.
  public var side: Direction
  public var at: Timestamp
  public var knownAt: Timestamp
  public var penetrationATR: Double
  public var confirmation: Confirmation
  public var confirmedAt: Timestamp?
  /// The pool swept; absent when a lone pivot was.
  public var pool: FactID?
  /// Only an internal pivot was swept. Such sweeps are events, not listed.
  public var isMinor: Bool

  public init(
    id: FactID, level: Double, side: Direction, at: Timestamp, knownAt: Timestamp, penetrationATR: Double, confirmation: Confirmation,
    confirmedAt: Timestamp? = nil, pool: FactID? = nil, isMinor: Bool = false
  ) {
    self.id = id
    self.level = level
    self.side = side
    self.at = at
    self.knownAt = knownAt
    self.penetrationATR = penetrationATR
    self.confirmation = confirmation
    self.confirmedAt = confirmedAt
    self.pool = pool
    self.isMinor = isMinor
  }
}

/// The last confirmed external high and low, extended by running extremes.
public struct DealingRange: Hashable, Sendable {
  public enum Zone: UInt8, CaseIterable, Sendable {
    case premium, equilibrium, discount
    public var label: StaticString {
      switch self {
      case .premium: "premium"
      case .equilibrium: "equilibrium"
      case .discount: "discount"
      }
    }
  }
  public var high: Double
  public var low: Double
  /// Where the close lies, 0 at the low and 1 at the high.
  public var position: Double
  public var zone: Zone
  public var equilibrium: Double { (high + low) / 2 }

  public init(high: Double, low: Double, position: Double, zone: Zone) {
    self.high = high
    self.low = low
    self.position = position
    self.zone = zone
  }
}

/// How far the model sequence has come for one direction.
public struct SequenceState: Hashable, Sendable {
  public enum Step: UInt8, CaseIterable, Comparable, Sendable {
    case none, swept, turned, zoneLeft, returned, reacted
    public var label: StaticString {
      switch self {
      case .none: "none"
      case .swept: "sweep"
      case .turned: "choch"
      case .zoneLeft: "zone"
      case .returned: "return"
      case .reacted: "reaction"
      }
    }
    public static func < (x: Step, y: Step) -> Bool { x.rawValue < y.rawValue }
  }
  public var direction: Direction
  public var step: Step
  public var at: Timestamp
  public init(direction: Direction, step: Step, at: Timestamp) {
    self.direction = direction
    self.step = step
    self.at = at
  }
  /// What has not happened yet, in order.
  public var missing: [Step] { Step.allCases.filter { $0 > step } }
}

/// What is true at one close on one timeframe: the whole of the stream's `smc` but its events.
public struct StructureSnapshot: Hashable, Sendable {
  public struct ByScope<Value: Hashable & Sendable>: Hashable, Sendable {
    public var inner: Value
    public var outer: Value
    public init(inner: Value, outer: Value) {
      self.inner = inner
      self.outer = outer
    }
    public subscript(scope: Scope) -> Value {
      get { scope == .inner ? inner : outer }
      set { if scope == .inner { inner = newValue } else { outer = newValue } }
    }
  }
  public var trend = ByScope(inner: Trend.ranging, outer: Trend.ranging)
  public var swingHigh = ByScope<Pivot?>(inner: nil, outer: nil)
  public var swingLow = ByScope<Pivot?>(inner: nil, outer: nil)
  public var range: DealingRange?
  /// The direction further along; absent when neither has begun.
  public var sequence: SequenceState?
  public var orderBlocks: [OrderBlock] = []
  public var gaps: [FairValueGap] = []
  public var breaks: [StructuralBreak] = []
  public var pools: [LiquidityPool] = []
  public var sweeps: [LiquiditySweep] = []

  public init() {}
}
