import Market
import Structure
import Wire

/// `smc`: what is true about structure at a candle's close, and what became known at it. ss-smc appends it to the candle; `SmcReader` reads it.
public enum SmcRecord {
  public static let table = RecordTable(
    "smc", appendedTo: "candle", "What is true about structure at this close, and what became known at it.",
    [
      Field("trend", byScope(.choice(words(Trend.allCases, \.label)), isRequired: true, .swap), optional: true, "by scope"),
      Field(
        "swing_high", byScope(.object(FactRecord.pivot, rules: FactRecord.pivotRules), isRequired: false), optional: true, mirror: .swap,
        "leader of the newest run of highs"),
      Field(
        "swing_low", byScope(.object(FactRecord.pivot, rules: FactRecord.pivotRules), isRequired: false), optional: true, mirror: .swap,
        "leader of the newest run of lows"),
      Field("range", .object(range, rules: rangeRules), optional: true, "the dealing range of the external swings"),
      Field("sequence", .object(sequence), optional: true, "the model sequence that is further along"),
      Field("order_blocks", .array(.object(FactRecord.listedBlock, rules: FactRecord.blockRules)), optional: true, "the nearest of each side"),
      Field("fvgs", .array(.object(FactRecord.listedGap, rules: FactRecord.gapRules)), optional: true, "the nearest of each side"),
      Field(
        "structural_breaks", .array(.object(FactRecord.listedBreak, rules: FactRecord.breakRules)), optional: true,
        "the newest of each side that have not failed"),
      Field(
        "liquidity_pools", .array(.object(FactRecord.listedPool, rules: FactRecord.poolRules)), optional: true,
        "the nearest of each side, swept ones left out"),
      Field("liquidity_sweeps", .array(.object(FactRecord.listedSweep, rules: FactRecord.sweepRules)), optional: true, "the newest of each side"),
      Field("events", .array(.object(StructureEventRecord.fields, rules: StructureEventRecord.rules)), "what became known at this close, in order"),
    ])

  static let rangeRules: [Rule] = ["low ≤ equilibrium ≤ high"]
  static let range: [Field] = [
    Field("high", .price, unit: "quote", mirror: .reflect, "upper end"),
    Field("low", .price, unit: "quote", mirror: .reflect, "lower end"),
    Field("equilibrium", .price, unit: "quote", mirror: .reflect, "the middle"),
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
}
