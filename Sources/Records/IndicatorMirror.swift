import Indicators

extension Mirror {
  /// What C − p does to an indicator's output, which its name and unit tell.
  public init(indicator name: String, unit: String) {
    let words = Set(name.split(separator: "_").map(String.init))
    // Of the price itself, or of money that changed hands: a fall of a tenth is no mirrored rise of a tenth. On-balance volume begins at the
    // first candle's volume, whichever way that went.
    let isRelative =
      name == "obv" || unit.hasPrefix("percent") || unit.hasPrefix("fraction") || !words.isDisjoint(with: ["mfi", "roc"])
      || name.hasPrefix("bb_width")
    let isMomentum = !words.isDisjoint(with: ["macd", "slope", "zscore", "cci", "cmf"])
    // Stops that begin on a side of their own choice; which side they are on is told by the stop itself.
    let isStop = ["psar", "supertrend"].contains { name.hasPrefix($0) }
    if isStop {
      self = unit == "price" ? .settle : .relative
    } else if isRelative, !words.contains("acceleration") {
      self = .relative
    } else if words.contains("di") {
      self = .swap
    } else if isMomentum {
      self = .negate
    } else if unit == "price", !words.contains("atr") {
      self = .reflect
    } else if !words.isDisjoint(with: ["rsi", "stoch", "williams"]) || name.hasPrefix("bb_percent") {
      self = .complement
    } else {
      self = .keep
    }
  }
}

extension Field.Kind {
  /// The numbers that an indicator takes, where its unit does not say them: means of prices lie above zero, sizes and ratios not below it. Bands and
  /// stops, which are drawn beside the price, may lie anywhere.
  public init(indicator name: String, unit: String) {
    let words = Set(name.split(separator: "_").map(String.init))
    if !words.isDisjoint(with: ["ema", "sma", "vwap", "donchian"]), unit == "price" {
      self = .price
    } else if !words.isDisjoint(with: ["atr", "width", "volatility", "ratio"]) {
      self = .amount
    } else {
      self = .number
    }
  }
}

extension IndicatorsRecord {
  /// Every output of every registered indicator, by the name it has without parameters.
  public static let outputs: [Field] = IndicatorRegistry.all.flatMap { $0.card.outputs }.map { output in
    let kind: Field.Kind =
      switch output.kind {
      case .number: Field.Kind(indicator: output.name, unit: output.unit)
      case .flag: .boolean
      case .time: .time
      case .word(let choices): .choice(choices)
      }
    return Field(output.name, kind, optional: true, unit: output.unit, mirror: Mirror(indicator: output.name, unit: output.unit), output.name)
  }
}
