import Delivery
import Exchanges
import Wire

/// The Bot API: `TELEGRAM_BOT_TOKEN`, `TELEGRAM_CHAT_ID`. Facts from the published API and the source of its open server.
final class Telegram: Sink {
  let form = MessageForm.telegram
  let receiver: String
  let account: String?
  /// About one message a second in a chat, and twenty a minute in a group; the exact numbers are not published.
  let pace: [Pace]
  let accountPace = [Pace(30, per: 1)]
  let album = 10
  private let curl: Curl
  private let base: String
  private let token: String
  private var chat: String

  init(_ curl: Curl, baseURL: String?, token: String, chat: String) throws(CourierFault) {
    guard token.utf8.allSatisfy({ $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }) else {
      throw .credentials("TELEGRAM_BOT_TOKEN is not of the form digits:characters", hint: nil)
    }
    guard chat.hasPrefix("@") ? chat.count > 1 : Int64(chat) != nil else {
      throw .credentials("TELEGRAM_CHAT_ID is neither a number nor @name", hint: "groups are negative numbers, channels begin with -100")
    }
    self.curl = curl
    self.token = token
    self.chat = chat
    base = baseURL ?? "https://api.telegram.org"
    let isGroup = chat.hasPrefix("-") || chat.hasPrefix("@")
    pace = isGroup ? [Pace(1, per: 1), Pace(20, per: 60)] : [Pace(1, per: 1)]
    account = "telegram-\(Telegram.fingerprint(token))"
    receiver = "telegram-\(Telegram.fingerprint("\(token) \(chat)"))"
  }

  func send(_ part: OutboxEntry.Part, of entry: OutboxEntry, _ wording: Wording) throws(TransportFailure) -> Attempt {
    let photos = wording.isBare ? [] : part.photos
    let posting =
      switch photos.count {
      case 0: message(part.text, wording)
      case 1: photo(photos[0].path, part.text, wording)
      default: group(photos, wording)
      }
    let hasPhotos = !photos.isEmpty
    return Telegram.judge(try curl.post(posting)) { read($0, $1, $2, hasPhotos) }
  }

  private func text(_ markup: String, _ wording: Wording) -> String { wording.isPlain ? Markup(markup).plain : markup }

  private func url(_ method: String) -> String { "\(base)/bot\(token)/\(method)" }

  private func message(_ markup: String, _ wording: Wording) -> Posting {
    var out = ByteBuffer()
    out.beginObject()
    out.field("chat_id", chat)
    out.field("text", text(markup, wording))
    if !wording.isPlain { out.field("parse_mode", "HTML" as StaticString) }
    if wording.isSilent { out.field("disable_notification", true) }
    out.key("link_preview_options")
    out.beginObject()
    out.field("is_disabled", true)
    out.endObject()
    out.endObject()
    return Posting(url: url("sendMessage"), body: .text(out.text, type: "application/json"))
  }

  private func photo(_ path: String, _ caption: String, _ wording: Wording) -> Posting {
    var fields = common(wording) + [Posting.Field(name: "caption", value: .text(text(caption, wording)))]
    if !wording.isPlain { fields.append(Posting.Field(name: "parse_mode", value: .text("HTML"))) }
    fields.append(Posting.Field(name: "photo", value: .file(path, type: "image/png")))
    return Posting(url: url("sendPhoto"), body: .form(fields))
  }

  private func group(_ photos: [Letter.Photo], _ wording: Wording) -> Posting {
    var media = ByteBuffer()
    media.beginArray()
    for (number, photo) in photos.enumerated() {
      media.beginObject()
      media.field("type", "photo" as StaticString)
      media.field("media", "attach://chart\(number)")
      media.field("caption", text(photo.caption, wording))
      if !wording.isPlain { media.field("parse_mode", "HTML" as StaticString) }
      media.endObject()
    }
    media.endArray()
    var fields = common(wording) + [Posting.Field(name: "media", value: .text(media.text))]
    for (number, photo) in photos.enumerated() {
      fields.append(Posting.Field(name: "chart\(number)", value: .file(photo.path, type: "image/png")))
    }
    return Posting(url: url("sendMediaGroup"), body: .form(fields))
  }

  private func common(_ wording: Wording) -> [Posting.Field] {
    let chat = [Posting.Field(name: "chat_id", value: .text(chat))]
    return wording.isSilent ? chat + [Posting.Field(name: "disable_notification", value: .text("true"))] : chat
  }

  func read(_ status: Int, _ headers: HTTPHeaders, _ body: [UInt8], _ hasPhotos: Bool) -> Attempt {
    let answer = JSONAnswer(body, ["ok", "result", "error_code", "description", "parameters"])
    if status == 200, answer[0]?.flag == true {
      let numbers = answer[1].map { result in
        result.kind == .array
          ? result.elements.compactMap { $0.member("message_id")?.integer } : [result.member("message_id")?.integer].compactMap { $0 }
      }
      return .sent(number: numbers.map { $0.map { "\($0)" }.joined(separator: " ") })
    }
    let said = answer[3]?.string
    let text = said ?? "HTTP \(status)"
    let parameters = answer[4]
    if status == 429 { return .later(text, seconds: parameters?.member("retry_after")?.number ?? headers.retryAfter) }
    if let chat = parameters?.member("migrate_to_chat_id")?.integer {
      self.chat = "\(chat)"
      return .moved("the chat is \(chat) now: TELEGRAM_CHAT_ID")
    }
    if status == 200 { return .unknown("an answer that is none: HTTP 200") }
    guard let said, status < 500 else { return Telegram.judge(status, text, headers) }
    if status == 400 {
      // Compared without Foundation, which the executables do without.
      if Telegram.speaks(said, of: "can't parse") { return .plain(text) }
      if Telegram.speaks(said, of: "chat not found") || Telegram.speaks(said, of: "not enough rights") { return .locked(text) }
      return hasPhotos ? .bare(text) : .refused(text)
    }
    return status == 413 && hasPhotos ? .bare(text) : Telegram.judge(status, text, headers)
  }

  private static func speaks(_ text: String, of words: StaticString) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { $0.firstOffset(of: words) != nil }
  }
}
