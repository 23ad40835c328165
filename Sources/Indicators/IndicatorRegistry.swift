/// Every indicator there is. A new one is its file and a line here.
public enum IndicatorRegistry {
  public static let all: [RegisteredIndicator] = [
    .init(RSI.self),
    .init(StochasticRSI.self),
    .init(MFI.self),
    .init(MACD.self),
    .init(ADX.self),
    .init(EMA.self),
    .init(SMA.self),
    .init(Bollinger.self),
    .init(ZScore.self),
    .init(Keltner.self),
    .init(Squeeze.self),
    .init(ATR.self),
    .init(ATRPercent.self),
    .init(RealizedVolatility.self),
    .init(OBV.self),
    .init(OBVSlope.self),
    .init(VWAP.self),
    .init(VolumeRatio.self),
    .init(VolumeAcceleration.self),
    .init(HourlyVolume.self),
    .init(Divergence.self),
    .init(Stochastic.self),
    .init(CCI.self),
    .init(WilliamsR.self),
    .init(ROC.self),
    .init(CMF.self),
    .init(Donchian.self),
    .init(Supertrend.self),
    .init(Ichimoku.self),
    .init(ParabolicSAR.self),
  ]

  public static func named(_ name: String) -> RegisteredIndicator? { all.first { $0.card.name == name } }
}

/// An indicator's card and how to make its state.
public struct RegisteredIndicator: Sendable {
  public let card: IndicatorCard
  let make: @Sendable (_ parameters: [Double], _ column: Int, _ offset: Int) -> IndicatorSlot

  init<State: Indicator & ~Copyable>(_ type: State.Type) {
    card = State.card
    make = { SlotOf<State>(parameters: $0, column: $1, offset: $2) }
  }

  /// Index of the first candle with all values, and of the first settled one.
  public func warmUp(_ parameters: [Double]) -> (lookback: Int, settled: Int) {
    let slot = make(parameters, 0, 0)
    return (slot.lookback, slot.settled)
  }
}
