import Market
import Structure
import Wire

/// One structure event: what it is about, and the fields that it set. Folding them gives the lists.
public enum StructureEventRecord {
  /// Beyond the first five no field is required: an event has those that it set.
  public static let fields: [Field] = {
    var fields = [
      Field("event", .choice(SmcRecord.words(StructureEvent.Kind.allCases, \.name)), "what happened"),
      Field("id", .string, mirror: .swap, "of the fact"),
      Field("direction", .choice(FactRecord.directions), mirror: .swap, "the side it serves from now on"),
      Field("at", .time, "open of the candle the event is about"),
      Field("known_at", .time, "the close at which it became known"),
    ]
    let own = [
      Field("price", .number, unit: "quote", mirror: .reflect, "of a swing point"),
      Field("label", .choice(SmcRecord.words(Pivot.Label.allCases, \.text)), mirror: .swap, "of a swing point"),
      Field("strength_atr", .number, unit: "ATR", "from the opposite leader to the swing point"),
      Field("leads", .boolean, "the swing point leads its run"),
      Field("by", .string, mirror: .swap, "id of the swing point that took over, or of the sweep"),
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

  /// The members of the event's object.
  public static func members(_ event: StructureEvent, _ days: inout DayText, into out: inout ByteBuffer) {
    out.field("event", event.kind.name)
    out.field("id", event.id)
    out.field("direction", event.direction.label)
    days.write("at", event.at, into: &out)
    days.write("known_at", event.knownAt, into: &out)
    switch event.change {
    case .swing(let pivot, let scope, let strength, let leads):
      out.field("scope", scope.label)
      out.field("price", pivot.price)
      if let label = pivot.label { out.field("label", label.text) }
      out.field("strength_atr", strength)
      out.field("leads", leads)
    case .superseded(let scope, let other):
      out.field("scope", scope.label)
      out.field("by", other)
    case .structuralBreak(let fact):
      out.field("break_type", fact.kind.label)
      out.field("scope", fact.scope.label)
      out.field("protected", fact.isProtected)
      out.field("level", fact.level)
      out.field("level_at", fact.levelAt)
      FactRecord.details(fact, into: &out)
    case .scope(let scope): out.field("scope", scope.label)
    case .block(let block):
      out.field("high", block.high)
      out.field("low", block.low)
      FactRecord.details(block, into: &out)
    case .blockLife(let state, let touches, let mitigation):
      out.field("state", state.label)
      out.field("touches", touches)
      out.field("mitigation_level", mitigation)
    case .gap(let gap):
      out.field("top", gap.top)
      out.field("bottom", gap.bottom)
      FactRecord.details(gap, into: &out)
    case .gapLife(let state, let fill):
      out.field("state", state.label)
      out.field("fill", fill)
    case .ended(let reason): out.field("reason", reason.label)
    case .pool(let pool): FactRecord.details(pool, into: &out)
    case .poolSwept(let sweep):
      out.field("state", LiquidityPool.State.swept.label)
      out.field("by", sweep)
    case .sweep(let sweep):
      out.field("level", sweep.level)
      out.field("sweep_type", FactRecord.side(sweep.side))
      FactRecord.details(sweep, into: &out)
    case .settled(let confirmation, let confirmedAt):
      out.field("confirmation", confirmation.label)
      out.field("confirmed_at", confirmedAt)
    case .none: break
    }
  }
}
