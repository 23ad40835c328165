import Delivery
import Exchanges
import Glibc
import Market
import Wire

/// Delivers: keeps the outbox, goes by the sink's pace, and decides what becomes of each attempt.
public final class Postman: Courier {
  private let options: CourierOptions
  private let sink: any Sink
  private let secrets: Secrets
  private let outbox: Outbox
  private let pace: PaceFile
  private let accountPace: PaceFile?
  /// The folder of charts; `nil` where nobody knows one.
  private let charts: String?
  private var remarks: [String] = []
  /// Milliseconds that the rehearsal's clock is ahead.
  private let ahead: Int64
  /// Told to be duplicates when they were first posted.
  private var repeated: [String: Receipt] = [:]
  /// Taken in this run.
  private var posted: Set<String> = []
  /// Attempts in a row that came to nothing.
  private var failures = 0
  /// Answers lost in this run, by key.
  private var lost: [String: Int] = [:]
  private var hasCompacted = false
  /// Parts of which was said that they go without their picture.
  private var bared: Set<String> = []
  /// So many lost answers for one message, and it is not sent again.
  private static let mostLost = 3

  /// What the entry point puts in.
  @Sendable public static func make(_ options: CourierOptions) throws(CourierFault) -> any Courier { try Postman(options) }

  public init(_ options: CourierOptions) throws(CourierFault) {
    var secrets = Secrets()
    let sink = try Postman.sink(options, &secrets)
    let folder: String
    if let named = options.folder { folder = named } else { folder = try Postman.folder("outbox") }
    do throws(FileFailure) {
      outbox = try Outbox(folder: folder, name: FileName.of(sink.receiver))
    } catch {
      throw CourierFault(error)
    }
    pace = PaceFile(path: "\(folder)/\(FileName.of(sink.receiver, ending: ".pace"))", limits: options.pace ?? sink.pace)
    accountPace = sink.account.map {
      PaceFile(path: "\(folder)/\(FileName.of($0, ending: ".pace"))", limits: options.pace == nil ? sink.accountPace : [])
    }
    charts = options.charts ?? (try? Postman.folder("charts"))
    ahead = options.clock.map { $0 - WallClock.real } ?? 0
    if let quiet = options.quiet, WallClock.minute(WallClock.real, zone: quiet.zone) == nil {
      throw .usage("the system knows no time zone \"\(quiet.zone)\"")
    }
    self.options = options
    self.sink = sink
    self.secrets = secrets
    // A journal that is damaged ends the run before anything comes in.
    try outbox.locked {}
  }

  private static func sink(_ options: CourierOptions, _ secrets: inout Secrets) throws(CourierFault) -> any Sink {
    let curl = Curl()
    curl.limit = options.timeout
    switch options.sink {
    case "telegram":
      let token = try secrets.read("TELEGRAM_BOT_TOKEN") ?? ""
      let chat = try secrets.read("TELEGRAM_CHAT_ID", isShown: true) ?? ""
      return try Telegram(curl, baseURL: options.baseURL, token: token, chat: chat)
    case "discord": return Discord(curl, try secrets.address("DISCORD_WEBHOOK_URL", base: options.baseURL))
    case "slack": return Slack(curl, url: try secrets.address("SLACK_WEBHOOK_URL", base: options.baseURL).text)
    case "ntfy":
      let topic = try secrets.read("NTFY_TOPIC") ?? ""
      return try Ntfy(curl, baseURL: options.baseURL, topic: topic, token: try secrets.read("NTFY_TOKEN", isOptional: true))
    case "webhook":
      let url = try secrets.address("WEBHOOK_URL", base: options.baseURL).text
      return Webhook(curl, url: url, token: try secrets.read("WEBHOOK_TOKEN", isOptional: true))
    case "command":
      guard !options.command.isEmpty else { throw .usage("the sink command needs --command PROGRAM") }
      return CommandSink(options.command, passing: options.passedSecrets, limit: options.timeout)
    default: throw .usage("there is no sink \"\(options.sink)\"")
    }
  }

  private static func folder(_ name: String) throws(CourierFault) -> String {
    if let state = getenv("XDG_STATE_HOME").map({ String(cString: $0) }), state.utf8.first == 0x2F { return "\(state)/snipersight/\(name)" }
    guard let home = getenv("HOME").map({ String(cString: $0) }), !home.isEmpty else { throw .outbox("neither XDG_STATE_HOME nor HOME is set") }
    return "\(home)/.local/state/snipersight/\(name)"
  }

  public var now: Timestamp { WallClock.real + ahead }

  public var undelivered: Int { outbox.entries.reduce(0) { $0 + ($1.outcome == nil ? 1 : 0) } }

  public func takeRemarks() -> [String] {
    defer { remarks = [] }
    return remarks
  }

  // MARK: Posting

  public func known(_ letter: Letter) throws(CourierFault) -> Receipt? {
    try outbox.locked { () throws(CourierFault) in earlier(letter) }
  }

  public func post(_ letter: Letter) throws(CourierFault) -> Receipt {
    let answer: Receipt = try outbox.locked { () throws(CourierFault) in
      if !hasCompacted { try outbox.compact() }
      hasCompacted = true
      if let known = earlier(letter) { return known }
      try outbox.add(entry(of: letter))
      posted.insert(letter.key)
      return Receipt(.queued)
    }
    if answer.status == .duplicate, !posted.contains(letter.key) { repeated[letter.key] = answer }
    return answer
  }

  /// What is known of it, or of what speaks for it; within the outbox's lock.
  private func earlier(_ letter: Letter) -> Receipt? {
    if let known = outbox.entry(of: letter.key) {
      switch known.outcome {
      // Left by a run that ended before its turn came.
      case nil: return known.receipt
      // Never told: with time left, it is news.
      case .expired: return letter.expires.map { $0 > now } ?? true ? nil : known.receipt
      case let outcome?:
        let before = outcome == .sent ? "told before" : "\(outcome.rawValue) before"
        return Receipt(.duplicate, number: known.receipt.number, detail: known.isUnsure ? known.receipt.detail : before)
      }
    }
    if let trigger = letter.trigger, options.window > 0, let earlier = outbox.entries.last(where: { fires($0, trigger, letter.time) }) {
      return Receipt(.duplicate, detail: "\(trigger) fired at \(earlier.time.text) already")
    }
    return nil
  }

  private func fires(_ entry: OutboxEntry, _ trigger: String, _ time: Timestamp) -> Bool {
    entry.trigger == trigger && entry.outcome != .expired && entry.outcome != .refused
      && abs(time - entry.time) < Int64(options.window) * Timestamp.minute
  }

  private func entry(of letter: Letter) -> OutboxEntry {
    var entry = OutboxEntry(key: letter.key)
    entry.covers = letter.covers
    entry.trigger = letter.trigger
    entry.time = letter.time
    entry.kind = letter.kind
    entry.priority = letter.priority
    entry.isSilent = letter.isSilent
    entry.expires = letter.expires
    entry.posted = WallClock.real
    if !sink.isReadByPeople { entry.record = letter.record }
    // A later run, which may be elsewhere, looks for the same file.
    let photos = letter.photos.map { Letter.Photo(path: Postman.absolute($0.path), caption: $0.caption) }
    let isAlbum = photos.count > 1 && sink.album > 1
    let first = photos.count == 1 ? sink.form.captionLimit : nil
    var parts = Markup(letter.text).parts(for: sink.form, first: first).map { OutboxEntry.Part(text: $0) }
    if photos.count == 1, !parts.isEmpty { parts[0].photos = photos }
    if isAlbum { parts += albums(photos) }
    entry.parts = parts
    return entry
  }

  private static func absolute(_ path: String) -> String {
    guard path.utf8.first != 0x2F, let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return "\(String(cString: folder))/\(path)"
  }

  /// Pictures in groups that the sink takes together; behind each group what its captions had no room for.
  private func albums(_ photos: [Letter.Photo]) -> [OutboxEntry.Part] {
    var parts: [OutboxEntry.Part] = []
    for start in stride(from: 0, to: photos.count, by: sink.album) {
      var group = OutboxEntry.Part(text: "")
      var rest: [OutboxEntry.Part] = []
      for photo in photos[start..<min(start + sink.album, photos.count)] {
        let texts = Markup(photo.caption).parts(for: sink.form, first: sink.form.captionLimit)
        group.photos.append(Letter.Photo(path: photo.path, caption: texts.first ?? ""))
        rest += texts.dropFirst().map { OutboxEntry.Part(text: $0) }
      }
      // One that is left over goes by itself.
      parts.append(
        group.photos.count > 1 ? group : OutboxEntry.Part(text: group.photos[0].caption, photos: [Letter.Photo(path: group.photos[0].path)]))
      parts += rest
    }
    return parts
  }

  public func receipt(of key: String) -> Receipt { repeated[key] ?? outbox.entry(of: key)?.receipt ?? Receipt(.queued) }

  // MARK: Delivering

  /// What one turn came to.
  private enum Turn {
    case done
    /// Milliseconds, and whether it is only the pace.
    case wait(Int64, isPace: Bool)
    case empty
  }

  public func deliver(waits: Bool) throws(CourierFault) {
    try outbox.locked { () throws(CourierFault) in try outbox.sync() }
    // For the whole run: it only shrinks, so that every run ends whatever the sink says.
    var patience = Int64(options.patience) * 1000
    // Waits for the pace since the last message; one is a minute at most.
    var paced: Int64 = 0
    var held: Set<String> = []
    while true {
      switch try turn(&held) {
      case .empty:
        return try outbox.locked { () throws(CourierFault) in try outbox.sync() }
      case .done: paced = 0
      case .wait(let milliseconds, let isPace):
        if isPace {
          paced += max(1, milliseconds)
          if !waits && milliseconds > 5000 || paced > 10 * 60_000 { return }
        } else {
          patience -= max(1, milliseconds)
          if !waits || patience < 0 { return }
        }
        guard WallClock.sleep(milliseconds) else { throw .interrupted }
      }
    }
  }

  /// Sends one part of the oldest message that may go, or settles it without sending.
  private func turn(_ held: inout Set<String>) throws(CourierFault) -> Turn {
    var skipped = held
    defer { held = skipped }
    return try outbox.locked { () throws(CourierFault) in
      guard let entry = outbox.entries.first(where: { $0.outcome == nil && !skipped.contains($0.key) }) else { return .empty }
      if entry.next >= entry.parts.count {
        try outbox.end(entry.key, .sent)
        return .done
      }
      if let expires = entry.expires, entry.next == 0, !entry.isTrying, expires <= now {
        try outbox.end(entry.key, .expired, detail: "valid until \(expires.text), now it is \(now.text)")
        return .done
      }
      // One message makes one sound.
      var wording = Wording(isSilent: entry.isSilent || entry.next > 0)
      if let quiet = options.quiet, entry.priority != .high, quiet.contains(WallClock.minute(now, zone: quiet.zone) ?? -1) {
        if quiet.holds {
          skipped.insert(entry.key)
          return .done
        }
        wording.isSilent = true
      }
      if entry.isTrying, !(options.repeatsUnknown ?? sink.isReadByPeople) {
        try settleUnknown(entry, "an earlier attempt ended before its answer")
        return .done
      }
      let part = entry.parts[entry.next]
      let pictures = self.pictures(of: part)
      // An album stands or falls as one.
      if part.photos.count > 1, pictures.refusal != nil || pictures.found.reduce(0, { $0 + $1.size }) > Postman.albumLimit {
        try outbox.split(entry.key)
        return .done
      }
      if let wait = try waiting(for: max(1, part.photos.count)) { return wait }
      if entry.isTrying { remark(entry, "may arrive twice: an earlier attempt ended before its answer") }
      if let refusal = pictures.refusal, bared.insert("\(entry.key) \(entry.next)").inserted {
        remark(entry, "sent without its picture: \(refusal.text)")
      }
      return try withExtendedLifetime(pictures.found) { () throws(CourierFault) in
        try attempt(entry, part.showing(pictures.found, asFiles: !sink.isReadByPeople), &wording)
      }
    }
  }

  /// Bytes of all pictures of one request: what Telegram takes.
  private static let albumLimit = 50_000_000

  /// The pictures of a part, and why one of them may not be sent.
  private func pictures(of part: OutboxEntry.Part) -> (found: [Picture], refusal: Picture.Refusal?) {
    var found: [Picture] = []
    do throws(Picture.Refusal) {
      for photo in part.photos {
        guard let charts else { throw Picture.Refusal(text: "there is no folder of charts: --charts DIR") }
        found.append(try Picture(photo.path, in: charts))
      }
      return (found, nil)
    } catch {
      return ([], error)
    }
  }

  /// `nil` when a message may leave, which it then has, and counts as so many.
  private func waiting(for count: Int) throws(CourierFault) -> Turn? {
    do throws(FileFailure) {
      let real = WallClock.real
      let paused = try accountPace?.wait(real) ?? 0
      let own = try pace.wait(real)
      let longest = max(paused, own)
      if longest > 0 { return .wait(longest, isPace: failures == 0 && longest <= 60_000) }
      if let rest = try accountPace?.wait(real, taking: count), rest > 0 { return .wait(rest, isPace: true) }
      _ = try pace.wait(real, taking: count)
      return nil
    } catch {
      throw CourierFault(error)
    }
  }

  /// - Parameter part: the next part, with the pictures that may be sent.
  private func attempt(_ entry: OutboxEntry, _ part: OutboxEntry.Part, _ wording: inout Wording) throws(CourierFault) -> Turn {
    var isRepeat = entry.isTrying
    // What the sink does not like about the form is said once for each; then there is nothing left to try.
    for _ in 0..<4 {
      try outbox.beginAttempt(entry.key, repeats: isRepeat)
      let result: Attempt
      do throws(TransportFailure) {
        // The one gate: behind it no text that somebody else wrote holds a secret.
        result = try sink.send(part, of: entry, wording).changingTexts(secrets.scrubbed)
      } catch {
        switch error {
        case .interrupted: throw .interrupted
        case .unusable(let text):
          let text = secrets.scrubbed(text)
          try outbox.putOff(entry.key, text)
          throw .unavailable(text)
        }
      }
      isRepeat = false
      switch result {
      case .sent(let number):
        failures = 0
        try outbox.endPart(entry.key, number: number)
        if entry.next + 1 >= entry.parts.count { try outbox.end(entry.key, .sent) }
        return .done
      case .plain(let text):
        try outbox.putOff(entry.key, text)
        remark(entry, "sent without markup: \(text)")
        wording.isPlain = true
      case .bare(let text):
        try outbox.putOff(entry.key, text)
        if part.photos.count > 1 {
          remark(entry, "its pictures are sent one by one: \(text)")
          try outbox.split(entry.key)
          return .done
        }
        remark(entry, "sent without its picture: \(text)")
        wording.isBare = true
      case .moved(let text):
        try outbox.putOff(entry.key, text)
        remarks.append(text)
      case .refused(let text):
        remark(entry, "refused: \(text)")
        try outbox.end(entry.key, .refused, detail: text)
        return .done
      case .locked(let text):
        try outbox.putOff(entry.key, text)
        throw .credentials("\(options.sink) takes nothing from us: \(text)", hint: "what was not sent is kept in the outbox")
      case .later(let text, let seconds):
        try outbox.putOff(entry.key, text)
        return try pause(seconds)
      case .unknown(let text):
        lost[entry.key, default: 0] += 1
        guard options.repeatsUnknown ?? sink.isReadByPeople, lost[entry.key, default: 0] < Postman.mostLost else {
          try settleUnknown(entry, text)
          return .done
        }
        // The journal still says that it was being tried: the next turn repeats it, and says so.
        return try pause(nil)
      }
    }
    remark(entry, "refused in every form")
    try outbox.end(entry.key, .refused, detail: "refused in every form")
    return .done
  }

  private func settleUnknown(_ entry: OutboxEntry, _ text: String) throws(CourierFault) {
    remark(entry, "may have arrived or not, and is not sent again: \(text)")
    try outbox.end(entry.key, .unknown, detail: text)
  }

  /// Milliseconds until the next attempt, after so many failures in a row. However short a wait the server names, attempts become rarer, so that the
  /// patience ends.
  /// - Parameter seconds: what the server names.
  static func wait(_ seconds: Double?, failures: Int) -> Int64 {
    let power = Int64(1) << Int64(min(max(0, failures - 1), 5))
    return seconds.map { max(100 * power, 100 + Timestamp.span(seconds: $0)) } ?? 1000 * power
  }

  /// Nobody sends to this receiver, or through this account, until then.
  private func pause(_ seconds: Double?) throws(CourierFault) -> Turn {
    failures += 1
    let wait = Postman.wait(seconds, failures: failures)
    do throws(FileFailure) {
      try (accountPace ?? pace).pause(until: WallClock.real + wait)
    } catch {
      throw CourierFault(error)
    }
    return .wait(wait, isPace: false)
  }

  private func remark(_ entry: OutboxEntry, _ text: String) { remarks.append("\(entry.key): \(text)") }
}
