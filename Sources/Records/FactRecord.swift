import Market
import Structure
import Wire

/// Facts of structure as setups carry them and, more briefly, as `smc` lists them: one table and one encoder a kind. `FactReader` reads both.
///
/// A listed fact leaves out what its id says (`at`), what follows from its other fields, and what only its `created` event needs; flags stand when true.
public enum FactRecord {
  static let directions = Direction.allCases.map { "\($0.label)" }
  static let scopes = Scope.allCases.map { "\($0.label)" }

  public static let pivot: [Field] = [
    Field("price", .number, unit: "quote", mirror: .reflect, "of the swing point"),
    Field("at", .time, "open of its candle"),
    Field("known_at", .time, "the close at which it was confirmed"),
    Field("label", .choice(Pivot.Label.allCases.map { "\($0.text)" }), optional: true, mirror: .swap, "against the leader before it"),
  ]

  public static let orderBlock: [Field] = [
    Field("id", .string, mirror: .swap, "unique within exchange and symbol"),
    Field("direction", .choice(directions), mirror: .swap, "the side it serves now"),
    Field("high", .number, unit: "quote", mirror: .reflect, "upper edge"),
    Field("low", .number, unit: "quote", mirror: .reflect, "lower edge"),
    Field("at", .time, "open of the block candle"),
    Field("known_at", .time, "close of the candle that broke structure"),
    Field("displacement_strength", .number, unit: "0…1", "d/(d+2) of displacement_atr"),
    Field("displacement_atr", .number, unit: "ATR", "from the near edge to the extreme of the leg"),
    Field("mitigation_level", .number, unit: "0…1", "deepest penetration so far"),
    Field("freshness_score", .number, unit: "0…1", "halves with age"),
    Field("touches", .integer, "how often price came back"),
    Field("state", .choice(OrderBlock.State.allCases.map { "\($0.label)" }), "fresh, touched, mitigated, or a breaker of the other side"),
    Field("grade", .choice(OrderBlock.Grade.allCases.map { "\($0.label)" }), "by displacement: A, B or C"),
    Field(
      "source",
      .array(
        .object([
          Field("kind", .choice(["origin", "continuation"]), "where the block stands in the leg"),
          Field("break", .string, mirror: .swap, "id of the break it began"),
          Field("left_gap", .boolean, "the leg left a gap"),
          Field("began_with_sweep", .boolean, "the leg began with a sweep"),
        ])), "why it exists"),
  ]

  public static let fairValueGap: [Field] = [
    Field("id", .string, mirror: .swap, "unique within exchange and symbol"),
    Field("direction", .choice(directions), mirror: .swap, "the side it serves now"),
    Field("top", .number, unit: "quote", mirror: .reflect, "upper edge"),
    Field("bottom", .number, unit: "quote", mirror: .reflect, "lower edge"),
    Field("at", .time, "open of the middle candle"),
    Field("known_at", .time, "close of the third candle"),
    Field("size", .number, unit: "quote", "top − bottom"),
    Field("size_atr", .number, unit: "ATR", "top − bottom"),
    Field("fill", .number, unit: "0…1", "deepest penetration from the entry side"),
    Field("state", .choice(FairValueGap.State.allCases.map { "\($0.label)" }), "fresh, touched, or inverted: serving the other side"),
    Field("overlap_with_price", .boolean, "the newest close lies inside"),
    Field("stacked_on", .string, optional: true, mirror: .swap, "id of the gap of the same side that the bar before left"),
    Field("balances", .string, optional: true, mirror: .swap, "id of a gap made by the other side that shares prices with it"),
  ]

  public static let structuralBreak: [Field] = [
    Field("id", .string, mirror: .swap, "unique within exchange and symbol"),
    Field("break_type", .choice(["BOS", "CHoCH"]), "with the trend, or against it"),
    Field("direction", .choice(directions), mirror: .swap, "the way price went"),
    Field("scope", .choice(scopes), "internal or external swings"),
    Field("protected", .boolean, "a CHoCH that closed beyond the origin of the last break's leg"),
    Field("level", .number, unit: "quote", mirror: .reflect, "that was broken"),
    Field("level_at", .time, "open of the candle that made the level"),
    Field("known_at", .time, "the close that broke it"),
    Field("distance_atr", .number, unit: "ATR", "of the close beyond the level"),
    Field("volume_ratio", .number, optional: true, "volume of the breaking candle over the mean of the 20 before it"),
    Field("htf_aligned", .choice(Alignment.allCases.map { "\($0.label)" }), "against the next longer timeframe in the stream"),
  ]

  public static let liquidityPool: [Field] = [
    Field("id", .string, mirror: .swap, "unique within exchange and symbol"),
    Field("level", .number, unit: "quote", mirror: .reflect, "outermost member"),
    Field("side", .choice(["high", "low"]), mirror: .swap, "above highs rest buy stops, below lows sell stops"),
    Field("touches", .integer, "members"),
    Field("first_at", .time, "open of the first member's candle"),
    Field("last_at", .time, "open of the last member's candle"),
    Field("state", .choice(LiquidityPool.State.allCases.map { "\($0.label)" }), "resting, or swept by a wick"),
  ]

  public static let liquiditySweep: [Field] = [
    Field("id", .string, mirror: .swap, "unique within exchange and symbol"),
    Field("level", .number, unit: "quote", mirror: .reflect, "that was poked"),
    Field("sweep_type", .choice(["high", "low"]), mirror: .swap, "the side swept"),
    Field("at", .time, "open of the poking candle"),
    Field("known_at", .time, "its close"),
    Field("penetration_atr", .number, unit: "ATR", "of the wick beyond the level"),
    Field("confirmation", .choice(LiquiditySweep.Confirmation.allCases.map { "\($0.label)" }), "what the next candles made of it"),
    Field("confirmed_at", .time, optional: true, "the close that confirmed it"),
    Field("pool", .string, optional: true, mirror: .swap, "id of the pool swept"),
    Field("minor", .boolean, optional: true, "no more than an internal swing point was swept"),
  ]

  static let listedBlock: [Field] = brief(orderBlock, without: ["at", "displacement_strength"]).map { field in
    guard field.key == "source", case .array(.object(let fields)) = field.kind else { return field }
    var field = field
    field.kind = .array(.object(brief(fields, plain: ["kind", "left_gap", "began_with_sweep"])))
    return field
  }
  static let listedGap = brief(fairValueGap, without: ["at", "size", "stacked_on", "balances"], plain: ["overlap_with_price"])
  static let listedBreak = brief(structuralBreak, plain: ["protected"])
  static let listedPool = brief(liquidityPool, without: ["state"], plain: ["last_at"])
  static let listedSweep = brief(liquiditySweep, without: ["at"])

  /// The fields but for those `without`; those that are `plain` may be absent.
  private static func brief(_ fields: [Field], without: Set<String> = [], plain: Set<String> = []) -> [Field] {
    fields.filter { !without.contains($0.key) }.map { field in
      var field = field
      if plain.contains(field.key) { field.isRequired = false }
      return field
    }
  }

  /// As pools and sweeps name sides: `high` or `low`.
  public static func side(_ side: Direction) -> StaticString { side == .bull ? "high" : "low" }

  // Each writes the members only: the caller begins and ends the object, and may add to it. `details` are those that a `created` event has besides its own
  // id, direction and times.

  public static func members(_ pivot: Pivot, into out: inout ByteBuffer) {
    out.field("price", pivot.price)
    out.field("at", pivot.at)
    out.field("known_at", pivot.knownAt)
    if let label = pivot.label { out.field("label", label.text) }
  }

  public static func members(_ block: OrderBlock, into out: inout ByteBuffer) {
    begin(block, into: &out)
    out.field("at", block.at)
    out.field("known_at", block.knownAt)
    details(block, into: &out)
  }

  static func listed(_ block: OrderBlock, into out: inout ByteBuffer) {
    begin(block, into: &out)
    out.field("known_at", block.knownAt)
    out.field("displacement_atr", block.displacementATR)
    life(block, into: &out)
    out.key("source")
    out.beginArray()
    for source in block.sources {
      out.beginObject()
      if source.kind != .origin { out.field("kind", source.kind.label) }
      out.field("break", source.breakID)
      if source.leftGap { out.field("left_gap", true) }
      if source.beganWithSweep { out.field("began_with_sweep", true) }
      out.endObject()
    }
    out.endArray()
  }

  private static func begin(_ block: OrderBlock, into out: inout ByteBuffer) {
    out.field("id", block.id)
    out.field("direction", block.direction.label)
    out.field("high", block.high)
    out.field("low", block.low)
  }

  static func details(_ block: OrderBlock, into out: inout ByteBuffer) {
    out.field("displacement_strength", block.displacementStrength)
    out.field("displacement_atr", block.displacementATR)
    life(block, into: &out)
    out.key("source")
    out.beginArray()
    for source in block.sources {
      out.beginObject()
      out.field("kind", source.kind.label)
      out.field("break", source.breakID)
      out.field("left_gap", source.leftGap)
      out.field("began_with_sweep", source.beganWithSweep)
      out.endObject()
    }
    out.endArray()
  }

  private static func life(_ block: OrderBlock, into out: inout ByteBuffer) {
    out.field("mitigation_level", block.mitigation)
    out.field("freshness_score", block.freshness)
    out.field("touches", block.touches)
    out.field("state", block.state.label)
    out.field("grade", block.grade.label)
  }

  public static func members(_ gap: FairValueGap, into out: inout ByteBuffer) {
    begin(gap, into: &out)
    out.field("at", gap.at)
    out.field("known_at", gap.knownAt)
    details(gap, into: &out)
  }

  static func listed(_ gap: FairValueGap, into out: inout ByteBuffer) {
    begin(gap, into: &out)
    out.field("known_at", gap.knownAt)
    out.field("size_atr", gap.sizeATR)
    out.field("fill", gap.fill)
    out.field("state", gap.state.label)
    if gap.overlapsPrice { out.field("overlap_with_price", true) }
  }

  private static func begin(_ gap: FairValueGap, into out: inout ByteBuffer) {
    out.field("id", gap.id)
    out.field("direction", gap.direction.label)
    out.field("top", gap.top)
    out.field("bottom", gap.bottom)
  }

  static func details(_ gap: FairValueGap, into out: inout ByteBuffer) {
    out.field("size", gap.size)
    out.field("size_atr", gap.sizeATR)
    out.field("fill", gap.fill)
    out.field("state", gap.state.label)
    out.field("overlap_with_price", gap.overlapsPrice)
    out.field("stacked_on", gap.stackedOn)
    out.field("balances", gap.balances)
  }

  public static func members(_ fact: StructuralBreak, into out: inout ByteBuffer) {
    begin(fact, into: &out)
    out.field("protected", fact.isProtected)
    end(fact, into: &out)
  }

  static func listed(_ fact: StructuralBreak, into out: inout ByteBuffer) {
    begin(fact, into: &out)
    if fact.isProtected { out.field("protected", true) }
    end(fact, into: &out)
  }

  private static func begin(_ fact: StructuralBreak, into out: inout ByteBuffer) {
    out.field("id", fact.id)
    out.field("break_type", fact.kind.label)
    out.field("direction", fact.direction.label)
    out.field("scope", fact.scope.label)
  }

  private static func end(_ fact: StructuralBreak, into out: inout ByteBuffer) {
    out.field("level", fact.level)
    out.field("level_at", fact.levelAt)
    out.field("known_at", fact.knownAt)
    details(fact, into: &out)
  }

  static func details(_ fact: StructuralBreak, into out: inout ByteBuffer) {
    out.field("distance_atr", fact.distanceATR)
    out.field("volume_ratio", fact.volumeRatio)
    out.field("htf_aligned", fact.alignment.label)
  }

  public static func members(_ pool: LiquidityPool, into out: inout ByteBuffer) {
    out.field("id", pool.id)
    details(pool, into: &out)
  }

  /// Pools that are listed rest.
  static func listed(_ pool: LiquidityPool, into out: inout ByteBuffer) {
    out.field("id", pool.id)
    begin(pool, into: &out)
    if pool.touches > 1 { out.field("last_at", pool.lastAt) }
  }

  private static func begin(_ pool: LiquidityPool, into out: inout ByteBuffer) {
    out.field("level", pool.level)
    out.field("side", side(pool.side))
    out.field("touches", pool.touches)
    out.field("first_at", pool.firstAt)
  }

  static func details(_ pool: LiquidityPool, into out: inout ByteBuffer) {
    begin(pool, into: &out)
    out.field("last_at", pool.lastAt)
    out.field("state", pool.state.label)
  }

  public static func members(_ sweep: LiquiditySweep, into out: inout ByteBuffer) {
    begin(sweep, into: &out)
    out.field("at", sweep.at)
    out.field("known_at", sweep.knownAt)
    details(sweep, into: &out)
  }

  static func listed(_ sweep: LiquiditySweep, into out: inout ByteBuffer) {
    begin(sweep, into: &out)
    out.field("known_at", sweep.knownAt)
    details(sweep, into: &out)
  }

  private static func begin(_ sweep: LiquiditySweep, into out: inout ByteBuffer) {
    out.field("id", sweep.id)
    out.field("level", sweep.level)
    out.field("sweep_type", side(sweep.side))
  }

  static func details(_ sweep: LiquiditySweep, into out: inout ByteBuffer) {
    out.field("penetration_atr", sweep.penetrationATR)
    out.field("confirmation", sweep.confirmation.label)
    out.field("confirmed_at", sweep.confirmedAt)
    out.field("pool", sweep.pool)
    if sweep.isMinor { out.field("minor", true) }
  }
}
