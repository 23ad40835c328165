import Market
import Stage
import Wire

/// `instrument`: the steps, costs and limits of one market, at the head of the stream.
public enum InstrumentRecord {
  public static let table = RecordTable(
    "instrument", "What is known of one market: steps of price and size, costs, limits.",
    [
      Field("exchange", .string, "where it trades"),
      Field("symbol", .string, "as in candle"),
      Field("kind", .choice(["spot", "linear"]), "linear: a perpetual settled in the quote asset"),
      Field("tick_size", .number, unit: "quote", "smallest step of price"),
      Field("lot_size", .number, unit: "base", "smallest step of size"),
      Field("min_notional", .number, unit: "quote", "smallest order value; 0 where none is known"),
      Field("maker_fee", .number, unit: "fraction of the notional", "of an order that waits in the book"),
      Field("taker_fee", .number, unit: "fraction of the notional", "of an order that is filled at once"),
      Field("min_quantity", .number, optional: true, unit: "base", "smallest order"),
      Field("max_quantity", .number, optional: true, unit: "base", "largest order"),
      Field("max_leverage", .number, optional: true, "largest leverage the venue allows"),
      Field("maintenance_margin_rate", .number, optional: true, unit: "fraction of the notional", "below it a position is liquidated"),
      Field("funding_interval_hours", .number, optional: true, unit: "hours", "between two fundings"),
      Field("source", .choice(["venue", "file", "inferred"]), "inferred: tick and lot from the decimals of the first 1,000 rows, usual fees"),
    ])

  public static func encode(_ instrument: Instrument, exchange: String, symbol: Symbol, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "instrument")
    out.field("exchange", exchange)
    out.field("symbol", symbol.text)
    out.field("kind", instrument.kind.rawValue)
    out.field("tick_size", instrument.tickSize)
    out.field("lot_size", instrument.lotSize)
    out.field("min_notional", instrument.minNotional)
    out.field("maker_fee", instrument.makerFee)
    out.field("taker_fee", instrument.takerFee)
    out.field("min_quantity", instrument.minQuantity)
    out.field("max_quantity", instrument.maxQuantity)
    out.field("max_leverage", instrument.maxLeverage)
    out.field("maintenance_margin_rate", instrument.maintenanceMarginRate)
    out.field("funding_interval_hours", instrument.fundingIntervalHours)
    out.field("source", instrument.source.rawValue)
    out.endObject()
  }

  /// The keys that `decode` reads, in the order it expects them at its `first` place; exchange and symbol are read by their `StreamKey`.
  public static let keys: [StaticString] = [
    "kind", "tick_size", "lot_size", "min_notional", "maker_fee", "taker_fee", "min_quantity", "max_quantity", "max_leverage",
    "maintenance_margin_rate", "funding_interval_hours", "source",
  ]

  /// - Parameter first: where the stage's keys have `keys`.
  public static func decode(_ record: Record, first: Int) throws(StageError) -> Instrument {
    guard let kind = Instrument.Kind(rawValue: try record.string(first)) else { throw record.wrong(first, "spot or linear") }
    guard let source = Instrument.Source(rawValue: try record.string(first + 11)) else { throw record.wrong(first + 11, "venue, file or inferred") }
    let instrument = Instrument(
      kind: kind, tickSize: try record.number(first + 1), lotSize: try record.number(first + 2), minNotional: try record.number(first + 3),
      makerFee: try record.number(first + 4), takerFee: try record.number(first + 5), minQuantity: try record.optionalNumber(first + 6),
      maxQuantity: try record.optionalNumber(first + 7), maxLeverage: try record.optionalNumber(first + 8),
      maintenanceMarginRate: try record.optionalNumber(first + 9), fundingIntervalHours: try record.optionalNumber(first + 10), source: source)
    func demand(_ place: Int, _ value: Double?, _ range: ClosedRange<Double>) throws(StageError) {
      guard let value, !range.contains(value) else { return }
      throw record.wrong(first + place, "a number from \(NumberText.significant(range.lowerBound)) to \(NumberText.significant(range.upperBound))")
    }
    // Steps that a price or a size can be counted in, fractions that leave something of the notional.
    try demand(1, instrument.tickSize, 1e-30...1e15)
    try demand(2, instrument.lotSize, 1e-30...1e15)
    try demand(3, instrument.minNotional, 0...1e15)
    try demand(4, instrument.makerFee, -0.4...0.4)
    try demand(5, instrument.takerFee, -0.4...0.4)
    try demand(6, instrument.minQuantity, 0...1e15)
    try demand(7, instrument.maxQuantity, 0...1e15)
    try demand(8, instrument.maxLeverage, 1...1000)
    try demand(9, instrument.maintenanceMarginRate, 0...0.5)
    try demand(10, instrument.fundingIntervalHours, 0.01...10_000)
    return instrument
  }
}
