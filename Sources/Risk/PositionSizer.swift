import Market
import Planning

/// How much to buy so that the stop, costs included, loses no more than the budget. Leverage has no say in it.
struct PositionSizer {
  let entry: Double
  let stop: Double
  let costs: TradeCosts
  let instrument: Instrument

  /// Lost at the stop per unit of the base asset: |entry − stop| + entry·fee + stop·(taker + slippage).
  var lossPerUnit: Double { abs(entry - stop) + costs.roundTrip(entry: entry, stop: stop) }

  /// The largest whole number of lots whose loss at the stop is within `budget`, at most what the venue takes.
  func quantity(budget: Double) -> Double {
    let lots = StepGrid(instrument.lotSize)
    let quantity = lots.down(budget / lossPerUnit, tolerance: 0)
    return max(0, instrument.maxQuantity.map { min(quantity, lots.down($0)) } ?? quantity)
  }

  /// The smallest order that the venue takes.
  var smallest: Double {
    let lots = StepGrid(instrument.lotSize)
    return max(instrument.lotSize, lots.up(instrument.minQuantity ?? 0), lots.up(instrument.minNotional / entry))
  }
}
