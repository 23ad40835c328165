import Market

/// All that is known about an indicator besides its arithmetic: the source of `--list`, `--explain` and of the documentation.
public struct IndicatorCard: Sendable {
  public var name: String
  public var title: String
  public var outputs: [IndicatorOutput]
  public var parameters: [IndicatorParameter]
  public var formula: String
  /// Where the first value stands and what it is seeded with.
  public var seed: String
  /// When a value is absent, and what degenerate input (flat, without volume) does.
  public var degenerate: String
  public var gap: GapBehaviour
  public var source: String
  /// Whether keys always carry the parameters: `ema_20`. Otherwise only those asked for with parameters do: `rsi`, `rsi_7`.
  public var namesItsParameters: Bool
  /// Candles longer than this have no such value.
  public var longest: Timeframe

  public init(
    name: String, title: String, outputs: [IndicatorOutput], parameters: [IndicatorParameter], formula: String, seed: String, degenerate: String,
    gap: GapBehaviour, source: String, namesItsParameters: Bool = false, longest: Timeframe = .month1
  ) {
    self.name = name
    self.title = title
    self.outputs = outputs
    self.parameters = parameters
    self.formula = formula
    self.seed = seed
    self.degenerate = degenerate
    self.gap = gap
    self.source = source
    self.namesItsParameters = namesItsParameters
    self.longest = longest
  }

  /// `MACD(12, 26, 9)` in words: the title and the parameters.
  public func described(_ values: [Double]) -> String {
    let settings = zip(parameters, values).map { "\($0.name) \(IndicatorParameter.text(of: $1))" }
    return settings.isEmpty ? title : "\(title): \(settings.joined(separator: ", "))"
  }
}

/// One key of the `indicators` object.
public struct IndicatorOutput: Hashable, Sendable {
  /// How the number in the row is to be read.
  public enum Kind: Hashable, Sendable {
    case number
    /// 0 or 1: `false` or `true`.
    case flag
    /// Milliseconds since 1970-01-01T00:00:00Z.
    case time
    /// An index into these words.
    case word([String])
  }
  public var name: String
  public var kind: Kind
  public var unit: String

  public init(_ name: String, _ kind: Kind = .number, unit: String) {
    self.name = name
    self.kind = kind
    self.unit = unit
  }
}

/// A number that can be set: `--set rsi.period=21`.
public struct IndicatorParameter: Hashable, Sendable {
  public var name: String
  public var standard: Double
  public var range: ClosedRange<Double>
  /// Whether only whole numbers are meant.
  public var isWhole: Bool

  /// A whole number without its fraction.
  public static func text(of value: Double) -> String { value == value.rounded() ? String(Int(known: value)) : "\(value)" }

  public static func bars(_ name: String = "period", _ standard: Int, from least: Int = 2) -> IndicatorParameter {
    IndicatorParameter(name: name, standard: Double(standard), range: Double(least)...5000, isWhole: true)
  }
  public static func real(_ name: String, _ standard: Double, _ range: ClosedRange<Double>) -> IndicatorParameter {
    IndicatorParameter(name: name, standard: standard, range: range, isWhole: false)
  }
}
