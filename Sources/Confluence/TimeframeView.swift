import Market
import Structure

/// The indicator values that gates and factors read. A value the stream does not carry yet is `nil`, never neutral.
public struct IndicatorValues: Hashable, Sendable {
  /// All that the profile needs on this timeframe are within 0.1 % of their long-run value.
  public var ready = false
  public var rsi: Double?
  public var adx: Double?
  public var plusDI: Double?
  public var minusDI: Double?
  public var macdHistogram: Double?
  /// 0 at the lower band, 1 at the upper.
  public var bbPercent: Double?
  public var atr: Double?
  /// In percent of the close.
  public var atrPercent: Double?
  /// Multiple of the average.
  public var volumeRatio: Double?
  public var volumeSpike: Bool?
  public var ema20: Double?
  public var ema50: Double?
  public var ema200: Double?

  public init() {}
}

/// One timeframe of one symbol as of its newest close. A class, so that a stage fills it in place and every reader shares it.
public final class TimeframeView {
  public let timeframe: Timeframe
  public var candle: Candle
  public var indicators = IndicatorValues()
  public var structure = StructureSnapshot()
  /// Whether the newest candle carried `indicators` and `smc` at all.
  public var isEnriched = true

  /// Of the newest candle; of one instant's breaks the external one.
  private(set) var newestBreak: StructuralBreak?
  /// Candles seen.
  public private(set) var bars = 0
  /// Where the newest hole in the series ended.
  public private(set) var lastGap: Timestamp?
  /// Extremes traded by shorter candles since this one closed.
  public private(set) var highSince = -Double.infinity
  public private(set) var lowSince = Double.infinity

  public var closeTime: Timestamp { candle.closeTime }

  init(_ timeframe: Timeframe) {
    self.timeframe = timeframe
    candle = Candle(openTime: .distantPast, closeTime: .distantPast, open: 0, high: 0, low: 0, close: 0, volume: 0)
  }

  /// Called once `candle` is the new one; `previous` is the close time of the one before.
  func didClose(after previous: Timestamp) {
    if bars > 0, candle.openTime != previous { lastGap = candle.openTime }
    bars += 1
    newestBreak = nil
    for fact in structure.breaks {
      if let newest = newestBreak, (fact.knownAt, fact.scope.rawValue) <= (newest.knownAt, newest.scope.rawValue) { continue }
      newestBreak = fact
    }
    highSince = -.infinity
    lowSince = .infinity
  }

  func noteGap(endingAt time: Timestamp) { lastGap = max(lastGap ?? time, time) }

  func extend(high: Double, low: Double) {
    highSince = max(highSince, high)
    lowSince = min(lowSince, low)
  }

  /// Age of an instant in bars of this timeframe, as of its newest close; a fraction for shorter steps.
  func age(of time: Timestamp, at now: Timestamp) -> Double { Double(now - time) / Double(timeframe.nominalDuration) }
}
