import Market
import Stage
import Structure
import Wire

/// Reads the facts that `FactRecord` writes. Keeps its tables between records.
public struct FactReader {
  private var pivots = MemberReader(["price", "at", "known_at", "label"], of: FactRecord.pivot)
  private var blocks = MemberReader(
    [
      "id", "direction", "high", "low", "at", "known_at", "displacement_strength", "displacement_atr", "mitigation_level", "freshness_score",
      "touches", "state", "grade", "source",
    ], of: FactRecord.orderBlock)
  private var sources = MemberReader(["kind", "break", "left_gap", "began_with_sweep"])
  private var gaps = MemberReader(
    [
      "id", "direction", "top", "bottom", "at", "known_at", "size", "size_atr", "fill", "state", "overlap_with_price",
      "stacked_on", "balances",
    ], of: FactRecord.fairValueGap)
  private var breaks = MemberReader(
    [
      "id", "break_type", "direction", "scope", "protected", "level", "level_at", "known_at", "distance_atr", "volume_ratio", "htf_aligned",
    ], of: FactRecord.structuralBreak)
  private var pools = MemberReader(["id", "level", "side", "touches", "first_at", "last_at", "state"], of: FactRecord.liquidityPool)
  private var sweeps = MemberReader(
    [
      "id", "level", "sweep_type", "at", "known_at", "penetration_atr", "confirmation", "confirmed_at", "pool",
      "minor",
    ], of: FactRecord.liquiditySweep)

  public init() {}

  public mutating func pivot(_ value: JSONValue, of record: Record) throws(StageError) -> Pivot {
    try pivots.read(value, of: record, "a swing point")
    return try pivot(record)
  }

  private mutating func pivot(_ record: Record) throws(StageError) -> Pivot {
    return Pivot(
      price: try pivots.number(0, record), at: try pivots.time(1, record), knownAt: try pivots.time(2, record),
      label: pivots[3].exists ? try pivots.word(3, \Pivot.Label.text, record) : nil)
  }

  public mutating func orderBlock(_ value: JSONValue, of record: Record) throws(StageError) -> OrderBlock {
    try blocks.read(value, of: record, "order_blocks")
    return try orderBlock(record)
  }

  mutating func append(_ list: JSONValue, of record: Record, to facts: inout [OrderBlock]) throws(StageError) {
    var items = list.elements
    while try blocks.next(&items, of: record, "order_blocks") { facts.append(try orderBlock(record)) }
  }

  private mutating func orderBlock(_ record: Record) throws(StageError) -> OrderBlock {
    var found: [OrderBlock.Source] = []
    var items = blocks[13].elements
    while try sources.next(&items, of: record, "source") {
      found.append(
        OrderBlock.Source(
          kind: sources[0].exists ? try sources.word(0, \OrderBlock.Source.Kind.label, record) : .origin, breakID: try sources.id(1, record),
          leftGap: try sources.optionalFlag(2, record), beganWithSweep: try sources.optionalFlag(3, record)))
    }
    let id = try blocks.id(0, record)
    let displacement = try blocks.number(7, record)
    return OrderBlock(
      id: id, direction: try blocks.word(1, \Direction.label, record), high: try blocks.number(2, record),
      low: try blocks.number(3, record), at: id.at, knownAt: try blocks.time(5, record),
      displacementStrength: try blocks.optionalNumber(6, record) ?? OrderBlock.strength(ofDisplacement: displacement),
      displacementATR: displacement, mitigation: try blocks.number(8, record),
      freshness: try blocks.number(9, record), touches: try blocks.integer(10, record), state: try blocks.word(11, \OrderBlock.State.label, record),
      grade: try blocks.word(12, \OrderBlock.Grade.label, record), sources: found)
  }

  public mutating func fairValueGap(_ value: JSONValue, of record: Record) throws(StageError) -> FairValueGap {
    try gaps.read(value, of: record, "fvgs")
    return try fairValueGap(record)
  }

  mutating func append(_ list: JSONValue, of record: Record, to facts: inout [FairValueGap]) throws(StageError) {
    var items = list.elements
    while try gaps.next(&items, of: record, "fvgs") { facts.append(try fairValueGap(record)) }
  }

  private mutating func fairValueGap(_ record: Record) throws(StageError) -> FairValueGap {
    let id = try gaps.id(0, record)
    let (top, bottom) = (try gaps.number(2, record), try gaps.number(3, record))
    return FairValueGap(
      id: id, direction: try gaps.word(1, \Direction.label, record), top: top, bottom: bottom, at: id.at, knownAt: try gaps.time(5, record),
      size: try gaps.optionalNumber(6, record) ?? top - bottom,
      sizeATR: try gaps.number(7, record), fill: try gaps.number(8, record), state: try gaps.word(9, \FairValueGap.State.label, record),
      overlapsPrice: try gaps.optionalFlag(10, record), stackedOn: try gaps.optionalID(11, record), balances: try gaps.optionalID(12, record))
  }

  public mutating func structuralBreak(_ value: JSONValue, of record: Record) throws(StageError) -> StructuralBreak {
    try breaks.read(value, of: record, "structural_breaks")
    return try structuralBreak(record)
  }

  mutating func append(_ list: JSONValue, of record: Record, to facts: inout [StructuralBreak]) throws(StageError) {
    var items = list.elements
    while try breaks.next(&items, of: record, "structural_breaks") { facts.append(try structuralBreak(record)) }
  }

  private mutating func structuralBreak(_ record: Record) throws(StageError) -> StructuralBreak {
    return StructuralBreak(
      id: try breaks.id(0, record), kind: try breaks.word(1, \StructuralBreak.Kind.label, record),
      direction: try breaks.word(2, \Direction.label, record),
      scope: try breaks.word(3, \Scope.label, record), isProtected: try breaks.optionalFlag(4, record), level: try breaks.number(5, record),
      levelAt: try breaks.time(6, record), knownAt: try breaks.time(7, record), distanceATR: try breaks.number(8, record),
      volumeRatio: try breaks.optionalNumber(9, record), alignment: try breaks.word(10, \Alignment.label, record))
  }

  public mutating func liquidityPool(_ value: JSONValue, of record: Record) throws(StageError) -> LiquidityPool {
    try pools.read(value, of: record, "liquidity_pools")
    return try liquidityPool(record)
  }

  mutating func append(_ list: JSONValue, of record: Record, to facts: inout [LiquidityPool]) throws(StageError) {
    var items = list.elements
    while try pools.next(&items, of: record, "liquidity_pools") { facts.append(try liquidityPool(record)) }
  }

  private mutating func liquidityPool(_ record: Record) throws(StageError) -> LiquidityPool {
    let firstAt = try pools.time(4, record)
    return LiquidityPool(
      id: try pools.id(0, record), level: try pools.number(1, record), side: try pools.word(2, FactRecord.side, record),
      touches: try pools.integer(3, record), firstAt: firstAt, lastAt: try pools.optionalTime(5, record) ?? firstAt,
      state: pools[6].exists ? try pools.word(6, \LiquidityPool.State.label, record) : .resting)
  }

  public mutating func liquiditySweep(_ value: JSONValue, of record: Record) throws(StageError) -> LiquiditySweep {
    try sweeps.read(value, of: record, "liquidity_sweeps")
    return try liquiditySweep(record)
  }

  mutating func append(_ list: JSONValue, of record: Record, to facts: inout [LiquiditySweep]) throws(StageError) {
    var items = list.elements
    while try sweeps.next(&items, of: record, "liquidity_sweeps") { facts.append(try liquiditySweep(record)) }
  }

  private mutating func liquiditySweep(_ record: Record) throws(StageError) -> LiquiditySweep {
    let id = try sweeps.id(0, record)
    return LiquiditySweep(
      id: id, level: try sweeps.number(1, record), side: try sweeps.word(2, FactRecord.side, record),
      at: id.at, knownAt: try sweeps.time(4, record), penetrationATR: try sweeps.number(5, record),
      confirmation: try sweeps.word(6, \LiquiditySweep.Confirmation.label, record), confirmedAt: try sweeps.optionalTime(7, record),
      pool: try sweeps.optionalID(8, record), isMinor: try sweeps.optionalFlag(9, record))
  }
}
