import Market

extension Gate {
  static let btcImpulse = Gate(
    name: "btc_impulse",
    meaning: """
      while the reference symbol is in a strong trend this way, its last hour has not moved `btc_impulse_atr` or more against it; skipped for the \
      reference itself and where the stream has none
      """
  ) { candidate in
    guard let reference = candidate.reference else { return .skipped(candidate.explains ? "no reference symbol" : nil) }
    guard let hour = reference[.h1], let atr = hour.indicators.atr, atr > 0, hour.age(of: hour.closeTime, at: candidate.now) <= 1 else {
      return .skipped(candidate.explains ? "the reference has no fresh hour" : nil)
    }
    let against = -candidate.direction.sign * (hour.candle.close - hour.candle.open) / atr
    let limit = candidate.board.rules.btcImpulse
    let isStrong = candidate.referenceRegime?.isStrong == true && candidate.referenceRegime?.trend == candidate.direction
    return isStrong && against >= limit ? .failed(.btcImpulse, against, of: limit) : .passed(against, of: limit)
  }
}
