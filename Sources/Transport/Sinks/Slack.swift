import Delivery
import Exchanges
import Wire

/// A Slack incoming webhook: `SLACK_WEBHOOK_URL`. It takes no pictures.
final class Slack: Sink {
  let form = MessageForm.slack
  let receiver: String
  let pace = [Pace(1, per: 1)]
  private let curl: Curl
  private let url: String

  init(_ curl: Curl, url: String) {
    self.curl = curl
    self.url = url
    receiver = "slack-\(Slack.fingerprint(url))"
  }

  func send(_ part: OutboxEntry.Part, of entry: OutboxEntry, _ wording: Wording) throws(TransportFailure) -> Attempt {
    var out = ByteBuffer()
    out.beginObject()
    out.field("text", Markup(part.text).written(as: .slack))
    out.endObject()
    return Slack.judge(try curl.post(Posting(url: url, body: .text(out.text, type: "application/json")))) { status, headers, body in
      // Answers are plain words: `ok`, `invalid_payload`.
      Slack.judge(status, status == 200 ? "ok" : "HTTP \(status) \(String(decoding: body, as: UTF8.self))", headers)
    }
  }
}
