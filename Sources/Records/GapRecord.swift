import Market
import Stage
import Wire

/// `gap`: a stretch for which a series has no candles.
public enum GapRecord {
  public static let table = RecordTable(
    "gap", "Missing candles of one series. They are never filled in.",
    [
      Field("exchange", .name, "where it trades"),
      Field("symbol", .name, "as in candle"),
      Field("timeframe", .choice(Timeframe.allCases.map { "\($0.label)" }), "of the missing candles"),
      Field("from", .time, "close_time of the last candle before"),
      Field("to", .time, "open_time of the first candle after; the event time of this record"),
      Field("missing", .count, "how many candles would fit in"),
      Field("cause", .choice(Gap.Cause.allCases.map(\.rawValue)), "why, as far as it is known"),
    ], rules: ["from < to"])

  public static func encode(_ gap: Gap, exchange: String, symbol: Symbol, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "gap")
    out.field("exchange", exchange)
    out.field("symbol", symbol.text)
    out.field("timeframe", gap.timeframe.label)
    out.field("from", gap.from)
    out.field("to", gap.to)
    out.field("missing", gap.missing)
    out.field("cause", gap.cause.rawValue)
    out.endObject()
  }

  /// Reads a record whose shared keys are at their `StreamKey` places. The number of missing candles follows from the times.
  /// - Parameter cause: where the stage's keys have `cause`; without it the cause is unknown.
  public static func decode(_ record: Record, cause: Int? = nil) throws(StageError) -> Gap {
    var times = TimeReader()
    let timeframe = try CandleRecord.timeframe(record)
    let (from, to) = (try times.time(record, StreamKey.from), try times.time(record, StreamKey.to))
    guard from < to else { throw .data("bad-gap", "\"to\" does not come after \"from\"", offset: record.offset(of: record[StreamKey.to])) }
    var known = Gap.Cause.unknown
    if let cause {
      guard let named = Gap.Cause(rawValue: try record.string(cause)) else {
        throw record.wrong(cause, "one of \(Gap.Cause.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      known = named
    }
    return Gap(timeframe: timeframe, from: from, to: to, cause: known)
  }
}
