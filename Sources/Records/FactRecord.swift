import Market
import Structure
import Wire

/// Facts of structure, whole in the tables, and as `smc` lists them and setups carry them: one encoder a kind. `FactReader` reads both.
///
/// A listed fact leaves out what its id says (`at`), what follows from its other fields, and what only its `created` event needs; flags stand when true.
public enum FactRecord {
  static let directions = Direction.allCases.map { "\($0.label)" }
  static let scopes = Scope.allCases.map { "\($0.label)" }

  public static let pivot: [Field] = [
    Field("price", .price, unit: "quote", mirror: .reflect, "of the swing point"),
    Field("at", .time, "open of its candle"),
    Field("known_at", .time, "the close at which it was confirmed"),
    Field("label", .choice(Pivot.Label.allCases.map { "\($0.text)" }), optional: true, mirror: .swap, "against the leader before it"),
  ]

  public static let orderBlock: [Field] = [
    Field("id", .fact, mirror: .swap, "unique within exchange and symbol"),
    Field("direction", .choice(directions), mirror: .swap, "the side it serves now"),
    Field("high", .price, unit: "quote", mirror: .reflect, "upper edge"),
    Field("low", .price, unit: "quote", mirror: .reflect, "lower edge"),
    Field("at", .time, "open of the block candle"),
    Field("known_at", .time, "close of the candle that broke structure"),
    Field("displacement_strength", .number, unit: "0…1", "d/(d+2) of displacement_atr"),
    Field("displacement_atr", .amount, unit: "ATR", "from the near edge to the extreme of the leg"),
    Field("mitigation_level", .number, unit: "0…1", "deepest penetration so far"),
    Field("freshness_score", .number, unit: "0…1", "halves with age"),
    Field("touches", .count, "how often price came back"),
    Field("state", .choice(OrderBlock.State.allCases.map { "\($0.label)" }), "fresh, touched, mitigated, or a breaker of the other side"),
    Field("grade", .choice(OrderBlock.Grade.allCases.map { "\($0.label)" }), "by displacement: A, B or C"),
    Field(
      "source",
      .array(
        .object([
          Field("kind", .choice(["origin", "continuation"]), "where the block stands in the leg"),
          Field("break", .fact, mirror: .swap, "id of the break it began"),
          Field("left_gap", .boolean, "the leg left a gap"),
          Field("began_with_sweep", .boolean, "the leg began with a sweep"),
        ])), "why it exists"),
  ]

  public static let fairValueGap: [Field] = [
    Field("id", .fact, mirror: .swap, "unique within exchange and symbol"),
    Field("direction", .choice(directions), mirror: .swap, "the side it serves now"),
    Field("top", .price, unit: "quote", mirror: .reflect, "upper edge"),
    Field("bottom", .price, unit: "quote", mirror: .reflect, "lower edge"),
    Field("at", .time, "open of the middle candle"),
    Field("known_at", .time, "close of the third candle"),
    Field("size", .amount, unit: "quote", "top − bottom"),
    Field("size_atr", .amount, unit: "ATR", "top − bottom"),
    Field("fill", .number, unit: "0…1", "deepest penetration from the entry side"),
    Field("state", .choice(FairValueGap.State.allCases.map { "\($0.label)" }), "fresh, touched, or inverted: serving the other side"),
    Field("overlap_with_price", .boolean, "the newest close lies inside"),
    Field("stacked_on", .fact, optional: true, mirror: .swap, "id of the gap of the same side that the bar before left"),
    Field("balances", .fact, optional: true, mirror: .swap, "id of a gap made by the other side that shares prices with it"),
  ]

  public static let structuralBreak: [Field] = [
    Field("id", .fact, mirror: .swap, "unique within exchange and symbol"),
    Field("break_type", .choice(["BOS", "CHoCH"]), "with the trend, or against it"),
    Field("direction", .choice(directions), mirror: .swap, "the way price went"),
    Field("scope", .choice(scopes), "internal or external swings"),
    Field("protected", .boolean, "a CHoCH that closed beyond the origin of the last break's leg"),
    Field("level", .price, unit: "quote", mirror: .reflect, "that was broken"),
    Field("level_at", .time, "open of the candle that made the level"),
    Field("known_at", .time, "the close that broke it"),
    Field("distance_atr", .amount, unit: "ATR", "of the close beyond the level"),
    Field("volume_ratio", .amount, optional: true, "volume of the breaking candle over the mean of the 20 before it"),
    Field("htf_aligned", .choice(Alignment.allCases.map { "\($0.label)" }), "against the next longer timeframe in the stream"),
  ]

  public static let liquidityPool: [Field] = [
    Field("id", .fact, mirror: .swap, "unique within exchange and symbol"),
    Field("level", .price, unit: "quote", mirror: .reflect, "outermost member"),
    Field("side", .choice(["high", "low"]), mirror: .swap, "above highs rest buy stops, below lows sell stops"),
    Field("touches", .count, "members"),
    Field("first_at", .time, "open of the first member's candle"),
    Field("last_at", .time, "open of the last member's candle"),
    Field("state", .choice(LiquidityPool.State.allCases.map { "\($0.label)" }), "resting, or swept by a wick"),
  ]

  public static let liquiditySweep: [Field] = [
    Field("id", .fact, mirror: .swap, "unique within exchange and symbol"),
    Field("level", .price, unit: "quote", mirror: .reflect, "that was poked"),
    Field("sweep_type", .choice(["high", "low"]), mirror: .swap, "the side swept"),
    Field("at", .time, "open of the poking candle"),
    Field("known_at", .time, "its close"),
    Field("penetration_atr", .amount, unit: "ATR", "of the wick beyond the level"),
    Field("confirmation", .choice(LiquiditySweep.Confirmation.allCases.map { "\($0.label)" }), "what the next candles made of it"),
    Field("confirmed_at", .time, optional: true, "the close that confirmed it"),
    Field("pool", .fact, optional: true, mirror: .swap, "id of the pool swept"),
    Field("minor", .boolean, optional: true, "no more than an internal swing point was swept"),
  ]

  // Edges may print alike where a price has more than ten digits.
  static let pivotRules: [Rule] = ["at < known_at"]
  static let blockRules: [Rule] = ["low ≤ high", "at < known_at"]
  static let gapRules: [Rule] = ["bottom ≤ top", "at < known_at"]
  static let breakRules: [Rule] = ["level_at < known_at"]
  static let poolRules: [Rule] = ["first_at ≤ last_at"]
  static let sweepRules: [Rule] = ["at < known_at ≤ confirmed_at"]

  static let listedBlock: [Field] = brief(orderBlock, without: ["at", "displacement_strength"]).map { field in
    guard field.key == "source", case .array(.object(let fields, _), let least, let most) = field.kind else { return field }
    var field = field
    field.kind = .array(.object(brief(fields, plain: ["kind", "left_gap", "began_with_sweep"])), atLeast: least, atMost: most)
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
}
