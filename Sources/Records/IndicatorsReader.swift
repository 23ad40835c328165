import Confluence
import Stage
import Wire

/// Reads of `indicators` what gates and factors use.
public enum IndicatorsReader {
  /// What a stage that reads `indicators` lists among its keys, in one run.
  public static let keys: [StaticString] = [
    "indicators", "indicators.ready", "indicators.rsi", "indicators.macd_histogram", "indicators.adx", "indicators.plus_di", "indicators.minus_di",
    "indicators.ema_20", "indicators.ema_50", "indicators.ema_200", "indicators.bb_percent", "indicators.atr", "indicators.atr_percent",
    "indicators.volume_ratio", "indicators.volume_spike",
  ]

  /// - Parameter first: where the stage's keys have the first of `keys`.
  /// - Returns: whether the record has `indicators` at all.
  public static func decode(_ record: Record, first: Int, into values: inout IndicatorValues) throws(StageError) -> Bool {
    if record[first].exists, record[first].kind != .object { throw record.wrong(first, "an object") }
    let first = first + 1
    values.ready = try flag(record, first) ?? false
    values.rsi = try number(record, first + 1)
    values.macdHistogram = try number(record, first + 2)
    values.adx = try number(record, first + 3)
    values.plusDI = try number(record, first + 4)
    values.minusDI = try number(record, first + 5)
    values.ema20 = try number(record, first + 6)
    values.ema50 = try number(record, first + 7)
    values.ema200 = try number(record, first + 8)
    values.bbPercent = try number(record, first + 9)
    values.atr = try number(record, first + 10)
    values.atrPercent = try number(record, first + 11)
    values.volumeRatio = try number(record, first + 12)
    values.volumeSpike = try flag(record, first + 13)
    return record[first - 1].exists
  }

  private static func number(_ record: Record, _ key: Int) throws(StageError) -> Double? {
    let value = record[key]
    guard value.exists else { return nil }
    guard let number = value.number else { throw record.wrong(key, "a number") }
    return number
  }

  private static func flag(_ record: Record, _ key: Int) throws(StageError) -> Bool? {
    let value = record[key]
    guard value.exists else { return nil }
    guard let flag = value.flag else { throw record.wrong(key, "true or false") }
    return flag
  }
}
