import Market
import Profiles

/// Which indicators run, with which parameters, and which of their values are written under which names. Made once and shared by all series.
public struct IndicatorSelection: Sendable {
  /// One indicator with its parameters; its values begin at `column` of the row.
  struct Instance: Sendable {
    var indicator: RegisteredIndicator
    var parameters: [Double]
    var suffix: String
    var longest: Timeframe
    var column: Int
    var isNeeded = false
    var columns: Range<Int> { column..<column + indicator.card.outputs.count }
  }

  /// One key of the `indicators` object.
  public struct Column: Hashable, Sendable {
    public var name: String
    public var kind: IndicatorOutput.Kind
    public var unit: String
    /// What it belongs to, with its parameters.
    public var about: String
    /// Where its number stands in the row.
    public var index: Int
  }

  private(set) var instances: [Instance] = []
  /// What is written, in order.
  public private(set) var columns: [Column] = []
  /// How many numbers the row has, written or not.
  public private(set) var width = 1
  /// Where the row says whether the candle is ready.
  public static let readyColumn = 0

  /// `only` replaces the bundle of `rules`, `add` extends it, `set` changes parameters (`rsi.period`) of indicators that were asked for without any.
  public init(
    rules: IndicatorRules = IndicatorRules(), only: [String]? = nil, add: [String] = [], set: [(key: String, value: String)] = []
  ) throws(IndicatorSelectionError) {
    var settings = [Setting(indicator: "volume", parameter: "spike", value: rules.volumeSpike)]
    for (key, value) in set { settings.append(try Setting(key, value)) }
    for text in (only ?? rules.bundle) + add { try include(text, settings) }
    for text in rules.needed {
      let request = try IndicatorRequest(text)
      for i in instances.indices where request.names(instances[i].indicator.card, instances[i].suffix) { instances[i].isNeeded = true }
    }
    for setting in settings.dropFirst() where !instances.contains(where: { $0.indicator.card.name == setting.indicator && $0.suffix.isEmpty }) {
      throw .unused(setting.indicator + "." + setting.parameter)
    }
  }

  private mutating func include(_ text: String, _ settings: [Setting]) throws(IndicatorSelectionError) {
    if text == "ready" {
      append(
        Column(
          name: "ready", kind: .flag, unit: "true, false", about: "whether what the profile needs here has settled", index: Self.readyColumn))
      return
    }
    let request = try IndicatorRequest(text)
    let card = request.indicator.card
    var parameters = request.parameters
    if request.suffix.isEmpty {
      for setting in settings where setting.indicator == card.name {
        for (i, parameter) in card.parameters.enumerated() where parameter.name == setting.parameter { parameters[i] = setting.value }
      }
    }
    let suffix = request.suffix.isEmpty && card.namesItsParameters ? IndicatorRequest.suffix(parameters) : request.suffix
    let column: Int
    if let known = instances.firstIndex(where: { $0.indicator.card.name == card.name && $0.suffix == suffix }) {
      column = instances[known].column
      instances[known].longest = max(instances[known].longest, request.longest)
    } else {
      column = width
      width += card.outputs.count
      instances.append(Instance(indicator: request.indicator, parameters: parameters, suffix: suffix, longest: request.longest, column: column))
    }
    for (i, output) in card.outputs.enumerated() where request.output == nil || request.output == i {
      append(Column(name: output.name + suffix, kind: output.kind, unit: output.unit, about: card.described(parameters), index: column + i))
    }
  }

  private mutating func append(_ column: Column) {
    if !columns.contains(column) { columns.append(column) }
  }
}

/// `rsi.period=21`
private struct Setting {
  var indicator: String
  var parameter: String
  var value: Double

  init(indicator: String, parameter: String, value: Double) {
    self.indicator = indicator
    self.parameter = parameter
    self.value = value
  }

  init(_ key: String, _ text: String) throws(IndicatorSelectionError) {
    let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let card = IndicatorRegistry.named(parts[0])?.card else { throw .unknown(parts[0]) }
    guard let parameter = card.parameters.first(where: { $0.name == parts[1] }) else {
      throw .unknownParameter(parts[1], of: card.name, among: card.parameters.map(\.name))
    }
    self.init(indicator: card.name, parameter: parameter.name, value: try parameter.read(text, of: card.name))
  }
}
