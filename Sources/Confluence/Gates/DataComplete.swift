import Market
import Profiles

/// The first gate, asked of the symbol before either direction is looked at: its structure and trigger timeframes are there, warmed up, without
/// a hole in the look-back, and not older than one candle. Where it fails there is no direction, and no score.
enum DataComplete {
  static let name = "data_complete"
  static let meaning = "structure and trigger timeframes are there, warmed up, without a hole in the look-back, not older than one candle; else FLAT"

  /// `value` counts what is wrong, `detail` names it.
  static func ask(_ state: SymbolState, _ rules: ScoreRules, now: Timestamp) -> Verdict {
    var faults: [String] = []
    let roles = state.roles
    guard let trigger = roles.trigger else { return .failed(.dataIncomplete, 1, of: 0, "no candle of the trigger timeframe or a longer one") }
    if state[roles.planning] == nil { faults.append("\(roles.planning.label) has no candle") }
    func ask(_ timeframe: Timeframe) {
      guard let view = state[timeframe], view.bars > 0 else {
        if timeframe != roles.planning { faults.append("\(timeframe.label) has no candle") }
        return
      }
      if !view.isEnriched {
        faults.append("\(timeframe.label) lacks indicators or smc")
      } else if !view.indicators.ready {
        faults.append("\(timeframe.label) is warming up (\(view.bars) candles)")
      }
      if let gap = view.lastGap, view.age(of: gap, at: view.closeTime) < Double(rules.lookback) {
        faults.append("\(timeframe.label) has a hole before \(gap.text)")
      }
      if view.age(of: view.closeTime, at: now) > 1 { faults.append("\(timeframe.label) is late, its last close was \(view.closeTime.text)") }
    }
    for timeframe in roles.structure { ask(timeframe) }
    if !roles.structure.contains(trigger) { ask(trigger) }
    guard !faults.isEmpty else { return .passed(0, of: 0) }
    return .failed(.dataIncomplete, Double(faults.count), of: 0, faults.joined(separator: "; "))
  }
}
