import Confluence
import Market
import Profiles
import Records
import Stage
import Wire

/// What a venue tells of a market beside its candles: an order book, a ticker or a funding.
enum MarketQuotes {
  /// What a stage that reads them lists among its keys, in one run.
  static let keys: [StaticString] = ["bids", "asks", "bid", "ask", "funding_rate", "rate"]

  static func isQuote(_ record: Record) -> Bool {
    let type = record[StreamKey.type]
    return type.equals("order_book") || type.equals("ticker") || type.equals("funding")
  }

  /// - Parameters:
  ///   - first: where the stage's keys have the first of `keys`.
  ///   - time: the record's own.
  static func take(_ record: Record, first: Int, at time: Timestamp?, into state: SymbolState, _ rules: ScoreRules) throws(StageError) {
    switch record[StreamKey.type].bytes {
    case "order_book":
      state.spread = try OrderBookRecord.spread(record, bids: first, asks: first + 1)
      state.depth = try OrderBookRecord.depth(record, bids: first, asks: first + 1, reach: rules.depthReach)
      state.quotedAt = time
    case "ticker":
      // Where there is an order book of the instant, it has the word.
      if let bid = try record.optionalNumber(first + 2), let ask = try record.optionalNumber(first + 3), bid > 0,
        state.quotedAt == nil || state.quotedAt != time
      {
        state.spread = 20_000 * (ask - bid) / (ask + bid)
        state.depth = nil
        state.quotedAt = time
      }
      if let rate = try record.optionalNumber(first + 4) { (state.fundingRate, state.fundingAt) = (rate, time) }
    default:
      (state.fundingRate, state.fundingAt) = (try record.number(first + 5), time)
    }
  }
}
