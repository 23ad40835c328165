/// Supertrend: a stop line that trails the price by some average true ranges and changes side when the close crosses it.
///
/// Begins on the bullish side, as TA-Lib does, and is right about its side from the first crossing on.
public struct Supertrend: Indicator {
  public static let card = IndicatorCard(
    name: "supertrend", title: "Supertrend",
    outputs: [.init("supertrend", unit: "price"), .init("supertrend_direction", .word(["bearish", "bullish"]), unit: "bullish, bearish")],
    parameters: [.bars("period", 10, from: 1), .real("ranges", 3, 0.1...20)],
    formula: "line = (high + low)/2 ∓ ranges·ATR(period); below the price it only rises, above it only falls, until the close crosses it",
    seed: "at index period, bullish", degenerate: "flat: stays on its side", gap: .continues, source: "Seban; TA-Lib SUPERTREND")

  private var range: ATR
  private let ranges: Double
  private var lower = Double.nan
  private var upper = Double.nan
  private var isBullish = true

  public init(_ parameters: [Double]) {
    range = ATR(period: Int(known: parameters[0]))
    ranges = parameters[1]
  }

  public var lookback: Int { range.lookback }
  public var settled: Int { 3 * range.settled }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    let reach = ranges * range.next(bar)
    values[0] = .nan
    values[1] = .nan
    guard reach == reach else { return }
    let middle = (bar.high + bar.low) / 2
    // A line is pulled towards the price, never away, unless the last close had crossed it.
    let newLower = middle - reach
    let newUpper = middle + reach
    let crossed = isBullish ? bar.close < (lower > newLower ? lower : newLower) : bar.close > (upper < newUpper ? upper : newUpper)
    lower = newLower > lower || !(bar.previousClose >= lower) ? newLower : lower
    upper = newUpper < upper || !(bar.previousClose <= upper) ? newUpper : upper
    if crossed { isBullish.toggle() }
    values[0] = isBullish ? lower : upper
    values[1] = isBullish ? 1 : 0
  }
}
