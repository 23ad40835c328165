import Stage
import Wire

/// `order_book`: resting orders at one instant, best first, as `[price, quantity]`.
public enum OrderBookRecord {
  public static let table = RecordTable(
    "order_book", "Resting orders of one market at one instant.",
    [
      Field("exchange", .string, "where it trades"),
      Field("symbol", .string, "as in candle"),
      Field("time", .time, "when it was taken"),
      Field("bids", .array(.array(.number)), "best first, each [price, quantity]"),
      Field("asks", .array(.array(.number)), "best first, each [price, quantity]"),
    ])

  /// The distance of best bid and best ask in basis points of their middle; `nil` where one side is empty.
  /// - Parameters:
  ///   - bids: where the stage's keys have `bids`.
  ///   - asks: where they have `asks`.
  public static func spread(_ record: Record, bids: Int, asks: Int) throws(StageError) -> Double? {
    guard let bid = try best(record, bids), let ask = try best(record, asks) else { return nil }
    return 20_000 * (ask - bid) / (ask + bid)
  }

  private static func best(_ record: Record, _ key: Int) throws(StageError) -> Double? {
    var levels = record[key].elements
    guard let level = levels.next() else { return nil }
    var parts = level.elements
    guard let price = parts.next()?.number, price > 0 else { throw record.wrong(key, "a list of [price, quantity]") }
    return price
  }
}
