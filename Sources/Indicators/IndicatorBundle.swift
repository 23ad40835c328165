import Market

/// The selected indicators at work on one series.
public final class IndicatorBundle {
  /// What changes with each candle. Behind a pointer: stored properties of a class are guarded against overlapping access at every use.
  private struct Progress: ~Copyable {
    var feed = BarFeed()
    var readyIndex: Int
  }
  private let plan: IndicatorPlan
  private let progress: UnsafeMutablePointer<Progress>
  private let states: UnsafeMutableRawPointer

  public init(_ plan: IndicatorPlan) {
    self.plan = plan
    states = .allocate(byteCount: plan.size, alignment: 16)
    for slot in plan.slots { slot.begin(in: states) }
    progress = .allocate(capacity: 1)
    progress.initialize(to: Progress(readyIndex: plan.needed.map { plan.slots[$0].settled }.max() ?? 0))
  }

  public convenience init(_ selection: IndicatorSelection, timeframe: Timeframe) { self.init(IndicatorPlan(selection, timeframe: timeframe)) }

  deinit {
    for slot in plan.slots { slot.end(in: states) }
    states.deallocate()
    progress.deinitialize(count: 1)
    progress.deallocate()
  }

  /// Takes the next closed candle and fills `row`, which has the selection's `width`: NaN is absent.
  public func update(_ candle: Candle, into row: UnsafeMutablePointer<Double>) {
    progress.pointee.feed.take(candle)
    let bar = progress.pointee.feed.bar
    row[IndicatorSelection.readyColumn] = bar.index >= progress.pointee.readyIndex ? 1 : 0
    for slot in plan.calls { slot._withUnsafeGuaranteedRef { $0.update(bar, in: states, into: row) } }
    for column in plan.absent { row[column] = .nan }
  }

  /// A hole in the series before the next candle: each indicator does what its card says, and those that restart have to settle again.
  public func gap() {
    progress.pointee.feed.gap()
    for (i, slot) in plan.slots.enumerated() where slot.gap(in: states) && plan.needed.contains(i) {
      progress.pointee.readyIndex = max(progress.pointee.readyIndex, progress.pointee.feed.count + slot.settled)
    }
  }
}
