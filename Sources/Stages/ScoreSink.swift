import Confluence
import Market
import Profiles
import Records
import Stage
import Wire

/// What becomes of evaluations: setups in the stream; with `--latest` each market's last one, at the end; with `--why` words about one symbol's.
struct ScoreSink {
  enum Carry: String, CaseIterable { case slim, full, features }

  /// Whose evaluation it is, and what goes with it.
  struct Slot {
    /// The number of the market.
    var market: Int
    var now: Timestamp
    /// With `--carry full`: the newest candles, as the value of `candles`.
    var candles: [UInt8]?
  }

  let carry: Carry
  /// The symbol of `--why`.
  let why: String?
  let isLatest: Bool
  let explainsAll: Bool
  /// With `--latest`: by market.
  private var latest: [(at: Timestamp, setup: ByteBufferBox)] = []
  private var lastEvaluation: Evaluation?
  /// With `--shadow`.
  private var shadow: ShadowZones?
  /// By market: what its setups share.
  private var shared: [SetupRecord.Shared?] = []
  private var days = DayText()

  init(_ arguments: Arguments) {
    carry = Carry(rawValue: arguments.value("carry") ?? "") ?? .slim
    why = arguments.value("why")
    isLatest = arguments.has("latest")
    explainsAll = arguments.value("explain") == "all"
    shadow = arguments.has("shadow") ? ShadowZones() : nil
  }

  /// Whether evaluations of the symbol are wanted.
  func wants(_ state: SymbolState) -> Bool { why.map { state.name == $0 || state.symbol == Symbol($0) } ?? true }

  /// Whether what is refused may be told briefly, at once, and by itself.
  var isBrief: Bool { why == nil && !isLatest && !explainsAll && shadow == nil }

  mutating func take(_ refusal: Refusal, of state: SymbolState, _ slot: Slot, by evaluator: Evaluator, into output: inout LineWriter) {
    while shared.count <= slot.market { shared.append(nil) }
    let known = shared[slot.market] ?? SetupRecord.Shared(state, profile: evaluator.profile.name, runID: evaluator.runID)
    shared[slot.market] = known
    SetupRecord.encodeOpen(refusal, known, &days, into: &output.buffer)
    close(slot, into: &output.buffer)
    output.endLine()
  }

  mutating func take(_ evaluation: Evaluation, _ slot: Slot, into output: inout LineWriter) {
    if why != nil {
      lastEvaluation = evaluation
    } else if isLatest {
      while latest.count <= slot.market { latest.append((.distantPast, ByteBufferBox())) }
      latest[slot.market].at = slot.now
      latest[slot.market].setup.buffer.truncate(to: 0)
      write(evaluation.setup, evaluation.features, slot, into: &latest[slot.market].setup.buffer)
    } else {
      shadow?.tell(evaluation, into: &output)
      write(evaluation.setup, evaluation.features, slot, into: &output.buffer)
      output.endLine()
    }
  }

  func write(_ setup: Setup, _ features: [Double], _ slot: Slot, into out: inout ByteBuffer) {
    SetupRecord.encodeOpen(setup, isBrief: !explainsAll, into: &out)
    if carry == .features, !features.isEmpty { PluginRecord.encode(features: features, into: &out) }
    close(slot, into: &out)
  }

  private func close(_ slot: Slot, into out: inout ByteBuffer) {
    if let candles = slot.candles {
      out.key("candles")
      candles.withUnsafeBufferPointer { out.value(raw: $0) }
    }
    out.endObject()
  }

  /// With `--latest` the last setups, by instant, then in the order of `rank`; with `--why` the words.
  func finish(_ profile: Profile, rank: (Int) -> Int, into output: inout LineWriter) throws(StageError) {
    if let why {
      guard let lastEvaluation else { throw .data("unknown-symbol", "nothing of \(why) was evaluated") }
      output.show(lines: ScorePages.why(lastEvaluation, profile))
      output.endLine()
      return
    }
    let places = latest.indices.filter { latest[$0].at > .distantPast }
    for place in places.sorted(by: { (latest[$0].at, rank($0)) < (latest[$1].at, rank($1)) }) { output.copy(latest[place].setup.buffer.bytes) }
  }
}

/// A growing run of bytes that an array can hold.
private final class ByteBufferBox {
  var buffer = ByteBuffer()
}
