import Market

/// One word of a bundle: `rsi`, `rsi:7`, `bb_upper`, `ema_200@4h`.
struct IndicatorRequest {
  var indicator: RegisteredIndicator
  /// One output of the indicator; `nil` means all.
  var output: Int?
  var parameters: [Double]
  /// What the parameters asked for add to the names; empty when none were.
  var suffix = ""
  var longest: Timeframe

  /// An indicator's name means all its values, any other name the value of that name; `ema_34` is `ema:34`.
  init(_ text: String) throws(IndicatorSelectionError) {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var parts = halves[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var name = parts.removeFirst()
    if parts.isEmpty, Self.find(name) == nil {
      let words = name.split(separator: "_").map(String.init)
      let stem = words.prefix { !($0.first?.isNumber ?? false) }
      parts = words.dropFirst(stem.count).map { String($0.map { $0 == "p" ? "." : $0 }) }
      name = stem.joined(separator: "_")
    }
    guard let (found, output) = Self.find(name) else { throw .unknown(text) }
    let card = found.card
    guard parts.count <= card.parameters.count else { throw .tooManyParameters(text, allowed: card.parameters.count) }
    indicator = found
    self.output = output
    parameters = card.parameters.map(\.standard)
    for (i, part) in parts.enumerated() { parameters[i] = try card.parameters[i].read(part, of: card.name) }
    if !parts.isEmpty { suffix = Self.suffix(Array(parameters.prefix(parts.count))) }
    longest = card.longest
    if halves.count == 2 {
      guard let limit = Timeframe(halves[1]) else { throw .unknownTimeframe(halves[1]) }
      longest = min(longest, limit)
    }
  }

  private static func find(_ name: String) -> (RegisteredIndicator, Int?)? {
    if let found = IndicatorRegistry.named(name) { return (found, nil) }
    for candidate in IndicatorRegistry.all {
      if let output = candidate.card.outputs.firstIndex(where: { $0.name == name }) { return (candidate, output) }
    }
    return nil
  }

  /// `_20`, `_20_2p5`
  static func suffix(_ parameters: [Double]) -> String {
    parameters.map { "_" + String(IndicatorParameter.text(of: $0).map { $0 == "." ? "p" : $0 }) }.joined()
  }

  /// Whether an instance is the one meant.
  func names(_ card: IndicatorCard, _ suffix: String) -> Bool {
    card.name == indicator.card.name && suffix == (self.suffix.isEmpty && card.namesItsParameters ? Self.suffix(parameters) : self.suffix)
  }
}

extension IndicatorParameter {
  func read(_ text: String, of indicator: String) throws(IndicatorSelectionError) -> Double {
    guard let value = Double(text), range.contains(value), !isWhole || value == value.rounded() else {
      throw .badParameter(name, of: indicator, value: text, allowed: range, isWhole: isWhole)
    }
    return value
  }
}

/// Why a selection was refused.
public enum IndicatorSelectionError: Error, Equatable, CustomStringConvertible {
  case unknown(String)
  case unknownParameter(String, of: String, among: [String])
  case tooManyParameters(String, allowed: Int)
  case badParameter(String, of: String, value: String, allowed: ClosedRange<Double>, isWhole: Bool)
  case unknownTimeframe(String)
  /// A setting for an indicator that is not selected without parameters.
  case unused(String)

  public var description: String {
    switch self {
    case .unknown(let name): "no indicator or value is called '\(name)'"
    case .unknownParameter(let name, let indicator, let names): "\(indicator) has no parameter '\(name)'; it has \(names.joined(separator: ", "))"
    case .tooManyParameters(let text, let allowed): "'\(text)': at most \(allowed) parameters"
    case .badParameter(let name, let indicator, let value, let allowed, let isWhole):
      "\(indicator).\(name): '\(value)' is not a \(isWhole ? "whole " : "")number from \(IndicatorParameter.text(of: allowed.lowerBound)) to \(IndicatorParameter.text(of: allowed.upperBound))"
    case .unknownTimeframe(let text): "no timeframe is called '\(text)'"
    case .unused(let key): "'\(key)' is set, but no such indicator is selected without parameters of its own"
    }
  }
}
