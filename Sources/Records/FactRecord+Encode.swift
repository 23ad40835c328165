import Market
import Structure
import Wire

// Each `listed` writes the members of a fact, `details` those that a `created` event has besides its own id, direction and times. The caller begins and
// ends the object, and may add to it.

extension FactRecord {
  /// Bytes that any fact but a block fits into.
  static let room = 1024

  /// Bytes that the block fits into.
  static func room(_ block: OrderBlock) -> Int { room + 192 * block.sources.count }

  public static func members(_ pivot: Pivot, into out: inout ByteBuffer) { write(into: &out) { put(pivot, &$0, &$1) } }
  public static func members(_ block: OrderBlock, into out: inout ByteBuffer) { write(room(block), into: &out) { _ = listed(block, &$0, &$1) } }
  public static func members(_ gap: FairValueGap, into out: inout ByteBuffer) { write(into: &out) { listed(gap, &$0, &$1) } }
  public static func members(_ fact: StructuralBreak, into out: inout ByteBuffer) { write(into: &out) { listed(fact, &$0, &$1) } }
  public static func members(_ pool: LiquidityPool, into out: inout ByteBuffer) { write(into: &out) { listed(pool, &$0, &$1) } }
  public static func members(_ sweep: LiquiditySweep, into out: inout ByteBuffer) { write(into: &out) { listed(sweep, &$0, &$1) } }

  private static func write(_ room: Int = room, into out: inout ByteBuffer, _ body: (inout BytePen, inout DayText) -> Void) {
    out.separate()
    var days = DayText()
    out.write(room: room) { body(&$0, &days) }
  }

  // MARK: Swing points

  static func put(_ pivot: Pivot, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#""price":"#)
    pen.put(number: pivot.price)
    times(pivot.at, pivot.knownAt, &pen, &days)
    if let label = pivot.label { word(#","label":""#, label.text, &pen) }
  }

  // MARK: Order blocks

  /// - Returns: where the freshness stands, which changes with every bar.
  static func listed(_ block: OrderBlock, _ pen: inout BytePen, _ days: inout DayText) -> (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>) {
    begin(block, &pen, &days)
    time(#","known_at":""#, block.knownAt, &pen, &days)
    pen.put(#","displacement_atr":"#)
    pen.put(number: block.displacementATR)
    let freshness = life(block, &pen)
    pen.put(#","source":["#)
    for (place, source) in block.sources.enumerated() {
      pen.put(place == 0, "{", ",{")
      if source.kind != .origin { pen.put(#""kind":"continuation","#) }
      pen.put(#""break":""#)
      pen.put(source.breakID, &days)
      pen.put(source.leftGap, #"","left_gap":true"#, "\"")
      if source.beganWithSweep { pen.put(#","began_with_sweep":true"#) }
      pen.put("}")
    }
    pen.put("]")
    return freshness
  }

  private static func begin(_ block: OrderBlock, _ pen: inout BytePen, _ days: inout DayText) {
    begin(block.id, block.direction, &pen, &days)
    edges(of: block, &pen)
  }

  static func edges(of block: OrderBlock, _ pen: inout BytePen) {
    pen.put(#","high":"#)
    pen.put(number: block.high)
    pen.put(#","low":"#)
    pen.put(number: block.low)
  }

  static func details(_ block: OrderBlock, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#","displacement_strength":"#)
    pen.put(number: block.displacementStrength)
    pen.put(#","displacement_atr":"#)
    pen.put(number: block.displacementATR)
    life(block, &pen)
    pen.put(#","source":["#)
    for (place, source) in block.sources.enumerated() {
      pen.put(place == 0, #"{"kind":""#, #",{"kind":""#)
      pen.put(source.kind.label)
      pen.put(#"","break":""#)
      pen.put(source.breakID, &days)
      pen.put(source.leftGap, #"","left_gap":true"#, #"","left_gap":false"#)
      pen.put(source.beganWithSweep, #","began_with_sweep":true}"#, #","began_with_sweep":false}"#)
    }
    pen.put("]")
  }

  @discardableResult
  private static func life(_ block: OrderBlock, _ pen: inout BytePen) -> (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>) {
    pen.put(#","mitigation_level":"#)
    pen.put(number: block.mitigation)
    pen.put(#","freshness_score":"#)
    let start = pen.end
    pen.put(number: block.freshness)
    let end = pen.end
    pen.put(#","touches":"#)
    pen.put(integer: block.touches)
    word(#","state":""#, block.state.label, &pen)
    word(#","grade":""#, block.grade.label, &pen)
    return (start, end)
  }

  // MARK: Fair value gaps

  static func listed(_ gap: FairValueGap, _ pen: inout BytePen, _ days: inout DayText) {
    begin(gap.id, gap.direction, &pen, &days)
    edges(of: gap, &pen)
    time(#","known_at":""#, gap.knownAt, &pen, &days)
    life(gap, &pen)
    if gap.overlapsPrice { pen.put(#","overlap_with_price":true"#) }
  }

  static func edges(of gap: FairValueGap, _ pen: inout BytePen) {
    pen.put(#","top":"#)
    pen.put(number: gap.top)
    pen.put(#","bottom":"#)
    pen.put(number: gap.bottom)
  }

  static func details(_ gap: FairValueGap, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#","size":"#)
    pen.put(number: gap.size)
    life(gap, &pen)
    pen.put(gap.overlapsPrice, #","overlap_with_price":true"#, #","overlap_with_price":false"#)
    if let other = gap.stackedOn { id(#","stacked_on":""#, other, &pen, &days) }
    if let other = gap.balances { id(#","balances":""#, other, &pen, &days) }
  }

  private static func life(_ gap: FairValueGap, _ pen: inout BytePen) {
    pen.put(#","size_atr":"#)
    pen.put(number: gap.sizeATR)
    pen.put(#","fill":"#)
    pen.put(number: gap.fill)
    word(#","state":""#, gap.state.label, &pen)
  }

  // MARK: Breaks

  static func listed(_ fact: StructuralBreak, _ pen: inout BytePen, _ days: inout DayText) {
    begin(fact, &pen, &days)
    if fact.isProtected { pen.put(#","protected":true"#) }
    end(fact, &pen, &days)
  }

  private static func begin(_ fact: StructuralBreak, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#""id":""#)
    pen.put(fact.id, &days)
    word(#"","break_type":""#, fact.kind.label, &pen)
    pen.put(fact.direction == .bull, #","direction":"bullish""#, #","direction":"bearish""#)
    word(#","scope":""#, fact.scope.label, &pen)
  }

  private static func end(_ fact: StructuralBreak, _ pen: inout BytePen, _ days: inout DayText) {
    level(of: fact, &pen, &days)
    time(#","known_at":""#, fact.knownAt, &pen, &days)
    details(fact, &pen)
  }

  static func level(of fact: StructuralBreak, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#","level":"#)
    pen.put(number: fact.level)
    time(#","level_at":""#, fact.levelAt, &pen, &days)
  }

  static func details(_ fact: StructuralBreak, _ pen: inout BytePen) {
    pen.put(#","distance_atr":"#)
    pen.put(number: fact.distanceATR)
    if let ratio = fact.volumeRatio {
      pen.put(#","volume_ratio":"#)
      pen.put(number: ratio)
    }
    word(#","htf_aligned":""#, fact.alignment.label, &pen)
  }

  // MARK: Pools

  /// Pools that are listed rest.
  static func listed(_ pool: LiquidityPool, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#""id":""#)
    pen.put(pool.id, &days)
    pen.put("\"")
    begin(pool, &pen, &days)
    if pool.touches > 1 { time(#","last_at":""#, pool.lastAt, &pen, &days) }
  }

  private static func begin(_ pool: LiquidityPool, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#","level":"#)
    pen.put(number: pool.level)
    pen.put(pool.side == .bull, #","side":"high","touches":"#, #","side":"low","touches":"#)
    pen.put(integer: pool.touches)
    time(#","first_at":""#, pool.firstAt, &pen, &days)
  }

  static func details(_ pool: LiquidityPool, _ pen: inout BytePen, _ days: inout DayText) {
    begin(pool, &pen, &days)
    time(#","last_at":""#, pool.lastAt, &pen, &days)
    word(#","state":""#, pool.state.label, &pen)
  }

  // MARK: Sweeps

  static func listed(_ sweep: LiquiditySweep, _ pen: inout BytePen, _ days: inout DayText) {
    begin(sweep, &pen, &days)
    time(#","known_at":""#, sweep.knownAt, &pen, &days)
    details(sweep, &pen, &days)
  }

  private static func begin(_ sweep: LiquiditySweep, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#""id":""#)
    pen.put(sweep.id, &days)
    pen.put("\"")
    level(of: sweep, &pen)
  }

  static func level(of sweep: LiquiditySweep, _ pen: inout BytePen) {
    pen.put(#","level":"#)
    pen.put(number: sweep.level)
    pen.put(sweep.side == .bull, #","sweep_type":"high""#, #","sweep_type":"low""#)
  }

  static func details(_ sweep: LiquiditySweep, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#","penetration_atr":"#)
    pen.put(number: sweep.penetrationATR)
    word(#","confirmation":""#, sweep.confirmation.label, &pen)
    if let confirmedAt = sweep.confirmedAt { time(#","confirmed_at":""#, confirmedAt, &pen, &days) }
    if let pool = sweep.pool { id(#","pool":""#, pool, &pen, &days) }
    if sweep.isMinor { pen.put(#","minor":true"#) }
  }

  // MARK: Parts

  private static func begin(_ id: FactID, _ direction: Direction, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(#""id":""#)
    pen.put(id, &days)
    pen.put(direction == .bull, #"","direction":"bullish""#, #"","direction":"bearish""#)
  }

  static func times(_ at: Timestamp, _ knownAt: Timestamp, _ pen: inout BytePen, _ days: inout DayText) {
    time(#","at":""#, at, &pen, &days)
    time(#","known_at":""#, knownAt, &pen, &days)
  }

  /// `key` with the quotes around it, and that before the value.
  @inline(__always)
  static func time(_ key: StaticString, _ time: Timestamp, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(key)
    days.put(time, &pen)
    pen.put("\"")
  }

  @inline(__always)
  static func id(_ key: StaticString, _ id: FactID, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(key)
    pen.put(id, &days)
    pen.put("\"")
  }

  @inline(__always)
  static func word(_ key: StaticString, _ word: StaticString, _ pen: inout BytePen) {
    pen.put(key)
    pen.put(word)
    pen.put("\"")
  }
}
