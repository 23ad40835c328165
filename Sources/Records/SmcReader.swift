import Market
import Stage
import Structure
import Wire

/// Reads `smc` back. Keeps its tables between records.
public struct SmcReader {
  private var facts = FactReader()
  private var ranges = MemberReader(["high", "low", "position", "zone"])
  private var sequences = MemberReader(["direction", "step", "at"])
  private var trends = MemberReader(Scope.allCases.map(\.label))

  public init() {}

  /// The snapshot in the record's `smc`, which is at `key`. A line without lists (`--events`) gives an empty one. Events are left alone.
  public mutating func decode(_ record: Record, _ key: Int) throws(StageError) -> StructureSnapshot {
    var snapshot = StructureSnapshot()
    _ = try decode(record, key, .all, into: &snapshot)
    return snapshot
  }

  /// The same into a snapshot that is there already, whose room is used again.
  /// - Parameter parts: kinds of facts to read; the trend is always read, the others are left empty.
  /// - Returns: whether the line carries lists at all.
  public mutating func decode(
    _ record: Record, _ key: Int, _ parts: SmcParts, into snapshot: inout StructureSnapshot
  ) throws(StageError) -> Bool {
    snapshot.trend = .init(inner: .ranging, outer: .ranging)
    snapshot.swingHigh = .init(inner: nil, outer: nil)
    snapshot.swingLow = .init(inner: nil, outer: nil)
    snapshot.range = nil
    snapshot.sequence = nil
    snapshot.orderBlocks.removeAll(keepingCapacity: true)
    snapshot.gaps.removeAll(keepingCapacity: true)
    snapshot.breaks.removeAll(keepingCapacity: true)
    snapshot.pools.removeAll(keepingCapacity: true)
    snapshot.sweeps.removeAll(keepingCapacity: true)
    var hasLists = false
    guard record[key].kind == .object else { throw record.wrong(key, "an object") }
    var members = record[key].members
    while let (name, value) = members.next() {
      switch name {
      case "trend":
        try trends.read(value, of: record, "trend")
        for scope in Scope.allCases { snapshot.trend[scope] = try trends.word(Int(scope.rawValue), \Trend.label, record) }
        hasLists = true
      case "swing_high" where parts.contains(.swings): try read(value, of: record, into: &snapshot.swingHigh)
      case "swing_low" where parts.contains(.swings): try read(value, of: record, into: &snapshot.swingLow)
      case "range" where parts.contains(.range):
        try ranges.read(value, of: record, "range")
        snapshot.range = DealingRange(
          high: try ranges.number(0, record), low: try ranges.number(1, record), position: try ranges.number(2, record),
          zone: try ranges.word(3, \DealingRange.Zone.label, record))
      case "sequence" where parts.contains(.sequence):
        try sequences.read(value, of: record, "sequence")
        snapshot.sequence = SequenceState(
          direction: try sequences.word(0, \Direction.label, record), step: try sequences.word(1, \SequenceState.Step.label, record),
          at: try sequences.time(2, record))
      case "order_blocks" where parts.contains(.blocks):
        var items = value.elements
        while let item = items.next() { snapshot.orderBlocks.append(try facts.orderBlock(item, of: record)) }
      case "fvgs" where parts.contains(.gaps):
        var items = value.elements
        while let item = items.next() { snapshot.gaps.append(try facts.fairValueGap(item, of: record)) }
      case "structural_breaks" where parts.contains(.breaks):
        var items = value.elements
        while let item = items.next() { snapshot.breaks.append(try facts.structuralBreak(item, of: record)) }
      case "liquidity_pools" where parts.contains(.pools):
        var items = value.elements
        while let item = items.next() { snapshot.pools.append(try facts.liquidityPool(item, of: record)) }
      case "liquidity_sweeps" where parts.contains(.sweeps):
        var items = value.elements
        while let item = items.next() { snapshot.sweeps.append(try facts.liquiditySweep(item, of: record)) }
      default: break
      }
    }
    return hasLists
  }

  private mutating func read(
    _ value: JSONValue, of record: Record, into pivots: inout StructureSnapshot.ByScope<Pivot?>
  ) throws(StageError) {
    for scope in Scope.allCases {
      guard let member = value.member(scope.label) else { continue }
      pivots[scope] = try facts.pivot(member, of: record)
    }
  }
}
