import Indicators
import Market
import Stage

/// What `ss-indicators --list` and `--explain` print, from the indicators' cards.
enum IndicatorPages {
  /// Every indicator, a paragraph each.
  static var list: String { IndicatorRegistry.all.map(summary).joined(separator: "\n") }

  private static func summary(_ indicator: RegisteredIndicator) -> String {
    let card = indicator.card
    let (lookback, settled) = indicator.warmUp(card.parameters.map(\.standard))
    var lines = ["\(card.name): \(card.title)"]
    func line(_ label: String, _ text: String) {
      lines.append("  " + label + String(repeating: " ", count: max(1, 12 - label.count)) + text)
    }
    line("values", card.outputs.map { "\($0.name) (\($0.unit))" }.joined(separator: ", "))
    if !card.parameters.isEmpty {
      line("parameters", card.parameters.map { "\($0.name)=\(IndicatorParameter.text(of: $0.standard))" }.joined(separator: ", "))
    }
    line("warm-up", "all values from candle \(lookback), settled from candle \(settled), counted from 0")
    line("formula", card.formula)
    line("source", card.source)
    return lines.joined(separator: "\n") + "\n"
  }

  /// One indicator in full; with an empty name, how the stage works.
  static func explanation(of name: String) throws(StageError) -> String {
    if name.isEmpty { return IndicatorsStage.spec.discussion + "\n\nOf one indicator: --explain=rsi. All of them: --list.\n" }
    guard let indicator = IndicatorRegistry.named(name) else {
      throw .usage("no indicator is called '\(name)'", hint: "see ss-indicators --list")
    }
    let card = indicator.card
    var text = summary(indicator)
    func line(_ label: String, _ about: String) {
      text += "  " + label + String(repeating: " ", count: max(1, 12 - label.count)) + about + "\n"
    }
    line("first value", card.seed)
    line("edge cases", card.degenerate)
    line("at a gap", card.gap.about)
    if card.longest != .month1 { line("timeframes", "up to \(card.longest.label)") }
    if let errors = IndicatorRegistry.warmUpErrors[card.name] {
      let points = zip(IndicatorRegistry.warmUpLengths, errors).filter { !$1.isNaN && $1 > 0 }
      line(
        "error", "worst measured, percent after candles: " + points.map { "\(IndicatorParameter.text(of: $1)) after \($0)" }.joined(separator: ", "))
    }
    for parameter in card.parameters {
      line(
        "--set",
        "\(card.name).\(parameter.name)=\(IndicatorParameter.text(of: parameter.standard))  \(IndicatorParameter.text(of: parameter.range.lowerBound))"
          + "…\(IndicatorParameter.text(of: parameter.range.upperBound))\(parameter.isWhole ? ", whole" : "")")
    }
    return text
  }
}
