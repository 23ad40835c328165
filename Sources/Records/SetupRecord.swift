import Confluence
import Market
import Structure
import Wire

/// `setup`: one evaluation of one symbol. ss-score writes it; every later stage appends one key. `SetupReader` reads it.
public enum SetupRecord {
  /// The setup's own keys. A stage that reads setups lists them behind `StreamKey.names`, or wherever it tells `SetupReader` that they begin.
  public static let keys: [StaticString] = [
    "id", "as_of", "price", "trigger_fallback", "direction", "state", "anchor", "timeframes", "evidence", "confluence", "gates", "rejected",
  ]

  public static let table = RecordTable(
    "setup", "One evaluation of one symbol: what was seen, what it scores, and why it goes no further.",
    [
      Field("id", .id, mirror: .swap, "of the idea: exchange, symbol, profile, direction and zone; without a zone, as_of"),
      Field("as_of", .time, "the close at which it was evaluated"),
      Field("exchange", .name, "where it trades, or synthetic"),
      Field("symbol", .name, "BTC/USDT, or BTC/USDT:USDT for a linear perpetual"),
      Field("profile", .name, "the trading style"),
      Field("run_id", .name, optional: true, "of the run that the stream began with"),
      Field("price", .priceOrZero, unit: "quote", mirror: .reflect, "close of the trigger candle; 0 where there was none"),
      Field("trigger_fallback", .choice(timeframeLabels), optional: true, "the longer timeframe that stood in for the profile's trigger"),
      Field("direction", .choice(["LONG", "SHORT", "FLAT"]), mirror: .swap, "the side it takes"),
      Field("state", .choice(SetupState.allCases.map { "\($0.label)" }), "how far it has come; only ready is accepted"),
      Field("anchor", .fact, optional: true, mirror: .swap, "id of the zone that it stands on, or waits for"),
      Field(
        "timeframes", .map(.object(timeframe), keys: .choice(timeframeLabels)), optional: true,
        "by timeframe, longest first; absent of a refused setup"),
      Field(
        "evidence", .array(.variant(by: "kind", evidence), atMost: 12), optional: true,
        "at most twelve facts, the anchor first; absent of a refused setup"),
      Field(
        "confluence", .object(confluence), optional: true,
        "the score; absent of FLAT, and while data is incomplete"),
      Field("gates", .array(.object(gate, rules: ["either passed or skipped"])), "in the order asked; of a refused setup those that failed"),
      Field("model", .object(model), optional: true, "what the model that was asked says of it"),
      Field("rejected", .object(rejected), optional: true, "why it goes no further"),
      Field("features", .map(.number), optional: true, "with --carry features: those of the vector that are known, by name"),
    ],
    rules: ["direction = plan.direction", "as_of ≤ plan.valid_until"])

  static let timeframe: [Field] = [
    Field("close_time", .time, "of its newest candle"),
    Field("close", .price, unit: "quote", mirror: .reflect, "of its newest candle"),
    Field("atr", .amount, optional: true, unit: "quote", "average true range"),
    Field("rsi", .number, optional: true, unit: "0…100", mirror: .complement, "relative strength index"),
    Field("adx", .number, optional: true, unit: "0…100", "average directional index"),
    Field(
      "trend",
      .object([
        Field("internal", .choice(Trend.allCases.map { "\($0.label)" }), mirror: .swap, "of the internal swings"),
        Field("external", .choice(Trend.allCases.map { "\($0.label)" }), mirror: .swap, "of the external swings"),
      ]), optional: true, "of structure"),
    Field("range", .object(range, rules: SmcRecord.rangeRules), optional: true, "the dealing range"),
  ]
  static let range: [Field] = [
    Field("high", .price, unit: "quote", mirror: .reflect, "its upper end"),
    Field("low", .price, unit: "quote", mirror: .reflect, "its lower end"),
    Field("equilibrium", .price, unit: "quote", mirror: .reflect, "its middle"),
    Field("position", .number, unit: "0…1", mirror: .complement, "of the close"),
    Field("zone", .choice(DealingRange.Zone.allCases.map { "\($0.label)" }), mirror: .swap, "premium is the upper half"),
  ]
  /// What every kind shares, and the fact's own fields as `smc` lists them.
  static let evidence: [Field.Variant] = EvidenceKind.allCases.map { kind in
    let (fields, rules) = kind.table
    let shared = [
      Field("kind", .choice(["\(kind.label)"]), "which facts it is one of"), Field("timeframe", .choice(timeframeLabels), "where it was read"),
      Field("id", .fact, mirror: .swap, "unique within exchange and symbol"),
    ]
    return Field.Variant("\(kind.label)", shared + fields.filter { $0.key != "id" }, rules: rules)
  }
  private static let timeframeLabels = Timeframe.allCases.map { "\($0.label)" }
  static let confluence: [Field] = [
    Field("total_score", .number, unit: "0…100", "factors, plus synergy, minus conflict"),
    Field("factors", .array(.object(factor)), "in the order of the documentation"),
    Field(
      "synergy_bonus", .number(in: 0...100), optional: true, unit: "points",
      "of the adjustments, bounded; absent where a refused setup has none"),
    Field("conflict_penalty", .number(in: 0...100), optional: true, unit: "points", "as synergy_bonus"),
    Field(
      "adjustments", .array(.object(adjustment)), optional: true,
      "what synergy and conflict are made of; absent where a refused setup has none"),
    Field("regime", .choice(Regime.allCases.map(\.rawValue)), mirror: .swap, "the symbol's, or the whole market's"),
    Field("regime_detail", .string, mirror: .swap, "trend by volatility"),
    Field("htf_aligned", .choice(Alignment.allCases.map { "\($0.label)" }), "of the shortest context timeframe"),
    Field(
      "btc_impulse_gate", .choice(["passed", "failed", "skipped"]), optional: true,
      "whether the reference symbol stood against it; of a refused setup its gates say so"),
    Field("opposite", .object(opposite), "the other side"),
  ]
  static let factor: [Field] = [
    Field("name", .text, "one group of evidence"),
    Field("score", .number, unit: "0…1", "as its documentation says"),
    Field("weight", .number, optional: true, unit: "0…1", "the profile's; all of them sum to 1"),
    Field("contribution", .number(in: 0...100), optional: true, unit: "points", "100 · score · weight"),
    Field("no_data", .boolean, optional: true, "true where there was nothing to score"),
    Field("rationale", .text, optional: true, mirror: .swap, "one sentence with the numbers in it"),
  ]
  static let adjustment: [Field] = [
    Field("name", .text, "what agrees or disagrees"), Field("points", .number(in: -100...100), unit: "points", "before the bound"),
  ]
  static let opposite: [Field] = [
    Field("direction", .choice(["LONG", "SHORT"]), mirror: .swap, "the side not taken"),
    Field("total_score", .number, unit: "0…100", "what it scored"),
  ]
  static let gate: [Field] = [
    Field("name", .text, "of the gate"),
    Field("passed", .boolean, optional: true, "absent where it was skipped"),
    Field("skipped", .yes, optional: true, "where it could not be asked"),
    Field("value", .number, optional: true, "what was found"),
    Field("threshold", .number, optional: true, "what was asked"),
    Field("detail", .string, optional: true, mirror: .swap, "what the numbers do not say"),
  ]
  static let model: [Field] = [
    Field("name", .text, "of the model"),
    Field("version", .text, "as the model says, else a hash of its file"),
    Field("probability", .number, unit: "0…1", "that a setup of this direction pays, as the model was taught"),
  ]
  static let rejected: [Field] = [
    Field("stage", .text, "that refused it: score, plan, risk, or another's"),
    Field("code", .text, "why, in one word: docs/quality-gates.md lists ours"),
    Field("value", .number, optional: true, "what was found"),
    Field("threshold", .number, optional: true, "what was asked"),
    Field("detail", .string, optional: true, mirror: .swap, "what the numbers do not say"),
  ]

  public static func encode(_ setup: Setup, into out: inout ByteBuffer) {
    encodeOpen(setup, into: &out)
    out.endObject()
  }

  /// The object is left open for more keys; `endObject` closes it.
  /// - Parameter isBrief: of a refused setup leave out what its anchor's id, the profile and the stream tell as well: timeframes, evidence,
  ///   weights, gates that did not fail, and sums of adjustments where there are none.
  public static func encodeOpen(_ setup: Setup, isBrief: Bool = false, into out: inout ByteBuffer) {
    let isBrief = isBrief && setup.rejected != nil
    out.beginObject()
    out.field("type", "setup")
    out.field("id", setup.id)
    out.field("as_of", setup.asOf)
    out.field("exchange", setup.exchange)
    out.field("symbol", setup.symbol)
    out.field("profile", setup.profile)
    out.field("run_id", setup.runID)
    out.write(room: 256) { pen in
      pen.put(#","price":"#)
      pen.put(number: setup.price)
      if let fallback = setup.triggerFallback {
        pen.put(#","trigger_fallback":""#)
        pen.put(fallback.label)
        pen.put("\"")
      }
      pen.put(#","direction":""#)
      pen.put(setup.direction?.trade ?? "FLAT")
      pen.put(#"","state":""#)
      pen.put(setup.state.label)
      pen.put("\"")
    }
    out.field("anchor", setup.anchor)
    if !isBrief {
      out.key("timeframes")
      out.beginObject()
      for summary in setup.timeframes { encode(summary, into: &out) }
      out.endObject()
      out.key("evidence")
      out.beginArray()
      for fact in setup.evidence { encode(fact, into: &out) }
      out.endArray()
    }
    if let confluence = setup.confluence { encode(confluence, isBrief, into: &out) }
    out.key("gates")
    out.beginArray()
    for place in setup.gates.indices where !isBrief || setup.gates[place].outcome == .failed { encode(setup.gates[place], into: &out) }
    out.endArray()
    if let model = setup.model {
      out.key("model")
      out.beginObject()
      out.field("name", model.name)
      out.field("version", model.version)
      out.field("probability", model.probability)
      out.endObject()
    }
    if let rejection = setup.rejected {
      out.key("rejected")
      encode(rejection, into: &out)
    }
  }

  /// The value of `rejected`: what every stage that refuses a setup appends.
  public static func encode(_ rejection: Rejection, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("stage", rejection.stage)
    out.field("code", rejection.code.rawValue)
    out.field("value", rejection.value)
    out.field("threshold", rejection.threshold)
    out.field("detail", rejection.detail)
    out.endObject()
  }

  private static func encode(_ summary: TimeframeSummary, into out: inout ByteBuffer) {
    out.key(summary.timeframe.label)
    out.beginObject()
    out.field("close_time", summary.closeTime)
    out.field("close", summary.close)
    out.field("atr", summary.atr)
    out.field("rsi", summary.rsi)
    out.field("adx", summary.adx)
    if let trend = summary.trend {
      out.key("trend")
      out.beginObject()
      out.field("internal", trend.inner.label)
      out.field("external", trend.outer.label)
      out.endObject()
    }
    if let range = summary.range {
      out.key("range")
      out.beginObject()
      out.field("high", range.high)
      out.field("low", range.low)
      out.field("equilibrium", range.equilibrium)
      out.field("position", range.position)
      out.field("zone", range.zone.label)
      out.endObject()
    }
    out.endObject()
  }

  private static func encode(_ fact: Evidence, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("kind", EvidenceKind(fact).label)
    out.field("timeframe", fact.id.timeframe.label)
    switch fact {
    case .orderBlock(let block): FactRecord.members(block, into: &out)
    case .gap(let gap): FactRecord.members(gap, into: &out)
    case .structuralBreak(let fact): FactRecord.members(fact, into: &out)
    case .pool(let pool): FactRecord.members(pool, into: &out)
    case .sweep(let sweep): FactRecord.members(sweep, into: &out)
    case .pivot(let id, let pivot):
      out.field("id", id)
      FactRecord.members(pivot, into: &out)
    }
    out.endObject()
  }

  private static func encode(_ confluence: ConfluenceBreakdown, _ isBrief: Bool, into out: inout ByteBuffer) {
    out.write(room: 128) { pen in
      pen.put(#","confluence":{"total_score":"#)
      pen.put(number: confluence.totalScore)
      pen.put(#","factors":["#)
    }
    for place in confluence.factors.indices { encode(confluence.factors[place], at: place, isBrief, into: &out) }
    out.endArray()
    if !isBrief || !confluence.adjustments.isEmpty {
      encode(confluence.adjustments, confluence.synergyBonus, confluence.conflictPenalty, into: &out)
    }
    out.field("regime", confluence.regime)
    out.field("regime_detail", confluence.regimeDetail)
    out.write(room: 256) { pen in
      pen.put(#","htf_aligned":""#)
      pen.put(confluence.htfAligned.label)
      if !isBrief, let gate = confluence.btcImpulseGate {
        pen.put(#"","btc_impulse_gate":""#)
        pen.put(gate.label)
      }
      pen.put(#"","opposite":{"direction":""#)
      pen.put(confluence.oppositeDirection.trade)
      pen.put(#"","total_score":"#)
      pen.put(number: confluence.oppositeScore)
      pen.put("}}")
    }
  }

  static func encode(_ adjustments: [Adjustment], _ synergy: Double, _ conflict: Double, into out: inout ByteBuffer) {
    out.field("synergy_bonus", synergy)
    out.field("conflict_penalty", conflict)
    out.key("adjustments")
    out.beginArray()
    for adjustment in adjustments {
      out.beginObject()
      out.field("name", adjustment.name)
      out.field("points", adjustment.points)
      out.endObject()
    }
    out.endArray()
  }

  /// `{"name":"location","score":`, ready to be copied: every setup has them. Never freed.
  nonisolated(unsafe) static let factorOpenings = Factor.all.map { factor in
    let text = Array(#"{"name":"\#(factor.name)","score":"#.utf8)
    let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
    _ = room.initialize(from: text)
    return Bytes(room)
  }

  private static func encode(_ factor: FactorResult, at place: Int, _ isBrief: Bool, into out: inout ByteBuffer) {
    out.separate()
    if place < factorOpenings.count, factor.name == Factor.all[place].name {
      out.append(factorOpenings[place])
    } else {
      out.append(#"{"name":"#)
      out.value(factor.name)
      out.append(#","score":"#)
    }
    out.write(room: 256) { pen in
      pen.put(number: factor.score)
      if !isBrief {
        pen.put(#","weight":"#)
        pen.put(number: factor.weight)
        pen.put(#","contribution":"#)
        pen.put(number: factor.contribution)
      }
      if !factor.hasData { pen.put(#","no_data":true"#) }
    }
    if !factor.rationale.isEmpty { out.field("rationale", factor.rationale) }
    out.endObject()
  }

  static func encode(_ gate: GateResult, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("name", gate.name)
    if gate.outcome == .skipped { out.field("skipped", true) } else { out.field("passed", gate.outcome == .passed) }
    out.field("value", gate.value)
    out.field("threshold", gate.threshold)
    out.field("detail", gate.detail)
    out.endObject()
  }
}

/// The kinds of evidence, as setups name them.
enum EvidenceKind: CaseIterable {
  case orderBlock, gap, structuralBreak, pool, sweep, pivot

  init(_ fact: Evidence) {
    switch fact {
    case .orderBlock: self = .orderBlock
    case .gap: self = .gap
    case .structuralBreak: self = .structuralBreak
    case .pool: self = .pool
    case .sweep: self = .sweep
    case .pivot: self = .pivot
    }
  }

  /// The fields of the facts of this kind, as `smc` lists them.
  var table: (fields: [Field], rules: [Rule]) {
    switch self {
    case .orderBlock: (FactRecord.listedBlock, FactRecord.blockRules)
    case .gap: (FactRecord.listedGap, FactRecord.gapRules)
    case .structuralBreak: (FactRecord.listedBreak, FactRecord.breakRules)
    case .pool: (FactRecord.listedPool, FactRecord.poolRules)
    case .sweep: (FactRecord.listedSweep, FactRecord.sweepRules)
    case .pivot: (FactRecord.pivot, FactRecord.pivotRules)
    }
  }

  var label: StaticString {
    switch self {
    case .orderBlock: "order_block"
    case .gap: "fvg"
    case .structuralBreak: "structural_break"
    case .pool: "liquidity_pool"
    case .sweep: "liquidity_sweep"
    case .pivot: "swing"
    }
  }
}
