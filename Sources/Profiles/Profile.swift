import Market

/// A trading style as data. Rooms read the group of rules that is theirs; `Setting` prints and overrides each value by name.
public struct Profile: Hashable, Sendable {
  public var name: String
  public var timeframes: TimeframeRoles
  public var indicators: IndicatorRules
  public var structure: StructureRules
  public var score: ScoreRules
  public var plan: PlanRules
  public var risk: RiskRules
  public var notify: NotifyRules
}

/// Which timeframe answers which question.
public struct TimeframeRoles: Hashable, Sendable {
  /// The wide view: may be unknown when history is short.
  public var context: [Timeframe]
  /// Where zones and breaks are read; must be complete.
  public var structure: [Timeframe]
  /// Each close of it is one evaluation.
  public var trigger: Timeframe
  /// Read as well when the stream carries them.
  public var optional: [Timeframe]
  /// The timeframe whose ATR and zones carry the plan.
  public var planning: Timeframe
  /// Tried instead when costs refuse the plan on `planning`.
  public var planningFallback: Timeframe?

  public init(
    context: [Timeframe], structure: [Timeframe], trigger: Timeframe, optional: [Timeframe] = [], planning: Timeframe,
    planningFallback: Timeframe? = nil
  ) {
    self.context = context
    self.structure = structure
    self.trigger = trigger
    self.optional = optional
    self.planning = planning
    self.planningFallback = planningFallback
  }

  /// All that the profile wants in its stream, longest first.
  public var all: [Timeframe] {
    Set(context + structure + optional + [trigger, planning]).sorted(by: >)
  }
}
