import Market
import Structure

/// What a price of a plan comes from. Its text is made only for plans and refusals that leave.
enum PlanSource: Hashable, Sendable, CustomStringConvertible {
  case fact(FactID)
  /// The end of a dealing range: `.bull` is its high.
  case range(Timeframe, Direction)
  case offset(Timeframe)
  /// A distance, not structure.
  case distance

  /// As the record spells it.
  var description: String {
    switch self {
    case .fact(let id): id.text
    case .range(let timeframe, let side): "range-\(timeframe.label)-\(side == .bull ? "high" : "low")"
    case .offset(let timeframe): "offset-\(timeframe.label)"
    case .distance: TradePlan.Target.extensionSource
    }
  }

  /// In words, before the text.
  var meaning: String {
    switch self {
    case .fact(let id):
      switch id.kind {
      case .equalPool, .dayPool, .weekPool, .sessionPool: "resting liquidity"
      case .swing: "the swing point"
      case .orderBlock: "the opposing order block"
      case .sweep: "the stop run"
      default: "the level"
      }
    case .range: "the extreme of the dealing range"
    case .offset, .distance: "the level"
    }
  }
}
