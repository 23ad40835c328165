import Delivery
import Market
import Wire

/// `notification`: the message about a record, and what became of it. ss-notify appends it to setups, trades, events and reports.
public enum NotificationRecord {
  public static let table = RecordTable(
    "notification", appendedTo: "setup", "The message about a record (a setup, a trade, an event, a report), and with --send what became of it.",
    [
      Field("dedupe_key", .text, mirror: .swap, "equal for all messages about one idea"),
      Field("kind", .choice(MessageKind.allCases.map(\.rawValue)), "what it is about"),
      Field("priority", .choice(Signal.Priority.allCases.map { "\($0.label)" }), "how much it matters"),
      Field("silent", .boolean, optional: true, "it makes no sound"),
      Field("parse_mode", .choice([MessageWriter.parseMode]), "the markup of text, as Telegram names it"),
      Field("text", .text, mirror: .swap, "what people read"),
      Field("chart_url", .text, optional: true, "where a picture of it is"),
      Field("delivered", .boolean, optional: true, "whether the sink has taken it, now or before"),
      Field("status", .choice(Receipt.Status.allCases.map(\.rawValue)), optional: true, "what became of it in this run"),
      Field("attempts", .count, optional: true, "how often it was tried"),
      Field("receipt", .string, optional: true, "what the sink calls it"),
      Field("error", .string, optional: true, "why it was not delivered, or may have been twice"),
    ])

  /// What became of the message; `nil` where it was not to be sent.
  public static func receipt(_ value: JSONValue) -> Receipt? {
    guard let status = value.member("status")?.string.flatMap({ Receipt.Status(rawValue: $0) }) else { return nil }
    return Receipt(status, number: value.member("receipt")?.string, detail: value.member("error")?.string)
  }

  /// The value of the key.
  public static func encode(_ letter: Letter, _ receipt: Receipt? = nil, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("dedupe_key", letter.key)
    out.field("kind", letter.kind.rawValue)
    out.field("priority", letter.priority.label)
    if letter.isSilent { out.field("silent", true) }
    out.field("parse_mode", MessageWriter.parseMode)
    out.field("text", letter.text)
    out.field("chart_url", letter.photos.first?.path)
    if let receipt {
      out.field("delivered", receipt.status == .sent || receipt.status == .digest || receipt.status == .duplicate && receipt.number != nil)
      out.field("status", receipt.status.rawValue)
      out.field("attempts", receipt.attempts)
      out.field("receipt", receipt.number)
      out.field("error", receipt.detail)
    }
    out.endObject()
  }
}
