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
    guard record[key].kind == .object else { throw record.wrong(key, "an object") }
    var members = record[key].members
    while let (name, value) = members.next() {
      switch name {
      case "trend":
        try trends.read(value, of: record, "trend")
        for scope in Scope.allCases { snapshot.trend[scope] = try trends.word(Int(scope.rawValue), \Trend.label, record) }
      case "swing_high": try read(value, of: record, into: &snapshot.swingHigh)
      case "swing_low": try read(value, of: record, into: &snapshot.swingLow)
      case "range":
        try ranges.read(value, of: record, "range")
        snapshot.range = DealingRange(
          high: try ranges.number(0, record), low: try ranges.number(1, record), position: try ranges.number(2, record),
          zone: try ranges.word(3, \DealingRange.Zone.label, record))
      case "sequence":
        try sequences.read(value, of: record, "sequence")
        snapshot.sequence = SequenceState(
          direction: try sequences.word(0, \Direction.label, record), step: try sequences.word(1, \SequenceState.Step.label, record),
          at: try sequences.time(2, record))
      case "order_blocks":
        var items = value.elements
        while let item = items.next() { snapshot.orderBlocks.append(try facts.orderBlock(item, of: record)) }
      case "fvgs":
        var items = value.elements
        while let item = items.next() { snapshot.gaps.append(try facts.fairValueGap(item, of: record)) }
      case "structural_breaks":
        var items = value.elements
        while let item = items.next() { snapshot.breaks.append(try facts.structuralBreak(item, of: record)) }
      case "liquidity_pools":
        var items = value.elements
        while let item = items.next() { snapshot.pools.append(try facts.liquidityPool(item, of: record)) }
      case "liquidity_sweeps":
        var items = value.elements
        while let item = items.next() { snapshot.sweeps.append(try facts.liquiditySweep(item, of: record)) }
      default: break
      }
    }
    return snapshot
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
