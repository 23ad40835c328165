/// Labels beside a price axis, pushed apart so that none covers another.
struct ChartLabels {
  struct Label: Equatable {
    var text: String
    /// The price it names.
    var price: Double
    var colour: String
    /// Where it is written, after `spread`.
    var place: Double

    init(_ text: String, at price: Double, _ colour: String) {
      self.text = text
      self.price = price
      self.colour = colour
      place = price
    }
  }

  /// Moves labels as little as it takes for neighbours to be `distance` apart, all of them within `bounds`. Sorted by place, lowest first.
  /// Where there are more than fit, the last of the list are left out: give the important ones first.
  static func spread(_ labels: [Label], distance: Double, within bounds: ClosedRange<Double>) -> [Label] {
    let room = Int(clamping: (bounds.upperBound - bounds.lowerBound) / distance, to: 1...1000)
    var placed = Array(labels.prefix(room)).sorted { $0.price < $1.price }
    for i in placed.indices { placed[i].place = min(max(placed[i].price, bounds.lowerBound), bounds.upperBound) }
    for i in placed.indices.dropFirst() { placed[i].place = max(placed[i].place, placed[i - 1].place + distance) }
    // Pushed out at the top: push back down.
    var ceiling = bounds.upperBound
    for i in placed.indices.reversed() {
      placed[i].place = min(placed[i].place, ceiling)
      ceiling = placed[i].place - distance
    }
    return placed
  }
}
