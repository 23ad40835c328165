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

/// The regime of one symbol, read at each close of its planning timeframe.
///
/// Trend: the external trend names the direction and ADX confirms it, with the directional movement on the same side; from `trendADX` it
/// holds, below `rangeADX` it has ended, between the two the label stays. Volatility: the rank of ATR percent in the last `regimeWindow`
/// bars. A label changes after `regimeHold` equal readings in a row.
public struct RegimeTracker {
  /// `nil` is sideways.
  public private(set) var trend: Direction?
  /// A trend with ADX of at least `strongADX` at the newest reading.
  public private(set) var isStrong = false
  /// Absent until the history is a tenth full.
  public private(set) var band: VolatilityBand?
  /// Rank of the newest ATR percent, 0…1; absent as `band` is.
  public private(set) var volatilityRank: Double?
  public private(set) var adx: Double?
  public private(set) var readings = 0

  private let rules: ScoreRules
  private var history: RollingRank
  private var pendingTrend: (value: Direction?, count: Int) = (nil, 0)
  private var pendingBand: (value: VolatilityBand?, count: Int) = (nil, 0)

  init(_ rules: ScoreRules) {
    self.rules = rules
    history = RollingRank(window: rules.regimeWindow)
  }

  /// Finer than the four labels: `strong_up_elevated`, `sideways_normal`, `down_unknown`.
  public var label: String {
    let direction = trend.map { $0 == .bull ? "up" : "down" } ?? "sideways"
    return (isStrong ? "strong_" : "") + direction + "_" + (band?.rawValue ?? "unknown")
  }

  mutating func read(_ view: TimeframeView) {
    readings += 1
    adx = view.indicators.adx
    let trendReading = direction(in: view)
    Self.hold(trendReading, in: &trend, pending: &pendingTrend, for: rules.regimeHold)
    isStrong = trend != nil && (adx ?? 0) >= rules.strongADX
    guard let atrPercent = view.indicators.atrPercent else { return }
    history.add(atrPercent)
    guard history.count >= rules.regimeWindow / 10 else { return }
    let rank = history.rank(of: atrPercent)
    volatilityRank = rank
    let reading: VolatilityBand = rank < 0.2 ? .compressed : rank > 0.8 ? .elevated : .normal
    if band == nil { band = reading }
    var current = band
    Self.hold(reading, in: &current, pending: &pendingBand, for: rules.regimeHold)
    band = current
  }

  private func direction(in view: TimeframeView) -> Direction? {
    guard let adx, let plus = view.indicators.plusDI, let minus = view.indicators.minusDI, plus != minus else { return nil }
    let movement: Direction = plus > minus ? .bull : .bear
    let structural = view.structure.trend.outer.direction ?? movement
    if adx < rules.rangeADX { return nil }
    if adx >= rules.trendADX { return structural == movement ? movement : nil }
    return trend == movement ? trend : nil
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

/// Which way the whole market leans: shares of symbols by the trend of their regime, as they stood at the instant before, so that the order
/// of symbols within an instant decides nothing.
public struct Breadth {
  /// Fewer symbols say nothing about a market.
  static let leastSymbols = 5
  /// Share of symbols that must trend one way.
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

  /// A symbol's trend was `old` (`known` once it had any reading) and is `new`.
  mutating func move(from old: Direction?, known: Bool, to new: Direction?) {
    if !known { counts.all += 1 }
    if known { add(-1, old) }
    add(1, new)
  }

  private mutating func add(_ amount: Int, _ trend: Direction?) {
    if trend == .bull { counts.bull += amount }
    if trend == .bear { counts.bear += amount }
  }

  /// The share of symbols trending in `direction`, 0…1; absent below five symbols.
  public func share(_ direction: Direction) -> Double? {
    published.all < Self.leastSymbols ? nil : Double(direction == .bull ? published.bull : published.bear) / Double(published.all)
  }

  /// The side to which the market leans, if at least three fifths of the symbols trend that way.
  public var lean: Direction? {
    Direction.allCases.first { (share($0) ?? 0) >= Self.leaning }
  }
}

extension Regime {
  /// The market's label where the breadth leans and the reference symbol trends the same way; else the symbol's own.
  init(symbol: RegimeTracker, reference: RegimeTracker?, breadth: Breadth) {
    if let lean = breadth.lean, reference?.trend == lean {
      self = lean == .bull ? .riskOn : .riskOff
    } else {
      self = symbol.trend == nil ? .range : .trend
    }
  }
}
