import Market
import Planning
import Risk
import Stage
import Wire

/// `trade`: one event in the life of an order or a position. Its `id` is stable: whoever reads trades drops repeats.
public enum TradeRecord {
  public static let table = RecordTable(
    "trade", "One event in the life of an order or a position. The rows of a position add up to what it did to the account.",
    [
      Field("id", .id, "stable: the plan's id, and what happened"),
      Field("plan_id", .name, "of the plan that was followed"),
      Field("setup_id", .id, mirror: .swap, "of the idea"),
      Field("exchange", .name, "as in the setup"),
      Field("symbol", .name, "as in the setup"),
      Field("direction", .choice(Direction.allCases.map { "\($0.trade)" }), mirror: .swap, "of the position"),
      Field("event", .choice(Trade.Event.allCases.map { "\($0.label)" }), "expired: the order ended without a fill; closed: held for long enough"),
      Field("time", .time, "close of the candle in which it happened"),
      Field("price", .price, unit: "quote", mirror: .reflect, "of the fill, slippage included; of an expired order, its limit"),
      Field("quantity", .amount, unit: "base", "filled, closed, or not filled"),
      Field("fee", .number, unit: "quote", "venue fees, and the funding since the row before"),
      Field("funding", .number, optional: true, unit: "quote", "of fee; negative when received"),
      Field("pnl_gross", .number, unit: "quote", "before fee"),
      Field("pnl_net", .number, unit: "quote", "pnl_gross − fee"),
      Field("r_multiple", .number, optional: true, unit: "R", "pnl_net over what the whole position put at risk"),
      Field("mae_r", .amount, optional: true, unit: "R", "furthest against the position so far"),
      Field("mfe_r", .amount, optional: true, unit: "R", "furthest for the position so far"),
      Field("ambiguous", .boolean, optional: true, "the bar held stop and target; the stop counted"),
      Field("r_if_target", .number, optional: true, unit: "R", "r_multiple of an ambiguous row at the target"),
      Field("reason", .choice(Trade.Ending.allCases.map(\.rawValue)), optional: true, "why the order expired"),
    ] + labels,
    rules: ["pnl_net = pnl_gross − fee"] + labels.dropFirst().filter { $0.key != "assumed" }.map { Rule("regime needs \($0.key)") })

  /// On `opened` only.
  static let labels: [Field] = [
    Field("regime", .string, optional: true, "when the order was placed"),
    Field("session", .string, optional: true, "of the fill"),
    Field("confidence_score", .number, optional: true, unit: "0…100", "of the plan"),
    Field("setup_type", .choice(TradePlan.SetupType.allCases.map { "\($0.label)" }), optional: true, "of the plan"),
    Field("profile", .name, optional: true, "of the setup"),
    Field("profile_hash", .name, optional: true, "of the configuration that decided"),
    Field("factors", .map(.number), optional: true, unit: "0…1", "score of each factor that had data"),
    Field("assumed", .array(.text), optional: true, "what was taken for granted: instrument, maintenance_margin, funding, linear"),
  ]

  /// One record.
  public static func encode(_ trade: Trade, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "trade")
    out.field("id", trade.id)
    out.field("plan_id", trade.planID)
    out.field("setup_id", trade.setupID)
    out.field("exchange", trade.exchange)
    out.field("symbol", trade.symbol)
    out.field("direction", trade.direction.trade)
    out.field("event", trade.event.label)
    out.field("time", trade.time)
    out.field("price", trade.price)
    out.field("quantity", trade.quantity)
    out.field("fee", trade.fee)
    if trade.funding != 0 { out.field("funding", trade.funding) }
    out.field("pnl_gross", trade.pnlGross)
    out.field("pnl_net", trade.pnlNet)
    out.field("r_multiple", trade.rMultiple)
    out.field("mae_r", trade.maeR)
    out.field("mfe_r", trade.mfeR)
    if trade.isAmbiguous { out.field("ambiguous", true) }
    out.field("r_if_target", trade.rIfTarget)
    out.field("reason", trade.reason?.rawValue)
    if let labels = trade.labels { encode(labels, into: &out) }
    out.endObject()
  }

  static func encode(_ labels: TradeLabels, into out: inout ByteBuffer) {
    out.field("regime", labels.regime)
    out.field("session", labels.session)
    out.field("confidence_score", labels.confidenceScore)
    out.field("setup_type", labels.setupType.label)
    out.field("profile", labels.profile)
    out.field("profile_hash", labels.profileHash)
    out.key("factors")
    out.beginObject()
    for factor in labels.factors {
      out.key(factor.name)
      out.value(factor.score)
    }
    out.endObject()
    if labels.assumed.isEmpty { return }
    out.key("assumed")
    out.beginArray()
    for name in labels.assumed { out.value(name) }
    out.endArray()
  }
}

/// Reads the trades that `TradeRecord` writes.
public struct TradeReader {
  /// The trade's own keys. A stage that reads trades lists them where it tells the reader that they begin; exchange and symbol are `StreamKey`s.
  public static let keys: [StaticString] = [
    "id", "plan_id", "setup_id", "direction", "event", "time", "price", "quantity", "fee", "funding", "pnl_gross", "pnl_net", "r_multiple",
    "mae_r", "mfe_r", "ambiguous", "r_if_target", "reason", "regime", "session", "confidence_score", "setup_type", "factors",
    "assumed",
  ]

  private let first: Int
  private var times = TimeReader()

  public init(first: Int = StreamKey.count) { self.first = first }

  public mutating func decode(_ record: Record) throws(StageError) -> Trade {
    let event: Trade.Event = try word(4, \Trade.Event.label, record)
    let ending = try record.optionalString(first + 17)
    let reason = ending.flatMap { Trade.Ending(rawValue: $0) }
    if ending != nil, reason == nil { throw record.wrong(first + 17, "why an order expired") }
    let trade = Trade(
      id: try record.string(first), planID: try record.string(first + 1), setupID: try record.string(first + 2),
      exchange: try record.string(StreamKey.exchange), symbol: try record.string(StreamKey.symbol),
      direction: try word(3, \Direction.trade, record), event: event, time: try times.time(record, first + 5),
      price: try record.number(first + 6), quantity: try record.number(first + 7), fee: try record.number(first + 8),
      funding: try record.optionalNumber(first + 9) ?? 0, pnlGross: try record.number(first + 10), rMultiple: try record.optionalNumber(first + 12),
      maeR: try record.optionalNumber(first + 13), mfeR: try record.optionalNumber(first + 14),
      isAmbiguous: record[first + 15].flag ?? false, rIfTarget: try record.optionalNumber(first + 16), reason: reason,
      labels: event == .opened ? try labels(record) : nil)
    try TradeRecord.table.demand(record.object, of: record)
    return trade
  }

  private func labels(_ record: Record) throws(StageError) -> TradeLabels? {
    guard record[first + 18].exists else { return nil }
    var factors: [TradeLabels.Factor] = []
    var members = record[first + 22].members
    while let (name, value) = members.next() {
      guard let score = value.number else { throw record.wrong(first + 22, "scores by name") }
      factors.append(TradeLabels.Factor(name: name.text, score: score))
    }
    return TradeLabels(
      regime: try record.string(first + 18), session: try record.string(first + 19), confidenceScore: try record.number(first + 20),
      setupType: try word(21, \TradePlan.SetupType.label, record), profile: try record.identity(StreamKey.profile),
      profileHash: try record.identity(StreamKey.profileHash), factors: factors, assumed: record[first + 23].elements.compactMap(\.string))
  }

  private func word<Word: CaseIterable>(_ place: Int, _ label: (Word) -> StaticString, _ record: Record) throws(StageError) -> Word {
    for word in Word.allCases where record[first + place].equals(label(word)) { return word }
    throw record.wrong(first + place, "one of " + Word.allCases.map { "\(label($0))" }.joined(separator: ", "))
  }
}
