import Delivery
import Market
import Profiles
import Wire

/// `notification`: the message about an accepted plan, ready to be sent. ss-notify appends it to the setup.
public enum NotificationRecord {
  public static let table = RecordTable(
    "notification", appendedTo: "setup", "The message about an accepted plan.",
    [
      Field("dedupe_key", .string, mirror: .swap, "equal for all messages about one idea"),
      Field("priority", .choice(Signal.Priority.allCases.map { "\($0.label)" }), "how loud"),
      Field("parse_mode", .choice([Message.parseMode]), "the markup of text, as Telegram names it"),
      Field("text", .string, mirror: .swap, "what people read"),
      Field("chart_url", .string, optional: true, "where a picture of it is"),
      Field("delivered", .boolean, optional: true, "whether a sink took it"),
      Field("attempts", .integer, optional: true, "how often it was tried"),
      Field("error", .string, optional: true, "why it was not delivered"),
    ])

  /// The value of the key: `text` is the message, the rest follows from the signal.
  public static func encode(_ signal: Signal, text: String, _ profile: Profile, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("dedupe_key", signal.dedupeKey)
    out.field("priority", signal.priority(profile).label)
    out.field("parse_mode", Message.parseMode)
    out.field("text", text)
    out.endObject()
  }
}
