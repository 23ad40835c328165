import Market
import Risk

/// Gathers `trade` rows into positions. A row whose id was seen is dropped, as an account that restarts may repeat some.
public struct TradeLedger: Sendable {
  public private(set) var closed: [ClosedTrade] = []
  /// Orders that ended without a fill, by reason.
  public private(set) var unfilled: [String: Int] = [:]
  /// Net result of all rows so far, of open positions too.
  public private(set) var pnlNet = 0.0
  /// Of each row, the UTC day in which it happened: a candle that closes at midnight belongs to the day before.
  public private(set) var results: [(day: Int, pnl: Double)] = []
  /// Plans whose order was filled, and those whose order ended without a fill.
  public private(set) var filledPlans: Set<String> = []
  public private(set) var expiredPlans: Set<String> = []
  /// What was held when, of positions still open until the end of time.
  public var held: [HeldStretch] { past + open.values.map(\.stretch).sorted { ($0.from, $0.symbol) < ($1.from, $1.symbol) } }
  private var past: [HeldStretch] = []
  private var seen: Set<String> = []
  private var open: [String: Position] = [:]
  private var order: [String] = []

  private struct Position {
    var trade: ClosedTrade
    var quantity: Double
    var risk: Double?
    var since: Timestamp

    var stretch: HeldStretch {
      HeldStretch(
        symbol: trade.symbol, direction: trade.direction, entry: trade.entry, quantity: quantity, from: since, to: .distantFuture)
    }
  }

  public init() {}

  /// Positions filled and not yet closed, oldest first.
  public var openPlans: [String] { order.filter { open[$0] != nil } }

  public mutating func add(_ row: Trade) {
    guard seen.insert(row.id).inserted else { return }
    if row.event == .expired {
      unfilled[row.reason?.rawValue ?? "unknown", default: 0] += 1
      expiredPlans.insert(row.planID)
      return
    }
    pnlNet += row.pnlNet
    results.append(((row.time + -1).dayNumber, row.pnlNet))
    if row.event == .opened {
      filledPlans.insert(row.planID)
      open[row.planID] = Position(
        trade: ClosedTrade(
          planID: row.planID, symbol: row.symbol, direction: row.direction, openedAt: row.time, closedAt: row.time, pnlGross: row.pnlGross,
          fee: row.fee, turnover: row.price * row.quantity, r: 0, labels: row.labels, entry: row.price), quantity: row.quantity, since: row.time)
      order.append(row.planID)
      return
    }
    guard var position = open[row.planID] else { return }
    position.trade.pnlGross += row.pnlGross
    position.trade.fee += row.fee
    position.trade.turnover += row.price * row.quantity
    position.trade.closedAt = row.time
    position.trade.exit = row.event
    position.trade.isAmbiguous = position.trade.isAmbiguous || row.isAmbiguous
    position.trade.rIfTarget = row.rIfTarget ?? position.trade.rIfTarget
    position.trade.maeR = row.maeR ?? position.trade.maeR
    position.trade.mfeR = row.mfeR ?? position.trade.mfeR
    // Each exit's R is its own part of the whole position's risk; the entry's fee counts with the net result of all rows.
    if let r = row.rMultiple, row.pnlNet != 0, r != 0 { position.risk = row.pnlNet / r }
    past.append(
      HeldStretch(
        symbol: row.symbol, direction: row.direction, entry: position.trade.entry, quantity: position.quantity, from: position.since, to: row.time))
    position.since = row.time
    position.quantity -= row.quantity
    if position.quantity > 1e-9 * row.quantity {
      open[row.planID] = position
      return
    }
    position.trade.r = position.risk.map { position.trade.pnlNet / $0 } ?? 0
    closed.append(position.trade)
    open[row.planID] = nil
  }
}
