import Indicators
import Market
import Testing

/// Rises and falls are treated alike: when every price p becomes 2m − p, values follow a rule.
@Suite struct MirrorTests {
  enum Rule {
    case same
    /// 2m − x
    case reflected
    case negated
    /// whole − x
    case complement(Double)
  }

  static let middle = 100.0

  /// The rule of a key, and the key of the mirrored run that it is compared with where that is another one.
  static let rules: [(key: String, rule: Rule, counterpart: String?)] = [
    ("rsi", .complement(100), nil), ("stoch_rsi_k", .complement(100), nil), ("stoch_rsi_d", .complement(100), nil),
    ("macd", .negated, nil), ("macd_signal", .negated, nil), ("macd_histogram", .negated, nil),
    ("adx", .same, nil), ("plus_di", .same, "minus_di"), ("minus_di", .same, "plus_di"),
    ("ema_20", .reflected, nil), ("sma_20", .reflected, nil),
    ("bb_upper", .reflected, "bb_lower"), ("bb_middle", .reflected, nil), ("bb_percent", .complement(1), nil), ("zscore", .negated, nil),
    ("keltner_upper", .reflected, "keltner_lower"), ("keltner_middle", .reflected, nil), ("squeeze", .same, nil), ("squeeze_fired", .same, nil),
    ("atr", .same, nil), ("obv_slope", .negated, nil), ("vwap", .reflected, nil), ("volume_ratio", .same, nil), ("volume_spike", .same, nil),
    ("volume_acceleration", .same, nil), ("stoch_k", .complement(100), nil), ("stoch_d", .complement(100), nil), ("cci", .negated, nil),
    ("williams_r", .complement(-100), nil), ("cmf", .negated, nil), ("donchian_upper", .reflected, "donchian_lower"),
    ("donchian_middle", .reflected, nil), ("ichimoku_conversion", .reflected, nil), ("ichimoku_base", .reflected, nil),
    ("ichimoku_span_a", .reflected, nil), ("ichimoku_span_b", .reflected, nil), ("psar", .reflected, nil), ("psar_direction", .complement(1), nil),
    ("supertrend", .reflected, nil), ("supertrend_direction", .complement(1), nil),
    ("bullish_divergence", .same, "bearish_divergence"), ("bullish_divergence_from", .same, "bearish_divergence_from"),
    ("bullish_divergence_at", .same, "bearish_divergence_at"), ("bullish_divergence_known_at", .same, "bearish_divergence_known_at"),
    ("bullish_divergence_price_at", .reflected, "bearish_divergence_price_at"),
    ("bullish_divergence_rsi_at", .complement(100), "bearish_divergence_rsi_at"),
  ]

  /// What has no such law: it divides by the price (atr_percent, bb_width, mfi, realized_volatility, roc), counts from its first candle
  /// (obv), or needs more days than the series has (hourly_volume).
  static let lawless: Set = ["atr_percent", "mfi", "realized_volatility", "roc", "obv", "hourly_volume"]

  /// These begin on the bullish side when nothing tells, and are alike once they have changed sides.
  static let biased: Set = ["psar", "psar_direction", "supertrend", "supertrend_direction"]

  @Test func sidesAreAlike() throws {
    let candles = Series.walk(1500, seed: 9, price: Self.middle)
    let everything = try IndicatorSelection.everything()
    let run = Run(candles, everything)
    let mirror = Run(Series.mirrored(candles, around: Self.middle), everything)
    for (key, rule, counterpart) in Self.rules {
      let (values, mirrored) = (run[key], mirror[counterpart ?? key])
      #expect(values.contains { !$0.isNaN }, "\(key) never appears")
      let expected = values.map {
        switch rule {
        case .same: $0
        case .reflected: 2 * Self.middle - $0
        case .negated: -$0
        case .complement(let whole): whole - $0
        }
      }
      let wrong = zip(expected, mirrored).enumerated().dropFirst(Self.biased.contains(key) ? 300 : 0).first {
        !(($1.0 - $1.1).magnitude < 1e-6 || $1.0.isNaN && $1.1.isNaN)
      }
      #expect(wrong == nil, "\(key) at \(wrong?.offset ?? 0): \(wrong?.element.0 ?? 0), mirrored \(wrong?.element.1 ?? 0)")
    }
  }

  @Test func everyIndicatorHasARuleOrAReason() {
    let ruled = Set(Self.rules.map(\.key))
    for indicator in IndicatorRegistry.all {
      let keys = indicator.card.outputs.map { indicator.card.namesItsParameters ? $0.name + "_20" : $0.name }
      #expect(keys.contains(where: ruled.contains) != Self.lawless.contains(indicator.card.name), "\(indicator.card.name)")
    }
  }
}
