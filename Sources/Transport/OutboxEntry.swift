import Delivery
import Market
import Wire

/// A message as the outbox keeps it, and how far it has come.
struct OutboxEntry {
  var key: String
  var covers: [String] = []
  var trigger: String?
  var time = Timestamp(milliseconds: 0)
  var kind = MessageKind.signal
  var priority = Signal.Priority.medium
  var isSilent = false
  var expires: Timestamp?
  var parts: [Part] = []
  /// The record it is about, as it came; for sinks that programs read.
  var record: String?

  /// The part to send next.
  var next = 0
  /// An attempt was begun whose outcome is not written: whoever made it is dead.
  var isTrying = false
  var attempts = 0
  var numbers: [String] = []
  /// A part may have arrived twice.
  var isUnsure = false
  var outcome: Receipt.Status?
  var detail: String?
  /// By the wall clock, when it was posted.
  var posted = Timestamp(milliseconds: 0)

  /// What one request carries.
  struct Part {
    /// Markup.
    var text: String
    var photos: [Letter.Photo] = []

    /// With the pictures that were found: as the files that they are, or as the copies that were looked at. None, where one is missing.
    func showing(_ pictures: [Picture], asFiles: Bool) -> Part {
      var part = self
      part.photos = zip(photos, pictures).map { Letter.Photo(path: asFiles ? $1.file : $1.name, caption: $0.caption) }
      return part
    }
  }

  /// Each picture of the next part, with its caption, becomes a part of its own.
  mutating func split() {
    guard next < parts.count, parts[next].photos.count > 1 else { return }
    parts.replaceSubrange(next...next, with: parts[next].photos.map { Part(text: $0.caption, photos: [Letter.Photo(path: $0.path)]) })
  }

  /// Goes on as a step of the journal says; false when the step cannot be: a part that there is not.
  mutating func take(_ step: JournalStep) -> Bool {
    switch step {
    case .trying(let isRepeat):
      isTrying = true
      attempts += 1
      if isRepeat { isUnsure = true }
    case .later(let detail):
      isTrying = false
      self.detail = detail
    case .split: split()
    case .part(let number):
      guard next < parts.count else { return false }
      isTrying = false
      next += 1
      detail = nil
      if let number { numbers.append(number) }
    case .done(let outcome, let detail, let number, let attempts, let isUnsure):
      isTrying = false
      self.outcome = outcome
      self.detail = detail
      if let number { numbers = [number] }
      if let attempts { self.attempts = attempts }
      if isUnsure { self.isUnsure = true }
    }
    return true
  }

  var receipt: Receipt {
    let warning = isUnsure ? "may have arrived twice" : nil
    return Receipt(
      outcome ?? .queued, number: numbers.isEmpty ? nil : numbers.joined(separator: " "), attempts: attempts, detail: detail ?? warning)
  }

  // MARK: Lines of the journal

  /// The line that puts it into the journal.
  func encode(into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "letter")
    out.field("key", key)
    if !covers.isEmpty {
      out.key("covers")
      out.beginArray()
      for key in covers { out.value(key) }
      out.endArray()
    }
    out.field("trigger", trigger)
    out.field("time", Int(time.milliseconds))
    out.field("kind", kind.rawValue)
    out.field("priority", priority.label)
    if isSilent { out.field("silent", true) }
    if let expires = expires { out.field("expires", Int(expires.milliseconds)) }
    out.key("parts")
    out.beginArray()
    for part in parts {
      out.beginObject()
      out.field("text", part.text)
      if !part.photos.isEmpty {
        out.key("photos")
        out.beginArray()
        for photo in part.photos {
          out.beginObject()
          out.field("path", photo.path)
          out.field("caption", photo.caption)
          out.endObject()
        }
        out.endArray()
      }
      out.endObject()
    }
    out.endArray()
    out.field("record", record)
    out.field("at", Int(posted.milliseconds))
    out.endObject()
    out.append(0x0A)
  }

  /// The parts behind an open message, and what is not known of the next one.
  func encodeProgress(into text: inout ByteBuffer) {
    func line(_ type: StaticString, _ more: (inout ByteBuffer) -> Void) {
      text.beginObject()
      text.field("type", type)
      text.field("key", key)
      more(&text)
      text.endObject()
      text.append(0x0A)
    }
    for place in 0..<next { line("part") { $0.field("number", place < numbers.count ? numbers[place] : nil) } }
    guard isTrying || isUnsure else { return }
    line("trying") { if isUnsure { $0.field("unsure", true) } }
    if !isTrying { line("later") { $0.field("detail", detail) } }
  }

  /// The line that settles it.
  func encodeOutcome(_ outcome: Receipt.Status, into text: inout ByteBuffer) {
    text.beginObject()
    text.field("type", "done" as StaticString)
    text.field("key", key)
    text.field("outcome", outcome.rawValue)
    if !numbers.isEmpty { text.field("number", numbers.joined(separator: " ")) }
    text.field("attempts", attempts)
    if isUnsure { text.field("unsure", true) }
    text.field("detail", detail)
    text.endObject()
    text.append(0x0A)
  }
}
