import Indicators
import Market
import TestKit
import Testing
import Wire

@testable import Records

@Suite struct IndicatorsRecordTests {
  /// Candles of a seeded walk, run through every indicator there is.
  static func written(_ selection: IndicatorSelection, count: Int) -> [(row: [Double], text: String)] {
    let bundle = IndicatorBundle(selection, timeframe: .m15)
    let record = IndicatorsRecord(selection)
    var row = [Double](repeating: .nan, count: selection.width)
    var random = SeededGenerator(seed: 5)
    var time = Timestamp(day: CalendarDay(year: 2024, month: 1, day: 1))
    var last = 100.0
    return (0..<count).map { _ in
      let close = last * (1 + 0.004 * random.normal())
      let candle = Candle(
        openTime: time, closeTime: time + 15 * Timestamp.minute, open: last, high: max(last, close) * 1.001, low: min(last, close) * 0.999,
        close: close, volume: Double(Int.random(in: 1...1000, using: &random)))
      (last, time) = (close, candle.closeTime)
      var out = ByteBuffer()
      row.withUnsafeMutableBufferPointer {
        bundle.update(candle, into: $0.baseAddress!)
        record.encode($0.baseAddress!, into: &out)
      }
      return (row, out.text)
    }
  }

  @Test func fitsItsTableAndHasExactlyWhatExists() throws {
    let selection = try IndicatorSelection(only: ["ready"] + IndicatorRegistry.all.map(\.card.name))
    let table = IndicatorsRecord.table(selection)
    var scanner = RecordScanner(keys: ["type", "indicators"])
    for (row, text) in Self.written(selection, count: 1200) {
      var line = ByteBuffer()
      line.append("{\"type\":\"candle\",\"indicators\":\(text)}\n")
      let bytes = Bytes(start: line.start, count: line.count - 1)
      let isWhole = scanner.scan(bytes)
      try #require(isWhole)
      let value = scanner.record(bytes)[1]
      #expect(table.violations(in: value, strict: true) == [])
      var names: [String] = []
      var members = value.members
      while let (key, _) = members.next() { names.append(key.text) }
      #expect(names == selection.columns.filter { !row[$0.index].isNaN }.map(\.name))
    }
  }

  @Test func nothingIsAnEmptyObject() throws {
    let selection = try IndicatorSelection(only: ["rsi"])
    #expect(Self.written(selection, count: 1)[0].text == "{}")
  }
}
