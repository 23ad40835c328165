import Exchanges
import Market
import Wire

/// `funding`: what the longs of a perpetual paid the shorts at one instant.
public enum FundingRecord {
  public static let table = RecordTable(
    "funding", "A funding that was exchanged. Where a market has these, no stage assumes any.",
    [
      Field("exchange", .name, "where it trades"),
      Field("symbol", .name, "as in candle"),
      Field("time", .time, "when it was exchanged; live, the close at which it was known. The event time of this record"),
      Field("funding_time", .time, "when it was exchanged, to the minute"),
      Field("rate", .number(in: -1...1), unit: "fraction of the notional", mirror: .negate, "above zero: longs paid shorts"),
    ])

  public static func encode(_ funding: FundingRate, exchange: String, symbol: Symbol, time: Timestamp, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "funding")
    out.field("exchange", exchange)
    out.field("symbol", symbol.text)
    out.field("time", time)
    out.field("funding_time", funding.time)
    out.field("rate", funding.rate)
    out.endObject()
  }
}
