import Exchanges
import Market
import Wire

/// `ticker`: the last 24 hours of one market, and of a perpetual what its next funding is expected to be.
public enum TickerRecord {
  public static let table = RecordTable(
    "ticker", "The last 24 hours of one market, as the venue told them right after a close. At the head of that instant.",
    [
      Field("exchange", .name, "where it trades"),
      Field("symbol", .name, "as in candle"),
      Field("time", .time, "the close that it stands at; the event time of this record"),
      Field("taken_at", .time, "when the venue took it"),
      Field("last", .amount, unit: "quote", mirror: .reflect, "last price"),
      Field("bid", .amount, optional: true, unit: "quote", mirror: .reflect, "best bid"),
      Field("ask", .amount, optional: true, unit: "quote", mirror: .reflect, "best ask"),
      Field("open", .amount, optional: true, unit: "quote", mirror: .reflect, "price 24 hours ago"),
      Field("high", .amount, optional: true, unit: "quote", mirror: .reflect, "highest price"),
      Field("low", .amount, optional: true, unit: "quote", mirror: .reflect, "lowest price"),
      Field("volume", .amount, optional: true, unit: "base", "traded"),
      Field("quote_volume", .amount, optional: true, unit: "quote", "traded"),
      Field("change", .number(atLeast: -1), optional: true, unit: "fraction", mirror: .relative, "of the price in 24 hours; 0.01 is one per cent"),
      Field("mark_price", .amount, optional: true, unit: "quote", mirror: .reflect, "of a perpetual"),
      Field("funding_rate", .number(in: -1...1), optional: true, unit: "fraction of the notional", mirror: .negate, "expected of the next funding"),
      Field("next_funding_time", .time, optional: true, "when that will be exchanged"),
    ])

  /// - Parameters:
  ///   - funding: what is expected, of a perpetual.
  ///   - now: the venue's time, where the ticker does not say when it was taken.
  public static func encode(
    _ ticker: Ticker, funding: FundingRate?, exchange: String, symbol: Symbol, time: Timestamp, now: Timestamp, into out: inout ByteBuffer
  ) {
    out.beginObject()
    out.field("type", "ticker")
    out.field("exchange", exchange)
    out.field("symbol", symbol.text)
    out.field("time", time)
    out.field("taken_at", ticker.time ?? now)
    out.field("last", ticker.last)
    let amounts: [(StaticString, Decimal?)] = [
      ("bid", ticker.bid), ("ask", ticker.ask), ("open", ticker.open), ("high", ticker.high), ("low", ticker.low), ("volume", ticker.volume),
      ("quote_volume", ticker.quoteVolume),
    ]
    for case (let key, let amount?) in amounts { out.field(key, amount) }
    out.field("change", ticker.change)
    if let price = funding?.markPrice { out.field("mark_price", price) }
    if let funding {
      out.field("funding_rate", funding.rate)
      out.field("next_funding_time", funding.time)
    }
    out.endObject()
  }
}
