import Market
import Stage
import Structure
import Wire

/// Reads `smc` back. Keeps its tables between records.
public struct SmcReader {
  /// What a stage that reads `smc` lists among its keys, in one run.
  public static let keys: [StaticString] = [
    "smc", "smc.trend", "smc.swing_high", "smc.swing_low", "smc.range", "smc.sequence", "smc.order_blocks", "smc.fvgs", "smc.structural_breaks",
    "smc.liquidity_pools", "smc.liquidity_sweeps",
  ]

  private var facts = FactReader()
  private var ranges = MemberReader(["high", "low", "position", "zone"], of: SmcRecord.range)
  private var sequences = MemberReader(["direction", "step", "at"])
  private var trends = MemberReader(Scope.allCases.map(\.label))
  private var pivots = MemberReader(Scope.allCases.map(\.label))

  public init() {}

  /// What the members of one series' `smc` said last: one that says the same again is not read again.
  public struct Memory {
    fileprivate var texts = [[UInt8]](repeating: [], count: SmcReader.keys.count)

    public init() {}

    /// Whether a member says something new. It then counts as unknown until it is `kept`.
    fileprivate mutating func isNews(_ place: Int, _ value: JSONValue) -> Bool {
      let text = value.exists ? value.bytes : Bytes(start: nil, count: 0)
      if texts[place].withUnsafeBufferPointer({ $0.equals(text) }) { return false }
      texts[place].removeAll(keepingCapacity: true)
      return true
    }

    fileprivate mutating func keep(_ place: Int, _ value: JSONValue) {
      if value.exists { texts[place].append(contentsOf: value.bytes) }
    }
  }

  /// Reads the record's `smc`. Events are left alone.
  /// - Parameters:
  ///   - first: where the stage's keys have the first of `keys`.
  ///   - parts: kinds of facts to read, the same for all lines of a series; the trend is always read, the others are left empty.
  ///   - snapshot: that of the line of the series before, which `memory` belongs to.
  /// - Returns: whether the line carries lists at all; without (`--events`) the snapshot is empty.
  public mutating func decode(
    _ record: Record, first: Int, _ parts: SmcParts = .all, into snapshot: inout StructureSnapshot, _ memory: inout Memory
  ) throws(StageError) -> Bool {
    let value = record[first]
    guard !value.exists || value.kind == .object else { throw record.wrong(first, "an object") }
    if memory.isNews(1, record[first + 1]) {
      snapshot.trend = .init(inner: .ranging, outer: .ranging)
      if record[first + 1].exists {
        try trends.read(record[first + 1], of: record, "trend")
        for scope in Scope.allCases { snapshot.trend[scope] = try trends.word(Int(scope.rawValue), \Trend.label, record) }
      }
      memory.keep(1, record[first + 1])
    }
    if parts.contains(.swings) {
      if memory.isNews(2, record[first + 2]) {
        snapshot.swingHigh = try pair(record[first + 2], of: record)
        memory.keep(2, record[first + 2])
      }
      if memory.isNews(3, record[first + 3]) {
        snapshot.swingLow = try pair(record[first + 3], of: record)
        memory.keep(3, record[first + 3])
      }
    }
    if parts.contains(.range) { snapshot.range = try range(record[first + 4], of: record) }
    if parts.contains(.sequence), memory.isNews(5, record[first + 5]) {
      snapshot.sequence = try sequence(record[first + 5], of: record)
      memory.keep(5, record[first + 5])
    }
    // Their freshness ages with every candle.
    if parts.contains(.blocks) {
      snapshot.orderBlocks.removeAll(keepingCapacity: true)
      try facts.append(record[first + 6], of: record, to: &snapshot.orderBlocks)
    }
    if parts.contains(.gaps), memory.isNews(7, record[first + 7]) {
      snapshot.gaps.removeAll(keepingCapacity: true)
      try facts.append(record[first + 7], of: record, to: &snapshot.gaps)
      memory.keep(7, record[first + 7])
    }
    if parts.contains(.breaks), memory.isNews(8, record[first + 8]) {
      snapshot.breaks.removeAll(keepingCapacity: true)
      try facts.append(record[first + 8], of: record, to: &snapshot.breaks)
      memory.keep(8, record[first + 8])
    }
    if parts.contains(.pools), memory.isNews(9, record[first + 9]) {
      snapshot.pools.removeAll(keepingCapacity: true)
      try facts.append(record[first + 9], of: record, to: &snapshot.pools)
      memory.keep(9, record[first + 9])
    }
    if parts.contains(.sweeps), memory.isNews(10, record[first + 10]) {
      snapshot.sweeps.removeAll(keepingCapacity: true)
      try facts.append(record[first + 10], of: record, to: &snapshot.sweeps)
      memory.keep(10, record[first + 10])
    }
    return record[first + 1].exists
  }

  private mutating func range(_ value: JSONValue, of record: Record) throws(StageError) -> DealingRange? {
    guard value.exists else { return nil }
    try ranges.read(value, of: record, "range")
    return DealingRange(
      high: try ranges.number(0, record), low: try ranges.number(1, record), position: try ranges.number(2, record),
      zone: try ranges.word(3, \DealingRange.Zone.label, record))
  }

  private mutating func sequence(_ value: JSONValue, of record: Record) throws(StageError) -> SequenceState? {
    guard value.exists else { return nil }
    try sequences.read(value, of: record, "sequence")
    return SequenceState(
      direction: try sequences.word(0, \Direction.label, record), step: try sequences.word(1, \SequenceState.Step.label, record),
      at: try sequences.time(2, record))
  }

  private mutating func pair(_ value: JSONValue, of record: Record) throws(StageError) -> StructureSnapshot.ByScope<Pivot?> {
    var found = StructureSnapshot.ByScope<Pivot?>(inner: nil, outer: nil)
    guard value.exists else { return found }
    try pivots.read(value, of: record, "a swing point")
    for scope in Scope.allCases where pivots[Int(scope.rawValue)].exists {
      found[scope] = try facts.pivot(pivots[Int(scope.rawValue)], of: record)
    }
    return found
  }
}
