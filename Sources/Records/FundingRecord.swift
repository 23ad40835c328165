/// `funding`: what the longs of a perpetual pay the shorts, or are paid, at one instant.
public enum FundingRecord {
  public static let table = RecordTable(
    "funding", "One exchange of funding between the two sides of a perpetual.",
    [
      Field("exchange", .string, "where it trades"),
      Field("symbol", .string, "as in candle"),
      Field("time", .time, "when it was exchanged"),
      Field("rate", .number, mirror: .negate, "fraction of the notional; longs pay when above 0"),
      Field("interval_hours", .number, optional: true, unit: "h", "since the one before"),
      Field("mark_price", .number, optional: true, unit: "quote", mirror: .reflect, "on which it was computed"),
    ])
}
