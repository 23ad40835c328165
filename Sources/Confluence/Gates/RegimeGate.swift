extension Gate {
  static let regime = Gate(
    name: "regime", meaning: "the symbol is not in a strong trend against this side; the value is ADX where a trend goes against it"
  ) { candidate in
    let regime = candidate.regime
    guard regime.trend == candidate.direction.opposite else { return .passed() }
    if regime.isStrong { return .failed(.regimeAgainst, regime.adx, of: candidate.board.rules.strongADX) }
    return .passed(regime.adx, of: candidate.board.rules.strongADX)
  }
}
