import Market
import Structure
import Wire

/// `smc`: what is true about structure at a candle's close, and what became known at it. ss-smc appends it to the candle; `SmcReader` reads it.
public enum SmcRecord {
  public static let table = RecordTable(
    "smc", appendedTo: "candle", "What is true about structure at this close, and what became known at it.",
    [
      Field("trend", byScope(.choice(words(Trend.allCases, \.label)), isRequired: true, .swap), optional: true, "by scope"),
      Field("swing_high", byScope(.object(FactRecord.pivot), isRequired: false), optional: true, mirror: .swap, "leader of the newest run of highs"),
      Field("swing_low", byScope(.object(FactRecord.pivot), isRequired: false), optional: true, mirror: .swap, "leader of the newest run of lows"),
      Field("range", .object(range), optional: true, "the dealing range of the external swings"),
      Field("sequence", .object(sequence), optional: true, "the model sequence that is further along"),
      Field("order_blocks", .array(.object(FactRecord.orderBlock)), optional: true, "the nearest of each side"),
      Field("fvgs", .array(.object(FactRecord.fairValueGap)), optional: true, "the nearest of each side"),
      Field("structural_breaks", .array(.object(FactRecord.structuralBreak)), optional: true, "the newest of each side that have not failed"),
      Field("liquidity_pools", .array(.object(FactRecord.liquidityPool)), optional: true, "the nearest of each side"),
      Field("liquidity_sweeps", .array(.object(FactRecord.liquiditySweep)), optional: true, "the newest of each side"),
      Field("events", .array(.object(StructureEventRecord.fields)), "what became known at this close, in order"),
    ])

  static let range: [Field] = [
    Field("high", .number, unit: "quote", mirror: .reflect, "upper end"),
    Field("low", .number, unit: "quote", mirror: .reflect, "lower end"),
    Field("equilibrium", .number, unit: "quote", mirror: .reflect, "the middle"),
    Field("position", .number, unit: "0…1", mirror: .complement, "of the close"),
    Field("zone", .choice(words(DealingRange.Zone.allCases, \.label)), mirror: .swap, "the half of the range that the close is in"),
  ]

  static let sequence: [Field] = [
    Field("direction", .choice(FactRecord.directions), mirror: .swap, "the way it argues for"),
    Field("step", .choice(words(SequenceState.Step.allCases, \.label)), "the newest step"),
    Field("at", .time, "open of the candle that made the step"),
    Field("missing", .array(.choice(words(SequenceState.Step.allCases, \.label))), "steps that have not happened yet"),
  ]

  static func words<Word>(_ words: [Word], _ label: (Word) -> StaticString) -> [String] { words.map { "\(label($0))" } }

  private static func byScope(_ kind: Field.Kind, isRequired: Bool, _ mirror: Mirror = .keep) -> Field.Kind {
    .object(Scope.allCases.map { Field("\($0.label)", kind, optional: !isRequired, mirror: mirror, "\($0.label) scope") })
  }

  /// - Parameters:
  ///   - snapshot: `nil` writes the events alone.
  ///   - events: what this close made known, in order.
  ///   - parts: kinds of facts to write.
  public static func encode(
    _ snapshot: StructureSnapshot?, _ events: [StructureEvent], _ parts: SmcParts = .all, into out: inout ByteBuffer
  ) {
    out.beginObject()
    if let snapshot { state(snapshot, parts, into: &out) }
    out.key("events")
    out.beginArray()
    for event in events where parts == .all || parts.contains(SmcParts(event.id)) {
      out.beginObject()
      StructureEventRecord.members(event, into: &out)
      out.endObject()
    }
    out.endArray()
    out.endObject()
  }

  private static func state(_ snapshot: StructureSnapshot, _ parts: SmcParts, into out: inout ByteBuffer) {
    if parts.contains(.breaks) {
      out.key("trend")
      out.beginObject()
      out.field("internal", snapshot.trend.inner.label)
      out.field("external", snapshot.trend.outer.label)
      out.endObject()
    }
    if parts.contains(.swings) {
      pivots("swing_high", snapshot.swingHigh, into: &out)
      pivots("swing_low", snapshot.swingLow, into: &out)
    }
    if parts.contains(.range), let range = snapshot.range { encode(range, into: &out) }
    if parts.contains(.sequence), let sequence = snapshot.sequence { encode(sequence, into: &out) }
    if parts.contains(.blocks) { list("order_blocks", snapshot.orderBlocks, into: &out) { FactRecord.members($0, into: &$1) } }
    if parts.contains(.gaps) { list("fvgs", snapshot.gaps, into: &out) { FactRecord.members($0, into: &$1) } }
    if parts.contains(.breaks) { list("structural_breaks", snapshot.breaks, into: &out) { FactRecord.members($0, into: &$1) } }
    if parts.contains(.pools) { list("liquidity_pools", snapshot.pools, into: &out) { FactRecord.members($0, into: &$1) } }
    if parts.contains(.sweeps) { list("liquidity_sweeps", snapshot.sweeps, into: &out) { FactRecord.members($0, into: &$1) } }
  }

  @inline(__always)
  private static func list<Fact>(
    _ name: StaticString, _ facts: [Fact], into out: inout ByteBuffer, _ members: (Fact, inout ByteBuffer) -> Void
  ) {
    out.key(name)
    out.beginArray()
    for fact in facts {
      out.beginObject()
      members(fact, &out)
      out.endObject()
    }
    out.endArray()
  }

  private static func pivots(_ name: StaticString, _ pivots: StructureSnapshot.ByScope<Pivot?>, into out: inout ByteBuffer) {
    out.key(name)
    out.beginObject()
    for scope in Scope.allCases {
      guard let pivot = pivots[scope] else { continue }
      out.key(scope.label)
      out.beginObject()
      FactRecord.members(pivot, into: &out)
      out.endObject()
    }
    out.endObject()
  }

  private static func encode(_ range: DealingRange, into out: inout ByteBuffer) {
    out.key("range")
    out.beginObject()
    out.field("high", range.high)
    out.field("low", range.low)
    out.field("equilibrium", range.equilibrium)
    out.field("position", range.position)
    out.field("zone", range.zone.label)
    out.endObject()
  }

  private static func encode(_ sequence: SequenceState, into out: inout ByteBuffer) {
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
