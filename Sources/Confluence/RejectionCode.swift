/// Every reason for which a setup can be refused, by any stage. Raw values are the stream's `code`; `meaning` feeds the generated table in docs.
public enum RejectionCode: String, CaseIterable, Hashable, Sendable {
  // ss-score
  case noDirection = "no_direction"
  case notReady = "not_ready"
  case staleData = "stale_data"
  case dataIncomplete = "data_incomplete"
  case noAnchor = "structural_anchor"
  case htfAgainst = "htf_against"
  case htfUnknown = "htf_unknown"
  case lowScore = "low_score"
  // ss-plan
  case noEntryZone = "no_entry_zone"
  case noTarget = "no_target"
  case stopTooWide = "stop_too_wide"
  case stopTooTight = "stop_too_tight"
  case insufficientRewardRisk = "insufficient_reward_risk"
  case firstTargetTooNear = "first_target_too_near"
  case firstTargetTooFar = "first_target_too_far"
  case costShare = "cost_share"
  case alreadyPlanned = "already_planned"
  case entryPassed = "entry_passed"
  // ss-risk
  case shortNotPossible = "short_not_possible"
  case belowMinimumOrder = "below_minimum_order"
  case sameSideLimit = "same_side_limit"
  case assetExposure = "asset_exposure"
  case totalExposure = "total_exposure"
  case openRisk = "open_risk"
  case conflict = "conflict"
  case killSwitch = "kill_switch"

  /// One line for the table in docs/quality-gates.md.
  public var meaning: String {
    switch self {
    case .noDirection: "neither direction leads, or what decides is missing: FLAT"
    case .notReady: "watching or developing: `detail` says what is missing"
    case .staleData: "the symbol had no candle at the end of the run"
    case .dataIncomplete: "a structure or trigger timeframe is short, gapped or late"
    case .noAnchor: "no block or gap of the setup's direction carries it"
    case .htfAgainst: "the profile demands the higher timeframe's agreement, and it disagrees"
    case .htfUnknown: "the profile demands the higher timeframe's agreement, and it is unknown"
    case .lowScore: "the score is below the profile's minimum"
    case .noEntryZone: "no zone of the planning timeframe or longer carries an entry"
    case .noTarget: "no opposing liquidity ahead, and extensions are not allowed"
    case .stopTooWide: "structure puts the stop further than the profile allows"
    case .stopTooTight: "structure puts the stop nearer than the profile allows"
    case .insufficientRewardRisk: "the weighted worst reward:risk is below the profile's minimum"
    case .firstTargetTooNear: "the first target alone pays less than the profile's minimum"
    case .firstTargetTooFar: "the first target is further than price usually reaches"
    case .costShare: "round-trip worst cost eats too much of the risk"
    case .alreadyPlanned: "a live plan stands on the same zone"
    case .entryPassed: "price is beyond the entry already"
    case .shortNotPossible: "a spot market cannot be sold short"
    case .belowMinimumOrder: "the venue's smallest order risks more than the budget"
    case .sameSideLimit: "too many positions on one side"
    case .assetExposure: "too much in one asset"
    case .totalExposure: "too much in all"
    case .openRisk: "the open risk of all positions is at its limit"
    case .conflict: "a position of the other side is open on the symbol"
    case .killSwitch: "the kill switch is set"
    }
  }
}
