import Market

/// A selection made ready for one timeframe: which indicators run there, and how a series' memory is laid out. Made once, shared by all its series.
public final class IndicatorPlan {
  let slots: [IndicatorSlot]
  /// The slots again, without the counting of references that a loop over `slots` costs.
  let calls: UnsafeMutableBufferPointer<Unmanaged<IndicatorSlot>>
  /// Columns of indicators that this timeframe does not have.
  let absent: [Int]
  /// Slots whose values decide about `ready`.
  let needed: [Int]
  /// The newest candle of whichever series was last.
  let bar: UnsafeMutablePointer<Bar.Values>
  /// Bytes of a series' memory.
  let size: Int

  public init(_ selection: IndicatorSelection, timeframe: Timeframe) {
    let present = selection.instances.filter { timeframe <= $0.longest }
    var end = (MemoryLayout<IndicatorBundle.Progress>.size + 15) & ~15
    var slots: [IndicatorSlot] = []
    for instance in present {
      let slot = instance.indicator.make(instance.parameters, instance.column, end)
      slots.append(slot)
      end = (end + slot.size + 15) & ~15
    }
    self.slots = slots
    size = end
    needed = present.indices.filter { present[$0].isNeeded }
    absent = selection.instances.filter { timeframe > $0.longest }.flatMap(\.columns)
    bar = .allocate(capacity: 1)
    bar.initialize(to: Bar.Values())
    calls = .allocate(capacity: slots.count)
    for (i, slot) in slots.enumerated() { calls.initializeElement(at: i, to: .passUnretained(slot)) }
  }

  deinit {
    bar.deallocate()
    calls.deallocate()
  }
}
