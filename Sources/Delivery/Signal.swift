import Confluence
import Market
import Planning
import Profiles
import Risk

/// One evaluation with all that the stages made of it: what a message is about.
public struct Signal: Hashable, Sendable {
  public var setup: Setup
  public var plan: TradePlan?
  public var risk: RiskDecision?
  /// What became of its message, where it was to be sent.
  public var receipt: Receipt?

  public init(setup: Setup, plan: TradePlan? = nil, risk: RiskDecision? = nil, receipt: Receipt? = nil) {
    self.setup = setup
    self.plan = plan
    self.risk = risk
    self.receipt = receipt
  }

  /// A plan that nobody refused. Only these are worth a message.
  public var isAccepted: Bool { setup.rejected == nil && plan != nil && risk?.approved != false }

  /// Whether its plan is of no more use at a time.
  public func isOver(at time: Timestamp) -> Bool { plan.map { $0.validUntil <= time } ?? false }

  /// How loud a message is.
  public enum Priority: UInt8, CaseIterable, Hashable, Sendable {
    case high, medium, low
    public var label: StaticString {
      switch self {
      case .high: "high"
      case .medium: "medium"
      case .low: "low"
      }
    }
  }

  /// By the score: `high` from the profile's high mark, `medium` from its minimum, else `low`.
  public func priority(_ profile: Profile) -> Priority {
    let score = plan?.confidenceScore ?? setup.confluence?.totalScore ?? 0
    if score >= profile.notify.highScore { return .high }
    return score >= profile.score.minimumScore ? .medium : .low
  }

  /// Equal for all messages about the same idea, however often it is evaluated; a plan that replaces another is news.
  public var dedupeKey: String {
    guard let plan, plan.metadata.supersedes != nil else { return setup.id }
    return "\(setup.id)+\(plan.planID)"
  }

  /// `LONG`, `SHORT` or `FLAT`.
  public var side: String { setup.direction.map { "\($0.trade)" } ?? "FLAT" }
  public var score: Double? { setup.confluence?.totalScore }

  /// Why it goes no further, for people: `low_score: 43.2 against 50, the score is below …`; `nil` when it was not refused.
  public var refusal: String? {
    guard let rejected = setup.rejected else { return nil }
    // A threshold says nothing without what was held against it.
    let figures = rejected.value.map { value in
      NumberText.significant(value, digits: 4) + (rejected.threshold.map { " against " + NumberText.significant($0, digits: 4) } ?? "")
    }
    let words = [figures ?? "", rejected.detail ?? rejected.code.meaning].filter { !$0.isEmpty }
    return ([rejected.code.rawValue] + (words.isEmpty ? [] : [words.joined(separator: ", ")])).joined(separator: ": ")
  }
}
