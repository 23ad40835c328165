import Foundation
import Indicators
import Market
import Testing

/// Values of Fixtures/oracle/indicators.py: TA-Lib's where it has the definition, the definition computed window by window elsewhere.
struct Oracle: CustomTestStringConvertible {
  var name: String
  var candles: [Candle] = []
  var columns: [String]
  /// The values of a candle; `nil` where the file keeps quiet about it.
  var expected: [[Double?]?] = []
  var testDescription: String { name }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/oracle/indicators").standardized

  static let names = ["walk", "flat", "flat_after_walk", "ties", "zero_volume", "tiny", "huge", "jump", "rising", "falling", "one"]

  init(_ name: String) throws {
    self.name = name
    let lines = try String(contentsOf: Self.folder.appending(path: name + ".csv"), encoding: .utf8).split(separator: "\n").dropFirst()
    columns = lines.first!.split(separator: ",").dropFirst(6).map(String.init)
    for line in lines.dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      let time = Timestamp(milliseconds: Int64(cells[0]!))
      candles.append(
        Candle(
          openTime: time, closeTime: time + Timestamp.minute * 15, open: cells[1]!, high: cells[2]!, low: cells[3]!, close: cells[4]!,
          volume: cells[5]!))
      expected.append(cells.count > 6 ? Array(cells.dropFirst(6)) : nil)
    }
  }
}

@Test(arguments: Oracle.names)
func valuesAgreeWithTheOracle(name: String) throws {
  let oracle = try Oracle(name)
  let run = try Run(oracle.candles, only: oracle.columns)
  let kinds = Dictionary(uniqueKeysWithValues: run.selection.columns.map { ($0.name, $0.kind) })
  /// What a value that is not a price is made of.
  let volume = oracle.candles.map(\.volume).max()!
  let unitSize = Dictionary(
    IndicatorRegistry.all.flatMap(\.card.outputs).map { ($0.name, $0.unit == "price" ? nil : $0.unit == "base asset" ? volume : 100) },
    uniquingKeysWith: { a, _ in a }
  ).compactMapValues { $0 }
  for (k, column) in oracle.columns.enumerated() {
    let values = run[column]
    guard !values.isEmpty else {
      Issue.record("no value is called \(column)")
      continue
    }
    var checked = 0
    for (i, expected) in oracle.expected.enumerated() {
      guard let expected else { continue }
      checked += 1
      guard let wanted = expected[k] else {
        if !values[i].isNaN {
          Issue.record("\(name) \(column)[\(i)]: \(values[i]) where nothing is expected")
          break
        }
        continue
      }
      // Rounding of the inputs' size is let through where the value itself is nearly 0.
      let size = kinds[column] == .number ? max(unitSize[column] ?? oracle.candles[i].close, wanted.magnitude) : 1
      if !((values[i] - wanted).magnitude <= 1e-9 * wanted.magnitude + 1e-13 * size) {
        Issue.record("\(name) \(column)[\(i)]: \(values[i]), the oracle has \(wanted)")
        break
      }
    }
    #expect(checked > 0)
  }
}
