import Delivery
import Exchanges
import Glibc
import Market
import Quoting
import Wire

/// The journal of messages to one receiver. Every step is a line: the message itself before anything is sent, each attempt before it is made, each
/// outcome. What a dead process was about to do can be read from it. Lines are only appended, under a lock that all processes share. A line that no
/// outbox writes ends everything: what was sent could be sent again.
final class Outbox {
  private let path: String
  private let lock: Int32
  private var file: Int32 = -1
  private var identity: ino_t = 0
  private var offset = 0
  private var line = 0
  private var sum = JournalSum()
  private var pending = ByteBuffer()
  private(set) var entries: [OutboxEntry] = []
  private var places: [String: Int] = [:]
  private var reader = JournalReader()

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
      if errno != EINTR { throw CourierFault(FileFailure(path)) }
      if SystemCalls().interruption() != 0 { throw .interrupted }
    }
    defer { flock(lock, LOCK_UN) }
    try refresh()
    return try body()
  }

  func entry(of key: String) -> OutboxEntry? { places[key].map { entries[$0] } }

  // MARK: Reading

  /// Reads what was written since; all of it, where another process has written the journal anew.
  private func refresh() throws(CourierFault) {
    let known = entries
    let isNew: Bool
    var text: ByteBuffer
    do throws(FileFailure) {
      isNew = try reopen()
      text = try unread(from: isNew ? 0 : offset)
    } catch {
      if error.code == ESTALE { throw damaged(JournalDamage(offset: 0, text: "the file is shorter than it was")) }
      throw CourierFault(error)
    }
    if isNew {
      offset = 0
      line = 0
      sum = JournalSum()
      entries = []
      places = [:]
    }
    var start = 0
    let bytes = text.bytes
    while start < bytes.count, let end = bytes[start...].firstIndex(of: 0x0A) {
      line += 1
      try take(Bytes(rebasing: bytes[start..<end]))
      start = end + 1
    }
    try cutTorn(Bytes(rebasing: bytes[start...]), at: offset + start)
    offset += start
    // The lines above point into it.
    text.truncate(to: 0)
    if isNew { try compare(known) }
  }

  /// Returns true if another file has taken the journal's place.
  private func reopen() throws(FileFailure) -> Bool {
    var status = stat()
    if file >= 0, lstat(path, &status) == 0, status.st_ino == identity { return false }
    if file >= 0 { close(file) }
    file = -1
    file = try RegularFile.open(path, for: .appending)
    guard fstat(file, &status) == 0 else { throw FileFailure(path) }
    identity = status.st_ino
    return true
  }

  /// The bytes behind those that were read.
  private func unread(from offset: Int) throws(FileFailure) -> ByteBuffer {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw FileFailure(path) }
    let size = Int(status.st_size)
    // Shorter than what was read from it: somebody else cuts it.
    guard size >= offset else { throw FileFailure(path, ESTALE) }
    var text = ByteBuffer(capacity: max(0, size - offset) + 1)
    var done = offset
    while done < size {
      text.reserve(size - done)
      let got = pread(file, text.end, size - done, off_t(done))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw FileFailure(path) }
      text.advance(to: text.end + got)
      done += got
    }
    return text
  }

  private func take(_ bytes: Bytes) throws(CourierFault) {
    do throws(JournalDamage) {
      let found = try reader.read(bytes)
      guard sum.follow(bytes) else {
        throw JournalDamage(offset: 0, text: "the checksum is another: this line or one before it was altered or is gone")
      }
      try apply(found)
    } catch {
      throw damaged(error)
    }
  }

  /// What a dead writer left of a line is cut off: nothing was done about it yet. It begins as every line does.
  private func cutTorn(_ rest: Bytes, at place: Int) throws(CourierFault) {
    if rest.isEmpty { return }
    let begin = ("{\"type\":\"" as StaticString).bytes
    guard zip(rest, begin).allSatisfy({ $0 == $1 }), rest.allSatisfy({ $0 >= 0x20 }) else {
      line += 1
      throw damaged(JournalDamage(offset: 0, text: "the last line has no end and is no begin of one"))
    }
    guard ftruncate(file, off_t(place)) == 0 else { throw CourierFault(FileFailure(path)) }
  }

  /// Another process that writes the journal anew leaves nothing out that is still of account.
  private func compare(_ known: [OutboxEntry]) throws(CourierFault) {
    let oldest = WallClock.real + -Outbox.memory
    for entry in known where entry.outcome != .expired && (entry.outcome == nil || entry.posted > oldest) {
      let found = self.entry(of: entry.key)
      guard found != nil, entry.outcome == nil || found?.outcome != nil else {
        throw damaged(JournalDamage(offset: 0, text: "the file was replaced, and the new one does not know \"\(entry.key)\""))
      }
    }
  }

  private func damaged(_ damage: JournalDamage) -> CourierFault {
    .damaged(
      file: path, line: line, offset: damage.offset, damage.text,
      hint: "nothing is sent. mv \(Quoting.shellWord(path)) \(Quoting.shellWord(path + ".damaged")) begins a new outbox, which sends again what "
        + "comes again")
  }

  private func apply(_ line: JournalLine) throws(JournalDamage) {
    switch line {
    case .letter(let entry):
      guard isNews(entry.key) else { return }
      places[entry.key] = entries.count
      for key in entry.covers where isNews(key) { places[key] = entries.count }
      entries.append(entry)
    case .step(let key, let step):
      guard let place = places[key], entries[place].key == key else {
        throw JournalDamage(offset: 0, text: "no line before this one has the message \"\(key)\"")
      }
      guard entries[place].take(step) else { throw JournalDamage(offset: 0, text: "the message \"\(key)\" has no part left") }
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
    guard fdatasync(file) == 0 else { throw CourierFault(FileFailure(path)) }
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
    if file >= 0, fdatasync(file) != 0 { throw CourierFault(FileFailure(path)) }
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
    var next = sum
    let whole = sealed(&next)
    pending.truncate(to: 0)
    do throws(FileFailure) {
      try RegularFile.write(whole.bytes, to: file, path)
    } catch {
      // Half a line must not stand before the next one.
      ftruncate(file, off_t(offset))
      throw CourierFault(error)
    }
    try refresh()
  }

  /// The pending lines with their sums.
  private func sealed(_ sum: inout JournalSum) -> ByteBuffer {
    var whole = ByteBuffer(capacity: pending.count + 256)
    for line in pending.bytes.split(separator: 0x0A) { sum.seal(Bytes(rebasing: line), into: &whole) }
    return whole
  }

  /// Writes the journal anew without what is settled, once it has grown. Keys are remembered for `memory`.
  func compact() throws(CourierFault) {
    guard offset > Outbox.compactAbove else { return }
    let oldest = WallClock.real + -Outbox.memory
    for entry in entries where entry.outcome == nil || entry.posted > oldest {
      var kept = entry
      if let outcome = entry.outcome {
        kept.parts = []
        kept.record = nil
        kept.encode(into: &pending)
        kept.encodeOutcome(outcome, into: &pending)
      } else {
        kept.encode(into: &pending)
        kept.encodeProgress(into: &pending)
      }
    }
    var sum = JournalSum()
    let whole = sealed(&sum)
    pending.truncate(to: 0)
    do throws(FileFailure) {
      let new = try Replacement(of: path, temporary: "\(path).tmp")
      try new.write(whole.bytes)
      try new.keep()
    } catch {
      throw CourierFault(error)
    }
    try refresh()
  }
}

extension CourierFault {
  /// A file of the outbox that failed.
  init(_ failure: FileFailure) {
    self = [EIO, ENOSPC, EDQUOT, EFBIG].contains(failure.code) ? .inputOutput(failure.text) : .outbox(failure.text)
  }
}
