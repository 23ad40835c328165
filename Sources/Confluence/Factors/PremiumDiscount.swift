import Market

extension Factor {
  /// Cheap or dear on the leg that the zone began. Measured elsewhere as inverted in trends: profiles give it 0.03 at most.
  static let premiumDiscount = Factor(
    name: "premium_discount",
    meaning: """
      place of price on the leg from the anchor's far edge (0) to the dealing range's extreme ahead (1), on the anchor's timeframe: 1 up to a \
      quarter of the leg, 0 from three quarters
      """
  ) { candidate in
    guard let anchor = candidate.anchor?.zone, let range = candidate.state[anchor.timeframe]?.structure.range else {
      return .absent("no anchor or no dealing range")
    }
    let sign = candidate.direction.sign
    let leg = sign * ((candidate.direction == .bull ? range.high : range.low) - anchor.far)
    guard leg > 0 else { return .absent("the zone lies beyond the dealing range") }
    let place = sign * (candidate.price - anchor.far) / leg
    return candidate.reading(ramp(place, from: 0.75, to: 0.25), "price at \(text(place)) of the leg")
  }
}
