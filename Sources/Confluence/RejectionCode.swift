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
  case regimeAgainst = "regime_against"
  case btcImpulse = "btc_impulse"
  case blockedPath = "blocked_path"
  case volatilityFloor = "volatility_floor"
  case spread = "spread"
  case depth = "depth"
  case funding = "funding"
  case plugin = "plugin"
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
  case heat = "portfolio_heat"
  case dayLoss = "day_loss"
  case weekLoss = "week_loss"
  case drawdown = "drawdown_stop"
  case cooldown = "cooldown"
  case hasPosition = "has_position"
  case liquidation = "liquidation_too_near"
  case margin = "insufficient_margin"
  case conflict = "conflict"
  case killSwitch = "kill_switch"

  /// `score | plan | risk`: who first says it. Other stages may lend it.
  public var stage: String {
    switch self {
    case .noEntryZone, .noTarget, .stopTooWide, .stopTooTight, .insufficientRewardRisk, .firstTargetTooNear, .firstTargetTooFar, .costShare,
      .alreadyPlanned, .entryPassed:
      "plan"
    case .shortNotPossible, .belowMinimumOrder, .sameSideLimit, .assetExposure, .totalExposure, .openRisk, .heat, .dayLoss, .weekLoss,
      .drawdown, .cooldown, .hasPosition, .liquidation, .margin, .conflict, .killSwitch:
      "risk"
    default: "score"
    }
  }

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
    case .regimeAgainst: "the symbol is in a strong trend against the setup"
    case .btcImpulse: "the reference symbol's last hour broke against its strong trend"
    case .blockedPath: "too many opposing blocks stand before the first opposing liquidity"
    case .volatilityFloor: "the market moves too little to pay its costs"
    case .spread: "the order book is wider than the profile allows"
    case .depth: "too little rests in the order book to leave again"
    case .funding: "this side pays more funding than the profile allows"
    case .plugin: "a plug-in's gate refused it; `detail` names it"
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
    case .heat: "the correlated open risk is at its limit"
    case .dayLoss: "the day's loss (UTC) has reached its limit"
    case .weekLoss: "the week's loss (Monday, UTC) has reached its limit"
    case .drawdown: "equity has fallen too far from its peak"
    case .cooldown: "the symbol rests after a stop"
    case .hasPosition: "an order or a position stands on the symbol already"
    case .liquidation: "the stop lies too near to liquidation at any leverage"
    case .margin: "no free margin is left for it"
    case .conflict: "an order or a position of the other side stands on the symbol"
    case .killSwitch: "the kill switch is set"
    }
  }
}
