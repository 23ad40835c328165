import Delivery
import Market
import Profiles
import Wire

/// A whole run as one JSON object on one line: what `ss-notify --render json` prints. Each accepted plan stands there twice: in short (symbol,
/// direction, entry, stop, targets) and, under `full`, as the setup with everything the stages added.
public enum ScanDocument {
  /// - Parameter records: the setup lines of `report.accepted`, in the same order, as they came.
  public static func encode(
    _ report: ScanReport, records: [[UInt8]], complete: Bool, profile: (String) -> Profile, into out: inout ByteBuffer
  ) {
    out.beginObject()
    out.field("status", complete ? "complete" : "interrupted")
    out.field("as_of", report.asOf)
    out.field("evaluations", report.evaluations)
    out.field("accepted", report.accepted.count)
    out.key("refusals")
    out.beginArray()
    for refusal in report.refusals {
      out.beginObject()
      out.field("stage", refusal.stage)
      out.field("code", refusal.code.rawValue)
      out.field("count", refusal.count)
      out.endObject()
    }
    out.endArray()
    out.key("signals")
    out.beginArray()
    for (signal, record) in zip(report.accepted, records) { encode(signal, record, profile(signal.setup.profile), into: &out) }
    out.endArray()
    out.key("refused")
    out.beginArray()
    for signal in report.latest where !signal.isAccepted { encodeRefused(signal, into: &out) }
    out.endArray()
    out.endObject()
  }

  private static func encode(_ signal: Signal, _ record: [UInt8], _ profile: Profile, into out: inout ByteBuffer) {
    guard let plan = signal.plan else { return }
    out.beginObject()
    out.field("symbol", signal.setup.symbol)
    out.field("direction", plan.direction.trade)
    out.field("entry", plan.entryZone.near)
    out.field("stop", plan.stopLoss.level)
    out.key("targets")
    out.beginArray()
    for target in plan.targets { out.value(target.level) }
    out.endArray()
    out.field("priority", signal.priority(profile).label)
    out.field("dedupe_key", signal.dedupeKey)
    out.key("full")
    record.withUnsafeBufferPointer { out.value(raw: $0) }
    out.endObject()
  }

  private static func encodeRefused(_ signal: Signal, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("symbol", signal.setup.symbol)
    out.field("exchange", signal.setup.exchange)
    out.field("direction", signal.side)
    out.field("state", signal.setup.state.label)
    out.field("score", signal.score)
    out.field("price", signal.setup.price)
    if let rejected = signal.setup.rejected {
      out.field("stage", rejected.stage)
      out.field("code", rejected.code.rawValue)
      out.field("value", rejected.value)
      out.field("threshold", rejected.threshold)
      out.field("detail", rejected.detail)
    }
    out.endObject()
  }
}
