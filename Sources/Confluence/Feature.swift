import Market
import Structure

/// One number of the vector that a model reads: of one direction, known at the instant of the evaluation. Mirrored markets give the other
/// direction the same vector. What is not known is absent, which is `nan` in a vector, never a neutral number.
public struct Feature: Sendable {
  public let name: String
  /// What the number counts; empty for a bare one.
  public let unit: String
  public let meaning: String
  let read: @Sendable (Source) -> Double?

  /// What a vector is read from.
  struct Source {
    var candidate: Candidate
    var side: Side
    var opposite: Side
    var breadth: Breadth
    var sign: Double { candidate.direction.sign }
    var planning: IndicatorValues? { candidate.planning?.indicators }
  }

  /// The vector, in its order. Models name these features and must name all of them.
  public static let all = factors + sums + market + momentum + anchor + place

  static func vector(_ source: Source) -> [Double] { all.map { $0.read(source) ?? .nan } }

  private init(_ name: String, _ unit: String, _ meaning: String, _ read: @escaping @Sendable (Source) -> Double?) {
    self.name = name
    self.unit = unit
    self.meaning = meaning
    self.read = read
  }

  // MARK: The vector

  private static let factors = Factor.all.enumerated().map { place, factor in
    Feature("factor_\(factor.name)", "0…1", "score of the factor `\(factor.name)`") { source in
      source.side.score.marks[place].hasData ? source.side.score.marks[place].score : nil
    }
  }

  private static let sums = [
    Feature("synergy", "points", "what agreement adds") { $0.side.synergy },
    Feature("conflict", "points", "what disagreement takes") { $0.side.conflict },
    Feature("total_score", "0…100", "the score of this side, without plug-ins and model") { $0.side.totalScore },
    Feature("opposite_score", "0…100", "the score of the other side") { $0.opposite.totalScore },
  ]

  private static let market = [
    Feature("htf", "−1…1", "the shortest context timeframe trends this way (1) or the other (−1)") {
      switch $0.candidate.htf {
      case .with: 1
      case .against: -1
      case .unknown: nil
      }
    },
    Feature("trend", "−1…1", "the symbol's regime: a trend this way (1), the other way (−1), sideways (0)") {
      standing($0.candidate.regime.trend, $0)
    },
    Feature("trend_strong", "0…1", "the symbol's trend is strong, either way") { $0.candidate.regime.isStrong ? 1 : 0 },
    Feature("reference_trend", "−1…1", "as `trend`, of the reference symbol") { source in
      source.candidate.referenceRegime.map { standing($0.trend, source) }
    },
    Feature("breadth", "−1…1", "share of symbols moving this way less the share moving the other, as of the instant before") { source in
      let direction = source.candidate.direction
      guard let with = source.breadth.share(direction), let against = source.breadth.share(direction.opposite) else { return nil }
      return with - against
    },
    Feature("volatility_rank", "0…1", "rank of ATR percent in the symbol's own history") { $0.candidate.regime.volatilityRank },
  ]

  private static let momentum = [
    Feature("adx", "0…100", "average directional index, planning timeframe") { $0.planning?.adx },
    Feature("di_spread", "points", "+DI less −DI this way, planning timeframe") { source in
      guard let plus = source.planning?.plusDI, let minus = source.planning?.minusDI else { return nil }
      return source.sign * (plus - minus)
    },
    Feature("rsi", "−50…50", "RSI less 50, this way, planning timeframe") { source in source.planning?.rsi.map { source.sign * ($0 - 50) } },
    Feature("bollinger", "", "place in the Bollinger band less its middle, this way, planning timeframe") { source in
      source.planning?.bbPercent.map { source.sign * ($0 - 0.5) }
    },
    Feature("macd_histogram", "ATR", "MACD histogram this way, planning timeframe") { source in
      guard let atr = source.candidate.atr else { return nil }
      return source.planning?.macdHistogram.map { source.sign * $0 / atr }
    },
    Feature("atr_percent", "%", "ATR of the planning timeframe over price") { $0.planning?.atrPercent },
    Feature("trigger_volume", "×", "volume of the trigger candle over its average") { $0.candidate.trigger?.indicators.volumeRatio },
    Feature("trigger_body", "ATR", "close less open of the trigger candle, this way, in ATR of the planning timeframe") { source in
      guard let atr = source.candidate.atr, let candle = source.candidate.trigger?.candle else { return nil }
      return source.sign * (candle.close - candle.open) / atr
    },
  ]

  private static let anchor = [
    Feature("anchor_distance", "ATR", "price in front of the anchor's near edge; negative inside") { $0.candidate.anchor?.distance },
    Feature("anchor_force", "ATR", "displacement of the anchor block, or size of the anchor gap") { $0.candidate.anchor?.zone.force },
    Feature("anchor_freshness", "0…1", "of the anchor") { $0.candidate.anchor?.zone.freshness },
    Feature("anchor_penetration", "0…1", "deepest penetration of the anchor") { $0.candidate.anchor?.zone.penetration },
    Feature("anchor_touches", "", "touches of the anchor") { $0.candidate.anchor.map { Double($0.zone.touches) } },
    Feature("anchor_hours", "h", "length of a candle of the anchor's timeframe") { source in
      source.candidate.anchor.map { Double($0.zone.timeframe.nominalDuration) / Double(Timestamp.hour) }
    },
    Feature("anchor_age", "bars", "since the anchor became known, in candles of its timeframe") { source in
      source.candidate.anchor.map { Double(source.candidate.now - $0.zone.knownAt) / Double($0.zone.timeframe.nominalDuration) }
    },
  ]

  private static let place = [
    Feature("target_distance", "ATR", "the nearest level ahead at which this side would be paid") { source in
      guard let atr = source.candidate.atr, let target = source.candidate.firstTarget else { return nil }
      return source.sign * (target.level - source.candidate.price) / atr
    },
    Feature("range_place", "0…1", "place of the close in the planning timeframe's dealing range, from the end behind to the end ahead") { source in
      guard let position = source.candidate.planning?.structure.range?.position else { return nil }
      return source.candidate.direction == .bull ? position : 1 - position
    },
    Feature("spread", "bps", "of the order book, where the stream has one") { $0.candidate.state.spread },
    Feature("hour_of_day", "h", "hour (UTC) that begins at the evaluation") { source in
      Double((source.candidate.now.milliseconds - Int64(source.candidate.now.dayNumber) * Timestamp.day) / Timestamp.hour)
    },
    Feature("day_of_week", "", "0 is Monday (UTC)") { Double(CalendarDay.weekday(dayNumber: $0.candidate.now.dayNumber)) },
  ]

  private static func standing(_ trend: Direction?, _ source: Source) -> Double {
    trend.map { $0 == source.candidate.direction ? 1 : -1 } ?? 0
  }
}
