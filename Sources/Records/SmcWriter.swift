import Market
import Structure
import Wire

/// Writes the `smc` of one series. Keeps the text of what it wrote lately, as most of it stands on the next line again.
public struct SmcWriter: ~Copyable {
  private var pivots: FactTexts<Pivot>
  private var blocks: FactTexts<OrderBlock>
  private var gaps: FactTexts<FairValueGap>
  private var breaks: FactTexts<StructuralBreak>
  private var pools: FactTexts<LiquidityPool>
  private var sweeps: FactTexts<LiquiditySweep>

  /// - Parameter cap: facts that a list holds of each side.
  public init(cap: Int) {
    let listed = min(2 * cap, 64) + 2
    pivots = FactTexts(capacity: 4)
    blocks = FactTexts(capacity: listed)
    gaps = FactTexts(capacity: listed)
    breaks = FactTexts(capacity: listed)
    pools = FactTexts(capacity: listed)
    sweeps = FactTexts(capacity: listed)
  }

  /// - Parameters:
  ///   - snapshot: what is true now.
  ///   - events: what this close made known, in order.
  ///   - days: keeps the day's text from line to line.
  ///   - parts: kinds of facts to write.
  public mutating func encode(
    _ snapshot: StructureSnapshot, _ events: [StructureEvent], _ days: inout DayText, _ parts: SmcParts = .all, into out: inout ByteBuffer
  ) {
    out.beginObject()
    state(snapshot, parts, into: &out)
    SmcWriter.encode(events, &days, parts, into: &out)
    out.endObject()
  }

  /// The `smc` of a line without lists.
  public static func encodeAlone(_ events: [StructureEvent], _ days: inout DayText, _ parts: SmcParts = .all, into out: inout ByteBuffer) {
    out.beginObject()
    encode(events, &days, parts, into: &out)
    out.endObject()
  }

  private static func encode(_ events: [StructureEvent], _ days: inout DayText, _ parts: SmcParts, into out: inout ByteBuffer) {
    out.key("events")
    out.beginArray()
    for event in events where parts == .all || parts.contains(SmcParts(event.id)) {
      out.beginObject()
      StructureEventRecord.members(event, &days, into: &out)
      out.endObject()
    }
    out.endArray()
  }

  private mutating func state(_ snapshot: StructureSnapshot, _ parts: SmcParts, into out: inout ByteBuffer) {
    if parts.contains(.breaks) {
      out.key("trend")
      out.beginObject()
      out.field("internal", snapshot.trend.inner.label)
      out.field("external", snapshot.trend.outer.label)
      out.endObject()
    }
    if parts.contains(.swings) {
      encode("swing_high", snapshot.swingHigh, into: &out)
      encode("swing_low", snapshot.swingLow, into: &out)
    }
    if parts.contains(.range), let range = snapshot.range { encode(range, into: &out) }
    if parts.contains(.sequence), let sequence = snapshot.sequence { encode(sequence, into: &out) }
    if parts.contains(.blocks) {
      out.key("order_blocks")
      out.beginArray()
      for block in snapshot.orderBlocks { blocks.write(block, into: &out) }
      out.endArray()
    }
    if parts.contains(.gaps) { SmcWriter.list("fvgs", snapshot.gaps, &gaps, into: &out) { FactRecord.listed($0, into: &$1) } }
    if parts.contains(.breaks) {
      SmcWriter.list("structural_breaks", snapshot.breaks, &breaks, into: &out) { FactRecord.listed($0, into: &$1) }
    }
    if parts.contains(.pools) { SmcWriter.list("liquidity_pools", snapshot.pools, &pools, into: &out) { FactRecord.listed($0, into: &$1) } }
    if parts.contains(.sweeps) { SmcWriter.list("liquidity_sweeps", snapshot.sweeps, &sweeps, into: &out) { FactRecord.listed($0, into: &$1) } }
  }

  @inline(__always)
  private static func list<Fact: ListedFact>(
    _ name: StaticString, _ facts: [Fact], _ texts: inout FactTexts<Fact>, into out: inout ByteBuffer,
    _ members: (Fact, inout ByteBuffer) -> Void
  ) {
    out.key(name)
    out.beginArray()
    for fact in facts { texts.write(fact, into: &out, members) }
    out.endArray()
  }

  private mutating func encode(_ name: StaticString, _ both: StructureSnapshot.ByScope<Pivot?>, into out: inout ByteBuffer) {
    out.key(name)
    out.beginObject()
    for scope in Scope.allCases {
      guard let pivot = both[scope] else { continue }
      out.key(scope.label)
      pivots.write(pivot, into: &out) { FactRecord.members($0, into: &$1) }
    }
    out.endObject()
  }

  private func encode(_ range: DealingRange, into out: inout ByteBuffer) {
    out.key("range")
    out.beginObject()
    out.field("high", range.high)
    out.field("low", range.low)
    out.field("equilibrium", range.equilibrium)
    out.field("position", range.position)
    out.field("zone", range.zone.label)
    out.endObject()
  }

  private func encode(_ sequence: SequenceState, into out: inout ByteBuffer) {
    out.key("sequence")
    out.beginObject()
    out.field("direction", sequence.direction.label)
    out.field("step", sequence.step.label)
    out.field("at", sequence.at)
    out.key("missing")
    out.beginArray()
    for step in SequenceState.Step.allCases where step > sequence.step { out.value(step.label) }
    out.endArray()
    out.endObject()
  }
}
