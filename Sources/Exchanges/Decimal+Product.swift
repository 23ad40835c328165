extension Decimal {
  /// The exact product, without trailing zeros; `nil` when it would need more than 38 digits or 30 places.
  public func multiplied(by other: Decimal) -> Decimal? {
    let (a, b) = (trimmed, other.trimmed)
    let (product, overflow) = a.mantissa.multipliedReportingOverflow(by: b.mantissa)
    guard !overflow, a.scale + b.scale <= Decimal.maximumScale else { return nil }
    return Decimal(mantissa: product, scale: a.scale + b.scale).trimmed
  }
}
