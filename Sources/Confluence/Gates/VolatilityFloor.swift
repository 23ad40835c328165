extension Gate {
  static let volatilityFloor = Gate(
    name: "volatility_floor", meaning: "ATR of the planning timeframe, in percent of price, is at least `volatility_floor_percent`"
  ) { candidate in
    let floor = candidate.board.rules.volatilityFloor
    guard let value = candidate.planning?.indicators.atrPercent else { return .failed(.volatilityFloor, nil, of: floor, "no ATR yet") }
    return value < floor ? .failed(.volatilityFloor, value, of: floor) : .passed(value, of: floor)
  }
}
