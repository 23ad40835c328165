import Confluence
import Market

/// What is worth a message, and how loud it is.
public struct MessageRules: Sendable {
  public enum Loudness: String, CaseIterable, Sendable { case loud, silent, off }

  /// Setups below it are not spoken of.
  public var minimumScore: Double?
  /// States that are spoken of; a ready setup only with a plan that nobody refused.
  public var states: Set<SetupState> = [.ready]
  /// Priorities that are sent.
  public var least = Signal.Priority.low
  public var loudness: [MessageKind: Loudness] = [:]

  public init() {}

  /// What kind of message a setup is worth; `nil`: none.
  public func kind(of signal: Signal) -> MessageKind? {
    let state = signal.setup.state
    guard states.contains(state) else { return nil }
    if let minimumScore, (signal.plan?.confidenceScore ?? signal.score ?? -1) < minimumScore { return nil }
    switch state {
    case .ready: return signal.isAccepted ? .signal : nil
    case .developing: return .developing
    case .watching: return .watching
    case .flat: return nil
    }
  }

  public func isWanted(_ kind: MessageKind, _ priority: Signal.Priority) -> Bool {
    loudness[kind] != .off && priority.rawValue <= least.rawValue
  }

  /// A signal of low priority makes no sound unless asked for.
  public func isSilent(_ kind: MessageKind, _ priority: Signal.Priority) -> Bool {
    switch loudness[kind] {
    case .loud: false
    case .silent, .off: true
    case nil: !kind.isLoud || priority == .low
    }
  }
}

/// Hours of the day in which only what is of high priority makes a sound.
public struct QuietHours: Hashable, Sendable {
  /// Minutes of the day on the wall; `to` may lie before `from`, across midnight.
  public var from: Int
  public var to: Int
  /// IANA name of the time zone on whose wall it is read.
  public var zone: String
  /// Whether messages wait until the hours are over, rather than arrive without a sound.
  public var holds: Bool

  public init?(_ text: String, zone: String, holds: Bool) {
    let times = text.split(separator: "-").map { QuietHours.minute($0) }
    guard times.count == 2, let from = times[0], let to = times[1], from != to else { return nil }
    self.from = from
    self.to = to
    self.zone = zone
    self.holds = holds
  }

  /// Of `22:30`.
  private static func minute(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<24).contains(hour), (0..<60).contains(minute) else { return nil }
    return hour * 60 + minute
  }

  /// Whether a minute of the day, 0…1439, is within.
  public func contains(_ minute: Int) -> Bool { from < to ? (from..<to).contains(minute) : minute >= from || minute < to }
}
