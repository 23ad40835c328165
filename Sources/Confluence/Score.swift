import Market
import Structure

/// Points that come from how factors stand to each other, rather than from one of them. Itemised and bounded.
public struct Adjustment: Hashable, Sendable {
  public var name: String
  /// Positive for agreement, negative for disagreement; before the bound.
  public var points: Double

  public init(name: String, points: Double) {
    self.name = name
    self.points = points
  }
}

/// How factors stand to each other: which of the adjustments hold.
struct Adjustments: OptionSet, Sendable {
  let rawValue: UInt8

  static let zoneFromSweep = Adjustments(rawValue: 1)
  static let zoneWithStructure = Adjustments(rawValue: 2)
  static let breakWithVolume = Adjustments(rawValue: 4)
  static let opposingExternalBreak = Adjustments(rawValue: 8)
  static let opposingZoneNear = Adjustments(rawValue: 16)
  static let regimeAgainst = Adjustments(rawValue: 32)
  static let referenceAgainst = Adjustments(rawValue: 64)

  /// By bit.
  private static let all = [
    Adjustment(name: "zone_from_sweep", points: 3), Adjustment(name: "zone_with_structure", points: 2),
    Adjustment(name: "break_with_volume", points: 2), Adjustment(name: "opposing_external_break", points: -4),
    Adjustment(name: "opposing_zone_near", points: -4), Adjustment(name: "regime_against", points: -3),
    Adjustment(name: "reference_against", points: -3),
  ]

  var list: [Adjustment] {
    var found: [Adjustment] = []
    for place in Self.all.indices where rawValue >> place & 1 == 1 { found.append(Self.all[place]) }
    return found
  }

  /// Points of agreement (`sign` 1) or of disagreement (−1), as a number above 0.
  func points(_ sign: Double) -> Double {
    var sum = 0.0
    var rest = rawValue
    while rest != 0 {
      sum += max(0, sign * Self.all[rest.trailingZeroBitCount].points)
      rest &= rest - 1
    }
    return sum
  }
}

/// One direction's score and all that leads to it.
struct Score: Sendable {
  /// What a factor scored, without its words.
  struct Mark {
    var score: Double
    var hasData: Bool
  }
  /// In the order of `Factor.all`.
  var marks: [Mark]
  /// The same, of a candidate that explains.
  var rationales: [String] = []
  var adjustments: Adjustments = []
  var synergy: Double
  var conflict: Double
  /// 0…100, in steps of a hundredth: what is printed is what was compared.
  var total: Double

  init(_ candidate: Candidate) {
    var marks: [Mark] = []
    marks.reserveCapacity(Factor.all.count)
    for place in Factor.all.indices {
      let reading = Factor.all[place].read(candidate)
      marks.append(Mark(score: reading.score, hasData: reading.hasData))
      if candidate.explains { rationales.append(reading.rationale) }
    }
    let found = Self.agreement(candidate, marks).union(Self.disagreement(candidate))
    self.marks = marks
    adjustments = found
    synergy = min(candidate.board.rules.synergyCap, found.points(1))
    conflict = min(candidate.board.rules.conflictCap, found.points(-1))
    let weights = candidate.board.weights
    var sum = 0.0
    for place in marks.indices { sum += FactorResult.contribution(marks[place].score, weights[place]) }
    total = Self.total(sum, synergy: synergy, conflict: conflict)
  }

  static func total(_ contributions: Double, synergy: Double, conflict: Double) -> Double {
    (min(100, max(0, contributions + synergy - conflict)) * 100).rounded() / 100
  }

  private static func agreement(_ candidate: Candidate, _ marks: [Mark]) -> Adjustments {
    func score(_ factor: Factor.Place) -> Double { marks[factor.rawValue].score }
    var found: Adjustments = []
    if candidate.anchor?.zone.beganWithSweep == true, score(.liquidity) >= 0.5 { found.insert(.zoneFromSweep) }
    if score(.location) >= 0.6, score(.structure) >= 0.6 { found.insert(.zoneWithStructure) }
    if score(.structure) >= 0.6, score(.volume) >= 0.6 { found.insert(.breakWithVolume) }
    return found
  }

  private static func disagreement(_ candidate: Candidate) -> Adjustments {
    let opposite = candidate.direction.opposite
    var found: Adjustments = []
    for view in candidate.structureViews {
      guard let fact = view.newestBreak, fact.direction == opposite, fact.scope == .outer else { continue }
      if candidate.recency(of: fact.knownAt, on: view) > 0 {
        found.insert(.opposingExternalBreak)
        break
      }
    }
    if let atr = candidate.atr, candidate.isOpposedNear(atr) { found.insert(.opposingZoneNear) }
    if candidate.regime.trend == opposite { found.insert(.regimeAgainst) }
    if candidate.referenceRegime?.trend == opposite { found.insert(.referenceAgainst) }
    return found
  }
}

extension Score {
  /// What the score lacks most, in words.
  func missing(_ weights: [Double]) -> String {
    GateAnswers.missing(marks.indices.map { 100 * weights[$0] - FactorResult.contribution(marks[$0].score, weights[$0]) }) { Factor.all[$0].name }
  }

  /// - Parameter weights: in the order of `Factor.all`.
  func factors(_ weights: [Double]) -> [FactorResult] {
    var results: [FactorResult] = []
    results.reserveCapacity(marks.count)
    for place in marks.indices {
      results.append(
        FactorResult(
          name: Factor.all[place].name, score: marks[place].score, weight: weights[place], hasData: marks[place].hasData,
          rationale: rationales.isEmpty ? "" : rationales[place]))
    }
    return results
  }
}

extension Candidate {
  /// Whether a strong zone of the other side, of the planning timeframe or longer, lies within `reach` of price.
  fileprivate func isOpposedNear(_ reach: Double) -> Bool {
    let planning = state.roles.planning
    let zones = state.zones
    for place in zones.indices where zones[place].direction != direction && zones[place].isStrong && zones[place].timeframe >= planning {
      if abs(zones[place].distance(from: price)) <= reach { return true }
    }
    return false
  }
}
