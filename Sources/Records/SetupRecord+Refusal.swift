import Confluence
import Market
import Wire

extension SetupRecord {
  /// The members that all of a market's setups share, as JSON.
  public struct Shared {
    /// The start of an id: exchange, symbol and profile.
    fileprivate let idea: [UInt8]
    /// `exchange`, `symbol`, `profile`, and `run_id` where there is one.
    fileprivate let members: [UInt8]

    public init(_ state: SymbolState, profile: String, runID: String?) {
      var out = ByteBuffer(capacity: 256)
      out.value("\(state.exchange):\(state.name):\(profile):")
      idea = Array(out.bytes.dropLast())
      out.truncate(to: 0)
      out.beginObject()
      out.field("exchange", state.exchange)
      out.field("symbol", state.name)
      out.field("profile", profile)
      out.field("run_id", runID)
      members = Array(out.bytes.dropFirst())
    }

    fileprivate var count: Int { idea.count + members.count }
  }

  /// What `encodeOpen` writes, briefly, of the setup that `refusal` is told instead of. The object is left open.
  public static func encodeOpen(_ refusal: Refusal, _ shared: Shared, _ days: inout DayText, into out: inout ByteBuffer) {
    out.separate()
    out.write(room: shared.count + 512) { pen in
      pen.put(#"{"type":"setup","id":"#)
      shared.idea.withUnsafeBufferPointer { pen.put($0) }
      pen.put(refusal.direction == .bull, "LONG:", "SHORT:")
      if let anchor = refusal.anchor { pen.put(anchor, &days) } else { days.putCompact(refusal.asOf, &pen) }
      pen.put(#"","as_of":""#)
      days.put(refusal.asOf, &pen)
      pen.put(#"","#)
      shared.members.withUnsafeBufferPointer { pen.put($0) }
      pen.put(#","price":"#)
      pen.put(number: refusal.price)
      if let fallback = refusal.triggerFallback { word(#","trigger_fallback":""#, fallback.label, &pen) }
      word(#","direction":""#, refusal.direction.trade, &pen)
      word(#","state":""#, refusal.state.label, &pen)
      if let anchor = refusal.anchor {
        pen.put(#","anchor":""#)
        pen.put(anchor, &days)
        pen.put("\"")
      }
      pen.put(#","confluence":{"total_score":"#)
      pen.put(number: refusal.totalScore)
      pen.put(#","factors":["#)
    }
    let openings = factorOpenings
    for place in openings.indices {
      out.separate()
      out.write(room: openings[place].count + 64) { pen in
        pen.put(openings[place])
        pen.put(number: refusal.factor(place).score)
        pen.put(refusal.factor(place).hasData, "}", #","no_data":true}"#)
      }
    }
    out.endArray()
    let adjustments = refusal.adjustments
    if !adjustments.isEmpty { encode(adjustments, refusal.synergyBonus, refusal.conflictPenalty, into: &out) }
    out.field("regime", refusal.regime.rawValue)
    out.field("regime_detail", refusal.regimeDetail)
    out.write(room: 256) { pen in
      word(#","htf_aligned":""#, refusal.htfAligned.label, &pen)
      word(#","opposite":{"direction":""#, refusal.direction.opposite.trade, &pen)
      pen.put(#","total_score":"#)
      pen.put(number: refusal.oppositeScore)
      pen.put(#"}},"gates":["#)
    }
    for place in refusal.failed.indices { encode(refusal.failed[place], into: &out) }
    out.append(#"],"rejected":"#)
    encode(refusal.rejection, into: &out)
  }

  /// `key` with the quotes around it, and that before the value.
  private static func word(_ key: StaticString, _ word: StaticString, _ pen: inout BytePen) {
    pen.put(key)
    pen.put(word)
    pen.put("\"")
  }
}
