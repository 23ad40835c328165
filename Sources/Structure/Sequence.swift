import Market
import Profiles

/// The model sequence of one direction on one timeframe, in bullish words: a low is swept; within `sequenceTurnBars` a protected CHoCH up follows whose leg
/// covers at least `sequenceDisplacement` ATR and leaves a gap, or else its block, behind; within `sequenceReturnBars` price returns into that zone; within
/// `sequenceReactionBars` it closes above the high of the bar that returned. Afterwards it stands for `sequenceReactionBars`.
/// A close below the swept low, or below the zone, ends it; so does each limit.
struct Sequence {
  private(set) var step = SequenceState.Step.none
  /// Open of the candle of the newest step.
  private(set) var at = Timestamp(milliseconds: 0)
  private var index = 0
  /// Low of the sweep candle; zone edges; high of the bar that returned: all seen from this direction.
  private var sweepLow = 0.0
  private var zone: (near: Double, far: Double) = (0, 0)
  private var returnHigh = 0.0

  /// Takes the newest bar, before any fact that it makes known.
  mutating func live(_ view: View, _ bar: Bar, _ moment: Moment) {
    guard step != .none else { return }
    let limit =
      switch step {
      case .none, .swept, .turned: moment.rules.sequenceTurnBars
      case .zoneLeft: moment.rules.sequenceReturnBars
      case .returned, .reacted: moment.rules.sequenceReactionBars
      }
    if view.close < sweepLow || step >= .zoneLeft && view.close < zone.far || bar.index - index > limit {
      step = .none
      return
    }
    if step == .zoneLeft, view.low <= zone.near {
      advance(to: .returned, bar)
      returnHigh = view.high
    } else if step == .returned, view.close > returnHigh {
      advance(to: .reacted, bar)
    }
  }

  /// This bar swept a low. A sequence that has already turned goes on.
  mutating func sweep(_ view: View, _ bar: Bar) {
    guard step <= .swept || step == .reacted else { return }
    advance(to: .swept, bar)
    sweepLow = view.low
  }

  /// This bar broke structure upwards.
  /// - Parameter gap: near and far edge of the newest gap in the leg.
  mutating func turn(_ made: Breaks.Made, gap: (near: Double, far: Double)?, _ bar: Bar, _ moment: Moment) {
    guard step == .swept, made.fact.isProtected else { return }
    let block = made.leg.block
    guard made.leg.displacement(from: block.view.high, block, breakATR: bar.atr) >= moment.rules.sequenceDisplacement else { return }
    zone = gap ?? (block.view.high, block.view.low)
    advance(to: .zoneLeft, bar)
  }

  private mutating func advance(to step: SequenceState.Step, _ bar: Bar) {
    self.step = step
    at = bar.openTime
    index = bar.index
  }
}
