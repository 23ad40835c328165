import Market
import Planning
import Testing

@testable import Risk

/// Twelve trades in a row on one account of 10,000, each worked out by hand (decimal arithmetic, trade by trade; fees 2 and 5 basis points,
/// slippage 5). The numbers here are that ledger.
@Suite struct LedgerTests {
  struct Row {
    var event: Trade.Event
    var price: Double
    var quantity: Double
    var net: Double
    var cash: Double
    var r: Double?
    init(_ event: Trade.Event, _ price: Double, _ quantity: Double, net: Double, cash: Double, r: Double? = nil) {
      self.event = event
      self.price = price
      self.quantity = quantity
      self.net = net
      self.cash = cash
      self.r = r
    }
  }

  var account = SyntheticPlan.account()

  private mutating func trade(_ symbol: String, side direction: Direction = .bull, _ candles: [Candle]) -> [Trade] {
    #expect(account.ask(symbol, SyntheticPlan.plan(direction, id: "plan-\(symbol)")).decision != nil, "\(symbol)")
    var trades: [Trade] = []
    for candle in candles { account.apply(candle, .h1, to: account.book("synthetic", symbol), trades: &trades) }
    return trades
  }

  private func check(_ trades: [Trade], _ rows: [Row], from before: Double, _ symbol: String) {
    #expect(trades.count == rows.count, "\(symbol)")
    var cash = before
    for (trade, row) in zip(trades, rows) {
      cash += trade.pnlNet
      #expect(trade.event == row.event, "\(trade.id)")
      #expect(abs(trade.price - row.price) < 1e-9, "\(trade.id)")
      #expect(abs(trade.quantity - row.quantity) < 1e-9, "\(trade.id)")
      #expect(abs(trade.pnlNet - row.net) < 0.0001, "\(trade.id) \(trade.pnlNet)")
      #expect(abs(cash - row.cash) < 0.005, "\(trade.id) \(cash)")
      #expect(trade.pnlNet == trade.pnlGross - trade.fee)
      if let r = row.r { #expect(abs((trade.rMultiple ?? .nan) - r) < 0.0001, "\(trade.id)") }
    }
    #expect(abs(account.cash - cash) < 1e-9)
  }

  @Test mutating func twelveTrades() {
    let candle = SyntheticPlan.candle
    let entry = candle(0, 101, 101.5, 99.5, 101)
    var cash = 10_000.0

    var trades = trade("A/USDT:USDT", [entry, candle(1, 101, 110.5, 100.5, 110), candle(2, 110, 115.5, 109, 115), candle(3, 115, 120.5, 114, 120)])
    check(
      trades,
      [
        Row(.opened, 100, 9.775, net: -0.1955, cash: 9999.8045), Row(.target, 110, 4.887, net: 48.7625, cash: 10048.5670, r: 0.9753),
        Row(.target, 115, 2.932, net: 43.9126, cash: 10092.4796, r: 0.8783), Row(.target, 120, 1.956, net: 39.0731, cash: 10131.5526, r: 0.7815),
      ], from: cash, "A")
    cash = account.cash

    trades = trade("B/USDT:USDT", [entry, candle(1, 101, 101, 95, 96)])
    check(
      trades, [Row(.opened, 100, 9.903, net: -0.1981, cash: 10131.3545), Row(.stop, 94.9525, 9.903, net: -50.4555, cash: 10080.8990, r: -0.9961)],
      from: cash, "B")
    cash = account.cash

    trades = trade("C/USDT:USDT", [entry, candle(1, 101, 111, 100.5, 110), candle(2, 110, 110, 100, 100)])
    check(
      trades,
      [
        Row(.opened, 100, 9.854, net: -0.1971, cash: 10080.7019), Row(.target, 110, 4.927, net: 49.1616, cash: 10129.8635, r: 0.9754),
        Row(.breakeven, 100.1499, 4.927, net: 0.4918, cash: 10130.3554, r: 0.0098),
      ], from: cash, "C")
    cash = account.cash

    trades = trade("D/USDT:USDT", side: .bear, [candle(0, 99, 100.5, 98.5, 99), candle(1, 108, 109, 107, 108)])
    check(
      trades, [Row(.opened, 100, 9.883, net: -0.1977, cash: 10130.1577), Row(.stop, 108.054, 9.883, net: -80.1316, cash: 10050.0261, r: -1.5821)],
      from: cash, "D")
    cash = account.cash

    trades = trade("E/USDT:USDT", [entry, candle(1, 101, 111, 94, 100)])
    check(
      trades, [Row(.opened, 100, 9.824, net: -0.1965, cash: 10049.8296), Row(.stop, 94.9525, 9.824, net: -50.0530, cash: 9999.7765, r: -0.9961)],
      from: cash, "E")
    #expect(trades[1].isAmbiguous)
    #expect(abs(trades[1].rIfTarget! - 1.9507) < 0.0001)
    cash = account.cash

    trades = trade(
      "F/USDT:USDT", [candle(0, 101, 101.5, 99.5, 101)] + (1..<49).map { candle($0, 101, 102, 100.5, 101) } + [candle(49, 102, 103, 101, 102)])
    check(
      trades, [Row(.opened, 100, 9.774, net: -0.1955, cash: 9999.5811), Row(.closed, 101.949, 9.774, net: 17.9590, cash: 10017.5401, r: 0.3592)],
      from: cash, "F")
    cash = account.cash

    // Three orders that never became positions cost nothing.
    trades = trade("G/USDT:USDT", (0..<25).map { candle($0, 103, 104, 102, 103) })
    #expect(trades.map(\.event) == [.expired] && trades[0].reason == .validUntil)
    trades = trade("H/USDT:USDT", [candle(0, 103, 110, 102, 108), candle(1, 108, 108, 99, 100)])
    #expect(trades.map(\.event) == [.expired] && trades[0].reason == .firstTarget)
    trades = trade("I/USDT:USDT", [candle(0, 103, 104, 102, 103), candle(1, 94, 96, 93, 95)])
    #expect(trades.map(\.event) == [.expired] && trades[0].reason == .gappedThroughStop)
    #expect(account.cash == cash)

    // Funding as the stream tells it: received 3 basis points on 97, paid 5 on 95.
    let book = account.book("synthetic", "J/USDT:USDT")
    account.applyFunding(rate: 0.0001, at: SyntheticPlan.start, to: book)
    trades = trade("J/USDT:USDT", side: .bear, [candle(0, 99, 100.5, 98.5, 99)] + (1..<7).map { candle($0, 98, 98, 96, 97) })
    account.applyFunding(rate: 0.0003, at: SyntheticPlan.start + 8 * Timestamp.hour, to: book)
    for hour in 7..<15 { trades += account.live("J/USDT:USDT", candle(hour, 96, 96, 94, 95)) }
    account.applyFunding(rate: -0.0005, at: SyntheticPlan.start + 16 * Timestamp.hour, to: book)
    trades += account.live("J/USDT:USDT", candle(15, 95, 95, 79, 79.5))
    check(
      trades,
      [
        Row(.opened, 100, 9.773, net: -0.1955, cash: 10017.3446), Row(.target, 90, 4.886, net: 48.5922, cash: 10065.9368, r: 0.9702),
        Row(.target, 85, 2.931, net: 43.9152, cash: 10109.8520, r: 0.8768), Row(.target, 80, 1.956, net: 39.0887, cash: 10148.9407, r: 0.7804),
      ], from: cash, "J")
    #expect(abs(trades[1].funding - 0.179823) < 1e-5)
    cash = account.cash

    trades = trade("L/USDT:USDT", [candle(0, 99, 101, 98.5, 101), candle(1, 101, 116, 100.5, 115), candle(2, 115, 115.5, 111, 111)])
    check(
      trades,
      [
        Row(.opened, 99, 9.920, net: -0.1964, cash: 10148.7443), Row(.target, 110, 4.960, net: 54.4509, cash: 10203.1952, r: 1.0731),
        Row(.target, 115, 2.976, net: 47.5476, cash: 10250.7427, r: 0.9371), Row(.stop, 111.944, 1.984, net: 25.5698, cash: 10276.3126, r: 0.5039),
      ], from: cash, "L")
    cash = account.cash

    trades = trade("M/USDT:USDT", side: .bear, [candle(0, 99, 106, 98, 104)])
    check(
      trades, [Row(.opened, 100, 10.025, net: -0.2005, cash: 10276.1121), Row(.stop, 105.0525, 10.025, net: -51.1779, cash: 10224.9342, r: -0.9961)],
      from: cash, "M")
  }
}
