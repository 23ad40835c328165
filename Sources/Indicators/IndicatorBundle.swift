import Market

/// The selected indicators at work on one series.
public final class IndicatorBundle {
  private var feed = BarFeed()
  private let slots: [IndicatorSlot]
  /// Columns of indicators that this timeframe does not have.
  private let absent: [Int]
  private let needed: [Int]
  private var readyIndex = 0
  private var index = 0

  public init(_ selection: IndicatorSelection, timeframe: Timeframe) {
    let present = selection.instances.filter { timeframe <= $0.longest }
    slots = present.map { $0.indicator.make($0.parameters, $0.column) }
    absent = selection.instances.filter { timeframe > $0.longest }.flatMap(\.columns)
    needed = present.indices.filter { present[$0].isNeeded }
    readyIndex = needed.map { slots[$0].settled }.max() ?? 0
  }

  /// Takes the next closed candle and fills `row`, which has the selection's `width`: NaN is absent.
  public func update(_ candle: Candle, into row: UnsafeMutablePointer<Double>) {
    let bar = feed.next(candle)
    row[IndicatorSelection.readyColumn] = index >= readyIndex ? 1 : 0
    index += 1
    for slot in slots { slot.update(bar, into: row) }
    for column in absent { row[column] = .nan }
  }

  /// A hole in the series before the next candle: each indicator does what its card says, and those that restart have to settle again.
  public func gap() {
    feed.gap()
    for (i, slot) in slots.enumerated() where slot.gap() && needed.contains(i) {
      readyIndex = max(readyIndex, index + slot.settled)
    }
  }
}
