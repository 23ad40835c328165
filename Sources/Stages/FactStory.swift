import Market
import Records
import Structure
import Wire

/// Tells the life of one fact, a sentence for each of its events.
struct FactStory {
  private let id: FactID
  private(set) var isTold = false

  init(_ id: FactID) { self.id = id }

  var text: String { id.text }

  /// What these events of one close say about the fact.
  mutating func sentences(of events: [StructureEvent]) -> [String] {
    var sentences: [String] = []
    for event in events where event.id == id {
      isTold = true
      let detail = FactStory.detail(event, among: events)
      sentences.append("\(event.knownAt.text) \(event.kind.name) \(event.direction.label)" + (detail.isEmpty ? "" : ": " + detail))
    }
    return sentences
  }

  private static func detail(_ event: StructureEvent, among events: [StructureEvent]) -> String {
    switch event.change {
    case .swing(let pivot, let scope, let strength, let leads):
      "\(scope.label) swing at \(number(pivot.price)) of \(pivot.at.text)" + (pivot.label.map { ", \($0.text)" } ?? "")
        + (strength.map { ", \(number($0)) ATR from the opposite leader" } ?? "") + (leads ? "" : ", does not lead its run")
    case .superseded(_, let other): "\(other.text) is more extreme"
    case .structuralBreak(let fact):
      "\(fact.scope.label) \(fact.kind.label)\(fact.isProtected ? ", protected" : "") of \(number(fact.level)) (swing of \(fact.levelAt.text)), "
        + "\(number(fact.distanceATR)) ATR beyond, \(fact.alignment.label) the longer timeframe"
    case .scope(let scope): event.kind == .breakFailed ? "closed back over the level" : "the \(scope.label) trend is over"
    case .block(let block): blockDetail(block, among: events)
    case .blockLife(let state, let touches, let mitigation):
      "\(state.label), touch \(touches), \(number(mitigation * 100)) % deep"
    case .gap(let gap):
      "\(number(gap.bottom)) to \(number(gap.top)), \(number(gap.sizeATR)) ATR" + (gap.stackedOn.map { ", stacked on \($0.text)" } ?? "")
        + (gap.balances.map { ", balances \($0.text)" } ?? "")
    case .gapLife(let state, let fill): "\(state.label), filled \(number(fill * 100)) %"
    case .ended(let reason): reason == .expired ? "it reached its greatest age" : "closed beyond its other edge"
    case .pool(let pool): "\(pool.touches) members at \(number(pool.level)), \(pool.firstAt.text) to \(pool.lastAt.text)"
    case .poolSwept(let sweep): "by \(sweep.text)"
    case .sweep(let sweep):
      "wick \(number(sweep.penetrationATR)) ATR beyond \(number(sweep.level))" + (sweep.pool.map { ", \($0.text)" } ?? "")
        + (sweep.isMinor ? ", an internal swing only" : "")
    case .settled, .none: ""
    }
  }

  private static func blockDetail(_ block: OrderBlock, among events: [StructureEvent]) -> String {
    var text = "\(number(block.low)) to \(number(block.high)), displacement \(number(block.displacementATR)) ATR, grade \(block.grade.label)"
    guard let source = block.sources.last else { return text }
    text += ", \(source.kind.label) of \(source.breakID.text)"
    for event in events where event.id == source.breakID {
      if case .structuralBreak(let fact) = event.change {
        text += " (\(fact.kind.label) of \(number(fact.level)), swing of \(fact.levelAt.text))"
      }
    }
    return text + (source.leftGap ? ", the leg left a gap" : "") + (source.beganWithSweep ? ", the leg began with a sweep" : "")
  }

  private static func number(_ value: Double) -> String {
    var out = ByteBuffer(capacity: 64)
    out.append(number: (value * 1e6).rounded() / 1e6)
    return out.text
  }
}
