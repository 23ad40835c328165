import Market
import Planning
import Risk
import Stage
import Wire

/// Reads what `AccountRecord` wrote.
public struct AccountReader {
  private static let keys: [StaticString] = [
    "type", "cash", "peak", "day_start", "week_start", "day", "monday", "loss_streak", "now", "applied", "exchange", "symbol", "timeframe",
    "rests_until", "last_close_time", "has_funding", "order", "position", "newest_hour", "closes", "equity_before", "changed_at",
    "stake_before",
  ]
  private var times = TimeReader()
  private var plans = PlanReader()
  private var orders = MemberReader([
    "setup_id", "as_of", "plan", "labels", "quantity", "risk_amount", "leverage", "maker", "taker", "slippage", "lot_size", "tick_size",
    "pays_funding", "last_close",
  ])
  private var stakes = MemberReader(["direction", "notional", "margin", "risk"])
  private var labels = MemberReader([
    "regime", "session", "confidence_score", "setup_type", "profile", "profile_hash", "factors", "assumed",
  ])
  private var positions = MemberReader([
    "order", "entry", "filled_at", "quantity", "stop", "stop_kind", "next_target", "best", "adverse", "favourable", "accrued", "realised",
    "mark",
  ])

  public init() {}

  /// - Parameter file: named in errors.
  public mutating func decode(_ bytes: [UInt8], file: String) throws(StageError) -> (state: Account.State, applied: Int) {
    var scanner = RecordScanner(keys: Self.keys)
    var buffer = ByteBuffer(capacity: bytes.count + LineReader.spare)
    bytes.withUnsafeBufferPointer { buffer.append($0) }
    var result: (state: Account.State, applied: Int)?
    var start = 0
    var number = 0
    for end in bytes.indices where bytes[end] == 0x0A {
      defer { start = end + 1 }
      number += 1
      let line = Bytes(start: buffer.start + start, count: end - start)
      do throws(StageError) {
        guard scanner.scan(line) else { throw StageError(scanner.fault(in: line)) }
        let record = scanner.record(line)
        if record[0].equals("account") {
          result = try account(record)
        } else {
          let book = try book(record)
          result?.state.books.append(book)
        }
      } catch {
        var failure = error
        failure.place = Place(file: file, line: number)
        throw failure
      }
    }
    guard let result, start == bytes.count else {
      throw StageError(.badData, "truncated", "\(file): the state of an account is cut off", hint: "remove the file to begin anew")
    }
    return result
  }

  private mutating func account(_ record: Record) throws(StageError) -> (Account.State, Int) {
    var losses = LossLimits(equity: try record.number(2))
    losses.dayStart = try record.number(3)
    losses.weekStart = try record.number(4)
    losses.day = record[5].integer
    losses.monday = record[6].integer
    let now = record[8].exists ? try times.time(record, 8) : nil
    let state = Account.State(
      cash: try record.number(1), losses: losses, lossStreak: try count(record, 7), now: now, equityBefore: try record.number(20), books: [])
    return (state, try count(record, 9))
  }

  private func count(_ record: Record, _ key: Int) throws(StageError) -> Int {
    guard let count = record[key].integer, count >= 0 else { throw record.wrong(key, "a whole number") }
    return count
  }

  private mutating func book(_ record: Record) throws(StageError) -> SymbolBook {
    let (exchange, symbol) = (try record.identity(10), try record.identity(11))
    var book = SymbolBook(exchange: exchange, symbol: symbol)
    book.timeframe = try record.optionalString(12).flatMap { Timeframe($0) }
    book.restsUntil = record[13].exists ? try times.time(record, 13) : nil
    book.lastCloseTime = record[14].exists ? try times.time(record, 14) : nil
    book.hasFunding = record[15].flag ?? false
    if record[16].exists { book.order = try order(record[16], exchange, symbol, record) }
    if record[17].exists { book.position = try position(record[17], exchange, symbol, record) }
    book.changedAt = record[21].exists ? try times.time(record, 21) : nil
    if record[22].exists { book.stakeBefore = try stake(record[22], record) }
    if let hour = record[18].integer, hour.magnitude < 1 << 40 {
      book.returns = HourlyReturns(newest: hour, oldestFirst: record[19].elements.map { $0.number ?? .nan })
    }
    return book
  }

  private mutating func stake(_ value: JSONValue, _ record: Record) throws(StageError) -> Stake {
    try stakes.read(value, of: record, "stake_before")
    guard let direction = Direction.allCases.first(where: { stakes[0].equals($0.trade) }) else { throw stakes.wrong(0, "LONG or SHORT", record) }
    return Stake(
      direction: direction, notional: try stakes.number(1, record), margin: try stakes.number(2, record), risk: try stakes.number(3, record))
  }

  private mutating func order(
    _ value: JSONValue, _ exchange: String, _ symbol: String, _ record: Record
  ) throws(StageError) -> Order {
    try orders.read(value, of: record, "order")
    let plan = try plans.decode(orders[2], of: record)
    return Order(
      request: RiskRequest(
        setupID: try orders.identity(0, record, .id), asOf: try orders.time(1, record), exchange: exchange, symbol: symbol, plan: plan,
        labels: try labels(orders[3], record)),
      quantity: try orders.number(4, record), riskAmount: try orders.number(5, record), leverage: try orders.number(6, record),
      costs: TradeCosts(maker: try orders.number(7, record), taker: try orders.number(8, record), slippage: try orders.number(9, record)),
      lotSize: try orders.number(10, record), tickSize: try orders.number(11, record), paysFunding: try orders.flag(12, record),
      lastClose: try orders.optionalNumber(13, record))
  }

  private mutating func labels(_ value: JSONValue, _ record: Record) throws(StageError) -> TradeLabels {
    try labels.read(value, of: record, "labels")
    var factors: [TradeLabels.Factor] = []
    var members = labels[6].members
    while let (name, score) = members.next() { factors.append(TradeLabels.Factor(name: name.text, score: score.number ?? 0)) }
    return TradeLabels(
      regime: try labels.string(0, record), session: try labels.string(1, record), confidenceScore: try labels.number(2, record),
      setupType: try labels.word(3, \TradePlan.SetupType.label, record), profile: try labels.identity(4, record),
      profileHash: try labels.identity(5, record), factors: factors, assumed: labels[7].elements.compactMap(\.string))
  }

  private mutating func position(
    _ value: JSONValue, _ exchange: String, _ symbol: String, _ record: Record
  ) throws(StageError) -> Position {
    try positions.read(value, of: record, "position")
    var position = Position(
      order: try order(positions[0], exchange, symbol, record), entry: try positions.number(1, record), filledAt: try positions.time(2, record),
      quantity: try positions.number(3, record), stop: try positions.number(4, record), best: try positions.number(7, record),
      realised: try positions.number(11, record), mark: try positions.number(12, record))
    position.stopKind = try positions.word(5, \Position.StopKind.label, record)
    position.nextTarget = try positions.integer(6, record)
    guard position.order.plan.targets.indices.contains(position.nextTarget) else { throw positions.wrong(6, "one of the plan's targets", record) }
    position.adverse = try positions.number(8, record)
    position.favourable = try positions.number(9, record)
    position.accrued = try positions.number(10, record)
    return position
  }
}
