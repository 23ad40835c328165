import Market

/// The selected indicators at work on one series.
public final class IndicatorBundle {
  /// What changes with each candle. Behind a pointer, as a slot's state is.
  private struct Progress: ~Copyable {
    var feed = BarFeed()
    var readyIndex: Int
  }
  private let progress: UnsafeMutablePointer<Progress>
  private let slots: [IndicatorSlot]
  /// The slots again, without the counting of references that a loop over `slots` costs.
  private let calls: UnsafeMutableBufferPointer<Unmanaged<IndicatorSlot>>
  /// Columns of indicators that this timeframe does not have.
  private let absent: [Int]
  private let needed: [Int]

  public init(_ selection: IndicatorSelection, timeframe: Timeframe) {
    let present = selection.instances.filter { timeframe <= $0.longest }
    let slots = present.map { $0.indicator.make($0.parameters, $0.column) }
    let needed = present.indices.filter { present[$0].isNeeded }
    self.slots = slots
    self.needed = needed
    calls = .allocate(capacity: slots.count)
    for (i, slot) in slots.enumerated() { calls.initializeElement(at: i, to: .passUnretained(slot)) }
    absent = selection.instances.filter { timeframe > $0.longest }.flatMap(\.columns)
    progress = .allocate(capacity: 1)
    progress.initialize(to: Progress(readyIndex: needed.map { slots[$0].settled }.max() ?? 0))
  }

  deinit {
    calls.deallocate()
    progress.deinitialize(count: 1)
    progress.deallocate()
  }

  /// Takes the next closed candle and fills `row`, which has the selection's `width`: NaN is absent.
  public func update(_ candle: Candle, into row: UnsafeMutablePointer<Double>) {
    progress.pointee.feed.take(candle)
    let bar = progress.pointee.feed.bar
    row[IndicatorSelection.readyColumn] = bar.index >= progress.pointee.readyIndex ? 1 : 0
    for slot in calls { slot._withUnsafeGuaranteedRef { $0.update(bar, into: row) } }
    for column in absent { row[column] = .nan }
  }

  /// A hole in the series before the next candle: each indicator does what its card says, and those that restart have to settle again.
  public func gap() {
    progress.pointee.feed.gap()
    for (i, slot) in slots.enumerated() where slot.gap() && needed.contains(i) {
      progress.pointee.readyIndex = max(progress.pointee.readyIndex, progress.pointee.feed.count + slot.settled)
    }
  }
}
