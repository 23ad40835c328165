import CBytes

extension FixedWidthInteger where Self: SignedInteger {
  /// The whole part of a number from outside, or the nearer end of `range` where the number lies beyond it. What is not a number becomes the lower end.
  ///
  /// The range leaves room for the arithmetic that follows: a span that is added to a time must not need all 64 bits.
  @inlinable public init(clamping number: Double, to range: ClosedRange<Self>) {
    if !(number > Double(range.lowerBound)) {
      self = range.lowerBound
    } else if number >= Double(range.upperBound) {
      self = range.upperBound
    } else {
      self = Self(truncatingIfNeeded: cbytes_whole_part(number))
    }
  }

  /// The whole part of a number that this program worked out itself and that is known to fit. The program ends where it does not fit.
  @inlinable public init(known number: Double) {
    precondition(number > -9.2e18 && number < 9.2e18, "a number that is not known to fit")
    self = Self(cbytes_whole_part(number))
  }
}
