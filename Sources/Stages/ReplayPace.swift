import Exchanges
import Market

/// Plays a history as if it happened now: what was known at the beginning comes at once, the rest at its time.
struct ReplayPace {
  private let from: Timestamp
  private let speed: Double
  private let start = WeightLedger.now

  init(from: Timestamp, speed: Double) {
    self.from = from
    self.speed = speed
  }

  private func due(_ time: Timestamp) -> Timestamp { start + Int64(clamping: Double(max(0, time - from)) / speed, to: 0...Timestamp.longestSpan) }

  func isDue(_ time: Timestamp) -> Bool { due(time) <= WeightLedger.now }

  /// - Returns: false when asked to end meanwhile.
  func wait(for time: Timestamp) -> Bool {
    do throws(VenueStop) { try VenueClient.sleep(until: due(time)) } catch { return false }
    return true
  }
}
