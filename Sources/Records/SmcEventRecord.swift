import Market
import Structure
import Wire

/// `smc_event`: one structure event a line, for grep and alerts (`ss-smc --events --flat`).
public enum SmcEventRecord {
  public static let table = RecordTable(
    "smc_event", "One structure event.",
    [
      Field("exchange", .name, "of the candle"), Field("symbol", .name, "of the candle"),
      Field("timeframe", .choice(Timeframe.allCases.map { "\($0.label)" }), "of the candle"),
    ] + StructureEventRecord.fields, rules: StructureEventRecord.rules)

  /// - Parameters:
  ///   - exchange: as it stands, escaped, in the candle's line; `symbol` likewise.
  public static func encode(_ event: StructureEvent, exchange: Bytes, symbol: Bytes, _ days: inout DayText, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "smc_event")
    out.key("exchange")
    out.value(escaped: exchange)
    out.key("symbol")
    out.value(escaped: symbol)
    out.field("timeframe", event.id.timeframe.label)
    StructureEventRecord.members(event, &days, into: &out)
    out.endObject()
  }
}
