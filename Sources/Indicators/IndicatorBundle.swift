import Market

/// The selected indicators at work on one series.
public final class IndicatorBundle {
  /// What changes with each candle, at the head of the series' memory; the indicators' states follow.
  struct Progress {
    var feed = BarFeed()
    var readyIndex: Int
  }
  private let plan: IndicatorPlan
  private let memory: UnsafeMutableRawPointer

  public init(_ plan: IndicatorPlan) {
    self.plan = plan
    memory = .allocate(byteCount: plan.size, alignment: 16)
    for slot in plan.slots { slot.begin(in: memory) }
    let readyIndex = plan.needed.map { plan.slots[$0].settled }.max() ?? 0
    memory.bindMemory(to: Progress.self, capacity: 1).initialize(to: Progress(readyIndex: readyIndex))
  }

  public convenience init(_ selection: IndicatorSelection, timeframe: Timeframe) { self.init(IndicatorPlan(selection, timeframe: timeframe)) }

  deinit {
    for slot in plan.slots { slot.end(in: memory) }
    memory.deallocate()
  }

  private var progress: UnsafeMutablePointer<Progress> { memory.assumingMemoryBound(to: Progress.self) }

  /// Takes the next closed candle and fills `row`, which has the selection's `width`: NaN is absent.
  public func update(_ candle: Candle, into row: UnsafeMutablePointer<Double>) {
    progress.pointee.feed.take(candle, into: plan.bar)
    let bar = Bar(values: plan.bar)
    row[IndicatorSelection.readyColumn] = bar.index >= progress.pointee.readyIndex ? 1 : 0
    for slot in plan.calls { slot._withUnsafeGuaranteedRef { $0.update(bar, in: memory, into: row) } }
    for column in plan.absent { row[column] = .nan }
  }

  /// A hole in the series before the next candle: each indicator does what its card says, and those that restart have to settle again.
  public func gap() {
    progress.pointee.feed.gap()
    for (i, slot) in plan.slots.enumerated() where slot.gap(in: memory) && plan.needed.contains(i) {
      progress.pointee.readyIndex = max(progress.pointee.readyIndex, progress.pointee.feed.count + slot.settled)
    }
  }
}
