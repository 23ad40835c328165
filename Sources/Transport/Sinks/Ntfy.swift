import Delivery
import Exchanges
import Wire

/// A topic of ntfy: `NTFY_TOPIC`, and `NTFY_TOKEN` where the server asks for one. A chart goes as an attachment, its text in a header.
final class Ntfy: Sink {
  let form = MessageForm.plain
  let receiver: String
  /// Sixty at once, then one in five seconds.
  let pace = [Pace(60, per: 300)]
  private let curl: Curl
  private let base: String
  private let topic: String
  private let token: String?

  init(_ curl: Curl, baseURL: String?, topic: String, token: String?) throws(CourierFault) {
    let isName = topic.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x2D || $0 == 0x5F }
    guard isName, (1...64).contains(topic.utf8.count) else {
      throw .credentials("NTFY_TOPIC is no name of a topic", hint: "at most 64 letters, digits, - and _; another server is named by --base-url")
    }
    self.curl = curl
    self.topic = topic
    self.token = token
    base = baseURL ?? "https://ntfy.sh"
    receiver = "ntfy-\(Ntfy.fingerprint("\(base) \(topic)"))"
  }

  func send(_ part: OutboxEntry.Part, of entry: OutboxEntry, _ wording: Wording) throws(TransportFailure) -> Attempt {
    let text = Markup(part.text).plain
    let priority = wording.isSilent ? 2 : entry.priority == .high ? 4 : 3
    let photo = wording.isBare ? nil : part.photos.first
    let posting = photo.map { attachment($0.path, text, priority) } ?? message(text, priority)
    return Ntfy.judge(try curl.post(posting)) { status, headers, body in
      let answer = JSONAnswer(body, ["id", "error"])
      if status == 200 { return .sent(number: answer[0]?.string) }
      let said = answer[1]?.string ?? "HTTP \(status)"
      return photo != nil && (status == 400 || status == 413) ? .bare(said) : Ntfy.judge(status, said, headers)
    }
  }

  private var authorization: [String] { token.map { ["Authorization: Bearer \($0)"] } ?? [] }

  private func message(_ text: String, _ priority: Int) -> Posting {
    var out = ByteBuffer()
    out.beginObject()
    out.field("topic", topic)
    out.field("message", text)
    out.field("priority", priority)
    out.endObject()
    return Posting(url: "\(base)/", headers: authorization, body: .text(out.text, type: "application/json"))
  }

  private func attachment(_ path: String, _ text: String, _ priority: Int) -> Posting {
    let headers = ["Filename: chart.png", "Priority: \(priority)", "Message: \(Ntfy.word(text))"]
    return Posting(url: "\(base)/\(topic)", headers: authorization + headers, body: .file(path, type: "image/png"))
  }

  /// As the value of a header: RFC 2047, in base 64; line breaks as ntfy writes them there.
  static func word(_ text: String) -> String {
    let bytes = text.utf8.flatMap { $0 == 0x0A ? [0x5C, 0x6E] : [$0] }
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
      for place in 0..<4 { out.append(place <= group.count ? digits[Int(bits >> (18 - 6 * UInt32(place)) & 63)] : 0x3D) }
    }
    return "=?utf-8?B?\(String(decoding: out, as: UTF8.self))?="
  }
}
