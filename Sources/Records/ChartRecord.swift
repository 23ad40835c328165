import Wire

/// `chart`: where the picture of an accepted plan is. ss-chart appends it to the setup.
public enum ChartRecord {
  public static let table = RecordTable(
    "chart", appendedTo: "setup", "The picture of an accepted plan.",
    [Field("path", .text(atMost: 4096), "of the file, as ss-chart was told its folder")])

  public static func encode(path: String, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("path", path)
    out.endObject()
  }
}
