import Confluence
import Delivery
import Market
import Stage

/// What ss-notify is asked for beyond its form: rules, templates, and how to send.
struct NotifyOptions {
  static let sinks = ["telegram", "discord", "slack", "ntfy", "webhook", "command"]

  static let rules = [
    OptionSpec("min-score", .required("N"), help: "No message about a setup that scores less, 0…100."),
    OptionSpec(
      "only", .required("STATES"), default: "ready", help: "Setups worth a message: ready (with a plan that nobody refused), developing, watching."),
    OptionSpec("priority", .choice(["high", "medium", "low"]), default: "low", help: "The least priority that is worth a message."),
    OptionSpec(
      "loudness", .required("KIND=HOW"), isRepeatable: true,
      help: "loud, silent or off, for signal, developing, watching, opened, target, stop, breakeven, expired, closed, batch, digest, alert or audit. "
        + "Default: signal (unless of low priority), stop and alert are loud."),
    OptionSpec(
      "template", .required("NAME=FILE"), isRepeatable: true, effect: .reads,
      help: "Use FILE for signal, watch, trade, batch, digest, alert or audit."),
    OptionSpec("print-template", .choice(TemplateName.allCases.map(\.rawValue)), help: "Print a built-in template."),
  ]

  static let sending = [
    OptionSpec(
      "send", .choice(sinks), effect: .sends,
      help: "Send the messages, once the stream has arrived whole, and write receipts into notification. Secrets come from the environment."),
    OptionSpec("base-url", .required("URL"), effect: .sends, help: "Another server that speaks the sink's format."),
    OptionSpec(
      "command", .required("WORDS"), effect: .runs,
      help: "For --send command: a program and its arguments, separated by spaces; each message is JSON on its input."),
    OptionSpec(
      "pass-env", .required("NAME"), isRepeatable: true, effect: .reveals,
      help: "A variable with a secret that the command is to have; it goes without all others."),
    OptionSpec("live", help: "Send record by record, as they come, instead of after end."),
    OptionSpec("summary", help: "Send a summary of the batch first."),
    OptionSpec("album", help: "Telegram: send the charts of a batch together, behind the summary, instead of one by one."),
    OptionSpec("max", .required("N"), default: "10", help: "Signals of a batch that get a message of their own; a digest tells of the rest."),
    OptionSpec(
      "window", .required("MINUTES"), default: "15",
      help: "A symbol fires once in so many minutes in each direction; a plan that replaces one is news."),
    OptionSpec("outbox", .required("DIR"), effect: .writes, help: "Where messages are kept until they are sent. Default: in XDG_STATE_HOME."),
    OptionSpec(
      "charts", .required("DIR"), effect: .reads,
      help: "Pictures are sent from this folder and no other. Default: snipersight/charts in XDG_STATE_HOME."),
    OptionSpec(
      "pace", .required("COUNT/SECONDS"), help: "At most so many messages in so many seconds, several separated by commas; none. Default: the sink's."
    ),
    OptionSpec("timeout", .required("SECONDS"), default: "30", help: "What one request may take."),
    OptionSpec(
      "patience", .required("SECONDS"), default: "120",
      help: "How long a run may wait in all for a sink that takes nothing; the outbox keeps the rest, and the end is 75."),
    OptionSpec(
      "on-unknown", .choice(["again", "report"]),
      help:
        "When an answer was lost: send again, and say that it may be there twice; or only report. Default: again where people read, report where programs do."
    ),
    OptionSpec("quiet-hours", .required("FROM-TO"), help: "Such as 22:00-07:00: what is not of high priority makes no sound."),
    OptionSpec("time-zone", .required("NAME"), default: "UTC", help: "Of the quiet hours, such as Europe/Berlin."),
    OptionSpec(
      "during-quiet", .choice(["silent", "hold"]), default: "silent", help: "hold: what is not of high priority stays in the outbox until then."),
    OptionSpec("now", .required("TIME"), help: "For rehearsals: as if it were TIME by the wall clock, which says what has expired."),
  ]

  static let variables =
    [
      ("TELEGRAM_BOT_TOKEN", "The bot that sends."), ("TELEGRAM_CHAT_ID", "Who is told: a number, that of a group is negative; or @name."),
      ("DISCORD_WEBHOOK_URL", "The whole address of the webhook."), ("SLACK_WEBHOOK_URL", "The whole address of the webhook."),
      ("NTFY_TOPIC", "The topic."), ("NTFY_TOKEN", "The bearer, where the server asks for one."),
      ("WEBHOOK_URL", "The address that is posted to."), ("WEBHOOK_TOKEN", "The bearer, where the server asks for one."),
    ].flatMap { name, help in
      [
        VariableSpec(.whole(name), isSecret: true, help: help),
        VariableSpec(.whole("\(name)_FILE"), isSecret: true, help: "A file that holds it, of at most 4 KiB."),
      ]
    }

  let rules: MessageRules
  let writer: MessageWriter

  init(_ arguments: Arguments) throws(StageError) {
    var rules = MessageRules()
    rules.minimumScore = try arguments.number("min-score", in: 0...100)
    if let words = arguments.list("only") {
      rules.states = []
      for word in words {
        guard let state = SetupState.allCases.first(where: { "\($0.label)" == word }), state != .flat else {
          throw .usage("--only takes ready, developing and watching, not \"\(word)\"")
        }
        rules.states.insert(state)
      }
    }
    if let word = arguments.value("priority") { rules.least = Signal.Priority.allCases.first { "\($0.label)" == word } ?? .low }
    for word in arguments.list("loudness") ?? [] {
      let parts = word.split(separator: "=", maxSplits: 1).map { String($0) }
      guard parts.count == 2, let kind = MessageKind(rawValue: parts[0]), let loudness = MessageRules.Loudness(rawValue: parts[1]) else {
        throw .usage("--loudness does not know \"\(word)\"", hint: "such as opened=loud, target=off")
      }
      rules.loudness[kind] = loudness
    }
    var writer = MessageWriter()
    for word in arguments.all("template") {
      let parts = word.split(separator: "=", maxSplits: 1).map { String($0) }
      guard parts.count == 2, let name = TemplateName(rawValue: parts[0]) else {
        throw .usage("--template takes NAME=FILE, not \"\(word)\"", hint: TemplateName.allCases.map(\.rawValue).joined(separator: ", "))
      }
      let bytes = try InputFile.contents(parts[1])
      do throws(TemplateFault) {
        try writer.replace(name, with: String(decoding: bytes, as: UTF8.self))
      } catch {
        throw StageError(
          .configuration, "bad-template", error.text, hint: "ss-notify --print-template \(name.rawValue)",
          place: Place(file: parts[1], line: error.line))
      }
    }
    self.rules = rules
    self.writer = writer
  }

  /// What the courier is told; `nil` where nothing is sent.
  static func courier(_ arguments: Arguments) throws(StageError) -> CourierOptions? {
    guard let sink = arguments.value("send") else { return nil }
    var options = CourierOptions(sink: sink)
    if let url = arguments.value("base-url") {
      guard url.hasPrefix("http://") || url.hasPrefix("https://") else { throw .usage("--base-url begins with http:// or https://") }
      // A token is put behind it as a path: it must stay one.
      guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !url.contains(where: { "?#@\\".contains($0) }) else {
        throw .usage("--base-url is a scheme, a host and perhaps a path, without user, query or fragment")
      }
      options.baseURL = url.last == "/" ? String(url.dropLast()) : url
    }
    options.command = (arguments.value("command") ?? "").split(separator: " ").map { String($0) }
    options.passedSecrets = arguments.all("pass-env")
    options.folder = arguments.value("outbox")
    options.charts = arguments.value("charts")
    options.timeout = try arguments.integer("timeout", in: 1...600) ?? 30
    options.patience = try arguments.integer("patience", in: 0...86400) ?? 120
    options.window = try arguments.integer("window", in: 0...100_000) ?? 15
    options.repeatsUnknown = arguments.value("on-unknown").map { $0 == "again" }
    if let text = arguments.value("pace") { options.pace = try pace(text) }
    if let text = arguments.value("quiet-hours") {
      let zone = arguments.value("time-zone") ?? "UTC"
      guard let quiet = QuietHours(text, zone: zone, holds: arguments.value("during-quiet") == "hold") else {
        throw .usage("--quiet-hours takes FROM-TO, such as 22:00-07:00, not \"\(text)\"")
      }
      options.quiet = quiet
    }
    if let text = arguments.value("now") {
      guard let time = Timestamp(text) else { throw .usage("--now takes a time, not \"\(text)\"") }
      options.clock = time
    }
    return options
  }

  private static func pace(_ text: String) throws(StageError) -> [Pace] {
    if text == "none" { return [] }
    var paces: [Pace] = []
    for word in text.split(separator: ",") {
      let parts = word.split(separator: "/").map { String($0) }
      guard parts.count == 2, let count = Int(parts[0]), let seconds = Double(parts[1]), count > 0, count <= 1000, seconds > 0, seconds <= 86400
      else {
        throw .usage("--pace takes COUNT/SECONDS, such as 1/1,20/60, or none; not \"\(word)\"")
      }
      paces.append(Pace(count, per: seconds))
    }
    return paces
  }
}
