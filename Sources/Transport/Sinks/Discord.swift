import Delivery
import Exchanges
import Wire

/// A Discord webhook: `DISCORD_WEBHOOK_URL`.
final class Discord: Sink {
  let form = MessageForm.discord
  let receiver: String
  /// As observed; what the answers say goes before it.
  let pace = [Pace(5, per: 2)]
  private let curl: Curl
  private let url: String

  init(_ curl: Curl, _ address: WebAddress) {
    self.curl = curl
    // A thread's number may stand in the query already.
    url = address.origin + address.target(with: "wait", "true")
    receiver = "discord-\(Discord.fingerprint(address.text))"
  }

  func send(_ part: OutboxEntry.Part, of entry: OutboxEntry, _ wording: Wording) throws(TransportFailure) -> Attempt {
    let photo = wording.isBare ? nil : part.photos.first
    var out = ByteBuffer()
    out.beginObject()
    out.field("content", Markup(part.text).written(as: .discord))
    // What a symbol is called must not call anybody.
    out.key("allowed_mentions")
    out.beginObject()
    out.key("parse")
    out.beginArray()
    out.endArray()
    out.endObject()
    if wording.isSilent { out.field("flags", 4096) }
    if photo != nil {
      out.key("embeds")
      out.beginArray()
      out.beginObject()
      out.key("image")
      out.beginObject()
      out.field("url", "attachment://chart.png" as StaticString)
      out.endObject()
      out.endObject()
      out.endArray()
    }
    out.endObject()
    var posting = Posting(
      url: url, headers: ["User-Agent: DiscordBot (snipersight, 1)"], body: .text(out.text, type: "application/json"))
    if let photo {
      posting.body = .form([
        Posting.Field(name: "payload_json", value: .text(out.text)),
        Posting.Field(name: "files[0]", value: .file(photo.path, type: "image/png")),
      ])
    }
    return Discord.judge(try curl.post(posting)) { Discord.read($0, $1, $2, hasPhoto: photo != nil) }
  }

  static func read(_ status: Int, _ headers: HTTPHeaders, _ body: [UInt8], hasPhoto: Bool) -> Attempt {
    let answer = JSONAnswer(body, ["id", "message", "code", "retry_after"])
    if (200..<300).contains(status) { return .sent(number: answer[0]?.string) }
    let text = answer[1]?.string ?? "HTTP \(status)"
    if status == 429 { return .later(text, seconds: answer[3]?.number ?? headers.retryAfter) }
    return hasPhoto && (status == 400 || status == 413) ? .bare(text) : judge(status, text, headers)
  }
}
