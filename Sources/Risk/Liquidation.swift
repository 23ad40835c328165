import Market

/// Where the venue closes an isolated position.
struct Liquidation {
  /// Where the venue does not say.
  static let assumedMaintenance = 0.01

  let direction: Direction
  let entry: Double
  /// Fractions of the notional.
  let maintenance: Double
  let taker: Double

  /// Long: entry(1 − 1/L)/(1 − mmr − taker); short: entry(1 + 1/L)/(1 + mmr + taker).
  func price(leverage: Double) -> Double {
    let sign = direction.sign
    return max(0, entry * (1 - sign / leverage) / (1 - sign * (maintenance + taker)))
  }

  /// The highest whole leverage up to `most` at which |entry − stop| takes at most `share` of the way to liquidation; `nil` if none does.
  func leverage(stop: Double, share: Double, most: Double) -> Double? {
    var leverage = max(1, most.rounded(.down))
    while leverage >= 1 {
      let room = direction.sign * (entry - price(leverage: leverage))
      if abs(entry - stop) <= share * room { return leverage }
      leverage -= 1
    }
    return nil
  }
}
