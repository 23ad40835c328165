import Exchanges
import Market
import Stage
import Wire

/// `order_book`: resting orders at one instant, best first, as `[price, quantity]`.
public enum OrderBookRecord {
  public static let table = RecordTable(
    "order_book", "Resting orders of one market, as the venue told them right after a close. At the head of that instant.",
    [
      Field("exchange", .name, "where it trades"),
      Field("symbol", .name, "as in candle"),
      Field("time", .time, "the close that it stands at; the event time of this record"),
      Field("taken_at", .time, "when the venue took it: shortly after time, or up to the trigger timeframe's length in a scan"),
      Field("bids", .array(.tuple([.price, .amount])), unit: "[quote, base]", "price and quantity, the highest price first"),
      Field("asks", .array(.tuple([.price, .amount])), unit: "[quote, base]", "price and quantity, the lowest price first"),
    ])

  /// - Parameter now: the venue's time, where the book does not say when it was taken.
  public static func encode(
    _ book: OrderBook, exchange: String, symbol: Symbol, time: Timestamp, now: Timestamp, into out: inout ByteBuffer
  ) {
    out.beginObject()
    out.field("type", "order_book")
    out.field("exchange", exchange)
    out.field("symbol", symbol.text)
    out.field("time", time)
    out.field("taken_at", book.time ?? now)
    for (key, levels) in [("bids" as StaticString, book.bids), ("asks", book.asks)] {
      out.key(key)
      out.beginArray()
      for level in levels {
        out.beginArray()
        out.value(level.price)
        out.value(level.size)
        out.endArray()
      }
      out.endArray()
    }
    out.endObject()
  }

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
