import Market

/// One indicator's state over one series of closed candles. O(1) amortised per candle, no allocation after `init`, no look ahead.
///
/// A value that does not exist yet, or has no meaning on this input, is NaN. NaN never leaves this room: the record omits the key.
public protocol Indicator: ~Copyable, SendableMetatype {
  /// What is printed about the indicator, and how it is made.
  static var card: IndicatorCard { get }
  /// `parameters` in the order of the card, already within their ranges.
  init(_ parameters: [Double])
  /// Index, counted from 0, of the first candle on which all outputs exist (on input that is not degenerate).
  var lookback: Int { get }
  /// Index of the first candle from which the outputs stay within 0.1 % of the values that an endless history would give.
  var settled: Int { get }
  /// Takes the next bar and stores every output, in the order of the card, at `values`.
  mutating func update(_ bar: Bar, into values: UnsafeMutablePointer<Double>)
}

extension Indicator where Self: ~Copyable {
  /// Windowed indicators forget: their first value is already exact.
  public var settled: Int { lookback }
}

/// What an indicator does at a hole in the series (a `gap` record).
public enum GapBehaviour: String, CaseIterable, Sendable {
  /// The candles on both sides count as neighbours; the jump between them is a move like any other.
  case continues
  /// The change across the hole is not the change of one candle: it is left out. The rest goes on.
  case skipsChange
  /// What was gathered before is dropped; the warm-up begins again.
  case restarts

  public var about: String {
    switch self {
    case .continues: "goes on: the candles on both sides count as neighbours"
    case .skipsChange: "goes on, the change across the hole left out"
    case .restarts: "begins again"
    }
  }
}
