import Market

/// A part of a position's life during which its size did not change.
public struct HeldStretch: Hashable, Sendable {
  public var symbol: String
  public var direction: Direction
  public var entry: Double
  public var quantity: Double
  /// Closes of the candles in which it began and ended.
  public var from: Timestamp
  public var to: Timestamp
}

extension DailyEquity {
  /// Equity with open positions at the last close of each day, before what closing them would cost; `nil` where a position's market has no
  /// candles.
  func marked(_ held: [HeldStretch], in markets: [MarketHistory]) -> DailyEquity? {
    let places = Dictionary(markets.enumerated().map { ($1.symbol, $0) }) { first, _ in first }
    var values = equity
    for stretch in held {
      guard let place = places[stretch.symbol], markets[place].candles.count > 0 else { return nil }
      let candles = markets[place].candles
      // Days at whose end, midnight, it was there.
      let first = max(firstDay, (stretch.from + -1).dayNumber)
      let last = min(firstDay + values.count - 1, (stretch.to + -1).dayNumber - 1)
      guard first <= last else { continue }
      for day in first...last {
        let midnight = Timestamp(milliseconds: Int64(day + 1) * Timestamp.day)
        let candle = candles.index(openingFrom: midnight) - 1
        guard candle >= 0 else { continue }
        values[day - firstDay] += stretch.direction.sign * (candles.closes[candle] - stretch.entry) * stretch.quantity
      }
    }
    return DailyEquity(start: start, firstDay: firstDay, equity: values)
  }
}
