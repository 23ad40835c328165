import Delivery
import Glibc
import Market
import Profiles
import Records
import Stage
import Wire

/// ss-notify: the message about each accepted plan, or the whole run told to people.
public struct NotifyStage: FilterStage {
  public static let spec = StageSpec(
    name: "ss-notify", abstract: "Write the message about each accepted plan, or tell people the whole run.",
    discussion: """
      By default a stage like the others: a setup with a plan that nobody refused gets "notification" with the text of the message, its
      priority and a key that is equal for all messages about one idea. Refused setups pass as they came: there is nothing to say.

      With --render the stream ends here. When its last record has arrived, and not before, the run is printed for people: the newest
      evaluation of each symbol with its plan or the reason of its refusal, then every accepted plan in full. A stream that was cut off, or
      never began, prints nothing and ends with 65.
      """,
    consumes: ["setup"], appends: "notification",
    options: ProfileChoice.options + [
      OptionSpec("render", .choice(Form.allCases.map(\.rawValue)), help: "Print for people at the end, instead of passing the stream on."),
      OptionSpec(
        "color", .choice(["auto", "always", "never"]), default: "auto",
        help: "Colour of --render text; auto: on a terminal, unless NO_COLOR is set."),
    ],
    examples: [
      ExampleSpec(
        "a run that evaluated nothing", command: "ss-notify --render text",
        input: #"{"type":"run","profile":"balanced"}"# + "\n" + #"{"type":"end","records":1,"status":"complete"}"# + "\n",
        output: "SniperSight\n0 symbols, 0 evaluations: 0 plans, 0 refused\n")
    ],
    schema: { NotificationRecord.table.jsonSchema })

  public static let keys = StreamKey.names + SetupRecord.keys + ["plan", "risk", "notification", "status"]
  private enum Key {
    static let plan = StreamKey.count + SetupRecord.keys.count
    static let risk = plan + 1
    static let status = plan + 3
  }

  enum Form: String, CaseIterable { case text, markdown, json }

  private let form: Form?
  private let colour: Bool
  private var choice: ProfileChoice
  private var setups = SetupReader()
  private var plans = PlanReader()
  private var risks = RiskReader()
  private var report = ScanReport()
  /// The lines of the accepted setups, for `--render json`.
  private var accepted: [[UInt8]] = []
  private var sawRun = false
  private var isComplete = true

  public init(_ arguments: Arguments) throws(StageError) {
    choice = try ProfileChoice(arguments)
    form = arguments.value("render").flatMap { Form(rawValue: $0) }
    switch arguments.value("color") ?? "auto" {
    case "always": colour = true
    case "never": colour = false
    default: colour = isatty(1) == 1 && Arguments.environment("NO_COLOR")?.isEmpty ?? true
    }
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    arguments.has("explain") ? spec.discussion + "\n" : try ProfileChoice.answer(arguments)
  }

  public var configuration: String? { choice.hash }
  public var endsStream: Bool { form != nil }

  public mutating func begin(_ run: Record) throws(StageError) {
    sawRun = true
    try choice.follow(run)
  }

  public mutating func end(_ end: Record) throws(StageError) { isComplete = !end[Key.status].equals("interrupted") }

  public mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError) {
    let signal = Signal(
      setup: try setups.decode(record), plan: record[Key.plan].exists ? try plans.decode(record[Key.plan], of: record) : nil,
      risk: record[Key.risk].exists ? try risks.decode(record[Key.risk], of: record) : nil)
    if let form {
      report.add(signal)
      if signal.isAccepted, form == .json { accepted.append(Array(record.line)) }
    } else if signal.isAccepted, let text = Message.text(signal, profile(signal.setup.profile)) {
      output.beginSplice(record, "notification")
      NotificationRecord.encode(signal, text: text, profile(signal.setup.profile), into: &output.buffer)
      output.endSplice()
    } else {
      output.copy(record.line)
    }
  }

  public mutating func finish(into output: inout LineWriter) throws(StageError) {
    // Silence is no answer: what was to write the stream died before its first record.
    if form != nil, !sawRun, report.evaluations == 0 {
      throw .data("empty-stream", "neither \"run\" nor a setup came in", hint: "whatever was to write them did not start")
    }
    switch form {
    case nil: return
    case .text: output.buffer.append(report.text(complete: isComplete, colour: colour, profile: profile))
    case .markdown: output.buffer.append(report.markdown(complete: isComplete, profile: profile))
    case .json:
      ScanDocument.encode(report, records: accepted, complete: isComplete, profile: profile, into: &output.buffer)
      output.endLine()
    }
  }

  /// A setup's own profile, where it is not the one chosen for all.
  private func profile(_ name: String) -> Profile {
    name == choice.profile.name ? choice.profile : Profile.named(name) ?? choice.profile
  }
}
