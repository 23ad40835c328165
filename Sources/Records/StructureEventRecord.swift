import Market
import Structure
import Wire

/// One structure event: what it is about, and the fields that it set. Folding them gives the lists.
public enum StructureEventRecord {
  /// Beyond the first five no field is required: an event has those that it set.
  public static let fields: [Field] = {
    var fields = [
      Field("event", .choice(SmcRecord.words(StructureEvent.Kind.allCases, \.name)), "what happened"),
      Field("id", .id, mirror: .swap, "of the fact"),
      Field("direction", .choice(FactRecord.directions), mirror: .swap, "the side it serves from now on"),
      Field("at", .time, "open of the candle the event is about"),
      Field("known_at", .time, "the close at which it became known"),
    ]
    let own = [
      Field("price", .price, unit: "quote", mirror: .reflect, "of a swing point"),
      Field("label", .choice(SmcRecord.words(Pivot.Label.allCases, \.text)), mirror: .swap, "of a swing point"),
      Field("strength_atr", .number, unit: "ATR", "from the opposite leader to the swing point"),
      Field("leads", .boolean, "the swing point leads its run"),
      Field("by", .id, mirror: .swap, "id of the swing point that took over, or of the sweep"),
      Field("reason", .choice(SmcRecord.words(StructureEvent.EndReason.allCases, \.label)), "why a zone or pool is gone"),
      Field(
        "state",
        .choice(
          SmcRecord.words(OrderBlock.State.allCases, \.label) + ["\(FairValueGap.State.inverted.label)"]
            + SmcRecord.words(LiquidityPool.State.allCases, \.label)), "of a zone or pool"),
    ]
    let carried = FactRecord.structuralBreak + FactRecord.orderBlock + FactRecord.fairValueGap + FactRecord.liquidityPool + FactRecord.liquiditySweep
    for var field in own + carried where !fields.contains(where: { $0.key == field.key }) {
      field.isRequired = false
      fields.append(field)
    }
    return fields
  }()

  static let rules: [Rule] = [
    "at < known_at", "low ≤ high", "bottom ≤ top", "level_at < known_at", "first_at ≤ last_at", "known_at ≤ confirmed_at",
  ]

  /// The members of the event's object.
  public static func members(_ event: StructureEvent, _ days: inout DayText, into out: inout ByteBuffer) {
    out.separate()
    withUnsafePointer(to: event) { event in
      out.write(room: room(event)) { put(event, &$0, &days) }
    }
  }

  /// Bytes that the event fits into.
  @inline(never)
  static func room(_ event: UnsafePointer<StructureEvent>) -> Int {
    if case .block(let block) = event.pointee.change { return FactRecord.room(block) }
    return FactRecord.room
  }

  /// The same as `members` into room that is there. Events are large: this one is read where it lies.
  static func put(_ event: UnsafePointer<StructureEvent>, _ pen: inout BytePen, _ days: inout DayText) {
    pen.put(EventHead.shared[Int(event.pointee.kind.rawValue)])
    pen.put(event.pointee.id, &days)
    pen.put(event.pointee.direction == .bull, #"","direction":"bullish","at":""#, #"","direction":"bearish","at":""#)
    days.put(event.pointee.at, &pen)
    FactRecord.time(#"","known_at":""#, event.pointee.knownAt, &pen, &days)
    switch event.pointee.change {
    case .swing(let pivot, let scope, let strength, let leads):
      put(scope, &pen)
      pen.put(#","price":"#)
      pen.put(number: pivot.price)
      if let label = pivot.label { FactRecord.word(#","label":""#, label.text, &pen) }
      if let strength {
        pen.put(#","strength_atr":"#)
        pen.put(number: strength)
      }
      pen.put(leads, #","leads":true"#, #","leads":false"#)
    case .superseded(let scope, let other):
      put(scope, &pen)
      FactRecord.id(#","by":""#, other, &pen, &days)
    case .structuralBreak(let fact):
      FactRecord.word(#","break_type":""#, fact.kind.label, &pen)
      put(fact.scope, &pen)
      pen.put(fact.isProtected, #","protected":true"#, #","protected":false"#)
      FactRecord.level(of: fact, &pen, &days)
      FactRecord.details(fact, &pen)
    case .scope(let scope): put(scope, &pen)
    case .block(let block):
      FactRecord.edges(of: block, &pen)
      FactRecord.details(block, &pen, &days)
    case .blockLife(let state, let touches, let mitigation):
      FactRecord.word(#","state":""#, state.label, &pen)
      pen.put(#","touches":"#)
      pen.put(integer: touches)
      pen.put(#","mitigation_level":"#)
      pen.put(number: mitigation)
    case .gap(let gap):
      FactRecord.edges(of: gap, &pen)
      FactRecord.details(gap, &pen, &days)
    case .gapLife(let state, let fill):
      FactRecord.word(#","state":""#, state.label, &pen)
      pen.put(#","fill":"#)
      pen.put(number: fill)
    case .ended(let reason): FactRecord.word(#","reason":""#, reason.label, &pen)
    case .pool(let pool): FactRecord.details(pool, &pen, &days)
    case .poolSwept(let sweep): FactRecord.id(#","state":"swept","by":""#, sweep, &pen, &days)
    case .sweep(let sweep):
      FactRecord.level(of: sweep, &pen)
      FactRecord.details(sweep, &pen, &days)
    case .settled(let confirmation, let confirmedAt):
      FactRecord.word(#","confirmation":""#, confirmation.label, &pen)
      if let confirmedAt { FactRecord.time(#","confirmed_at":""#, confirmedAt, &pen, &days) }
    case .none: break
    }
  }

  private static func put(_ scope: Scope, _ pen: inout BytePen) { pen.put(scope == .inner, #","scope":"internal""#, #","scope":"external""#) }
}

/// What an event of one kind begins with, up to its id: `"event":"fvg.created","id":"`. Stored in five words; what is too much is written over.
private struct EventHead: Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
  private var length = 0

  /// By kind.
  static let shared = InlineArray<24, EventHead> { EventHead(StructureEvent.Kind.allCases[$0]) }

  private init(_ kind: StructureEvent.Kind) {
    withUnsafeMutableBytes(of: &words) { bytes in
      for part in [#""event":""#, kind.name, #"","id":""#] as [StaticString] {
        for byte in part.bytes where length < bytes.count {
          bytes[length] = byte
          length += 1
        }
      }
    }
  }

  @inline(__always)
  func put(at end: UnsafeMutablePointer<UInt8>) -> Int {
    UnsafeMutableRawPointer(end).storeBytes(of: words, as: (UInt64, UInt64, UInt64, UInt64, UInt64).self)
    return length
  }
}

extension BytePen {
  @inline(__always)
  fileprivate mutating func put(_ head: EventHead) { end += head.put(at: end) }
}
