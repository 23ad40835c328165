import Stage
import Wire

extension OrderBookRecord {
  /// Quote value of the orders within `reach` basis points of the middle, by side; `nil` where one side is empty.
  /// - Parameters:
  ///   - bids: where the stage's keys have `bids`.
  ///   - asks: where they have `asks`.
  public static func depth(_ record: Record, bids: Int, asks: Int, reach: Double) throws(StageError) -> (bids: Double, asks: Double)? {
    guard let bid = try first(record, bids)?.price, let ask = try first(record, asks)?.price else { return nil }
    let middle = (bid + ask) / 2
    let distance = middle * reach / 10_000
    func value(_ key: Int) throws(StageError) -> Double {
      var sum = 0.0
      for level in record[key].elements {
        let (price, quantity) = try pair(level, record, key)
        if abs(price - middle) <= distance { sum += price * quantity }
      }
      return sum
    }
    return (try value(bids), try value(asks))
  }

  private static func first(_ record: Record, _ key: Int) throws(StageError) -> (price: Double, quantity: Double)? {
    var levels = record[key].elements
    guard let level = levels.next() else { return nil }
    return try pair(level, record, key)
  }

  private static func pair(_ level: JSONValue, _ record: Record, _ key: Int) throws(StageError) -> (price: Double, quantity: Double) {
    var parts = level.elements
    guard let price = parts.next()?.number, let quantity = parts.next()?.number, price > 0, quantity >= 0 else {
      throw record.wrong(key, "a list of [price, quantity]")
    }
    return (price, quantity)
  }
}
