import Delivery
import Indicators
import Market
import Records
import Stage

/// The indicators that a picture shows, computed over its candles and all known before them.
struct ChartIndicators {
  private let selection: IndicatorSelection
  private let columns: [IndicatorSelection.Column]
  /// More panels would leave no room for the price.
  private static let panels = 3

  init(_ names: [String]) throws(StageError) {
    do throws(IndicatorSelectionError) {
      selection = try IndicatorSelection(only: names)
    } catch {
      throw .usage("--with: \(error.description)", hint: "sessions, range, or names that ss-indicators --list knows")
    }
    columns = selection.columns.filter { $0.kind == .number }
    for name in names where !columns.contains(where: { $0.name == name || $0.name.hasPrefix(name.prefix { $0 != ":" && $0 != "@" }) }) {
      throw .usage("--with \(name): no number to draw a line of")
    }
    let units = Set(columns.compactMap(ChartIndicators.unit))
    if units.count > Self.panels { throw .usage("--with: at most \(Self.panels) panels, not one each for \(units.sorted().joined(separator: ", "))") }
  }

  /// `nil` for what is a price on the chart's own scale.
  private static func unit(_ column: IndicatorSelection.Column) -> String? {
    Mirror(indicator: column.name, unit: column.unit).isPrice ? nil : column.unit
  }

  /// The lines over the last `count` candles.
  func studies(over candles: [Candle], _ timeframe: Timeframe, last count: Int) -> [Chart.Study] {
    var studies = columns.map { Chart.Study(name: $0.name, unit: Self.unit($0), values: []) }
    if studies.isEmpty { return [] }
    let bundle = IndicatorBundle(selection, timeframe: timeframe)
    var row = [Double](repeating: .nan, count: selection.width)
    for (i, candle) in candles.enumerated() {
      row.withUnsafeMutableBufferPointer { row in
        if let values = row.baseAddress { bundle.update(candle, into: values) }
      }
      guard i >= candles.count - count else { continue }
      for (k, column) in columns.enumerated() { studies[k].values.append(row[column.index]) }
    }
    return studies
  }
}
