/// How one indicator of a bundle runs. Shared by all series; the states are the series' own and lie at `offset` of each one's memory.
class IndicatorSlot {
  let lookback: Int
  let settled: Int
  /// Bytes of a state, and where it begins.
  let size: Int
  let offset: Int

  init(lookback: Int, settled: Int, size: Int, offset: Int) {
    self.lookback = lookback
    self.settled = settled
    self.size = size
    self.offset = offset
  }

  func begin(in memory: UnsafeMutableRawPointer) {}
  func end(in memory: UnsafeMutableRawPointer) {}
  func update(_ bar: Bar, in memory: UnsafeMutableRawPointer, into row: UnsafeMutablePointer<Double>) {}
  /// Takes note of a hole; returns whether the warm-up begins again.
  func gap(in memory: UnsafeMutableRawPointer) -> Bool { false }
}

final class SlotOf<State: Indicator & ~Copyable>: IndicatorSlot {
  private let parameters: [Double]
  private let column: Int

  init(parameters: [Double], column: Int, offset: Int) {
    self.parameters = parameters
    self.column = column
    let sample = State(parameters)
    super.init(lookback: sample.lookback, settled: sample.settled, size: MemoryLayout<State>.size, offset: offset)
  }

  private func state(in memory: UnsafeMutableRawPointer) -> UnsafeMutablePointer<State> {
    (memory + offset).assumingMemoryBound(to: State.self)
  }

  override func begin(in memory: UnsafeMutableRawPointer) {
    (memory + offset).bindMemory(to: State.self, capacity: 1).initialize(to: State(parameters))
  }

  override func end(in memory: UnsafeMutableRawPointer) { state(in: memory).deinitialize(count: 1) }

  override func update(_ bar: Bar, in memory: UnsafeMutableRawPointer, into row: UnsafeMutablePointer<Double>) {
    state(in: memory).pointee.update(bar, into: row + column)
  }

  override func gap(in memory: UnsafeMutableRawPointer) -> Bool {
    guard State.card.gap == .restarts else { return false }
    state(in: memory).pointee = State(parameters)
    return true
  }
}
