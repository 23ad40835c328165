/// Every indicator there is. A new one is its file and a line here.
public enum IndicatorRegistry {
  public static let all: [RegisteredIndicator] = [
    .init(RSI.self),
    .init(MACD.self),
    .init(ADX.self),
    .init(EMA.self),
    .init(Bollinger.self),
    .init(ATR.self),
    .init(ATRPercent.self),
    .init(VolumeRatio.self),
  ]

  public static func named(_ name: String) -> RegisteredIndicator? { all.first { $0.card.name == name } }
}

/// An indicator's card and how to make its state.
public struct RegisteredIndicator: Sendable {
  public let card: IndicatorCard
  let make: @Sendable (_ parameters: [Double], _ column: Int) -> IndicatorSlot

  init<State: Indicator & ~Copyable>(_ type: State.Type) {
    card = State.card
    make = { SlotOf<State>(parameters: $0, column: $1) }
  }

  /// Index of the first candle with all values, and of the first settled one.
  public func warmUp(_ parameters: [Double]) -> (lookback: Int, settled: Int) {
    let slot = make(parameters, 0)
    return (slot.lookback, slot.settled)
  }
}

/// An indicator at work, behind one virtual call a candle.
class IndicatorSlot {
  let lookback: Int
  let settled: Int
  init(lookback: Int, settled: Int) {
    self.lookback = lookback
    self.settled = settled
  }
  func update(_ bar: Bar, into row: UnsafeMutablePointer<Double>) {}
  /// Takes note of a hole; returns whether the warm-up begins again.
  func gap() -> Bool { false }
}

final class SlotOf<State: Indicator & ~Copyable>: IndicatorSlot {
  private var state: State
  private let parameters: [Double]
  private let column: Int

  init(parameters: [Double], column: Int) {
    let state = State(parameters)
    let (lookback, settled) = (state.lookback, state.settled)
    self.state = state
    self.parameters = parameters
    self.column = column
    super.init(lookback: lookback, settled: settled)
  }

  override func update(_ bar: Bar, into row: UnsafeMutablePointer<Double>) { state.update(bar, into: row + column) }

  override func gap() -> Bool {
    guard State.card.gap == .restarts else { return false }
    state = State(parameters)
    return true
  }
}
