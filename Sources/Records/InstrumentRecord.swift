import Market
import Stage
import Wire

/// `instrument`: the steps, costs and limits of one market, at the head of the stream.
public enum InstrumentRecord {
  /// Steps that a price or a size can be counted in.
  private static let step = 1e-30...1e15
  private static let size = 0...1e15
  /// Fractions that leave something of the notional.
  private static let fee = -0.4...0.4

  public static let table = RecordTable(
    "instrument", "What is known of one market: steps of price and size, costs, limits.",
    [
      Field("exchange", .name, "where it trades"),
      Field("symbol", .name, "as in candle"),
      Field("kind", .choice(["spot", "linear"]), "linear: a perpetual settled in the quote asset"),
      Field("tick_size", .number(in: step), unit: "quote", "smallest step of price"),
      Field("lot_size", .number(in: step), unit: "base", "smallest step of size"),
      Field("min_notional", .number(in: size), unit: "quote", "smallest order value; 0 where none is known"),
      Field("maker_fee", .number(in: fee), unit: "fraction of the notional", "of an order that waits in the book"),
      Field("taker_fee", .number(in: fee), unit: "fraction of the notional", "of an order that is filled at once"),
      Field("min_quantity", .number(in: size), optional: true, unit: "base", "smallest order"),
      Field("max_quantity", .number(in: size), optional: true, unit: "base", "largest order"),
      Field("max_leverage", .number(in: 1...1000), optional: true, "largest leverage the venue allows"),
      Field("maintenance_margin_rate", .number(in: 0...0.5), optional: true, unit: "fraction of the notional", "below it a position is liquidated"),
      Field("funding_interval_hours", .number(in: 0.01...10_000), optional: true, unit: "hours", "between two fundings"),
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
    for (place, key) in keys.enumerated() {
      guard let number = record[first + place].number, let field = table.fields.first(where: { $0.key == "\(key)" }) else { continue }
      if !field.kind.limits.contains(number) { throw record.wrong(first + place, "a number \(field.kind.limits.text)") }
    }
    return instrument
  }
}
