import Confluence
import Market
import Profiles
import Records
import Stage
import Wire

/// Who is asked beside the built-in factors and gates: plug-ins and a model. Plug-ins answer later; until then their evaluations wait here,
/// and behind them what else was to be written, so that the order of the stream is what it would be without.
struct Advisers: ~Copyable {
  /// What waits, in the order of the output.
  private enum Held {
    /// A line as it is to be written.
    case line([UInt8])
    case evaluation(Evaluation, ScoreSink.Slot)
    case contest(Contest, ScoreSink.Slot)
  }

  private let plugins: [PluginProcess]
  private let model: Model?
  private var modelWeight: Double
  private var queue: [Held] = []
  /// The first of `queue` that has not been handed out.
  private var head = 0
  private var heldBytes = 0
  private var isBroken = false

  /// Bytes of lines that may wait behind an evaluation before it is waited for.
  private static let mostHeld = 1 << 20

  static let options = [
    OptionSpec(
      "plugin", .required("COMMAND"), isRepeatable: true, effect: .runs,
      help: "Ask a factor or a gate of your own: a shell command that answers candidates line by line (docs/plugins.md)."),
    OptionSpec("plugin-timeout", .required("SECONDS"), default: "10", help: "How long one answer of a plug-in may take."),
    OptionSpec(
      "pass-env", .required("NAME"), isRepeatable: true, effect: .reveals,
      help: "A variable with a secret that plug-ins are to have; they go without all others."),
    OptionSpec(
      "model", .required("FILE"), effect: .reads,
      help: "Rescore with a model: LightGBM's text or logistic weights in JSON. The profile's score.model_weight admits it and bounds it."),
    OptionSpec("features", help: "Print the features that models and plug-ins are given, in their order."),
  ]

  init(_ arguments: Arguments, _ rules: ScoreRules) throws(StageError) {
    let limit = try arguments.number("plugin-timeout", in: 0.1...3600) ?? 10
    let model = try Advisers.model(arguments.value("model"))
    var plugins: [PluginProcess] = []
    for command in arguments.all("plugin") {
      let plugin = try PluginProcess(command, passing: arguments.all("pass-env"), limit: limit)
      let name = plugin.introduction.name
      let isTaken = name == "model" || Factor.all.contains { $0.name == name } || Gate.shown.contains { $0.name == name }
      if isTaken || plugins.contains(where: { $0.introduction.name == name }) {
        throw StageError(.configuration, "plugin-introduction", "\(command): the name \(name) is taken")
      }
      plugins.append(plugin)
    }
    let weight = try Advisers.admitted(plugins, model, rules)
    self.model = model
    self.plugins = plugins
    modelWeight = weight
  }

  private static func model(_ file: String?) throws(StageError) -> Model? {
    guard let file else { return nil }
    let bytes = try InputFile.contents(file)
    return try ModelReader.read(bytes, file: file, features: Feature.all.map(\.name))
  }

  /// What `--features` prints.
  static func answer(_ arguments: Arguments) -> String? {
    guard arguments.has("features") else { return nil }
    return Feature.all.map { "\($0.name)\t\($0.unit)\t\($0.meaning)\n" }.joined()
  }

  /// Whether anybody is asked at all.
  var isEmpty: Bool { plugins.isEmpty && model == nil }
  /// Whether refused contenders are of interest in full.
  var wantsAll: Bool { !plugins.isEmpty }
  /// Whether something waits: all that is written must then be held.
  var isHolding: Bool { head < queue.count }
  /// What they are, for the stream's `run`.
  var text: String {
    plugins.map { "+plugin=\($0.introduction.name)" }.joined() + (model.map { "+model=\($0.name)@\($0.version)" } ?? "")
  }

  /// Holds them to the bounds of the stream's profile.
  mutating func follow(_ rules: ScoreRules) throws(StageError) { modelWeight = try Advisers.admitted(plugins, model, rules) }

  /// The model's weight.
  private static func admitted(_ plugins: [PluginProcess], _ model: Model?, _ rules: ScoreRules) throws(StageError) -> Double {
    let weight = plugins.reduce(0) { $0 + $1.introduction.weight }
    guard weight <= rules.pluginWeight + 1e-9 else {
      throw StageError(
        .configuration, "plugin-weight", "the plug-ins ask for a weight of \(weight), and the profile grants \(rules.pluginWeight)",
        hint: "--set score.plugin_weight=\(min(0.5, weight))")
    }
    if model != nil, rules.modelWeight == 0 {
      throw StageError(.configuration, "model-weight", "the profile admits no model", hint: "--set score.model_weight=0.2")
    }
    return rules.modelWeight
  }

  // MARK: Asking

  /// Asks about both contenders.
  mutating func ask(_ contest: Contest, for slot: ScoreSink.Slot) throws(StageError) {
    isBroken = true
    for plugin in plugins { for contender in contest.contenders { try plugin.ask(contender) } }
    isBroken = false
    queue.append(.contest(contest, slot))
  }

  mutating func hold(_ evaluation: Evaluation, for slot: ScoreSink.Slot) { queue.append(.evaluation(evaluation, slot)) }

  /// Passes a line on that goes by without an evaluation: what waits goes first.
  /// - Parameter isOpen: its final brace is missing.
  mutating func pass(_ line: Bytes, isOpen: Bool = false, to sink: inout ScoreSink, into output: inout LineWriter) throws(StageError) {
    guard isHolding else {
      output.buffer.append(line)
      if isOpen { output.buffer.endObject() }
      return output.endLine()
    }
    queue.append(.line(Array(line) + (isOpen ? [0x7D] : [])))
    heldBytes += line.count
    if heldBytes > Self.mostHeld { try awaitAnswers() }
    handOut(to: &sink, into: &output)
  }

  /// Waits for every answer. Once a plug-in has failed there are no more to wait for.
  mutating func awaitAnswers() throws(StageError) {
    guard !isBroken else { return }
    isBroken = true
    for plugin in plugins { try plugin.awaitAnswers() }
    isBroken = false
  }

  /// Waits for every answer, and for the end of the plug-ins.
  mutating func finish() throws(StageError) {
    try awaitAnswers()
    isBroken = true
    for plugin in plugins { try plugin.finish() }
  }

  // MARK: Handing out

  /// Lets go of what waits for nothing any more.
  mutating func handOut(to sink: inout ScoreSink, into output: inout LineWriter) {
    while head < queue.count {
      switch queue[head] {
      case .line(let line):
        heldBytes -= line.count
        line.withUnsafeBufferPointer { output.copy($0) }
      case .evaluation(let evaluation, let slot): sink.take(evaluation, slot, into: &output)
      case .contest(var contest, let slot):
        guard plugins.allSatisfy({ $0.available >= contest.contenders.count }) else { return }
        for place in contest.contenders.indices { contest.add(opinions(on: contest.contenders[place]), to: place) }
        sink.take(contest.decided(), slot, into: &output)
      }
      head += 1
      if head == queue.count || head >= 4096 {
        queue.removeFirst(head)
        head = 0
      }
    }
  }

  private func opinions(on contender: Contest.Contender) -> [Opinion] {
    var opinions = plugins.compactMap { $0.next() }
    if let model { opinions.append(.model(model.opinion(on: contender), weight: modelWeight)) }
    return opinions
  }
}
