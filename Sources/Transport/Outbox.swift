import Delivery
import Exchanges
import Glibc
import Market
import Wire

/// The journal of messages to one receiver. Every step is a line: the message itself before anything is sent, each attempt before it is made, each
/// outcome. What a dead process was about to do can be read from it. Lines are only appended, under a lock that all processes share.
final class Outbox {
  private let path: String
  private let lock: Int32
  private var file: Int32 = -1
  private var identity: ino_t = 0
  private var offset = 0
  private var pending = ByteBuffer()
  private(set) var entries: [OutboxEntry] = []
  private var places: [String: Int] = [:]
  private var scanner = RecordScanner(keys: [
    "type", "key", "covers", "trigger", "time", "kind", "priority", "silent", "expires", "parts", "record", "at", "part", "unsure", "outcome",
    "number",
    "detail", "attempts",
  ])

  /// Days for which sent messages are remembered.
  static let memory: Int64 = 90 * Timestamp.day
  private static let compactAbove = 1 << 20

  init(folder: String, name: String) throws(FileFailure) {
    try createFolder(folder)
    path = "\(folder)/\(name).ndjson"
    lock = try RegularFile.open("\(folder)/\(name).lock", for: .updating)
  }

  deinit {
    if file >= 0 { close(file) }
    close(lock)
  }

  /// Runs `body` while no other process reads or writes, with all that they wrote known.
  func locked<R>(_ body: () throws(CourierFault) -> R) throws(CourierFault) -> R {
    while flock(lock, LOCK_EX) != 0 {
      if errno != EINTR { throw .outbox(FileFailure(path).text) }
      if SystemCalls().interruption() != 0 { throw .interrupted }
    }
    defer { flock(lock, LOCK_UN) }
    do throws(FileFailure) { try refresh() } catch { throw .outbox(error.text) }
    return try body()
  }

  func entry(of key: String) -> OutboxEntry? { places[key].map { entries[$0] } }

  // MARK: Reading

  private func refresh() throws(FileFailure) {
    var status = stat()
    if file < 0 || stat(path, &status) != 0 || status.st_ino != identity {
      if file >= 0 { close(file) }
      file = -1
      file = try RegularFile.open(path, for: .appending)
      guard fstat(file, &status) == 0 else { throw FileFailure(path) }
      identity = status.st_ino
      offset = 0
      entries = []
      places = [:]
    }
    guard fstat(file, &status) == 0 else { throw FileFailure(path) }
    let size = Int(status.st_size)
    guard size > offset else { return }
    var text = ByteBuffer(capacity: size - offset + 1)
    var done = offset
    while done < size {
      text.reserve(size - done)
      let got = pread(file, text.end, size - done, off_t(done))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw FileFailure(path) }
      text.advance(to: text.end + got)
      done += got
    }
    var start = 0
    let bytes = text.bytes
    while start < bytes.count, let end = bytes[start...].firstIndex(of: 0x0A) {
      let line = Bytes(rebasing: bytes[start..<end])
      if scanner.scan(line) { apply(scanner.record(line)) }
      start = end + 1
    }
    // The lines above point into it.
    text.truncate(to: 0)
    // What a dead writer left of a line; nothing was done about it yet.
    if start < size - offset, ftruncate(file, off_t(offset + start)) != 0 { throw FileFailure(path) }
    offset += start
  }

  private func apply(_ record: Record) {
    guard let key = record[1].string else { return }
    let at = Timestamp(clamping: record[11].number ?? 0)
    if record[0].equals("letter") {
      guard isNews(key) else { return }
      var entry = OutboxEntry(key: key)
      entry.covers = record[2].elements.compactMap(\.string)
      entry.trigger = record[3].string
      entry.time = Timestamp(clamping: record[4].number ?? 0)
      entry.kind = record[5].string.flatMap { MessageKind(rawValue: $0) } ?? .signal
      entry.priority = Signal.Priority.allCases.first { record[6].equals($0.label) } ?? .medium
      entry.isSilent = record[7].flag ?? false
      entry.expires = record[8].number.map { Timestamp(clamping: $0) }
      for part in record[9].elements {
        let photos = part.member("photos")?.elements.map { photo in
          Letter.Photo(path: photo.member("path")?.string ?? "", caption: photo.member("caption")?.string ?? "")
        }
        entry.parts.append(OutboxEntry.Part(text: part.member("text")?.string ?? "", photos: photos ?? []))
      }
      entry.record = record[10].string
      entry.posted = at
      places[key] = entries.count
      for key in entry.covers where isNews(key) { places[key] = entries.count }
      entries.append(entry)
      return
    }
    guard let place = places[key] else { return }
    if record[0].equals("trying") {
      entries[place].isTrying = true
      entries[place].attempts += 1
      if record[13].flag == true { entries[place].isUnsure = true }
    } else if record[0].equals("later") {
      entries[place].isTrying = false
      entries[place].detail = record[16].string
    } else if record[0].equals("split") {
      entries[place].split()
    } else if record[0].equals("part") {
      entries[place].isTrying = false
      entries[place].next += 1
      entries[place].detail = nil
      if let number = record[15].string { entries[place].numbers.append(number) }
    } else if record[0].equals("done") {
      entries[place].isTrying = false
      entries[place].outcome = record[14].string.flatMap { Receipt.Status(rawValue: $0) }
      entries[place].detail = record[16].string
      if let number = record[15].string { entries[place].numbers = [number] }
      if let attempts = record[17].integer { entries[place].attempts = attempts }
      if record[13].flag == true { entries[place].isUnsure = true }
    }
  }

  /// What expired was never told: it may come again, with time left.
  private func isNews(_ key: String) -> Bool { places[key].map { entries[$0].outcome == .expired } ?? true }

  // MARK: Writing; all within `locked`

  func add(_ entry: OutboxEntry) throws(CourierFault) {
    entry.encode(into: &pending)
    try append()
  }

  /// Written to the disk before the attempt is made.
  func beginAttempt(_ key: String, repeats: Bool) throws(CourierFault) {
    step("trying", key) { if repeats { $0.field("unsure", true) } }
    try append()
    guard fdatasync(file) == 0 else { throw .outbox(FileFailure(path).text) }
  }

  /// It surely did not arrive.
  func putOff(_ key: String, _ detail: String) throws(CourierFault) {
    step("later", key) { $0.field("detail", detail) }
    try append()
  }

  /// The pictures of the next part go one by one.
  func split(_ key: String) throws(CourierFault) {
    step("split", key) { _ in }
    try append()
  }

  func endPart(_ key: String, number: String?) throws(CourierFault) {
    step("part", key) { $0.field("number", number) }
    try append()
  }

  func end(_ key: String, _ outcome: Receipt.Status, detail: String? = nil) throws(CourierFault) {
    step("done", key) {
      $0.field("outcome", outcome.rawValue)
      $0.field("detail", detail)
    }
    try append()
  }

  /// All that was written is on the disk.
  func sync() throws(CourierFault) {
    if file >= 0, fdatasync(file) != 0 { throw .outbox(FileFailure(path).text) }
  }

  private func step(_ type: StaticString, _ key: String, _ more: (inout ByteBuffer) -> Void) {
    pending.beginObject()
    pending.field("type", type)
    pending.field("key", key)
    pending.field("at", Int(WallClock.real.milliseconds))
    more(&pending)
    pending.endObject()
    pending.append(0x0A)
  }

  private func append() throws(CourierFault) {
    guard Outbox.write(pending.bytes, to: file) else {
      let failure = FileFailure(path)
      // Half a line must not stand before the next one.
      ftruncate(file, off_t(offset))
      pending.truncate(to: 0)
      throw .outbox(failure.text)
    }
    pending.truncate(to: 0)
    do throws(FileFailure) { try refresh() } catch { throw .outbox(error.text) }
  }

  private static func write(_ bytes: Bytes, to file: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let wrote = Glibc.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if wrote >= 0 { done += wrote } else if errno != EINTR { return false }
    }
    return true
  }

  /// Writes the journal anew without what is settled, once it has grown. Keys are remembered for `memory`.
  func compact() throws(CourierFault) {
    guard offset > Outbox.compactAbove else { return }
    let oldest = WallClock.real + -Outbox.memory
    var text = ByteBuffer(capacity: 1 << 16)
    for entry in entries where entry.outcome == nil || entry.posted > oldest {
      var kept = entry
      if let outcome = entry.outcome {
        kept.parts = []
        kept.record = nil
        kept.encode(into: &text)
        kept.encodeOutcome(outcome, into: &text)
      } else {
        kept.encode(into: &text)
        kept.encodeProgress(into: &text)
      }
    }
    let temporary = "\(path).tmp"
    let new = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard new >= 0 else { throw .outbox(FileFailure(temporary).text) }
    let isWhole = Outbox.write(text.bytes, to: new) && fdatasync(new) == 0
    close(new)
    guard isWhole, rename(temporary, path) == 0 else { throw .outbox(FileFailure(path).text) }
    do throws(FileFailure) { try refresh() } catch { throw .outbox(error.text) }
  }
}
