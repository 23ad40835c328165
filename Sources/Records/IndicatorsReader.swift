import Confluence
import Stage
import Wire

/// Reads of `indicators` what gates and factors use. Keeps its table between records.
public struct IndicatorsReader {
  // All keys of the default bundle in the order in which they are written, so that none has to be searched.
  private var values = MemberReader([
    "ready", "rsi", "macd", "macd_signal", "macd_histogram", "adx", "plus_di", "minus_di", "ema_20", "ema_50", "ema_200", "bb_upper",
    "bb_middle", "bb_lower", "bb_width", "bb_percent", "atr", "atr_percent", "volume_ratio", "volume_spike",
  ])

  public init() {}

  /// - Parameter key: where the record has `indicators`.
  public mutating func decode(_ record: Record, _ key: Int) throws(StageError) -> IndicatorValues {
    guard record[key].kind == .object else { throw record.wrong(key, "an object") }
    try values.read(record[key], of: record, "indicators")
    var found = IndicatorValues()
    found.ready = values[0].exists ? try values.flag(0, record) : false
    found.rsi = try values.optionalNumber(1, record)
    found.macdHistogram = try values.optionalNumber(4, record)
    found.adx = try values.optionalNumber(5, record)
    found.plusDI = try values.optionalNumber(6, record)
    found.minusDI = try values.optionalNumber(7, record)
    found.ema20 = try values.optionalNumber(8, record)
    found.ema50 = try values.optionalNumber(9, record)
    found.ema200 = try values.optionalNumber(10, record)
    found.bbPercent = try values.optionalNumber(15, record)
    found.atr = try values.optionalNumber(16, record)
    found.atrPercent = try values.optionalNumber(17, record)
    found.volumeRatio = try values.optionalNumber(18, record)
    found.volumeSpike = values[19].exists ? try values.flag(19, record) : nil
    return found
  }
}
