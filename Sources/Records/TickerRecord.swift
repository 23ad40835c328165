/// `ticker`: the last 24 hours of one market, as its venue tells them.
public enum TickerRecord {
  public static let table = RecordTable(
    "ticker", "The last 24 hours of one market.",
    [
      Field("exchange", .string, "where it trades"),
      Field("symbol", .string, "as in candle"),
      Field("time", .time, "when it was taken"),
      Field("last", .number, unit: "quote", mirror: .reflect, "price of the last trade"),
      Field("bid", .number, optional: true, unit: "quote", mirror: .reflect, "best price that is bid"),
      Field("ask", .number, optional: true, unit: "quote", mirror: .reflect, "best price that is asked"),
      Field("open", .number, optional: true, unit: "quote", mirror: .reflect, "24 hours before"),
      Field("high", .number, optional: true, unit: "quote", mirror: .reflect, "of the 24 hours"),
      Field("low", .number, optional: true, unit: "quote", mirror: .reflect, "of the 24 hours"),
      Field("volume", .number, optional: true, unit: "base", "of the 24 hours"),
      Field("quote_volume", .number, optional: true, unit: "quote", mirror: .relative, "of the 24 hours"),
      Field("change", .number, optional: true, mirror: .relative, "of the price in 24 hours: 0.01 is one per cent"),
    ])
}
