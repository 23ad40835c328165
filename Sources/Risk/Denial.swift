import Confluence
import Market

/// A limit that said no, and the smallest change with which it would have said yes.
struct Denial: Hashable {
  enum Remedy: Hashable {
    case none
    /// A smaller `risk.risk_per_trade`, as a fraction.
    case riskAtMost(Double)
    /// A larger balance, or a larger risk per trade.
    case riskAtLeast(amount: Double)
    case equityAtLeast(Double)
    case waitUntil(Timestamp)
    case closeFirst(String)
    case onePositionLess(Direction)
    case stopWithin(Double)
    case marginOrPerpetual
    case removeKillSwitch

    var text: String? {
      switch self {
      case .none: nil
      case .riskAtMost(let fraction):
        fraction > 0
          ? "would pass with risk.risk_per_trade=\(NumberText.significant(fraction, digits: 6))" : "would pass once something else is closed"
      case .riskAtLeast(let amount): "would pass with \(NumberText.significant(amount, digits: 6)) at risk per trade"
      case .equityAtLeast(let equity): "would pass with an equity of \(NumberText.significant(equity, digits: 8))"
      case .waitUntil(let time): "would pass from \(time.text)"
      case .closeFirst(let symbol): "would pass once \(symbol) is closed"
      case .onePositionLess(let direction): "would pass with one \(direction.trade) less"
      case .stopWithin(let distance): "would pass with the stop within \(NumberText.significant(distance, digits: 6)) of the entry"
      case .marginOrPerpetual: "would pass with --margin RATE or --assume linear"
      case .removeKillSwitch: "would pass without the kill switch"
      }
    }
  }

  var code: RejectionCode
  var value: Double?
  var threshold: Double?
  var detail: String?
  var remedy = Remedy.none

  func rejection(whyNot: Bool) -> Rejection {
    let texts = [detail, whyNot ? remedy.text : nil].compactMap { $0 }
    return Rejection(
      stage: "risk", code: code, value: value, threshold: threshold, detail: texts.isEmpty ? nil : texts.joined(separator: "; "))
  }
}
