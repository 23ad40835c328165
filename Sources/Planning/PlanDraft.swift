import Confluence
import Market
import Profiles
import Structure

/// Prices of a plan that passed every gate, on the tick.
struct PlanGeometry {
  var entry: EntryCandidate
  var near: Double
  var far: Double
  var stop: SourcedLevel
  var targets: [SourcedLevel]
  /// Percent of the position, one for each target; they sum to 100.
  var percentages: [Double]
  var worst: RewardRisk
  var riskRewardWorst: Double
  var riskReward: Double
  /// In ATR.
  var stopDistance: Double
  var firstTargetDistance: Double
  var meanTargetDistance: Double
}

/// One setup on one planning timeframe: from an entry candidate to prices, gate by gate.
struct PlanDraft {
  let setup: Setup
  let direction: Direction
  let timeframe: Timeframe
  /// Of `timeframe`.
  let atr: Double
  let profile: Profile
  let instrument: Instrument
  let isAssumed: Bool

  struct Refusal: Error {
    var rejection: Rejection
    init(_ code: RejectionCode, _ value: Double?, _ threshold: Double?, _ source: PlanSource) {
      self.init(code, value, threshold, "\(source)")
    }
    init(_ code: RejectionCode, _ value: Double?, _ threshold: Double?, _ detail: String) {
      rejection = Rejection(stage: "plan", code: code, value: value.map { rounded($0) }, threshold: threshold, detail: detail)
    }
  }

  var rules: PlanRules { profile.plan }
  var costs: TradeCosts { TradeCosts(instrument, slippage: rules.slippage) }

  func geometry(_ entry: EntryCandidate) -> Result<PlanGeometry, Refusal> {
    let grid = StepGrid(instrument.tickSize)
    let zone = entry.zone
    let penetration = zone.penetration(setup.price)
    if penetration > EntryFinder.deepestEntry {
      return .failure(Refusal(.entryPassed, penetration, EntryFinder.deepestEntry, zone.source))
    }
    // Inside the zone already: the limit waits at price, not above it.
    let edge = penetration > 0 ? setup.price : zone.near
    let near = grid.round(edge, toward: direction.opposite)
    let half = grid.round(zone.half, toward: direction)
    let far = direction.sign * (near - half) >= 0 ? half : near

    let finder = StopFinder(setup: setup, direction: direction, buffer: rules.stopBuffer * atr)
    let level = finder.invalidation(of: entry.invalidation)
    let stop = grid.round(level.price - direction.sign * rules.stopBuffer * atr, toward: direction.opposite)
    guard stop > 0 else { return .failure(Refusal(.stopTooWide, nil, rules.maximumStop, level.source)) }
    let worst = RewardRisk(direction, entry: near, stop: stop, costs: costs)
    let stopDistance = worst.distance / atr
    if stopDistance > rules.maximumStop { return .failure(Refusal(.stopTooWide, stopDistance, rules.maximumStop, level.source)) }
    if stopDistance < rules.minimumStop || direction.sign * (far - stop) <= 0 {
      return .failure(Refusal(.stopTooTight, stopDistance, rules.minimumStop, level.source))
    }
    if worst.costShare > rules.maximumCostShare {
      return .failure(Refusal(.costShare, worst.costShare, rules.maximumCostShare, zone.source))
    }

    let targets = self.targets(beyond: near, grid)
    guard let first = targets.first else { return .failure(Refusal(.noTarget, 0, 1, "nothing beyond \(NumberText.significant(near))")) }
    let firstTargetDistance = direction.sign * (first.price - near) / atr
    let firstRatio = worst.ratio(of: first.price)
    if firstRatio < rules.minimumFirstTarget {
      return .failure(Refusal(.firstTargetTooNear, firstRatio, rules.minimumFirstTarget, first.source))
    }
    if firstTargetDistance > rules.firstTargetReach {
      return .failure(Refusal(.firstTargetTooFar, firstTargetDistance, rules.firstTargetReach, first.source))
    }
    let percentages = Self.percentages(rules.partials, count: targets.count)
    let weighted = zip(targets, percentages).map { (level: $0.price, share: $1 / 100) }
    let riskRewardWorst = worst.weighted(weighted)
    if riskRewardWorst < rules.minimumRewardRisk {
      return .failure(Refusal(.insufficientRewardRisk, riskRewardWorst, rules.minimumRewardRisk, zone.source))
    }
    let mean = weighted.reduce(0) { $0 + $1.share * direction.sign * ($1.level - near) } / atr
    return .success(
      PlanGeometry(
        entry: entry, near: near, far: far, stop: SourcedLevel(price: stop, source: level.source), targets: targets,
        percentages: percentages, worst: worst, riskRewardWorst: riskRewardWorst,
        riskReward: RewardRisk(direction, entry: (near + far) / 2, stop: stop, costs: costs).weighted(weighted), stopDistance: stopDistance,
        firstTargetDistance: firstTargetDistance, meanTargetDistance: mean))
  }

  /// Structural levels, or extensions where there are none at all and the profile allows them; rounded toward the entry, so that they are
  /// reached when the level is.
  private func targets(beyond near: Double, _ grid: StepGrid) -> [SourcedLevel] {
    let shortest = min(profile.timeframes.structure.min() ?? timeframe, timeframe)
    let finder = TargetFinder(
      setup: setup, direction: direction, planning: timeframe, shortest: shortest, spacing: rules.targetSpacing * atr,
      reach: rules.targetReach * atr)
    var levels = finder.levels(beyond: near, count: rules.partials.count)
    if levels.isEmpty, rules.allowExtension {
      levels = Array(finder.extensions(from: near, atr: atr).prefix(rules.partials.count))
    }
    var last = near
    return levels.compactMap {
      let price = grid.round($0.price, toward: direction.opposite)
      guard direction.sign * (price - last) > 0 else { return nil }
      last = price
      return SourcedLevel(price: price, source: $0.source)
    }
  }

  /// The first `count` of the profile's partial sizes, scaled to percent with two decimals; the last takes what rounding leaves.
  static func percentages(_ partials: [Double], count: Int) -> [Double] {
    let used = partials.prefix(count)
    let sum = used.reduce(0, +)
    var result = used.map { rounded($0 / sum * 100, places: 100) }
    result[result.count - 1] = rounded(100 - result.dropLast().reduce(0, +), places: 100)
    return result
  }

  func complete(_ geometry: PlanGeometry) -> TradePlan {
    let time = HoldingTime(
      stop: geometry.stopDistance, target: geometry.meanTargetDistance, timeframe: timeframe, holdBars: rules.holdBars)
    let sentences = PlanSentences(draft: self, geometry: geometry)
    var plan = TradePlan(
      planID: Self.planID(setup), direction: direction, setupType: time.setupType,
      entryZone: TradePlan.EntryZone(
        near: geometry.near, far: geometry.far, rationale: sentences.entry, source: "\(geometry.entry.zone.source)"),
      stopLoss: TradePlan.StopLoss(
        level: geometry.stop.price, distanceATR: rounded(geometry.stopDistance), rationale: sentences.stop, source: "\(geometry.stop.source)"),
      targets: geometry.targets.enumerated().map { index, target in
        TradePlan.Target(
          level: target.price, percentage: geometry.percentages[index], riskReward: roundedDown(geometry.worst.ratio(of: target.price)),
          rationale: sentences.target(target, index: index), source: "\(target.source)")
      },
      riskReward: roundedDown(geometry.riskReward), riskRewardWorst: roundedDown(geometry.riskRewardWorst),
      confidenceScore: rounded(setup.confluence?.totalScore ?? 0, places: 100),
      validUntil: setup.asOf + Int64(rules.validBars) * timeframe.nominalDuration,
      invalidateIf: TradePlan.Invalidation(
        closeBeyond: StepGrid(instrument.tickSize).round(geometry.entry.invalidation.far, toward: direction.opposite),
        tradeBeforeEntry: geometry.targets[0].price),
      minFillRiskReward: rules.minimumRewardRisk, rationale: "",
      metadata: TradePlan.Metadata(
        planningTimeframe: timeframe, atr: atr, expectedHours: time.expectedHours, holdHours: time.holdHours,
        entryKind: geometry.entry.kind, costs: geometry.worst.costs, costShare: rounded(geometry.worst.costShare),
        firstTargetATR: rounded(geometry.firstTargetDistance), instrument: isAssumed ? "assumed" : instrument.source.rawValue,
        tickSize: instrument.tickSize, makerFee: costs.maker, takerFee: costs.taker, slippage: costs.slippage))
    plan.rationale = Rationale(plan: plan, setup: setup).text(short: rules.shortRationale)
    return plan
  }

  /// One evaluation has one plan, so its name is made of the two: FNV-1a, 64 bits, over the setup's id and time.
  static func planID(_ setup: Setup) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for byte in setup.id.utf8 { mix(byte) }
    withUnsafeBytes(of: setup.asOf.milliseconds.littleEndian) { $0.forEach(mix) }
    let digits = String(hash, radix: 16)
    return "plan-" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
