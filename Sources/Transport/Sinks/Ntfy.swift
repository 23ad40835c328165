import Delivery
import Exchanges
import Wire

/// A topic of ntfy: `NTFY_TOPIC`, and `NTFY_TOKEN` where the server asks for one. Texts only.
final class Ntfy: Sink {
  let form = MessageForm.plain
  let receiver: String
  /// Sixty at once, then one in five seconds.
  let pace = [Pace(60, per: 300)]
  private let curl: Curl
  private let base: String
  private let topic: String
  private let token: String?

  init(_ curl: Curl, baseURL: String?, topic: String, token: String?) {
    self.curl = curl
    self.topic = topic
    self.token = token
    base = baseURL ?? "https://ntfy.sh"
    receiver = "ntfy-\(Ntfy.fingerprint("\(base) \(topic)"))"
  }

  func send(_ part: OutboxEntry.Part, of entry: OutboxEntry, _ wording: Wording) throws(TransportFailure) -> Attempt {
    var out = ByteBuffer()
    out.beginObject()
    out.field("topic", topic)
    out.field("message", Markup(part.text).plain)
    out.field("priority", wording.isSilent ? 2 : entry.priority == .high ? 4 : 3)
    out.endObject()
    let headers = token.map { ["Authorization: Bearer \($0)"] } ?? []
    return Ntfy.judge(try curl.post(Posting(url: "\(base)/", headers: headers, body: .text(out.text, type: "application/json")))) {
      status, headers, body in
      let answer = JSONAnswer(body, ["id", "error"])
      if status == 200 { return .sent(number: answer[0]?.string) }
      return Ntfy.judge(status, answer[1]?.string ?? "HTTP \(status)", headers)
    }
  }
}
