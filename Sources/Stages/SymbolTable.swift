import Market
import Profiles
import Records
import Stage
import Structure
import Wire

/// The structure engines of a stream, one for each (exchange, symbol), and the order that a symbol's candles must keep.
struct SymbolTable: ~Copyable {
  var engines: [StructureEngine] = []
  private var names: NameTable
  /// Engine of each series, by the series' number; −1 before its first candle.
  private var engineOfSeries: [Int] = []
  private var newest: [(closeTime: Timestamp, timeframe: Timeframe)] = []

  init(_ limit: SeriesLimit) { names = NameTable(limit) }

  /// The engine of a record's symbol.
  @inline(__always)
  mutating func symbol(of series: Int, _ record: Record, rules: StructureRules) throws(StageError) -> Int {
    if series < engineOfSeries.count, engineOfSeries[series] >= 0 { return engineOfSeries[series] }
    let symbol = try symbol(record, rules: rules)
    while engineOfSeries.count <= series { engineOfSeries.append(-1) }
    engineOfSeries[series] = symbol
    return symbol
  }

  private mutating func symbol(_ record: Record, rules: StructureRules) throws(StageError) -> Int {
    let symbol = try names.market(record)
    if symbol == engines.count {
      engines.append(StructureEngine(rules: rules))
      newest.append((.distantPast, .month1))
    }
    return symbol
  }

  /// Notes the price step of an instrument record's symbol.
  mutating func setTick(_ tick: Double, _ record: Record, rules: StructureRules) throws(StageError) {
    engines[try symbol(record, rules: rules)].tick = tick
  }

  /// Notes a close of a symbol: in order of time, of the same instant the longer timeframe first.
  @inline(__always)
  mutating func advance(_ symbol: Int, to closeTime: Timestamp, _ timeframe: Timeframe, _ record: Record) throws(StageError) {
    let last = newest[symbol]
    guard closeTime > last.closeTime || closeTime == last.closeTime && timeframe < last.timeframe else {
      throw outOfOrder(closeTime, timeframe, last, record)
    }
    newest[symbol] = (closeTime, timeframe)
  }

  private func outOfOrder(
    _ closeTime: Timestamp, _ timeframe: Timeframe, _ last: (closeTime: Timestamp, timeframe: Timeframe), _ record: Record
  ) -> StageError {
    .data(
      "out-of-order", "\(timeframe.label) closes at \(closeTime.text), after \(last.timeframe.label) at \(last.closeTime.text) of the same symbol",
      hint: "sort by close_time, longer timeframes first", offset: record.offset(of: record[StreamKey.closeTime]))
  }
}
