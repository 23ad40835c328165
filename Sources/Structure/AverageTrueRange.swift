/// Wilder's average true range: the mean of the first `length` true ranges, then (previous · (length − 1) + true range) / length.
/// The first bar, and a bar after a hole in the series, has no previous close: its true range is its own high less its low.
/// Source: J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978.
struct AverageTrueRange {
  let length: Int
  private(set) var value: Double?
  private var sum = 0.0
  private var count = 0

  init(length: Int) { self.length = length }

  mutating func update(high: Double, low: Double, previousClose: Double?) {
    var range = high - low
    if let previousClose { range = max(range, max(high - previousClose, previousClose - low)) }
    if let value {
      self.value = (value * Double(length - 1) + range) / Double(length)
      return
    }
    sum += range
    count += 1
    if count == length { value = sum / Double(length) }
  }
}
