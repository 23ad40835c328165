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

/// The state lives behind a pointer: a stored property of a class would be guarded against overlapping access at every candle.
final class SlotOf<State: Indicator & ~Copyable>: IndicatorSlot {
  private let state: UnsafeMutablePointer<State>
  private let parameters: [Double]
  private let column: Int

  init(parameters: [Double], column: Int) {
    state = .allocate(capacity: 1)
    state.initialize(to: State(parameters))
    self.parameters = parameters
    self.column = column
    super.init(lookback: state.pointee.lookback, settled: state.pointee.settled)
  }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
  }

  override func update(_ bar: Bar, into row: UnsafeMutablePointer<Double>) { state.pointee.update(bar, into: row + column) }

  override func gap() -> Bool {
    guard State.card.gap == .restarts else { return false }
    state.pointee = State(parameters)
    return true
  }
}
