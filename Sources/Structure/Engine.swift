import Market
import Profiles

/// The smart-money engine of one (exchange, symbol): takes its closed candles in the order of the stream, longer timeframes first at equal close times,
/// and says after each what became known. State per timeframe is bounded by live zones, not by the length of the series.
public struct StructureEngine {
  /// The instrument's price step; a close must pass a level by at least this much to break it. 0 while unknown.
  public var tick = 0.0
  /// What the newest candle's close made known, in order: zones live, then gaps, liquidity, swings, breaks with their blocks, settled sweeps, periods.
  public private(set) var events: [StructureEvent] = []

  private let rules: StructureRules
  private var series: [Series] = []
  /// By series, the position of that of the next longer timeframe; −1 for none.
  private var longer: [Int] = []
  /// Position in `series` by timeframe; −1 while the stream has not carried it.
  private var slots = [Int](repeating: -1, count: Timeframe.allCases.count)

  public init(rules: StructureRules) {
    self.rules = rules
    events.reserveCapacity(64)
  }

  /// Takes the next closed candle of a timeframe. Afterwards `events` holds what its close made known.
  public mutating func update(_ candle: Candle, _ timeframe: Timeframe) {
    events.removeAll(keepingCapacity: true)
    let slot = slot(of: timeframe)
    let higher = longer[slot] < 0 ? nil : series[longer[slot]].outerTrend
    series[slot].update(candle, tick: tick, higherTrend: higher, &events)
  }

  /// What is true at the newest close of a timeframe, with the nearest `cap` of each list and side. Reuses the storage of `snapshot`.
  public mutating func snapshot(_ timeframe: Timeframe, cap: Int, into snapshot: inout StructureSnapshot) {
    let slot = slots[Int(timeframe.rawValue)]
    guard slot >= 0 else {
      snapshot = StructureSnapshot()
      return
    }
    series[slot].snapshot(cap: cap, into: &snapshot)
  }

  private mutating func slot(of timeframe: Timeframe) -> Int {
    let known = slots[Int(timeframe.rawValue)]
    if known >= 0 { return known }
    slots[Int(timeframe.rawValue)] = series.count
    series.append(Series(timeframe, rules))
    longer = series.map { slots[(Int($0.timeframe.rawValue) + 1)...].first { $0 >= 0 } ?? -1 }
    return series.count - 1
  }
}
