import Market
import Planning
import Stage
import Wire

/// `plan`: entry, stop and targets of an accepted setup. ss-plan appends it.
public enum PlanRecord {
  public static let table = RecordTable(
    "plan", appendedTo: "setup", "Where an accepted setup is entered, proven wrong, and paid. Prices lie on the tick; ratios are after costs.",
    [
      Field("plan_id", .name, "stable: made of the setup's id and time"),
      Field("direction", .choice(Direction.allCases.map { "\($0.trade)" }), mirror: .swap, "the side it takes"),
      Field("setup_type", .choice(TradePlan.SetupType.allCases.map { "\($0.label)" }), "by expected holding: under 4 h, under a day, longer"),
      Field("entry_zone", .object(entryZone), "where one limit order stands"),
      Field("stop_loss", .object(stopLoss), "where the idea is wrong"),
      Field("targets", .array(.object(target), atLeast: 1), "nearest first"),
      Field("risk_reward", .number(above: 0), "weighted over the targets, from the middle of the zone"),
      Field("risk_reward_worst", .number(above: 0), "the same from near_entry: what the gate asked"),
      Field("confidence_score", .number, unit: "0…100", "the setup's total score"),
      Field("valid_until", .time, "an order not filled by then is cancelled"),
      Field("invalidate_if", .object(invalidation), "what cancels the order before its fill"),
      Field("min_fill_risk_reward", .number(above: 0), "a fill that leaves less is not taken"),
      Field("rationale", .text, mirror: .swap, "paragraphs; each number in them is a field of the record"),
      Field("metadata", .object(metadata), "what the plan was computed from"),
    ],
    rules: [
      "by side: entry_zone.near_entry ≥ entry_zone.far_entry > stop_loss.level", "by side: entry_zone.near_entry < targets[].level",
      "sum of targets[].percentage = 100",
      "by side: invalidate_if.close_beyond ≤ entry_zone.near_entry < invalidate_if.trade_before_entry",
    ])

  static let entryZone: [Field] = [
    Field("near_entry", .price, unit: "quote", mirror: .reflect, "of the limit order"),
    Field("far_entry", .price, unit: "quote", mirror: .reflect, "the worst edge that the idea allows"),
    Field("rationale", .text, mirror: .swap, "why here"),
    Field("source", .id, mirror: .swap, "id of the zone"),
  ]
  static let stopLoss: [Field] = [
    Field("level", .price, unit: "quote", mirror: .reflect, "of the stop order"),
    Field("distance_atr", .number(above: 0), unit: "ATR", "from near_entry, of the planning timeframe"),
    Field("rationale", .text, mirror: .swap, "why here"),
    Field("source", .id, mirror: .swap, "id of the fact whose loss it marks"),
  ]
  static let target: [Field] = [
    Field("level", .price, unit: "quote", mirror: .reflect, "of the limit order"),
    Field("percentage", .number(above: 0, atMost: 100), unit: "%", "of the position; those of a plan sum to 100"),
    Field("risk_reward", .number, "from near_entry"),
    Field("rationale", .text, mirror: .swap, "why here"),
    Field("source", .id, mirror: .swap, "id of the fact, or extension"),
  ]
  static let invalidation: [Field] = [
    Field("close_beyond", .price, unit: "quote", mirror: .reflect, "a close on the stop's side of it"),
    Field("trade_before_entry", .price, unit: "quote", mirror: .reflect, "a trade there before the fill: the first target"),
  ]
  static let metadata: [Field] = [
    Field("planning_timeframe", .choice(Timeframe.allCases.map { "\($0.label)" }), "whose ATR and zones carry the plan"),
    Field("atr", .number(above: 0), unit: "quote", "of the planning timeframe"),
    Field("expected_hours", .amount, unit: "hours", "until stop or target, for a price without drift"),
    Field("hold_hours", .number(above: 0, atMost: TradePlan.longestHold), unit: "hours", "a position is closed after them"),
    Field("entry_kind", .text, "order block, fair value gap, breaker, range edge…, nested or not"),
    Field("costs", .number, unit: "quote per unit", "in and out through the stop"),
    Field("cost_share", .number, unit: "0…1", "of the distance between near_entry and stop"),
    Field("first_target_atr", .number(above: 0), unit: "ATR", "from near_entry"),
    Field("instrument", .choice(["venue", "file", "inferred", "assumed"]), "who says tick and fees; assumed: nobody"),
    Field("tick_size", .number(above: 0), unit: "quote", "smallest step of price"),
    Field("maker_fee", .number(in: -0.4...0.4), unit: "fraction of the notional", "of entry and targets"),
    Field("taker_fee", .number(in: -0.4...0.4), unit: "fraction of the notional", "of the stop"),
    Field("slippage", .amount, unit: "fraction of the notional", "of the stop"),
    Field("supersedes", .name, optional: true, "plan_id of the waiting plan that this one replaces"),
  ]

  /// The value of the key.
  public static func encode(_ plan: TradePlan, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("plan_id", plan.planID)
    out.field("direction", plan.direction.trade)
    out.field("setup_type", plan.setupType.label)
    out.key("entry_zone")
    out.beginObject()
    out.field("near_entry", plan.entryZone.near)
    out.field("far_entry", plan.entryZone.far)
    out.field("rationale", plan.entryZone.rationale)
    out.field("source", plan.entryZone.source)
    out.endObject()
    out.key("stop_loss")
    out.beginObject()
    out.field("level", plan.stopLoss.level)
    out.field("distance_atr", plan.stopLoss.distanceATR)
    out.field("rationale", plan.stopLoss.rationale)
    out.field("source", plan.stopLoss.source)
    out.endObject()
    out.key("targets")
    out.beginArray()
    for target in plan.targets {
      out.beginObject()
      out.field("level", target.level)
      out.field("percentage", target.percentage)
      out.field("risk_reward", target.riskReward)
      out.field("rationale", target.rationale)
      out.field("source", target.source)
      out.endObject()
    }
    out.endArray()
    out.field("risk_reward", plan.riskReward)
    out.field("risk_reward_worst", plan.riskRewardWorst)
    out.field("confidence_score", plan.confidenceScore)
    out.field("valid_until", plan.validUntil)
    out.key("invalidate_if")
    out.beginObject()
    out.field("close_beyond", plan.invalidateIf.closeBeyond)
    out.field("trade_before_entry", plan.invalidateIf.tradeBeforeEntry)
    out.endObject()
    out.field("min_fill_risk_reward", plan.minFillRiskReward)
    out.field("rationale", plan.rationale)
    out.key("metadata")
    encode(plan.metadata, into: &out)
    out.endObject()
  }

  private static func encode(_ metadata: TradePlan.Metadata, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("planning_timeframe", metadata.planningTimeframe.label)
    out.field("atr", metadata.atr)
    out.field("expected_hours", metadata.expectedHours)
    out.field("hold_hours", metadata.holdHours)
    out.field("entry_kind", metadata.entryKind)
    out.field("costs", metadata.costs)
    out.field("cost_share", metadata.costShare)
    out.field("first_target_atr", metadata.firstTargetATR)
    out.field("instrument", metadata.instrument)
    out.field("tick_size", metadata.tickSize)
    out.field("maker_fee", metadata.makerFee)
    out.field("taker_fee", metadata.takerFee)
    out.field("slippage", metadata.slippage)
    out.field("supersedes", metadata.supersedes)
    out.endObject()
  }
}

/// Reads the plans that `PlanRecord` writes. Keeps its tables between records.
public struct PlanReader {
  private var plans = MemberReader([
    "plan_id", "direction", "setup_type", "entry_zone", "stop_loss", "targets", "risk_reward", "risk_reward_worst", "confidence_score",
    "valid_until", "invalidate_if", "min_fill_risk_reward", "rationale", "metadata",
  ])
  private var entries = MemberReader(["near_entry", "far_entry", "rationale", "source"])
  private var stops = MemberReader(["level", "distance_atr", "rationale", "source"])
  private var targets = MemberReader(["level", "percentage", "risk_reward", "rationale", "source"])
  private var endings = MemberReader(["close_beyond", "trade_before_entry"])
  private var origins = MemberReader([
    "planning_timeframe", "atr", "expected_hours", "hold_hours", "entry_kind", "costs", "cost_share", "first_target_atr", "instrument",
    "tick_size", "maker_fee", "taker_fee", "slippage", "supersedes",
  ])

  public init() {}

  public mutating func decode(_ value: JSONValue, of record: Record) throws(StageError) -> TradePlan {
    try plans.read(value, of: record, "plan")
    try entries.read(plans[3], of: record, "entry_zone")
    try stops.read(plans[4], of: record, "stop_loss")
    try endings.read(plans[10], of: record, "invalidate_if")
    var levels: [TradePlan.Target] = []
    for item in plans[5].elements {
      try targets.read(item, of: record, "targets")
      levels.append(
        TradePlan.Target(
          level: try targets.number(0, record), percentage: try targets.number(1, record), riskReward: try targets.number(2, record),
          rationale: try targets.string(3, record), source: try targets.identity(4, record, .id)))
    }
    let plan = TradePlan(
      planID: try plans.identity(0, record), direction: try plans.word(1, \Direction.trade, record),
      setupType: try plans.word(2, \TradePlan.SetupType.label, record),
      entryZone: TradePlan.EntryZone(
        near: try entries.number(0, record), far: try entries.number(1, record), rationale: try entries.string(2, record),
        source: try entries.identity(3, record, .id)),
      stopLoss: TradePlan.StopLoss(
        level: try stops.number(0, record), distanceATR: try stops.number(1, record), rationale: try stops.string(2, record),
        source: try stops.identity(3, record, .id)),
      targets: levels, riskReward: try plans.number(6, record), riskRewardWorst: try plans.number(7, record),
      confidenceScore: try plans.number(8, record), validUntil: try plans.time(9, record),
      invalidateIf: TradePlan.Invalidation(closeBeyond: try endings.number(0, record), tradeBeforeEntry: try endings.number(1, record)),
      minFillRiskReward: try plans.number(11, record), rationale: try plans.string(12, record), metadata: try metadata(plans[13], record))
    // Whoever trades on it must be able to rely on it, whoever wrote it.
    if let field = plan.faultyField { throw .data("bad-plan", "\"plan\" is wrong in \(field)", offset: record.offset(of: value)) }
    try PlanRecord.table.demand(value, of: record)
    return plan
  }

  private mutating func metadata(_ value: JSONValue, _ record: Record) throws(StageError) -> TradePlan.Metadata {
    try origins.read(value, of: record, "metadata")
    return TradePlan.Metadata(
      planningTimeframe: try origins.word(0, \Timeframe.label, record), atr: try origins.number(1, record),
      expectedHours: try origins.number(2, record), holdHours: try origins.number(3, record), entryKind: try origins.string(4, record),
      costs: try origins.number(5, record), costShare: try origins.number(6, record), firstTargetATR: try origins.number(7, record),
      instrument: try origins.string(8, record), tickSize: try origins.number(9, record), makerFee: try origins.number(10, record),
      takerFee: try origins.number(11, record), slippage: try origins.number(12, record),
      supersedes: origins[13].exists ? try origins.identity(13, record) : nil)
  }
}
