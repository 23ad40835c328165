import Risk
import Stage
import Wire

/// `risk`: what the account makes of a plan. ss-risk appends it to what it approves; a denial is the setup's `rejected`.
public enum RiskRecord {
  public static let table = RecordTable(
    "risk", appendedTo: "setup", "What the account makes of a plan.",
    [
      Field("approved", .yes, "a denial is rejected instead"),
      Field("account", .choice(RiskDecision.Account.allCases.map { "\($0.label)" }), "assumed: nobody said what it holds"),
      Field("position_size", .number(above: 0), unit: "base", "whole lots"),
      Field("notional", .number(above: 0), unit: "quote", "at near_entry"),
      Field("leverage", .number(above: 0), "sets the margin, never the size"),
      Field("risk_amount", .number(above: 0), unit: "quote", "lost at the stop, costs included"),
      Field("risk_percentage", .number(above: 0, atMost: 100), unit: "%", "of equity"),
      Field("fees", .number, unit: "quote", "in and out through the stop, slippage included"),
      Field("liquidation_price", .amount, optional: true, unit: "quote", "of an isolated position; absent on spot without margin"),
      Field(
        "exposure",
        .object([
          Field("asset", .amount, unit: "fraction of equity", "notional in the base asset"),
          Field("total", .amount, unit: "fraction of equity", "notional in all"),
          Field("open_risk", .amount, unit: "fraction of equity", "lost if every stop were hit, costs included"),
        ]), "with this plan"),
    ])

  /// The value of the key.
  public static func encode(_ decision: RiskDecision, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("approved", decision.approved)
    out.field("account", decision.account.label)
    out.field("position_size", decision.positionSize)
    out.field("notional", decision.notional)
    out.field("leverage", decision.leverage)
    out.field("risk_amount", decision.riskAmount)
    out.field("risk_percentage", decision.riskPercentage)
    out.field("fees", decision.fees)
    out.field("liquidation_price", decision.liquidationPrice)
    out.key("exposure")
    out.beginObject()
    out.field("asset", decision.exposure.asset)
    out.field("total", decision.exposure.total)
    out.field("open_risk", decision.exposure.openRisk)
    out.endObject()
    out.endObject()
  }
}

/// Reads the decisions that `RiskRecord` writes. Keeps its tables between records.
public struct RiskReader {
  private var decisions = MemberReader([
    "approved", "account", "position_size", "notional", "leverage", "risk_amount", "risk_percentage", "fees", "liquidation_price", "exposure",
  ])
  private var exposures = MemberReader(["asset", "total", "open_risk"])

  public init() {}

  public mutating func decode(_ value: JSONValue, of record: Record) throws(StageError) -> RiskDecision {
    try decisions.read(value, of: record, "risk")
    try exposures.read(decisions[9], of: record, "exposure")
    let decision = RiskDecision(
      approved: try decisions.flag(0, record), account: try decisions.word(1, \RiskDecision.Account.label, record),
      positionSize: try decisions.number(2, record), notional: try decisions.number(3, record), leverage: try decisions.number(4, record),
      riskAmount: try decisions.number(5, record), riskPercentage: try decisions.number(6, record), fees: try decisions.number(7, record),
      liquidationPrice: try decisions.optionalNumber(8, record),
      exposure: RiskDecision.Exposure(
        asset: try exposures.number(0, record), total: try exposures.number(1, record), openRisk: try exposures.number(2, record)))
    try RiskRecord.table.demand(value, of: record)
    return decision
  }
}
