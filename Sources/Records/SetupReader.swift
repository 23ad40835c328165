import Confluence
import Market
import Stage
import Structure
import Wire

/// Reads the setups that `SetupRecord` writes, whatever later stages have appended to them.
public struct SetupReader: ~Copyable {
  private let first: Int
  private var names: NameTable
  private var times = TimeReader()
  private var facts = FactReader()
  private var summaries = MemberReader(["close_time", "close", "atr", "rsi", "adx", "trend", "range"], of: SetupRecord.timeframe)
  private var trends = MemberReader(["internal", "external"])
  private var ranges = MemberReader(["high", "low", "position", "zone"], of: SetupRecord.range)
  private var evidence = MemberReader(["kind", "timeframe", "id"])
  private var scores = MemberReader(
    [
      "total_score", "factors", "synergy_bonus", "conflict_penalty", "adjustments", "regime", "regime_detail", "htf_aligned", "btc_impulse_gate",
      "opposite",
    ], of: SetupRecord.confluence)
  private var factors = MemberReader(["name", "score", "weight", "no_data", "rationale"], of: SetupRecord.factor)
  private var adjustments = MemberReader(["name", "points"], of: SetupRecord.adjustment)
  private var opposites = MemberReader(["direction", "total_score"], of: SetupRecord.opposite)
  private var gates = MemberReader(["name", "passed", "skipped", "value", "threshold", "detail"], of: SetupRecord.gate)
  private var rejections = MemberReader(["stage", "code", "value", "threshold", "detail"], of: SetupRecord.rejected)

  private enum Key {
    static let id = 0
    static let asOf = 1
    static let price = 2
    static let triggerFallback = 3
    static let direction = 4
    static let state = 5
    static let anchor = 6
    static let timeframes = 7
    static let evidence = 8
    static let confluence = 9
    static let gates = 10
    static let rejected = 11
  }

  public enum Parts: Sendable { case all, geometry }

  /// `first` is where the stage's keys list `SetupRecord.keys`.
  public init(first: Int = StreamKey.count, _ limit: SeriesLimit = .standard) {
    self.first = first
    names = NameTable(limit)
  }

  /// Whether an earlier stage has refused it: such a setup is passed on as it is.
  public func isRejected(_ record: Record) -> Bool { record[first + Key.rejected].exists }

  /// Refuses what has a name that is none: what repeats from line to line at first sight, a setup's own id each time.
  public mutating func checkNames(_ record: Record) throws(StageError) {
    let isNamed = record[StreamKey.exchange].kind == .string && record[StreamKey.symbol].kind == .string
    if isNamed, record[StreamKey.profile].kind == .string { try names.setup(record) }
    try record.checkIdentity(first + Key.id, .id)
    try record.checkIdentity(StreamKey.runID)
  }

  /// A setup that no stage has refused is held to its whole table when all of it is read: it may be traded, and told to people.
  /// - Parameter parts: `.geometry` leaves out the score and the gates, which most refusals of a plan need not know.
  public mutating func decode(_ record: Record, parts: Parts = .all) throws(StageError) -> Setup {
    var setup = Setup(
      id: try record.string(first + Key.id), asOf: try times.time(record, first + Key.asOf), exchange: try record.string(StreamKey.exchange),
      symbol: try record.string(StreamKey.symbol), profile: try record.string(StreamKey.profile), runID: try record.optionalString(StreamKey.runID),
      price: try record.number(first + Key.price), direction: try direction(record[first + Key.direction], record),
      state: try state(record))
    try checkNames(record)
    setup.triggerFallback = try record.optionalString(first + Key.triggerFallback).flatMap { Timeframe($0) }
    if let anchor = record[first + Key.anchor].present {
      try record.check(anchor, "anchor", .id)
      setup.anchor = FactID(anchor.bytes)
    }
    var members = record[first + Key.timeframes].members
    while let (key, value) = members.next() { setup.timeframes.append(try summary(key, value, record)) }
    for item in record[first + Key.evidence].elements { setup.evidence.append(try fact(item, record)) }
    if parts == .geometry { return setup }
    if let value = record[first + Key.confluence].present { setup.confluence = try confluence(value, record) }
    for item in record[first + Key.gates].elements { setup.gates.append(try gate(item, record)) }
    if let value = record[first + Key.rejected].present { setup.rejected = try rejection(value, record) }
    if !isRejected(record) { try SetupRecord.table.demand(record.object, of: record) }
    return setup
  }

  private func direction(_ value: JSONValue, _ record: Record) throws(StageError) -> Direction? {
    for direction in Direction.allCases where value.equals(direction.trade) { return direction }
    if value.equals("FLAT") { return nil }
    throw record.wrong(first + Key.direction, "LONG, SHORT or FLAT")
  }

  private func state(_ record: Record) throws(StageError) -> SetupState {
    for state in SetupState.allCases where record[first + Key.state].equals(state.label) { return state }
    throw record.wrong(first + Key.state, "ready, developing, watching or flat")
  }

  private mutating func summary(_ key: Bytes, _ value: JSONValue, _ record: Record) throws(StageError) -> TimeframeSummary {
    guard let timeframe = Timeframe(key) else {
      throw .data("wrong-type", "\"timeframes\" holds \(key.text), which is none", offset: record.offset(of: value))
    }
    try summaries.read(value, of: record, "timeframes")
    var summary = TimeframeSummary(
      timeframe: timeframe, closeTime: try summaries.time(0, record), close: try summaries.number(1, record),
      atr: try summaries.optionalNumber(2, record), rsi: try summaries.optionalNumber(3, record), adx: try summaries.optionalNumber(4, record))
    if let trend = summaries[5].present {
      try trends.read(trend, of: record, "trend")
      summary.trend = .init(inner: try trends.word(0, \Trend.label, record), outer: try trends.word(1, \Trend.label, record))
    }
    if let range = summaries[6].present {
      try ranges.read(range, of: record, "range")
      summary.range = DealingRange(
        high: try ranges.number(0, record), low: try ranges.number(1, record), position: try ranges.number(2, record),
        zone: try ranges.word(3, \DealingRange.Zone.label, record))
    }
    return summary
  }

  private mutating func fact(_ value: JSONValue, _ record: Record) throws(StageError) -> Evidence {
    try evidence.read(value, of: record, "evidence")
    switch try evidence.word(0, \EvidenceKind.label, record) {
    case .orderBlock: return .orderBlock(try facts.orderBlock(value, of: record))
    case .gap: return .gap(try facts.fairValueGap(value, of: record))
    case .structuralBreak: return .structuralBreak(try facts.structuralBreak(value, of: record))
    case .pool: return .pool(try facts.liquidityPool(value, of: record))
    case .sweep: return .sweep(try facts.liquiditySweep(value, of: record))
    case .pivot: return .pivot(try evidence.id(2, record), try facts.pivot(value, of: record))
    }
  }

  private mutating func confluence(_ value: JSONValue, _ record: Record) throws(StageError) -> ConfluenceBreakdown {
    try scores.read(value, of: record, "confluence")
    var results: [FactorResult] = []
    for item in scores[1].elements {
      try factors.read(item, of: record, "factors")
      results.append(
        FactorResult(
          name: try factors.string(0, record), score: try factors.number(1, record), weight: try factors.optionalNumber(2, record) ?? 0,
          hasData: factors[3].flag != true, rationale: factors[4].string ?? ""))
    }
    var items: [Adjustment] = []
    for item in scores[4].elements {
      try adjustments.read(item, of: record, "adjustments")
      items.append(Adjustment(name: try adjustments.string(0, record), points: try adjustments.number(1, record)))
    }
    try opposites.read(scores[9], of: record, "opposite")
    guard let opposite = try direction(opposites[0], record) else { throw opposites.wrong(0, "LONG or SHORT", record) }
    return ConfluenceBreakdown(
      totalScore: try scores.number(0, record), factors: results, synergyBonus: try scores.optionalNumber(2, record) ?? 0,
      conflictPenalty: try scores.optionalNumber(3, record) ?? 0, adjustments: items, regime: try scores.string(5, record),
      regimeDetail: scores[6].string ?? "", htfAligned: try scores.word(7, \Alignment.label, record),
      btcImpulseGate: scores[8].exists ? try scores.word(8, \GateResult.Outcome.label, record) : nil, oppositeDirection: opposite,
      oppositeScore: try opposites.number(1, record))
  }

  private mutating func gate(_ value: JSONValue, _ record: Record) throws(StageError) -> GateResult {
    try gates.read(value, of: record, "gates")
    return GateResult(
      name: try gates.string(0, record), outcome: gates[2].flag == true ? .skipped : try gates.flag(1, record) ? .passed : .failed,
      value: try gates.optionalNumber(3, record), threshold: try gates.optionalNumber(4, record), detail: gates[5].string)
  }

  private mutating func rejection(_ value: JSONValue, _ record: Record) throws(StageError) -> Rejection {
    try rejections.read(value, of: record, "rejected")
    return Rejection(
      stage: try rejections.string(0, record), code: RejectionCode(rawValue: try rejections.string(1, record)),
      value: try rejections.optionalNumber(2, record), threshold: try rejections.optionalNumber(3, record), detail: rejections[4].string)
  }
}

extension JSONValue {
  /// The value itself, unless the object has none here.
  fileprivate var present: JSONValue? { exists ? self : nil }
}
