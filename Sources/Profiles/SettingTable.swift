extension Setting {
  /// Every value of a profile, in the order in which a configuration prints. A value of a rule struct that is missing here fails a test.
  public static func all(of profile: Profile) -> [Setting] {
    fixed + profile.score.weights.keys.sorted().map(weight(of:))
  }

  private static let fixed = timeframes + indicators + structure + score + plan + risk + notify

  private static let timeframes: [Setting] = [
    .timeframes("timeframes.context", \.timeframes.context, "The wide view; may be unknown while history is short."),
    .timeframes("timeframes.structure", \.timeframes.structure, "Where zones and breaks are read; must be complete."),
    .timeframe("timeframes.trigger", \.timeframes.trigger, "Each close of it is one evaluation."),
    .timeframes("timeframes.optional", \.timeframes.optional, "Read as well when the stream carries them."),
    .timeframe("timeframes.planning", \.timeframes.planning, "Its ATR and zones carry the plan."),
    .optionalTimeframe("timeframes.planning_fallback", \.timeframes.planningFallback, "Tried when costs refuse the plan on `planning`."),
  ]

  private static let indicators: [Setting] = [
    .names("indicators.bundle", \.indicators.bundle, "What is written, in this order; `@4h` limits one to that timeframe and shorter ones."),
    .names("indicators.needed", \.indicators.needed, "What must have settled before a candle is `ready`."),
    .number("indicators.volume_spike", \.indicators.volumeSpike, "×", in: 1...100, "Volume that counts as a spike, over its average."),
    .number("indicators.rsi_low", \.indicators.rsiLow, "", in: 0...50, "RSI at or below: oversold."),
    .number("indicators.rsi_high", \.indicators.rsiHigh, "", in: 50...100, "RSI at or above: overbought."),
  ]

  private static let structure: [Setting] = [
    .integer("structure.internal_swing", \.structure.internalSwing, "bars", in: 1...100, "Bars on each side of an internal pivot."),
    .integer(
      "structure.external_swing", \.structure.externalSwing, "bars", in: 1...200,
      "Bars on each side of an external pivot up to 4h; half of it on longer ones up to 3d, a quarter above."),
    .number("structure.equal_tolerance_atr", \.structure.equalTolerance, "ATR", in: 0...5, "Pivots this near are equal."),
    .number("structure.break_distance_atr", \.structure.breakDistance, "ATR", in: 0...5, "How far beyond the level a close breaks it."),
    .integer("structure.failure_bars", \.structure.failureBars, "bars", in: 1...100, "A break that closes back within these has failed."),
    .number("structure.minimum_gap_atr", \.structure.minimumGap, "ATR", in: 0...10, "Smallest fair value gap; 0 admits every one."),
    .integer("structure.pool_span", \.structure.poolSpan, "bars", in: 1...5000, "Furthest distance of a pool's members."),
    .number("structure.sweep_penetration_atr", \.structure.sweepPenetration, "ATR", in: 0...5, "Least wick beyond a swept level."),
    .integer("structure.sweep_bars", \.structure.sweepBars, "bars", in: 1...100, "Bars in which a sweep is settled."),
    .integer("structure.sweep_age", \.structure.sweepAge, "bars", in: 0...1000, "Least age of a level that can be swept."),
    .integer("structure.zone_life", \.structure.zoneLife, "bars", in: 1...5000, "Zones, gaps and pools end at this age."),
    .integer("structure.cap", \.structure.cap, "", in: 1...100, "Facts listed of a kind and side, nearest first."),
    .choice("structure.block_zone", \.structure.blockZone, "Which part of the block candle is the zone."),
    .flag("structure.continuation_blocks", \.structure.continuationBlocks, "Also a block of the last opposite candle inside the leg."),
    .number(
      "structure.sequence_displacement_atr", \.structure.sequenceDisplacement, "ATR", in: 0...50, "Least displacement of the sequence's CHoCH."),
    .integer("structure.sequence_turn_bars", \.structure.sequenceTurnBars, "bars", in: 1...5000, "From the sweep to the CHoCH."),
    .integer("structure.sequence_return_bars", \.structure.sequenceReturnBars, "bars", in: 1...5000, "From the CHoCH to the return."),
    .integer("structure.sequence_reaction_bars", \.structure.sequenceReactionBars, "bars", in: 1...5000, "From the return to the reaction."),
  ]

  private static let score: [Setting] = [
    .number("score.minimum_score", \.score.minimumScore, "points", in: 0...100, "A lower score is refused."),
    .flag("score.htf_gate", \.score.htfGate, "Refuse when the higher timeframe is against or unknown."),
    .integer("score.lookback", \.score.lookback, "bars", in: 0...5000, "No gap may lie within these bars before a close."),
    .integer("score.weekly_context_bars", \.score.weeklyContextBars, "bars", in: 1...5000, "Bars from which a weekly context is known."),
    .integer("score.context_bars", \.score.contextBars, "bars", in: 1...5000, "Bars from which any other context is known."),
    .number("score.internal_displacement_atr", \.score.internalDisplacement, "ATR", in: 0...50, "Least displacement of an internal anchor block."),
    .number("score.external_displacement_atr", \.score.externalDisplacement, "ATR", in: 0...50, "Least displacement of an external anchor block."),
    .number("score.anchor_gap_atr", \.score.anchorGap, "ATR", in: 0...50, "Least size of an anchor gap."),
    .number("score.anchor_distance_atr", \.score.anchorDistance, "ATR", in: 0...50, "Furthest distance of price from the anchor's near edge."),
    .number("score.watch_distance_atr", \.score.watchDistance, "ATR", in: 0...50, "Furthest distance of a zone worth watching."),
    .number("score.anchor_penetration", \.score.anchorPenetration, "fraction", in: 0...1, "Deepest penetration at which a zone anchors."),
    .integer("score.maximum_touches", \.score.maximumTouches, "", in: 1...100, "A zone touched more often no longer anchors."),
    .number("score.btc_impulse_atr", \.score.btcImpulse, "ATR", in: 0...50, "The reference's hourly move that stops setups against it."),
    .integer("score.maximum_conflicts", \.score.maximumConflicts, "", in: 0...100, "Opposing A or B blocks allowed on the way."),
    .number("score.volatility_floor_percent", \.score.volatilityFloor, "%", in: 0...100, "Least ATR of the planning timeframe over price."),
    .number("score.maximum_spread_bps", \.score.maximumSpread, "bps", in: 0...10_000, "Widest spread where an order book is known."),
    .number("score.minimum_depth", \.score.minimumDepth, "quote", in: 0...1e12, "Least value resting near the middle of an order book."),
    .number("score.depth_reach_bps", \.score.depthReach, "bps", in: 0.1...1000, "How near to the middle that is."),
    .number("score.maximum_funding_bps", \.score.maximumFunding, "bps", in: 0...10_000, "Most that a side pays at one funding."),
    .number("score.trend_adx", \.score.trendADX, "", in: 0...100, "ADX from which a trend is one."),
    .number("score.range_adx", \.score.rangeADX, "", in: 0...100, "ADX below which a trend has ended."),
    .number("score.strong_adx", \.score.strongADX, "", in: 0...100, "ADX from which a trend is strong."),
    .integer("score.regime_hold", \.score.regimeHold, "bars", in: 1...100, "Readings in a row before a regime changes."),
    .integer("score.regime_window", \.score.regimeWindow, "bars", in: 20...5000, "History of the volatility bands."),
    .number("score.tie_margin", \.score.tieMargin, "points", in: 0...100, "A smaller lead is a tie."),
    .number("score.synergy_cap", \.score.synergyCap, "points", in: 0...50, "Most that agreement adds."),
    .number("score.conflict_cap", \.score.conflictCap, "points", in: 0...100, "Most that disagreement takes."),
    .number("score.plugin_weight", \.score.pluginWeight, "fraction", in: 0...0.5, "Most weight of all factors of plug-ins together."),
    .number("score.model_weight", \.score.modelWeight, "fraction", in: 0...0.4, "Weight of a model's probability; 0: no model is asked."),
  ]

  private static let plan: [Setting] = [
    .number("plan.minimum_reward_risk", \.plan.minimumRewardRisk, "R", in: 0.1...50, "Least weighted worst reward:risk."),
    .number("plan.minimum_first_target", \.plan.minimumFirstTarget, "R", in: 0...50, "Least worst reward:risk of the first target alone."),
    .number("plan.maximum_cost_share", \.plan.maximumCostShare, "fraction", in: 0...1, "Most that worst round-trip costs take of the risk."),
    .number("plan.stop_buffer_atr", \.plan.stopBuffer, "ATR", in: 0...10, "Room between structure and stop."),
    .number("plan.minimum_stop_atr", \.plan.minimumStop, "ATR", in: 0...50, "A nearer stop is refused."),
    .number("plan.maximum_stop_atr", \.plan.maximumStop, "ATR", in: 0...50, "A further stop is refused."),
    .number("plan.first_target_reach_atr", \.plan.firstTargetReach, "ATR", in: 0...50, "A further first target is refused."),
    .number("plan.target_reach_atr", \.plan.targetReach, "ATR", in: 0...500, "Further levels are no targets."),
    .number("plan.target_spacing_atr", \.plan.targetSpacing, "ATR", in: 0...50, "Levels nearer to each other are one target."),
    .integer("plan.valid_bars", \.plan.validBars, "bars", in: 1...5000, "Planning bars for which the order stands."),
    .integer("plan.hold_bars", \.plan.holdBars, "bars", in: 1...5000, "Planning bars for which a position is held."),
    .numbers("plan.partials", \.plan.partials, "fraction", in: 0.01...1, "Shares closed at each target; they sum to 1."),
    .flag("plan.allow_extension", \.plan.allowExtension, "Extension targets where no opposing level is known."),
    .flag("plan.allow_offset", \.plan.allowOffset, "Entries at a bare distance from price where no zone is known."),
    .number("plan.material_change_atr", \.plan.materialChange, "ATR", in: 0...50, "Least move that replaces a waiting plan."),
    .number("plan.slippage_bps", \.plan.slippage, "bps", in: 0...1000, "Lost on a stop."),
    .flag("plan.short_rationale", \.plan.shortRationale, "Three lines instead of paragraphs."),
  ]

  private static let risk: [Setting] = [
    .number("risk.risk_per_trade", \.risk.riskPerTrade, "fraction", in: 0...1, "Equity lost when the stop is hit."),
    .numbers("risk.loss_streak", \.risk.lossStreak, "fraction", in: 0...1, "What risk is multiplied by after 1, 2, … losses in a row."),
    .number("risk.day_loss", \.risk.dayLoss, "fraction", in: 0...1, "Loss that ends the day (UTC)."),
    .number("risk.week_loss", \.risk.weekLoss, "fraction", in: 0...1, "Loss that ends the week (UTC)."),
    .number("risk.drawdown_stop", \.risk.drawdownStop, "fraction", in: 0...1, "Fall from the peak that ends all trading."),
    .number("risk.open_risk", \.risk.openRisk, "fraction", in: 0...1, "Most lost if every stop were hit."),
    .number("risk.heat", \.risk.heat, "fraction", in: 0...1, "Most correlated risk open at once."),
    .integer("risk.maximum_same_side", \.risk.maximumSameSide, "", in: 1...1000, "Positions on one side."),
    .number("risk.maximum_leverage", \.risk.maximumLeverage, "×", in: 1...125, "Leverage sets margin, never size."),
    .number("risk.liquidation_share", \.risk.liquidationShare, "fraction", in: 0...1, "Of the way to liquidation, the most a stop takes."),
    .integer("risk.cooldown_bars", \.risk.cooldownBars, "bars", in: 0...5000, "Planning bars of rest after a stop on a symbol."),
    .number("risk.asset_exposure", \.risk.assetExposure, "× equity", in: 0...125, "Largest notional in one asset."),
    .number("risk.total_exposure", \.risk.totalExposure, "× equity", in: 0...125, "Largest notional in all."),
    .integer("risk.breakeven_after", \.risk.breakevenAfter, "targets", in: 0...100, "Targets before the stop moves to breakeven; 0 is never."),
    .integer("risk.trail_after", \.risk.trailAfter, "targets", in: 0...100, "Targets before the stop follows price; 0 is never."),
    .number("risk.trail_distance_atr", \.risk.trailDistance, "ATR", in: 0...50, "How far behind the best price."),
  ]

  private static let notify: [Setting] = [
    .number("notify.high_score", \.notify.highScore, "points", in: 0...100, "Score from which a message is `high`.")
  ]
}
