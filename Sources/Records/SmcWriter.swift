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
  ///   - days: keeps the days' text from line to line.
  ///   - parts: kinds of facts to write.
  public mutating func encode(
    _ snapshot: StructureSnapshot, _ events: [StructureEvent], _ days: inout DayText, _ parts: SmcParts = .all, into out: inout ByteBuffer
  ) {
    out.beginObject()
    state(snapshot, &days, parts, into: &out)
    out.key("events")
    out.beginArray()
    SmcWriter.put(events, &days, parts, into: &out)
    out.append("]}")
  }

  /// The `smc` of a line without lists.
  public static func encodeAlone(_ events: [StructureEvent], _ days: inout DayText, _ parts: SmcParts = .all, into out: inout ByteBuffer) {
    out.separate()
    out.append(#"{"events":["#)
    put(events, &days, parts, into: &out)
    out.append("]}")
  }

  private static func put(_ events: [StructureEvent], _ days: inout DayText, _ parts: SmcParts, into out: inout ByteBuffer) {
    events.withUnsafeBufferPointer { events in
      guard let first = events.baseAddress else { return }
      var isFirst = true
      for event in first..<first + events.count where parts == .all || parts.contains(SmcParts(event.pointee.id)) {
        out.write(room: event.pointee.kind == .blockCreated ? StructureEventRecord.room(event) : FactRecord.room) { pen in
          pen.put(isFirst, "{", ",{")
          StructureEventRecord.put(event, &pen, &days)
          pen.put("}")
        }
        isFirst = false
      }
    }
  }

  private mutating func state(_ snapshot: StructureSnapshot, _ days: inout DayText, _ parts: SmcParts, into out: inout ByteBuffer) {
    if parts.contains(.breaks) {
      out.key("trend")
      out.write(room: 128) { pen in
        FactRecord.word(#"{"internal":""#, snapshot.trend.inner.label, &pen)
        FactRecord.word(#","external":""#, snapshot.trend.outer.label, &pen)
        pen.put("}")
      }
    }
    if parts.contains(.swings) {
      encode("swing_high", snapshot.swingHigh, &days, into: &out)
      encode("swing_low", snapshot.swingLow, &days, into: &out)
    }
    if parts.contains(.range), let range = snapshot.range { SmcWriter.encode(range, into: &out) }
    if parts.contains(.sequence), let sequence = snapshot.sequence { SmcWriter.encode(sequence, &days, into: &out) }
    if parts.contains(.blocks) {
      out.key("order_blocks")
      out.beginArray()
      for block in snapshot.orderBlocks { blocks.write(block, &days, into: &out) }
      out.endArray()
    }
    if parts.contains(.gaps) { SmcWriter.list("fvgs", snapshot.gaps, &gaps, &days, into: &out) { FactRecord.listed($0, &$1, &$2) } }
    if parts.contains(.breaks) {
      SmcWriter.list("structural_breaks", snapshot.breaks, &breaks, &days, into: &out) { FactRecord.listed($0, &$1, &$2) }
    }
    if parts.contains(.pools) {
      SmcWriter.list("liquidity_pools", snapshot.pools, &pools, &days, into: &out) { FactRecord.listed($0, &$1, &$2) }
    }
    if parts.contains(.sweeps) {
      SmcWriter.list("liquidity_sweeps", snapshot.sweeps, &sweeps, &days, into: &out) { FactRecord.listed($0, &$1, &$2) }
    }
  }

  @inline(__always)
  private static func list<Fact: ListedFact>(
    _ name: StaticString, _ facts: [Fact], _ texts: inout FactTexts<Fact>, _ days: inout DayText, into out: inout ByteBuffer,
    _ put: (Fact, inout BytePen, inout DayText) -> Void
  ) {
    out.key(name)
    out.beginArray()
    for fact in facts { texts.write(fact, &days, into: &out, put) }
    out.endArray()
  }

  private mutating func encode(
    _ name: StaticString, _ both: StructureSnapshot.ByScope<Pivot?>, _ days: inout DayText, into out: inout ByteBuffer
  ) {
    out.key(name)
    out.beginObject()
    if let pivot = both.inner { encode("internal", pivot, &days, into: &out) }
    if let pivot = both.outer { encode("external", pivot, &days, into: &out) }
    out.endObject()
  }

  @inline(__always)
  private mutating func encode(_ name: StaticString, _ pivot: Pivot, _ days: inout DayText, into out: inout ByteBuffer) {
    out.key(name)
    pivots.write(pivot, &days, into: &out) { FactRecord.put($0, &$1, &$2) }
  }

  private static func encode(_ range: DealingRange, into out: inout ByteBuffer) {
    out.key("range")
    out.write(room: 512) { pen in
      pen.put(#"{"high":"#)
      pen.put(number: range.high)
      pen.put(#","low":"#)
      pen.put(number: range.low)
      pen.put(#","equilibrium":"#)
      pen.put(number: range.equilibrium)
      pen.put(#","position":"#)
      pen.put(number: range.position)
      FactRecord.word(#","zone":""#, range.zone.label, &pen)
      pen.put("}")
    }
  }

  private static func encode(_ sequence: SequenceState, _ days: inout DayText, into out: inout ByteBuffer) {
    out.key("sequence")
    out.write(room: 512) { pen in
      FactRecord.word(#"{"direction":""#, sequence.direction.label, &pen)
      FactRecord.word(#","step":""#, sequence.step.label, &pen)
      FactRecord.time(#","at":""#, sequence.at, &pen, &days)
      pen.put(#","missing":["#)
      var rawValue = sequence.step.rawValue + 1
      while let step = SequenceState.Step(rawValue: rawValue) {
        FactRecord.word(rawValue == sequence.step.rawValue + 1 ? "\"" : ",\"", step.label, &pen)
        rawValue += 1
      }
      pen.put("]}")
    }
  }
}
