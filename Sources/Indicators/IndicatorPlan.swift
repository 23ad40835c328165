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
  /// Bytes of the states of one series.
  let size: Int

  public init(_ selection: IndicatorSelection, timeframe: Timeframe) {
    let present = selection.instances.filter { timeframe <= $0.longest }
    var end = 0
    var slots: [IndicatorSlot] = []
    for instance in present {
      let slot = instance.indicator.make(instance.parameters, instance.column, end)
      slots.append(slot)
      end = (end + slot.size + 15) & ~15
    }
    self.slots = slots
    size = max(end, 16)
    needed = present.indices.filter { present[$0].isNeeded }
    absent = selection.instances.filter { timeframe > $0.longest }.flatMap(\.columns)
    calls = .allocate(capacity: slots.count)
    for (i, slot) in slots.enumerated() { calls.initializeElement(at: i, to: .passUnretained(slot)) }
  }

  deinit { calls.deallocate() }
}
