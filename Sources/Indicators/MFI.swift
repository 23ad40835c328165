/// Money flow index: the share of rising money flow in all of it.
///
/// A candle whose typical price equals the previous one counts on neither side. Equal means equal in decimals: thirds of sums differ in their last bit where
/// the prices do not, and without a tolerance that bit would decide on which side a whole candle's flow goes (as it does in TA-Lib). TA-Lib also says 0 whenever the flows of the window sum to
/// less than 1, which blanks cheap or thin markets; here only a window without any flow is without a value.
public struct MFI: ~Copyable, Indicator {
  public static let card = IndicatorCard(
    name: "mfi", title: "Money flow index", outputs: [.init("mfi", unit: "0…100")], parameters: [.bars("period", 14)],
    formula: "100·P/(P+N); P, N: sums over period of typical·volume where the typical price rose, fell (ties to the last bit are neither)",
    seed: "at index period, exact from there", degenerate: "absent while no candle of the window moved with volume",
    gap: .continues, source: "Quong and Soudack 1989; TA-Lib MFI")

  private var flows: Ring
  private var rising = 0.0
  private var falling = 0.0

  public init(_ parameters: [Double]) { flows = Ring(capacity: Int(known: parameters[0])) }

  public var lookback: Int { flows.capacity }

  public mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>) {
    values[0] = .nan
    if bar.index == 0 { return }
    let flow = bar.typical * bar.volume
    let move = bar.typical - bar.previousTypical
    let rounding = 1e-14 * bar.typical
    add(move > rounding ? flow : move < -rounding ? -flow : 0)
    if flows.isFull { values[0] = 100 * rising / (rising + falling) }
  }

  /// Rising flows are kept as positive numbers and falling ones as negative. Their sums are built afresh once a window, and when a flow leaves that dwarfed
  /// the others, so that rounding errors cannot pile up.
  private mutating func add(_ flow: Double) {
    let old = flows.push(flow)
    rising += max(flow, 0) - max(old, 0)
    falling += max(-flow, 0) - max(-old, 0)
    let isWhole = flows.hasWrapped || flows.capacity <= 4
    if isWhole || old > 1e4 * rising.magnitude { rising = sum(of: 1) }
    if isWhole || -old > 1e4 * falling.magnitude { falling = sum(of: -1) }
  }

  private func sum(of sign: Double) -> Double {
    var sum = 0.0
    for i in 0..<flows.capacity { sum += max(sign * flows.storage[i], 0) }
    return sum
  }
}
