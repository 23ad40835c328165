import Wire

/// `end`: the last record of a stream that began with `run`. Without it the stream was cut off.
public enum EndRecord {
  public enum Status: String, CaseIterable, Sendable { case complete, interrupted }

  public static let table = RecordTable(
    "end", "The last record: the stream is whole.",
    [
      Field("records", .count, "lines that ss-fetch wrote before this one"),
      Field("not_fetched", .count, optional: true, "series that could not be had to the end, each told by a gap; absent when none"),
      Field("status", .choice(Status.allCases.map(\.rawValue)), "interrupted: a live stream that was asked to stop"),
    ])

  public static func encode(records: Int, notFetched: Int = 0, status: Status, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "end")
    out.field("records", records)
    if notFetched > 0 { out.field("not_fetched", notFetched) }
    out.field("status", status.rawValue)
    out.endObject()
  }
}
