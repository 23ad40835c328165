import Market
import Profiles

/// Structure of one timeframe of one symbol. Bars are counted, not time. A hole (a candle that does not open at the previous close time) keeps
/// references, zones, levels and what is pending, but nothing is read across it: no pivot whose window spans it, no gap over it, and no true range from
/// the close before it.
struct Series {
  let timeframe: Timeframe
  private let rules: StructureRules
  private var history: History
  private var atr = AverageTrueRange(length: 14)
  private var swings: Scopes<Swings>
  private var breaks = Scopes(inner: Breaks(scope: .inner), outer: Breaks(scope: .outer))
  private var blocks = OrderBlocks()
  private var gaps = FairValueGaps()
  private var pools = Pools()
  private var sweeps = Sweeps()
  private var periods: [PeriodRange]
  private var sessions: [SessionWatch]
  private var range = RangeEnds()
  private var sequences = Sides(both: Sequence())
  private var nearest = Nearest()

  init(_ timeframe: Timeframe, _ rules: StructureRules) {
    self.timeframe = timeframe
    self.rules = rules
    let external = timeframe <= .h4 ? rules.externalSwing : max(1, rules.externalSwing / (timeframe <= .d3 ? 2 : 4))
    history = History(depth: max(rules.internalSwing, external, 20) + 1)
    swings = Scopes(
      inner: Swings(scope: .inner, span: rules.internalSwing, equalTolerance: rules.equalTolerance),
      outer: Swings(scope: .outer, span: external, equalTolerance: rules.equalTolerance))
    periods = timeframe < .d1 ? [PeriodRange(.dayPool, .d1)] : []
    if timeframe <= .d1 { periods.append(PeriodRange(.weekPool, .w1)) }
    sessions = timeframe <= Session.longestTimeframe ? Session.allCases.map(SessionWatch.init) : []
  }

  var trend: StructureSnapshot.ByScope<Trend> { StructureSnapshot.ByScope(inner: breaks.inner.trend, outer: breaks.outer.trend) }

  var outerTrend: Trend { breaks.outer.trend }

  /// Takes the next candle and appends what its close made known.
  mutating func update(_ candle: Candle, tick: Double, higherTrend: Trend?, _ events: inout [StructureEvent]) {
    let bar = read(candle)
    let moment = Moment(timeframe: timeframe, rules: rules, tick: tick, higherTrend: higherTrend)
    sequences.bull.live(bar.view.bull, bar, moment)
    sequences.bear.live(bar.view.bear, bar, moment)
    blocks.live(bar, moment, &events)
    gaps.live(bar, moment, &events)
    gaps.make(bar, moment, history: history, &events)
    pools.live(bar, moment, &events)
    sweeps.poke(bar, &pools, moment, &events)
    if sweeps.newest.bear == bar.index { sequences.bull.sweep(bar.view.bull, bar) }
    if sweeps.newest.bull == bar.index { sequences.bear.sweep(bar.view.bear, bar) }
    range.extend(bar)
    breaks.inner.extend(bar, sweeps: sweeps.newest)
    breaks.outer.extend(bar, sweeps: sweeps.newest)
    confirmSwings(bar, moment, &events)
    makeBreaks(bar, moment, &events)
    finishPeriods(candle, bar, moment, &events)
  }

  private mutating func read(_ candle: Candle) -> Bar {
    let view = View(open: candle.open, high: candle.high, low: candle.low, close: candle.close)
    var lean = Direction.bull
    var unbroken = 0
    var lastClose: Double?
    if history.count > 0 {
      let last = history[history.count - 1]
      lean = last.lean
      lastClose = last.view.bull.close
      if last.closeTime == candle.openTime { unbroken = last.unbroken + 1 }
    }
    atr.update(high: candle.high, low: candle.low, previousClose: unbroken > 0 ? lastClose : nil)
    let change = candle.close - (candle.close != candle.open ? candle.open : lastClose ?? candle.close)
    if change != 0 { lean = change > 0 ? .bull : .bear }
    let bar = Bar(
      index: history.count, openTime: candle.openTime, closeTime: candle.closeTime, view: Sides(bull: view, bear: view.mirrored),
      volume: candle.volume, atr: atr.value, unbroken: unbroken, lean: lean)
    history.append(bar)
    return bar
  }

  private mutating func confirmSwings(_ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    // Up to the longer span, and not across a hole.
    let reach = history.reach(limit: min(max(swings.inner.span, swings.outer.span), bar.unbroken))
    let inner = swings.inner.confirmed(bar, reach: reach)
    if inner.bull != nil || inner.bear != nil { take(inner, .inner, bar, moment, &events) }
    let outer = swings.outer.confirmed(bar, reach: reach)
    if outer.bull != nil || outer.bear != nil { take(outer, .outer, bar, moment, &events) }
  }

  private mutating func take(_ pivots: Sides<Int?>, _ scope: Scope, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    let (first, second) = swings[scope].lead(pivots, bar, history: history)
    if let first { take(first, scope, bar, moment, &events) }
    if let second { take(second, scope, bar, moment, &events) }
  }

  private mutating func take(
    _ confirmation: Swings.Confirmation, _ scope: Scope, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]
  ) {
    let side = confirmation.side
    let point = confirmation.point
    let id = FactID(.swing, timeframe, side, scope: scope, at: point.at)
    events.append(
      StructureEvent(
        .swingConfirmed, id, knownAt: bar.closeTime,
        .swing(point.pivot(of: side), scope, strength: point.strength, leads: confirmation.leads)))
    if let old = confirmation.superseded {
      let oldID = FactID(.swing, timeframe, side, scope: scope, at: old.at)
      events.append(StructureEvent(.swingSuperseded, oldID, knownAt: bar.closeTime, .superseded(scope, by: id)))
    }
    breaks[scope].refer(to: confirmation, bar, history: history, sweeps: sweeps.newest, blocks: blocks.recent)
    if scope == .inner {
      pools.add(point, side, bar, moment, &events)
    } else {
      pools.raise(point, side)
      if confirmation.leads { range.refer(to: confirmation) }
    }
  }

  private mutating func makeBreaks(_ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    let change = makeBreaks(.inner, bar, moment, &events)
    _ = makeBreaks(.outer, bar, moment, &events)
    sweeps.settle(bar, change: change, moment, &events)
  }

  /// - Returns: the side of a change of character at this close.
  @inline(__always)
  private mutating func makeBreaks(_ scope: Scope, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) -> Direction? {
    var change: Direction?
    let broken = scope == .inner ? breaks.inner.broken(by: bar, moment) : breaks.outer.broken(by: bar, moment)
    if let side = broken, let made = breaks[scope].make(side, bar, moment, history: history) {
      if made.fact.kind == .choch { change = side }
      events.append(
        StructureEvent(made.fact.kind == .bos ? .breakBOS : .breakCHoCH, made.fact.id, knownAt: bar.closeTime, .structuralBreak(made.fact)))
      let gap = gaps.newest[side].flatMap { $0.middle >= made.leg.origin.index ? $0 : nil }
      let (origin, continuation) = blocks.make(of: made, leftGap: gap != nil, bar, moment, &events)
      markBlock(origin, side)
      if let continuation { markBlock(continuation, side) }
      sequences[side].turn(made, gap: gap.map { ($0.near, $0.far) }, bar, moment)
    }
    breaks[scope].settle(bar, moment, &events)
    return change
  }

  private mutating func markBlock(_ index: Int, _ side: Direction) {
    breaks.inner.markBlock(index, side: side)
    breaks.outer.markBlock(index, side: side)
  }

  private mutating func finishPeriods(_ candle: Candle, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    for position in periods.indices where !periods[position].quiet.holds(candle) {
      if let over = periods[position].update(bar) { take(over, bar, moment, &events) }
    }
    for position in sessions.indices where !sessions[position].quiet.holds(candle) {
      if let over = sessions[position].update(candle, bar) { take(over, bar, moment, &events) }
    }
  }

  private mutating func take(_ over: PeriodExtremes, _ bar: Bar, _ moment: Moment, _ events: inout [StructureEvent]) {
    pools.add(over[bar.lean], bar.lean, bar, moment, &events)
    pools.add(over[bar.lean.opposite], bar.lean.opposite, bar, moment, &events)
  }

  /// What is true at the newest close, with the nearest `cap` of each list and side.
  mutating func snapshot(cap: Int, into snapshot: inout StructureSnapshot) {
    guard history.count > 0 else {
      snapshot = StructureSnapshot()
      return
    }
    let bar = history[history.count - 1]
    snapshot.trend = trend
    snapshot.swingHigh.inner = swings.inner.leaders.bull?.pivot(of: .bull)
    snapshot.swingHigh.outer = swings.outer.leaders.bull?.pivot(of: .bull)
    snapshot.swingLow.inner = swings.inner.leaders.bear?.pivot(of: .bear)
    snapshot.swingLow.outer = swings.outer.leaders.bear?.pivot(of: .bear)
    snapshot.range = range.fact(bar)
    snapshot.sequence = Series.leading(sequences, bar)
    blocks.list(cap: cap, bar, timeframe, &nearest, into: &snapshot.orderBlocks)
    gaps.list(cap: cap, bar, &nearest, into: &snapshot.gaps)
    pools.list(cap: cap, bar, &nearest, into: &snapshot.pools)
    listBreaks(cap, bar, &snapshot.breaks)
    sweeps.list(cap: cap, bar, &nearest, into: &snapshot.sweeps)
  }

  /// The sequence further along; of equals the newer, then that of the newest bar's lean.
  private static func leading(_ sequences: Sides<Sequence>, _ bar: Bar) -> SequenceState? {
    let first = sequences[bar.lean]
    let second = sequences[bar.lean.opposite]
    let isSecond = second.step != first.step ? second.step > first.step : second.at > first.at
    let sequence = isSecond ? second : first
    guard sequence.step != .none else { return nil }
    return SequenceState(direction: isSecond ? bar.lean.opposite : bar.lean, step: sequence.step, at: sequence.at)
  }

  /// Of each scope and side the newest, half of `cap`, not failed and not too old to weigh, nearest first.
  private mutating func listBreaks(_ cap: Int, _ bar: Bar, _ facts: inout [StructuralBreak]) {
    facts.removeAll(keepingCapacity: true)
    nearest.begin(cap: Breaks.share(of: cap), lean: bar.lean)
    offer(breaks.inner.recent, bar)
    offer(breaks.outer.recent, bar)
    nearest.finish()
    for pick in nearest.picks {
      facts.append(pick.id.scope == .inner ? breaks.inner.recent(pick.side, pick.position) : breaks.outer.recent(pick.side, pick.position))
    }
  }

  private mutating func offer(_ recent: Sides<[Breaks.Recent]>, _ bar: Bar) {
    offer(.bull, recent.bull, bar)
    offer(.bear, recent.bear, bar)
  }

  private mutating func offer(_ side: Direction, _ breaks: [Breaks.Recent], _ bar: Bar) {
    nearest.next()
    for position in breaks.indices where bar.index - breaks[position].index < Moment.eventLife {
      nearest.offer(abs(bar.view.bull.close - breaks[position].fact.level), breaks[position].fact.id, side, position)
    }
  }
}
