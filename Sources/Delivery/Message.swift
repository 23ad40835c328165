import Confluence
import Market
import Profiles
import Risk

/// Writes messages: what happened, laid out by a template, in the HTML subset that Telegram reads.
public struct MessageWriter: Sendable {
  public static let parseMode = "HTML"

  private var templates: [Template?] = Array(repeating: nil, count: TemplateName.allCases.count)

  public init() {}

  /// Uses `text` from now on.
  public mutating func replace(_ name: TemplateName, with text: String) throws(TemplateFault) {
    let template = try Template(text)
    try template.check(name.vocabulary)
    set(name, template)
  }

  private mutating func set(_ name: TemplateName, _ template: Template) {
    for (place, known) in TemplateName.allCases.enumerated() where known == name { templates[place] = template }
  }

  private mutating func fill(_ name: TemplateName, _ fields: Fields) throws(TemplateFault) -> String {
    for (place, known) in TemplateName.allCases.enumerated() where known == name {
      let template: Template
      if let known = templates[place] { template = known } else { template = try Template(name.text) }
      templates[place] = template
      return try template.filled(fields)
    }
    return ""
  }

  /// About an accepted plan; `nil` when there is none.
  public mutating func signal(_ signal: Signal, _ profile: Profile) throws(TemplateFault) -> String? {
    guard let plan = signal.plan else { return nil }
    let sheet = PlanSheet(signal, plan, profile)
    let price = { (value: Double) in NumberText.significant(value) }
    var fields = MessageWriter.setup(signal, sheet.title)
    fields.set("subtitle", sheet.subtitle)
    fields.set("setup_type", "\(plan.setupType.label)")
    fields.set("score", NumberText.fixed(plan.confidenceScore, decimals: 1))
    fields.set("priority", "\(signal.priority(profile).label)")
    fields.set("entry", price(plan.entryZone.near))
    fields.set("stop", price(plan.stopLoss.level))
    fields.set("targets", plan.targets.map { price($0.level) }.joined(separator: " "))
    fields.set("reward_risk", NumberText.significant(plan.riskReward, digits: 4))
    fields.set("valid_until", plan.validUntil.forPeople)
    fields.set("plan_id", plan.planID)
    fields.set("adjustments", sheet.adjustments)
    fields.set("gates", sheet.gates)
    fields.set("orders", rows: sheet.orders)
    fields.set("facts", rows: sheet.facts)
    fields.set("factors", rows: sheet.factors)
    fields.set("rationale", paragraphs: sheet.rationale)
    return try fill(.signal, fields)
  }

  private static func setup(_ signal: Signal, _ title: String) -> Fields {
    var fields = Fields()
    fields.set("title", title)
    fields.set("exchange", signal.setup.exchange)
    fields.set("symbol", signal.setup.symbol)
    fields.set("direction", signal.side)
    fields.set("as_of", signal.setup.asOf.forPeople)
    fields.set("price", NumberText.significant(signal.setup.price))
    return fields
  }

  /// About a setup that may become a plan.
  public mutating func watch(_ signal: Signal) throws(TemplateFault) -> String {
    var fields = MessageWriter.setup(signal, "\(signal.setup.symbol) \(signal.side)")
    let score = signal.score.map { NumberText.fixed($0, decimals: 1) } ?? "-"
    fields.set("subtitle", "score \(score) · as of \(signal.setup.asOf.forPeople) at \(NumberText.significant(signal.setup.price))")
    fields.set("state", "\(signal.setup.state.label)")
    fields.set("score", score)
    fields.set("reason", signal.refusal ?? "")
    return try fill(.watch, fields)
  }

  public mutating func trade(_ trade: Trade) throws(TemplateFault) -> String {
    let short = { (value: Double) in NumberText.significant(value, digits: 6) }
    let signed = { (value: Double) in (value < 0 ? "−" : "+") + short(abs(value)) }
    let symbol = Symbol(trade.symbol)
    var fields = Fields()
    fields.set("title", "\(trade.symbol) \(trade.direction.trade): \(trade.event.phrase)")
    fields.set("event", "\(trade.event.label)")
    fields.set("exchange", trade.exchange)
    fields.set("symbol", trade.symbol)
    fields.set("direction", "\(trade.direction.trade)")
    fields.set("time", trade.time.forPeople)
    fields.set("price", NumberText.significant(trade.price))
    fields.set("quantity", "\(NumberText.significant(trade.quantity)) \(symbol?.base ?? "")".trimmed)
    fields.set("fee", short(trade.fee))
    fields.set("pnl_net", signed(trade.pnlNet))
    fields.set("r_multiple", trade.rMultiple.map { signed($0) } ?? "")
    fields.set("mae_r", trade.maeR.map { short($0) } ?? "")
    fields.set("mfe_r", trade.mfeR.map { short($0) } ?? "")
    let isResult = trade.event != .opened && trade.event != .expired
    let multiple = trade.rMultiple.map { " (\(signed($0)) R)" } ?? ""
    fields.set("result", isResult ? "\(signed(trade.pnlNet)) \(symbol?.quote ?? "")".trimmed + multiple : "")
    fields.set("reason", trade.reason?.phrase ?? "")
    fields.set("plan_id", trade.planID)
    fields.set("setup_id", trade.setupID)
    return try fill(.trade, fields)
  }

  /// About a whole run.
  /// - Parameter now: by the wall clock, for what has expired by then; `nil` where nothing is sent.
  public mutating func batch(_ report: ScanReport, complete: Bool, now: Timestamp?, _ profile: (String) -> Profile) throws(TemplateFault) -> String {
    var fields = Fields()
    fields.set("occasion", report.occasion)
    fields.set("summary", report.summary)
    fields.set("interrupted", complete ? "" : "The run was interrupted: this is not all of it.")
    fields.set("refused", report.refusalCounts)
    fields.set("plans", rows: report.accepted.map { MessageWriter.row($0, now, profile) })
    fields.set("symbols", rows: report.latest.map { MessageWriter.row($0, now, profile) })
    return try fill(.batch, fields)
  }

  /// About the plans for which there was no message of their own.
  public mutating func digest(_ signals: [Signal], _ profile: (String) -> Profile) throws(TemplateFault) -> String {
    var fields = Fields()
    fields.set("count", "\(signals.count)")
    fields.set("plans", rows: signals.map { MessageWriter.row($0, nil, profile) })
    return try fill(.digest, fields)
  }

  private static func row(_ signal: Signal, _ now: Timestamp?, _ profile: (String) -> Profile) -> PlanSheet.Row {
    let score = signal.score.map { NumberText.fixed($0, decimals: 1) } ?? "-"
    let rank = signal.isAccepted ? "\(signal.priority(profile(signal.setup.profile)).label) priority" : "\(signal.setup.state.label)"
    let fate = signal.isAccepted && now.map { signal.isOver(at: $0) } ?? false ? ", expired before it was sent" : ""
    return PlanSheet.Row(label: "\(signal.setup.symbol) \(signal.side)", value: signal.verdict, note: "score \(score), \(rank)\(fate)")
  }

  public mutating func alert(_ alert: Alert) throws(TemplateFault) -> String {
    var fields = Fields()
    fields.set("title", alert.title)
    fields.set("event", alert.event)
    fields.set("exchange", alert.exchange)
    fields.set("symbol", alert.symbol)
    fields.set("where", [alert.symbol, alert.exchange].filter { !$0.isEmpty }.joined(separator: " "))
    fields.set("time", alert.time.forPeople)
    fields.set("context", rows: alert.context.map { PlanSheet.Row(label: $0.name, value: $0.value, note: "") })
    return try fill(.alert, fields)
  }

  public mutating func audit(_ audit: AuditSummary) throws(TemplateFault) -> String {
    var fields = Fields()
    fields.set("ruling", audit.ruling)
    fields.set("run_id", audit.runID)
    fields.set("profile", audit.profile)
    fields.set("exchange", audit.exchange)
    fields.set("symbols", audit.symbols.joined(separator: ", "))
    fields.set("from", audit.from.forPeople)
    fields.set("to", audit.to.forPeople)
    fields.set("evaluations", "\(audit.evaluations)")
    fields.set("accepted", "\(audit.accepted)")
    fields.set("refused", "\(audit.evaluations - audit.accepted)")
    fields.set("metrics", rows: audit.metrics.map { PlanSheet.Row(label: $0.name, value: $0.value, note: "") })
    fields.set("conditions", rows: audit.conditions.map { PlanSheet.Row(label: $0.name, value: $0.value, note: $0.isMet ? "met" : "not met") })
    return try fill(.audit, fields)
  }
}

/// Something that the machine itself has to say: an `event` record.
public struct Alert: Hashable, Sendable {
  public struct Item: Hashable, Sendable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
  public var event: String
  public var time: Timestamp
  public var exchange = ""
  public var symbol = ""
  public var context: [Item] = []

  public init(event: String, time: Timestamp) {
    self.event = event
    self.time = time
  }

  public var title: String {
    switch event {
    case "venue_banned": "The venue has locked us out"
    case "data_stale": "Data is stale"
    case "stage_failed": "A stage has failed"
    case "restarted": "The pipe was started again"
    case "heartbeat": "Still running"
    default: event
    }
  }

  /// Good news is quiet.
  public var priority: Signal.Priority { event == "heartbeat" || event == "restarted" ? .low : .high }

  /// One message for one occasion.
  public var key: String { "event \(event) \(exchange) \(symbol) \(time.text)" }
}

/// What a message about an audit says of a `report` record.
public struct AuditSummary: Hashable, Sendable {
  public struct Figure: Hashable, Sendable {
    public var name: String
    public var value: String
    public var isMet: Bool
    public init(name: String, value: String, isMet: Bool = true) {
      self.name = name
      self.value = value
      self.isMet = isMet
    }
  }
  public var ruling = ""
  public var runID = ""
  public var profile = ""
  public var exchange = ""
  public var symbols: [String] = []
  public var from: Timestamp
  public var to: Timestamp
  public var evaluations = 0
  public var accepted = 0
  public var metrics: [Figure] = []
  public var conditions: [Figure] = []

  public init(from: Timestamp, to: Timestamp) {
    self.from = from
    self.to = to
  }
}

extension String {
  fileprivate var trimmed: String { last == " " ? String(dropLast()) : self }
}

extension Trade.Event {
  var phrase: StaticString {
    switch self {
    case .opened: "opened"
    case .target: "target reached"
    case .stop: "stopped out"
    case .breakeven: "closed at breakeven"
    case .expired: "order expired"
    case .closed: "closed at the market"
    }
  }

  /// The kind of message that tells of it.
  public var messageKind: MessageKind {
    switch self {
    case .opened: .opened
    case .target: .target
    case .stop: .stop
    case .breakeven: .breakeven
    case .expired: .expired
    case .closed: .closed
    }
  }
}

extension Trade.Ending {
  fileprivate var phrase: String {
    switch self {
    case .validUntil: "its time was over"
    case .invalidated: "the idea was invalidated"
    case .firstTarget: "the first target traded before the entry"
    case .floor: "what was left paid too little"
    case .gappedThroughStop: "price opened beyond the stop"
    case .limits: "a limit of the account"
    case .superseded: "a newer plan took its place"
    }
  }
}
