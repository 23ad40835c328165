import Market
import Planning
import Risk
import Stage
import Wire

/// The state of a paper account between runs: no record of the stream, but a file of its own, one line for the account and one for each
/// market. Numbers are written with the digits that read back as the same double, so that a run that goes on writes the same trades.
public enum AccountRecord {
  /// - Parameter applied: records of the instant `state.now` that are in it already.
  public static func encode(_ state: Account.State, applied: Int, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "account")
    out.exact("cash", state.cash)
    out.exact("peak", state.losses.peak)
    out.exact("day_start", state.losses.dayStart)
    out.exact("week_start", state.losses.weekStart)
    if let day = state.losses.day { out.field("day", day) }
    if let monday = state.losses.monday { out.field("monday", monday) }
    out.field("loss_streak", state.lossStreak)
    out.field("now", state.now)
    out.field("applied", applied)
    out.exact("equity_before", state.equityBefore)
    out.endObject()
    out.append(0x0A)
    for book in state.books { encode(book, at: state.now, into: &out) }
  }

  private static func encode(_ book: SymbolBook, at now: Timestamp?, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "book")
    out.field("exchange", book.exchange)
    out.field("symbol", book.symbol)
    if let timeframe = book.timeframe { out.field("timeframe", timeframe.label) }
    out.field("rests_until", book.restsUntil)
    out.field("last_close_time", book.lastCloseTime)
    out.field("has_funding", book.hasFunding)
    // What was at stake before `now` still decides while more of that instant may come.
    if book.changedAt == now {
      out.field("changed_at", book.changedAt)
      if let stake = book.stakeBefore {
        out.key("stake_before")
        encode(stake, into: &out)
      }
    }
    if let order = book.order {
      out.key("order")
      encode(order, into: &out)
    }
    if let position = book.position {
      out.key("position")
      encode(position, into: &out)
    }
    let closes = book.returns.oldestFirst
    if !closes.isEmpty {
      out.field("newest_hour", book.returns.newest)
      out.key("closes")
      out.beginArray()
      for close in closes {
        out.separate()
        if close.isNaN { out.append("null") } else { out.append(shortest: close) }
      }
      out.endArray()
    }
    out.endObject()
    out.append(0x0A)
  }

  private static func encode(_ stake: Stake, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("direction", stake.direction.trade)
    out.exact("notional", stake.notional)
    out.exact("margin", stake.margin)
    out.exact("risk", stake.risk)
    out.endObject()
  }

  private static func encode(_ order: Order, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("setup_id", order.request.setupID)
    out.field("as_of", order.request.asOf)
    out.key("plan")
    PlanRecord.encode(order.plan, into: &out)
    out.key("labels")
    out.beginObject()
    TradeRecord.encode(order.request.labels, into: &out)
    out.endObject()
    out.exact("quantity", order.quantity)
    out.exact("risk_amount", order.riskAmount)
    out.exact("leverage", order.leverage)
    out.exact("maker", order.costs.maker)
    out.exact("taker", order.costs.taker)
    out.exact("slippage", order.costs.slippage)
    out.exact("lot_size", order.lotSize)
    out.exact("tick_size", order.tickSize)
    out.field("pays_funding", order.paysFunding)
    if let close = order.lastClose { out.exact("last_close", close) }
    out.endObject()
  }

  private static func encode(_ position: Position, into out: inout ByteBuffer) {
    out.beginObject()
    out.key("order")
    encode(position.order, into: &out)
    out.exact("entry", position.entry)
    out.field("filled_at", position.filledAt)
    out.exact("quantity", position.quantity)
    out.exact("stop", position.stop)
    out.field("stop_kind", position.stopKind.label)
    out.field("next_target", position.nextTarget)
    out.exact("best", position.best)
    out.exact("adverse", position.adverse)
    out.exact("favourable", position.favourable)
    out.exact("accrued", position.accrued)
    out.exact("realised", position.realised)
    out.exact("mark", position.mark)
    out.endObject()
  }
}

extension ByteBuffer {
  /// With the digits that read back as the same double.
  fileprivate mutating func exact(_ name: StaticString, _ number: Double) {
    key(name)
    separate()
    append(shortest: number)
  }
}
