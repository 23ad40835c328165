import Delivery
import Market
import Stage
import Wire

/// `event`: what the machine itself has to say, from whatever watches it: `venue_banned`, `data_stale`, `stage_failed`, `restarted`, `heartbeat` or any
/// other name.
public enum EventRecord {
  public static let table = RecordTable(
    "event", "What the machine itself has to say. ss-notify makes an alert of it.",
    [
      Field("event_type", .name, "venue_banned, data_stale, stage_failed, restarted, heartbeat, or any other"),
      Field("timestamp", .time, "when"),
      Field("exchange", .name, optional: true, "where"),
      Field("symbol", .name, optional: true, "of which market"),
      Field("context", .map(.scalar), optional: true, "more, by name"),
    ])

  /// The keys that a scanner is asked for.
  public static let keys = StreamKey.names + ["event_type", "timestamp", "context"]

  public static func decode(_ record: Record) throws(StageError) -> Alert {
    var times = TimeReader()
    var alert = Alert(event: try record.identity(StreamKey.count), time: try times.time(record, StreamKey.count + 1))
    alert.exchange = try record.optionalIdentity(StreamKey.exchange) ?? ""
    alert.symbol = try record.optionalIdentity(StreamKey.symbol) ?? ""
    var members = record[StreamKey.count + 2].members
    while let (name, value) = members.next() { alert.context.append(Alert.Item(name: name.text, value: value.string ?? value.bytes.text)) }
    try table.demand(record.object, of: record)
    return alert
  }
}
