import Market
import Profiles
import Structure

/// The four labels that setups carry. `riskOn` and `riskOff` are the market's, the other two the symbol's.
public enum Regime: String, CaseIterable, Hashable, Sendable {
  case trend
  case range
  case riskOn = "risk_on"
  case riskOff = "risk_off"
}

/// ATR percent against the symbol's own last bars: the lowest fifth, the highest fifth, and between.
public enum VolatilityBand: String, CaseIterable, Hashable, Sendable { case compressed, normal, elevated }

/// The memory of one symbol's regime, fed at each close of its planning timeframe. It reads indicators alone, which every line of the stream
/// carries, so that the regime of an instant is the same wherever evaluation began.
///
/// Movement: the side of the directional movement while ADX confirms it; from `trendADX` it holds, below `rangeADX` it has ended, between the
/// two the label stays. Volatility: the rank of ATR percent in the last `regimeWindow` bars. A label changes after `regimeHold` equal readings
/// in a row.
public struct RegimeTracker {
  /// `nil` is sideways.
  public private(set) var movement: Direction?
  /// Absent until the history is a tenth full.
  public private(set) var band: VolatilityBand?
  /// Rank of the newest ATR percent, 0…1; absent as `band` is.
  public private(set) var volatilityRank: Double?
  public private(set) var adx: Double?
  public private(set) var readings = 0

  private let rules: ScoreRules
  private var history: RollingRank
  private var pendingMovement: (value: Direction?, count: Int) = (nil, 0)
  private var pendingBand: (value: VolatilityBand?, count: Int) = (nil, 0)

  init(_ rules: ScoreRules) {
    self.rules = rules
    history = RollingRank(window: rules.regimeWindow)
  }

  mutating func read(_ values: IndicatorValues) {
    readings += 1
    adx = values.adx
    Self.hold(direction(values), in: &movement, pending: &pendingMovement, for: rules.regimeHold)
    guard let atrPercent = values.atrPercent else { return }
    history.add(atrPercent)
    guard history.count >= rules.regimeWindow / 10 else { return }
    let rank = history.rank(of: atrPercent)
    volatilityRank = rank
    let reading: VolatilityBand = rank < 0.2 ? .compressed : rank > 0.8 ? .elevated : .normal
    var current: VolatilityBand? = band ?? reading
    Self.hold(reading, in: &current, pending: &pendingBand, for: rules.regimeHold)
    band = current
  }

  private func direction(_ values: IndicatorValues) -> Direction? {
    guard let adx, let plus = values.plusDI, let minus = values.minusDI, plus != minus else { return nil }
    let side: Direction = plus > minus ? .bull : .bear
    if adx < rules.rangeADX { return nil }
    return adx >= rules.trendADX || movement == side ? side : nil
  }

  private static func hold<Label: Equatable>(_ reading: Label, in current: inout Label, pending: inout (value: Label, count: Int), for bars: Int) {
    if reading == current {
      pending.count = 0
    } else {
      pending = (reading, pending.count > 0 && pending.value == reading ? pending.count + 1 : 1)
      if pending.count >= bars {
        current = reading
        pending.count = 0
      }
    }
  }
}

/// The regime of one symbol as of now: its movement, unless the external trend of the planning timeframe goes the other way.
public struct SymbolRegime: Hashable, Sendable {
  /// `nil` is sideways.
  public var trend: Direction?
  /// A trend with ADX of at least `strongADX`.
  public var isStrong: Bool
  public var band: VolatilityBand?
  public var volatilityRank: Double?
  public var adx: Double?

  init(_ tracker: RegimeTracker, structure: Trend, _ rules: ScoreRules) {
    trend = structure.direction == tracker.movement?.opposite ? nil : tracker.movement
    isStrong = trend != nil && (tracker.adx ?? 0) >= rules.strongADX
    band = tracker.band
    volatilityRank = tracker.volatilityRank
    adx = tracker.adx
  }

  /// Finer than the four labels: `strong_up_elevated`, `sideways_normal`, `down_unknown`.
  public var label: String {
    let way = trend.map { $0 == .bull ? 1 : 2 } ?? 0
    let place =
      switch band {
      case .compressed: 0
      case .normal: 1
      case .elevated: 2
      case nil: 3
      }
    return Self.labels[(isStrong ? way + 2 : way) * 4 + place]
  }

  private static let labels = ["sideways", "up", "down", "strong_up", "strong_down"].flatMap { way in
    (VolatilityBand.allCases.map(\.rawValue) + ["unknown"]).map { "\(way)_\($0)" }
  }
}

/// Which way the whole market leans: shares of symbols by their movement, as they stood at the instant before, so that the order
/// of symbols within an instant decides nothing.
public struct Breadth {
  /// Fewer symbols say nothing about a market.
  static let leastSymbols = 5
  /// Share of symbols that must move one way.
  static let leaning = 0.6

  private var now = Timestamp.distantPast
  private var counts = (bull: 0, bear: 0, all: 0)
  private var published = (bull: 0, bear: 0, all: 0)

  public init() {}

  /// To be called with the close time of each record before it is folded in.
  public mutating func advance(to time: Timestamp) {
    guard time > now else { return }
    now = time
    published = counts
  }

  /// A symbol's movement was `old` (`known` once it had any reading) and is `new`.
  mutating func move(from old: Direction?, known: Bool, to new: Direction?) {
    if !known { counts.all += 1 }
    if known { add(-1, old) }
    add(1, new)
  }

  private mutating func add(_ amount: Int, _ trend: Direction?) {
    if trend == .bull { counts.bull += amount }
    if trend == .bear { counts.bear += amount }
  }

  /// The share of symbols moving in `direction`, 0…1; absent below five symbols.
  public func share(_ direction: Direction) -> Double? {
    published.all < Self.leastSymbols ? nil : Double(direction == .bull ? published.bull : published.bear) / Double(published.all)
  }

  /// The side to which the market leans, if at least three fifths of the symbols move that way.
  public var lean: Direction? {
    Direction.allCases.first { (share($0) ?? 0) >= Self.leaning }
  }
}

extension Regime {
  /// The market's label where the breadth leans and the reference symbol trends the same way; else the symbol's own.
  /// - Parameter reference: the symbol's own where there is no other.
  init(symbol: SymbolRegime, reference: SymbolRegime, breadth: Breadth) {
    if let lean = breadth.lean, reference.trend == lean {
      self = lean == .bull ? .riskOn : .riskOff
    } else {
      self = symbol.trend == nil ? .range : .trend
    }
  }
}
