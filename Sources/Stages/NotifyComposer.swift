import Delivery
import Market
import Profiles
import Records
import Stage
import Wire

/// Makes the message that a record is worth, by rules and templates.
struct NotifyComposer: ~Copyable {
  /// Records that a message may be about.
  static let consumes: [StaticString] = ["setup", "trade", "event", "report"]
  static let keys = StreamKey.names + SetupRecord.keys + ["plan", "risk", "notification", "status"]
  private enum Key {
    static let plan = StreamKey.count + SetupRecord.keys.count
    static let risk = plan + 1
    static let notification = plan + 2
    static let status = plan + 3
  }

  let rules: MessageRules
  private var writer: MessageWriter
  private var choice: ProfileChoice
  private var setups: SetupReader
  private var plans = PlanReader()
  private var risks = RiskReader()
  private var trades = TradeReader()
  // What is rare is scanned once more, for its own keys.
  private var chartScanner = RecordScanner(keys: ["chart"])
  private var tradeScanner = RecordScanner(keys: StreamKey.names + TradeReader.keys)
  private var eventScanner = RecordScanner(keys: EventRecord.keys)
  private var reportScanner = RecordScanner(keys: AuditReader.keys)

  init(_ arguments: Arguments) throws(StageError) {
    let options = try NotifyOptions(arguments)
    let choice = try ProfileChoice(arguments)
    setups = SetupReader(try SeriesLimit(arguments))
    rules = options.rules
    writer = options.writer
    self.choice = choice
  }

  var configuration: String { choice.hash }

  mutating func follow(_ run: Record) throws(StageError) { try choice.follow(run) }

  static func isInterrupted(_ end: Record) -> Bool { end[Key.status].equals("interrupted") }

  /// A setup's own profile, where it is not the one chosen for all.
  func profile(_ name: String) -> Profile { NotifyComposer.profile(name, choice) }

  /// The same as a value of its own.
  var profiles: (String) -> Profile {
    let choice = choice
    return { NotifyComposer.profile($0, choice) }
  }

  private static func profile(_ name: String, _ choice: ProfileChoice) -> Profile {
    name == choice.profile.name ? choice.profile : Profile.named(name) ?? choice.profile
  }

  mutating func signal(_ record: Record) throws(StageError) -> Signal {
    Signal(
      setup: try setups.decode(record), plan: record[Key.plan].exists ? try plans.decode(record[Key.plan], of: record) : nil,
      risk: record[Key.risk].exists ? try risks.decode(record[Key.risk], of: record) : nil,
      receipt: record[Key.notification].exists ? NotificationRecord.receipt(record[Key.notification]) : nil)
  }

  /// `nil`: there is nothing to say.
  mutating func letter(_ record: Record) throws(StageError) -> Letter? {
    let type = record[StreamKey.type]
    if type.equals("setup") { return try letter(try signal(record), record) }
    if type.equals("trade") { return try trade(record) }
    if type.equals("event") { return try event(record) }
    return type.equals("report") ? try report(record) : nil
  }

  mutating func letter(_ signal: Signal, _ record: Record) throws(StageError) -> Letter? {
    guard let kind = rules.kind(of: signal) else { return nil }
    let priority = signal.priority(profile(signal.setup.profile))
    guard rules.isWanted(kind, priority) else { return nil }
    let text: String?
    do throws(TemplateFault) {
      text = kind == .signal ? try writer.signal(signal, profile(signal.setup.profile)) : try writer.watch(signal)
    } catch {
      throw NotifyComposer.failure(error)
    }
    guard let text else { return nil }
    let key = kind == .signal ? signal.dedupeKey : "\(kind.rawValue) \(signal.setup.id)"
    var letter = letter(key, signal.setup.asOf, kind, priority, text)
    if kind == .signal {
      letter.expires = signal.plan?.validUntil
      if signal.plan?.metadata.supersedes == nil { letter.trigger = "\(signal.setup.exchange) \(signal.setup.symbol) \(signal.side)" }
      if chartScanner.scan(record.line), let path = chartScanner[0].member("path")?.string { letter.photos = [Letter.Photo(path: path)] }
    }
    return letter
  }

  private mutating func trade(_ record: Record) throws(StageError) -> Letter? {
    guard tradeScanner.scan(record.line) else { return nil }
    let trade = try trades.decode(tradeScanner.record(record.line))
    let kind = trade.event.messageKind
    guard rules.isWanted(kind, .medium) else { return nil }
    do throws(TemplateFault) {
      return letter("trade \(trade.id)", trade.time, kind, .medium, try writer.trade(trade))
    } catch {
      throw NotifyComposer.failure(error)
    }
  }

  private mutating func event(_ record: Record) throws(StageError) -> Letter? {
    guard eventScanner.scan(record.line) else { return nil }
    let alert = try EventRecord.decode(eventScanner.record(record.line))
    guard rules.isWanted(.alert, alert.priority) else { return nil }
    do throws(TemplateFault) {
      return letter(alert.key, alert.time, .alert, alert.priority, try writer.alert(alert))
    } catch {
      throw NotifyComposer.failure(error)
    }
  }

  private mutating func report(_ record: Record) throws(StageError) -> Letter? {
    guard rules.isWanted(.audit, .medium), reportScanner.scan(record.line) else { return nil }
    let audit = try AuditReader.decode(reportScanner.record(record.line))
    do throws(TemplateFault) {
      return letter("audit \(audit.runID) \(audit.profile) \(audit.to.text)", audit.to, .audit, .medium, try writer.audit(audit))
    } catch {
      throw NotifyComposer.failure(error)
    }
  }

  /// - Parameters:
  ///   - run: the run's id; without one, its last instant tells it from others.
  ///   - now: by the wall clock; `nil` where nothing is sent.
  mutating func summary(_ report: ScanReport, complete: Bool, run: String, now: Timestamp?) throws(StageError) -> Letter? {
    guard rules.isWanted(.batch, .medium) else { return nil }
    let time = report.asOf ?? .distantPast
    let profiles = profiles
    do throws(TemplateFault) {
      let text = try writer.batch(report, complete: complete, now: now, profiles)
      return letter("batch \(run) \(report.asOf?.text ?? "")", time, .batch, .medium, text)
    } catch {
      throw NotifyComposer.failure(error)
    }
  }

  /// Of the messages that were too many.
  mutating func digest(_ signals: [Signal], _ keys: [String], run: String) throws(StageError) -> Letter? {
    guard let last = signals.last, rules.isWanted(.digest, .medium) else { return nil }
    let profiles = profiles
    do throws(TemplateFault) {
      var letter = letter("digest \(run) \(keys[0])", last.setup.asOf, .digest, .medium, try writer.digest(signals, profiles))
      letter.covers = keys
      return letter
    } catch {
      throw NotifyComposer.failure(error)
    }
  }

  private func letter(_ key: String, _ time: Timestamp, _ kind: MessageKind, _ priority: Signal.Priority, _ text: String) -> Letter {
    var letter = Letter(key: key, time: time, kind: kind, priority: priority, text: text)
    letter.isSilent = rules.isSilent(kind, priority)
    return letter
  }

  private static func failure(_ fault: TemplateFault) -> StageError {
    StageError(.configuration, "bad-template", "line \(fault.line): \(fault.text)")
  }
}
