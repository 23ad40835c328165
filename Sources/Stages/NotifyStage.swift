import Delivery
import Glibc
import Market
import Profiles
import Records
import Stage
import Wire

/// ss-notify: the message about each accepted plan, or the whole run told to people.
public struct NotifyStage: FilterStage, ~Copyable {
  public static let spec = StageSpec(
    name: "ss-notify", abstract: "write the message about each accepted plan, or tell people the whole run",
    discussion: """
      By default a stage like the others: a setup with a plan that nobody refused gets "notification" with the text of the message, its
      priority and a key that is equal for all messages about one idea; so do trades of a paper account, events and reports. Refused setups pass as
      they came: there is nothing to say, unless --only asks for it.

      With --render the stream ends here. When its last record has arrived, and not before, the run is printed for people: the newest
      evaluation of each symbol with its plan or the reason of its refusal, then every accepted plan in full. A stream that was cut off, or
      never began, prints nothing and ends with 65.

      With --send the messages leave, when end has arrived intact, or with --live one by one. Each is in the outbox, on the disk, before it is
      sent; what is there goes out with the next run, and no idea is sent twice. TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID, DISCORD_WEBHOOK_URL,
      SLACK_WEBHOOK_URL, NTFY_TOPIC and NTFY_TOKEN, WEBHOOK_URL and WEBHOOK_TOKEN say where to; each may stand in a file that the variable with
      _FILE behind its name names. Whatever is not delivered ends the run with 75, credentials that are refused with 77.
      """,
    consumes: NotifyComposer.consumes, appends: "notification",
    options: ProfileChoice.options + [
      OptionSpec("render", .choice(Form.allCases.map(\.rawValue)), help: "Print for people at the end, instead of passing the stream on."),
      OptionSpec(
        "color", .choice(["auto", "always", "never"]), default: "auto",
        help: "Colour of --render text; auto: on a terminal, unless NO_COLOR is set."),
      SeriesLimit.option,
    ] + NotifyOptions.rules + NotifyOptions.sending, variables: NotifyOptions.variables,
    examples: [
      ExampleSpec(
        "a run that evaluated nothing", command: "ss-notify --render text",
        input: #"{"type":"run","profile":"balanced"}"# + "\n" + #"{"type":"end","records":1,"status":"complete"}"# + "\n",
        output: "SniperSight\n0 symbols, 0 evaluations: 0 plans, 0 refused\n")
    ],
    schema: { NotificationRecord.table.jsonSchema + EventRecord.table.jsonSchema })

  public static let keys = NotifyComposer.keys

  enum Form: String, CaseIterable { case text, markdown, json, telegram, html }

  private let form: Form?
  private let colour: Bool
  private var composer: NotifyComposer
  private var report = ScanReport()
  /// The lines of the accepted setups, for `--render json`.
  private var accepted: [[UInt8]] = []
  /// For the forms of messages.
  private var messages: [String] = []
  private var sawRun = false
  private var isComplete = true

  public init(_ arguments: Arguments) throws(StageError) {
    let composer = try NotifyComposer(arguments)
    self.composer = composer
    form = arguments.value("render").flatMap { Form(rawValue: $0) }
    switch arguments.value("color") ?? "auto" {
    case "always": colour = true
    case "never": colour = false
    default: colour = isatty(1) == 1 && Arguments.environment("NO_COLOR")?.isEmpty ?? true
    }
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if let name = arguments.value("print-template") { return TemplateName(rawValue: name)?.text }
    return arguments.has("explain") ? spec.discussion + "\n" : try ProfileChoice.answer(arguments)
  }

  public var configuration: String? { composer.configuration }
  public var endsStream: Bool { form != nil }

  public mutating func begin(_ run: Record) throws(StageError) {
    sawRun = true
    try composer.follow(run)
  }

  public mutating func end(_ end: Record) throws(StageError) { isComplete = !NotifyComposer.isInterrupted(end) }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    if form != nil { return try gather(record) }
    guard let letter = try composer.letter(record) else { return output.copy(record.line) }
    output.beginSplice(record, "notification")
    NotificationRecord.encode(letter, into: &output.buffer)
    output.endSplice()
  }

  private mutating func gather(_ record: Record) throws(StageError) {
    let isSetup = record[StreamKey.type].equals("setup")
    if isSetup {
      let signal = try composer.signal(record)
      report.add(signal)
      if signal.isAccepted, form == .json { accepted.append(Array(record.line)) }
    }
    if form == .telegram || form == .html, let letter = try composer.letter(record) { messages.append(letter.text) }
  }

  public mutating func finish(into output: inout LineWriter) throws(StageError) {
    // Silence is no answer: what was to write the stream died before its first record.
    if form != nil, !sawRun, report.evaluations == 0, messages.isEmpty {
      throw .data("empty-stream", "neither \"run\" nor a setup came in", hint: "whatever was to write them did not start")
    }
    switch form {
    case nil: return
    case .text: output.buffer.append(report.text(complete: isComplete, colour: colour, profile: composer.profiles))
    case .markdown: output.show(lines: report.markdown(complete: isComplete, profile: composer.profiles))
    case .json:
      ScanDocument.encode(report, records: accepted, complete: isComplete, profile: composer.profiles, into: &output.buffer)
      output.endLine()
    case .telegram, .html:
      // A report alone is no run.
      let hasRun = sawRun || report.evaluations > 0
      let summary = hasRun ? try composer.summary(report, complete: isComplete, run: "", now: nil).map { [$0.text] } ?? [] : []
      let texts = summary + messages
      output.show(lines: form == .html ? MessagePage.html(texts) : MessagePage.telegram(texts))
    }
  }
}
