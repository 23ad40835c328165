import Delivery
import Exchanges
import Wire

/// What programs read of a message: its text, and the record that it is about.
enum MessageDocument {
  static func text(_ part: OutboxEntry.Part, of entry: OutboxEntry, _ wording: Wording) -> String {
    var out = ByteBuffer()
    out.beginObject()
    out.field("key", entry.key)
    out.field("kind", entry.kind.rawValue)
    out.field("priority", entry.priority.label)
    out.field("silent", wording.isSilent)
    out.field("time", entry.time.text)
    out.field("text", Markup(part.text).plain)
    out.field("html", part.text)
    if entry.parts.count > 1 {
      out.field("part", entry.next + 1)
      out.field("parts", entry.parts.count)
    }
    out.field("chart", part.photos.first?.path)
    if let record = entry.record {
      out.key("record")
      Array(record.utf8).withUnsafeBufferPointer { out.value(raw: $0) }
    }
    out.endObject()
    return out.text
  }
}

/// Any server that takes a POST of JSON: `WEBHOOK_URL`, and `WEBHOOK_TOKEN` where it wants a bearer. The key of the message is its `Idempotency-Key`.
final class Webhook: Sink {
  let form = MessageForm.plain
  let receiver: String
  let pace: [Pace] = []
  let isReadByPeople = false
  private let curl: Curl
  private let url: String
  private let token: String?

  init(_ curl: Curl, url: String, token: String?) {
    self.curl = curl
    self.url = url
    self.token = token
    receiver = "webhook-\(Webhook.fingerprint(url))"
  }

  func send(_ part: OutboxEntry.Part, of entry: OutboxEntry, _ wording: Wording) throws(TransportFailure) -> Attempt {
    let headers = ["Idempotency-Key: \(Webhook.fingerprint("\(entry.key) \(entry.next)"))"] + (token.map { ["Authorization: Bearer \($0)"] } ?? [])
    let body = MessageDocument.text(part, of: entry, wording)
    return Webhook.judge(try curl.post(Posting(url: url, headers: headers, body: .text(body, type: "application/json")))) { status, headers, _ in
      Webhook.judge(status, "HTTP \(status)", headers)
    }
  }
}
