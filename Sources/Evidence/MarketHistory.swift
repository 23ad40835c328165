import Market
import Risk

/// What a run saw of one market: its finest candles, and each evaluation's price, ATR and regime.
public struct MarketHistory: Sendable {
  public struct Evaluation: Sendable {
    public var asOf: Timestamp
    /// Close of the trigger candle.
    public var price: Double
    /// Of the planning timeframe and of the one that stands in for it; not a number where the setup told none.
    public var atr: (planning: Double, fallback: Double)
    /// A number of the whole run's regimes; −1 where the setup told none.
    public var regime: Int

    public init(asOf: Timestamp, price: Double, atr: (planning: Double, fallback: Double), regime: Int) {
      self.asOf = asOf
      self.price = price
      self.atr = atr
      self.regime = regime
    }
  }

  public let symbol: String
  public private(set) var timeframe: Timeframe?
  public private(set) var candles = CandleColumns()
  public var evaluations: [Evaluation] = []

  public init(symbol: String) { self.symbol = symbol }

  /// Candles of a longer timeframe than the finest are left out, as the paper account does.
  public mutating func add(_ candle: Candle, _ timeframe: Timeframe) {
    if let finest = self.timeframe, timeframe > finest { return }
    if timeframe != self.timeframe { candles = CandleColumns() }
    self.timeframe = timeframe
    candles.append(candle)
  }

  /// The evaluation at an instant.
  func evaluation(at time: Timestamp) -> Int? {
    var low = 0
    var high = evaluations.count
    while low < high {
      let middle = (low + high) / 2
      if evaluations[middle].asOf < time { low = middle + 1 } else { high = middle }
    }
    return low < evaluations.count && evaluations[low].asOf == time ? low : nil
  }
}

/// What holding the market would have returned from the first candle of the evaluation to the last, without costs.
public struct BuyAndHold: Hashable, Sendable {
  public let symbol: String
  public let first: Double
  public let last: Double
  /// Of the closes, as a share of the peak.
  public let maximumDrawdown: Double
  public var growth: Double { last / first - 1 }

  /// `nil` without a candle that opens at or after `from`.
  public init?(_ market: MarketHistory, from: Timestamp) {
    let start = market.candles.index(openingFrom: from)
    guard start < market.candles.count else { return nil }
    symbol = market.symbol
    first = market.candles.opens[start]
    last = market.candles.closes[market.candles.count - 1]
    var peak = first
    var deepest = 0.0
    for close in market.candles.closes[start...] {
      peak = max(peak, close)
      deepest = max(deepest, 1 - close / peak)
    }
    maximumDrawdown = deepest
  }
}
