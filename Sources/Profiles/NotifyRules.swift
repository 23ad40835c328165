/// What is worth a message.
public struct NotifyRules: Hashable, Sendable {
  /// Score from which a message is `high`; from the profile's minimum it is `medium`.
  public var highScore = 75.0

  public init() {}
}
