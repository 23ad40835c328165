/// Why a setup was refused: the stream's `rejected.code`. Ours are listed here, with what they mean; a stage of somebody else may have its own.
public struct RejectionCode: RawRepresentable, Hashable, Sendable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  // ss-score
  public static let noDirection = RejectionCode(rawValue: "no_direction")
  public static let notReady = RejectionCode(rawValue: "not_ready")
  public static let staleData = RejectionCode(rawValue: "stale_data")
  public static let dataIncomplete = RejectionCode(rawValue: "data_incomplete")
  public static let noAnchor = RejectionCode(rawValue: "structural_anchor")
  public static let htfAgainst = RejectionCode(rawValue: "htf_against")
  public static let htfUnknown = RejectionCode(rawValue: "htf_unknown")
  public static let regimeAgainst = RejectionCode(rawValue: "regime_against")
  public static let btcImpulse = RejectionCode(rawValue: "btc_impulse")
  public static let blockedPath = RejectionCode(rawValue: "blocked_path")
  public static let volatilityFloor = RejectionCode(rawValue: "volatility_floor")
  public static let spread = RejectionCode(rawValue: "spread")
  public static let depth = RejectionCode(rawValue: "depth")
  public static let funding = RejectionCode(rawValue: "funding")
  public static let plugin = RejectionCode(rawValue: "plugin")
  public static let lowScore = RejectionCode(rawValue: "low_score")

  // ss-plan
  public static let noEntryZone = RejectionCode(rawValue: "no_entry_zone")
  public static let noTarget = RejectionCode(rawValue: "no_target")
  public static let stopTooWide = RejectionCode(rawValue: "stop_too_wide")
  public static let stopTooTight = RejectionCode(rawValue: "stop_too_tight")
  public static let insufficientRewardRisk = RejectionCode(rawValue: "insufficient_reward_risk")
  public static let firstTargetTooNear = RejectionCode(rawValue: "first_target_too_near")
  public static let firstTargetTooFar = RejectionCode(rawValue: "first_target_too_far")
  public static let costShare = RejectionCode(rawValue: "cost_share")
  public static let alreadyPlanned = RejectionCode(rawValue: "already_planned")
  public static let entryPassed = RejectionCode(rawValue: "entry_passed")

  // ss-risk
  public static let shortNotPossible = RejectionCode(rawValue: "short_not_possible")
  public static let belowMinimumOrder = RejectionCode(rawValue: "below_minimum_order")
  public static let sameSideLimit = RejectionCode(rawValue: "same_side_limit")
  public static let assetExposure = RejectionCode(rawValue: "asset_exposure")
  public static let totalExposure = RejectionCode(rawValue: "total_exposure")
  public static let openRisk = RejectionCode(rawValue: "open_risk")
  public static let heat = RejectionCode(rawValue: "portfolio_heat")
  public static let dayLoss = RejectionCode(rawValue: "day_loss")
  public static let weekLoss = RejectionCode(rawValue: "week_loss")
  public static let drawdown = RejectionCode(rawValue: "drawdown_stop")
  public static let cooldown = RejectionCode(rawValue: "cooldown")
  public static let hasPosition = RejectionCode(rawValue: "has_position")
  public static let liquidation = RejectionCode(rawValue: "liquidation_too_near")
  public static let margin = RejectionCode(rawValue: "insufficient_margin")
  public static let conflict = RejectionCode(rawValue: "conflict")
  public static let killSwitch = RejectionCode(rawValue: "kill_switch")

  /// All of ours, by the stage that first says them; other stages may lend them. The table in docs/quality-gates.md is made from it.
  public static let known: [(stage: String, code: RejectionCode, meaning: String)] = [
    ("score", .noDirection, "neither direction leads, or what decides is missing: FLAT"),
    ("score", .notReady, "watching or developing: `detail` says what is missing"),
    ("score", .staleData, "the symbol had no candle at the end of the run"),
    ("score", .dataIncomplete, "a structure or trigger timeframe is short, gapped or late"),
    ("score", .noAnchor, "no block or gap of the setup's direction carries it"),
    ("score", .htfAgainst, "the profile demands the higher timeframe's agreement, and it disagrees"),
    ("score", .htfUnknown, "the profile demands the higher timeframe's agreement, and it is unknown"),
    ("score", .regimeAgainst, "the symbol is in a strong trend against the setup"),
    ("score", .btcImpulse, "the reference symbol's last hour broke against its strong trend"),
    ("score", .blockedPath, "too many opposing blocks stand before the first opposing liquidity"),
    ("score", .volatilityFloor, "the market moves too little to pay its costs"),
    ("score", .spread, "the order book is wider than the profile allows"),
    ("score", .depth, "too little rests in the order book to leave again"),
    ("score", .funding, "this side pays more funding than the profile allows"),
    ("score", .plugin, "a plug-in's gate refused it; `detail` names it"),
    ("score", .lowScore, "the score is below the profile's minimum"),
    ("plan", .noEntryZone, "no zone of the planning timeframe or longer carries an entry"),
    ("plan", .noTarget, "no opposing liquidity ahead, and extensions are not allowed"),
    ("plan", .stopTooWide, "structure puts the stop further than the profile allows"),
    ("plan", .stopTooTight, "structure puts the stop nearer than the profile allows"),
    ("plan", .insufficientRewardRisk, "the weighted worst reward:risk is below the profile's minimum"),
    ("plan", .firstTargetTooNear, "the first target alone pays less than the profile's minimum"),
    ("plan", .firstTargetTooFar, "the first target is further than price usually reaches"),
    ("plan", .costShare, "round-trip worst cost eats too much of the risk"),
    ("plan", .alreadyPlanned, "a live plan stands on the same zone"),
    ("plan", .entryPassed, "price is beyond the entry already"),
    ("risk", .shortNotPossible, "a spot market cannot be sold short"),
    ("risk", .belowMinimumOrder, "the venue's smallest order risks more than the budget"),
    ("risk", .sameSideLimit, "too many positions on one side"),
    ("risk", .assetExposure, "too much in one asset"),
    ("risk", .totalExposure, "too much in all"),
    ("risk", .openRisk, "the open risk of all positions is at its limit"),
    ("risk", .heat, "the correlated open risk is at its limit"),
    ("risk", .dayLoss, "the day's loss (UTC) has reached its limit"),
    ("risk", .weekLoss, "the week's loss (Monday, UTC) has reached its limit"),
    ("risk", .drawdown, "equity has fallen too far from its peak"),
    ("risk", .cooldown, "the symbol rests after a stop"),
    ("risk", .hasPosition, "an order or a position stands on the symbol already"),
    ("risk", .liquidation, "the stop lies too near to liquidation at any leverage"),
    ("risk", .margin, "no free margin is left for it"),
    ("risk", .conflict, "an order or a position of the other side stands on the symbol"),
    ("risk", .killSwitch, "the kill switch is set"),
  ]

  /// One line; empty for a code that is not ours.
  public var meaning: String { Self.known.first { $0.code == self }?.meaning ?? "" }
}
