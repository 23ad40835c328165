import Delivery
import Glibc
import Market
import Profiles
import Records
import Stage
import Synchronization
import Wire

/// ss-notify --send: messages leave, and what became of them is written behind each.
public struct SendStage: FilterStage, ~Copyable {
  public static let spec = NotifyStage.spec
  public static let keys = NotifyComposer.keys
  public static let takesEverything = true
  public static let actsWhenIdle = true

  /// A line held until its message has gone.
  private struct Line {
    var start: Int
    var body: Int
    var end: Int
    var letter: Int?
  }

  private let courier: any Courier
  private let isLive: Bool
  private let wantsSummary: Bool
  private let wantsAlbum: Bool
  private let most: Int
  private let isQuiet: Bool
  private let isRehearsal: Bool
  private var composer: NotifyComposer
  private let diagnostics = Diagnostics(program: "ss-notify")
  private var report = ScanReport()
  private var held = ByteBuffer()
  private var lines: [Line] = []
  private var letters: [Letter] = []
  /// The signal of each letter, for the digest.
  private var signals: [Signal?] = []
  private var receipts: [Receipt] = []
  /// Keys of messages that stand for the batch, or for several of it; live, of all but duplicates.
  private var others: [String] = []
  private var run = ""
  private var isComplete = true
  private var fault: CourierFault?

  /// The way out. The entry point puts it in: stages themselves have none.
  private static let way = Mutex<(@Sendable (CourierOptions) throws(CourierFault) -> any Courier)?>(nil)
  public static func use(_ courier: @escaping @Sendable (CourierOptions) throws(CourierFault) -> any Courier) { way.withLock { $0 = courier } }

  /// Whether a command line asks for it.
  public static func isAsked(_ words: [String]) -> Bool { (try? Arguments(spec, words))?.has("send") ?? false }

  public init(_ arguments: Arguments) throws(StageError) {
    if arguments.has("render") { throw .usage("--render and --send exclude each other") }
    if arguments.has("album"), arguments.value("send") != "telegram" {
      throw .usage("--album goes with --send telegram: others show one picture a message")
    }
    let composer = try NotifyComposer(arguments)
    let most = try arguments.integer("max", in: 0...10_000) ?? 10
    guard let options = try NotifyOptions.courier(arguments), let make = SendStage.way.withLock({ $0 }) else {
      throw StageError(.unavailable, "no-courier", "there is no way out")
    }
    let courier: any Courier
    do throws(CourierFault) { courier = try make(options) } catch { throw StageError(error) }
    self.composer = composer
    self.courier = courier
    self.most = most
    isLive = arguments.has("live")
    wantsSummary = arguments.has("summary")
    wantsAlbum = arguments.has("album")
    isQuiet = arguments.has("quiet")
    isRehearsal = arguments.has("now")
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? { try NotifyStage.answer(arguments) }
  public var configuration: String? { composer.configuration }

  public var verdict: ExitCode {
    switch fault {
    case .credentials: .authentication
    case .interrupted: .terminated
    case .usage, .unavailable: .temporary
    case .outbox: .cannotCreate
    case .inputOutput: .inputOutput
    case .damaged: .badData
    case nil: courier.undelivered > 0 || receipts.contains { $0.status == .refused || $0.status == .unknown } ? .temporary : .ok
    }
  }

  public mutating func begin(_ record: Record) throws(StageError) {
    run = try record.optionalString(StreamKey.runID) ?? ""
    try composer.follow(record)
    if isLive { try deliver(waits: false) }
  }

  public mutating func end(_ end: Record) throws(StageError) { isComplete = !NotifyComposer.isInterrupted(end) }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    var letter: Letter?
    var signal: Signal?
    if record[StreamKey.type].equals("setup") {
      let found = try composer.signal(record)
      if !isLive { report.add(found) }
      letter = try composer.letter(found, record)
      signal = found
    } else {
      letter = try composer.letter(record)
    }
    if letter != nil { letter?.record = record.line.text }
    if isLive {
      guard let letter else { return output.copy(record.line) }
      let known = try post(letter)
      try deliver(waits: false)
      let receipt = known.status == .duplicate ? known : courier.receipt(of: letter.key)
      receipts = [receipt]
      if receipt.status != .duplicate { others.append(letter.key) }
      output.beginSplice(record, "notification")
      NotificationRecord.encode(letter, receipt, into: &output.buffer)
      return output.endSplice()
    }
    // What comes before the first message has nothing to wait for.
    if lines.isEmpty, letter == nil { return output.copy(record.line) }
    lines.append(
      Line(start: held.count, body: held.count + record.body, end: held.count + record.line.count, letter: letter == nil ? nil : letters.count))
    held.append(record.line)
    held.append(0x0A)
    if let letter {
      letters.append(letter)
      signals.append(signal)
    }
  }

  // MARK: Batch

  public mutating func finish(into output: inout LineWriter) throws(StageError) {
    if isLive {
      try deliver(waits: true)
      return tell()
    }
    let digested = try postBatch()
    try deliver(waits: true)
    for place in letters.indices where receipts[place].status != .duplicate {
      receipts[place] = courier.receipt(of: letters[place].key)
      if digested.contains(place), receipts[place].status == .sent { receipts[place].status = .digest }
    }
    tell()
    try settle(into: &output)
  }

  private func tell() {
    if isQuiet { return }
    var tally = SendTally()
    for key in others { tally.add(key, courier.receipt(of: key)) }
    if !isLive { for (letter, receipt) in zip(letters, receipts) { tally.add(letter.key, receipt) } }
    for line in tally.lines { diagnostics.note(line) }
    if tally.hasExpired, !isRehearsal, let time = report.asOf { diagnostics.note("--now \(time.text) sends what was valid then") }
  }

  /// Everything is on the disk before anything leaves. Returns the places of the letters that a digest stands for.
  private mutating func postBatch() throws(StageError) -> Set<Int> {
    var digested: Set<Int> = []
    receipts = Array(repeating: Receipt(.queued), count: letters.count)
    let now = courier.now
    var choice = SendChoice()
    for (place, letter) in letters.enumerated() where letter.kind == .signal && letter.expires.map({ $0 > now }) ?? true {
      if try known(letter) == nil { choice.add(place, letter, signals[place]?.plan?.confidenceScore ?? 0) }
    }
    let album = wantsAlbum ? choice.album : []
    let hasRun = !run.isEmpty || report.evaluations > 0
    if hasRun, wantsSummary || !album.isEmpty, var summary = try composer.summary(report, complete: isComplete, run: run, now: now) {
      summary.covers = album.map { letters[$0].key }
      summary.photos = album.map { Letter.Photo(path: letters[$0].photos[0].path, caption: letters[$0].text) }
      others.append(summary.key)
      _ = try post(summary)
    }
    let rest = choice.rest(beyond: most, besides: album)
    for place in letters.indices {
      if rest.contains(letters[place].key) { digested.insert(place) } else { receipts[place] = try post(letters[place]) }
    }
    let told = choice.places.filter { digested.contains($0) }
    if let digest = try composer.digest(told.compactMap { signals[$0] }, told.map { letters[$0].key }, run: run) {
      others.append(digest.key)
      _ = try post(digest)
    }
    return digested
  }

  private func known(_ letter: Letter) throws(StageError) -> Receipt? {
    do throws(CourierFault) { return try courier.known(letter) } catch { throw StageError(error) }
  }

  private func post(_ letter: Letter) throws(StageError) -> Receipt {
    do throws(CourierFault) { return try courier.post(letter) } catch { throw StageError(error) }
  }

  /// A sink that takes nothing is no reason to hold the stream back: what became of the messages is in their receipts and in how we end.
  private mutating func deliver(waits: Bool) throws(StageError) {
    do throws(CourierFault) {
      if fault == nil { try courier.deliver(waits: waits) }
    } catch {
      let error = error
      fault = error
      if error == .interrupted { throw StageError(error) }
      let report = StageError(error)
      diagnostics.report(report, at: report.place)
    }
    for remark in courier.takeRemarks() { diagnostics.note(remark) }
    if waits, !isQuiet, courier.undelivered > 0 { diagnostics.note("\(courier.undelivered) messages are still in the outbox") }
  }

  // MARK: The stream

  /// Held lines without a receipt pass as they came: the stream was cut off, and nothing was sent.
  public mutating func settle(into output: inout LineWriter) throws(StageError) {
    if isLive, courier.undelivered > 0 { try deliver(waits: true) }
    for line in lines {
      guard let number = line.letter, number < receipts.count else {
        output.copy(Bytes(start: held.start + line.start, count: line.end - line.start))
        continue
      }
      output.buffer.append(Bytes(start: held.start + line.start, count: line.body - line.start))
      output.buffer.key("notification")
      NotificationRecord.encode(letters[number], receipts[number], into: &output.buffer)
      output.endSplice()
    }
    lines = []
    held.truncate(to: 0)
  }

  /// A live stream that pauses is time to try again.
  public var patience: Int32? { isLive && courier.undelivered > 0 && fault == nil ? 1000 : nil }
}

extension StageError {
  init(_ fault: CourierFault) {
    switch fault {
    case .credentials(let text, let hint): self.init(.authentication, "credentials", text, hint: hint)
    case .usage(let text): self.init(.usage, "usage", text)
    case .outbox(let text): self.init(.cannotCreate, "outbox", text, hint: "--outbox says where messages are kept")
    case .inputOutput(let text): self.init(.inputOutput, "outbox", text, hint: "what was not sent is tried again by the next run")
    case .damaged(let file, let line, let offset, let text, let hint):
      self.init(.badData, "bad-outbox", text, hint: hint, offset: offset, place: Place(file: file, line: line))
    case .unavailable(let text): self.init(.unavailable, "unavailable", text)
    case .interrupted: self.init(.terminated, "interrupted", "asked to stop")
    }
  }
}
