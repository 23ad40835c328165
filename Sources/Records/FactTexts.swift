import Glibc
import Market
import Structure
import Wire

/// A fact that stands on line after line.
protocol ListedFact {
  associatedtype Version: Equatable
  /// Its id and what may change in its life, but for what changes with every bar: with equal versions, texts are equal.
  var version: Version { get }
}

/// The JSON of facts of one series that were written lately. From one line to the next most are the same, and copying is quicker than printing.
struct FactTexts<Fact: ListedFact>: ~Copyable {
  /// Room for one text; a longer one is not remembered.
  private let stride = 768
  private let capacity: Int
  private let texts: UnsafeMutablePointer<UInt8>
  private var versions: [Fact.Version] = []
  private var spans: [Span] = []
  private var oldest = 0

  /// Of one text: its length, and where the value lies that changes with every bar.
  private struct Span {
    var length: Int
    var fresh: Range<Int>
  }

  /// - Parameter capacity: facts remembered; more than one line lists, so that none of a line drives out another.
  init(capacity: Int) {
    self.capacity = capacity
    texts = .allocate(capacity: capacity * stride)
    texts.initialize(repeating: 0, count: capacity * stride)
    versions.reserveCapacity(capacity)
    spans.reserveCapacity(capacity)
  }

  deinit { texts.deallocate() }

  /// Where the text of this version is kept, if it was written lately.
  @inline(__always)
  private func place(of version: Fact.Version) -> Int? {
    for place in versions.indices where versions[place] == version { return place }
    return nil
  }

  private func text(at place: Int) -> Bytes { Bytes(start: texts + place * stride, count: spans[place].length) }

  private mutating func remember(_ version: Fact.Version, _ text: Bytes, fresh: Range<Int> = 0..<0) {
    guard text.count <= stride, let start = text.baseAddress else { return }
    let span = Span(length: text.count, fresh: fresh)
    var place = versions.count
    if place < capacity {
      versions.append(version)
      spans.append(span)
    } else {
      place = oldest
      oldest = oldest + 1 == capacity ? 0 : oldest + 1
      versions[place] = version
      spans[place] = span
    }
    memcpy(texts + place * stride, start, text.count)
  }

  /// Writes the fact as one JSON object whose members `put` puts.
  @inline(__always)
  mutating func write(
    _ fact: Fact, _ days: inout DayText, into out: inout ByteBuffer, _ put: (Fact, inout BytePen, inout DayText) -> Void
  ) {
    let version = fact.version
    out.separate()
    if let place = place(of: version) { return out.append(text(at: place)) }
    let start = out.count
    out.write(room: FactRecord.room) { pen in
      pen.put("{")
      put(fact, &pen, &days)
      pen.put("}")
    }
    remember(version, Bytes(start: out.start + start, count: out.count - start))
  }
}

extension FactTexts where Fact == OrderBlock {
  /// Writes the block with the freshness of this line.
  mutating func write(_ block: OrderBlock, _ days: inout DayText, into out: inout ByteBuffer) {
    let version = block.version
    out.separate()
    if let place = place(of: version) {
      let text = text(at: place)
      let fresh = spans[place].fresh
      out.append(Bytes(rebasing: text[..<fresh.lowerBound]))
      out.append(number: block.freshness)
      out.append(Bytes(rebasing: text[fresh.upperBound...]))
      return
    }
    let start = out.count
    var fresh = 0..<0
    out.write(room: FactRecord.room(block)) { pen in
      let begin = pen.end
      pen.put("{")
      let (from, to) = FactRecord.listed(block, &pen, &days)
      fresh = from - begin..<to - begin
      pen.put("}")
    }
    remember(version, Bytes(start: out.start + start, count: out.count - start), fresh: fresh)
  }
}

extension Pivot: ListedFact {
  var version: Pivot { self }
}

extension OrderBlock: ListedFact {
  struct Version: Equatable {
    var id: FactID
    var mitigation: Double
    var touches: Int
    var sources: Int
    var direction: Direction
    var state: State
  }
  var version: Version {
    Version(id: id, mitigation: mitigation, touches: touches, sources: sources.count, direction: direction, state: state)
  }
}

extension FairValueGap: ListedFact {
  struct Version: Equatable {
    var id: FactID
    var fill: Double
    var direction: Direction
    var state: State
    var overlapsPrice: Bool
  }
  var version: Version { Version(id: id, fill: fill, direction: direction, state: state, overlapsPrice: overlapsPrice) }
}

extension StructuralBreak: ListedFact {
  var version: FactID { id }
}

extension LiquidityPool: ListedFact {
  struct Version: Equatable {
    var id: FactID
    var level: Double
    var touches: Int
    var state: State
  }
  var version: Version { Version(id: id, level: level, touches: touches, state: state) }
}

extension LiquiditySweep: ListedFact {
  struct Version: Equatable {
    var id: FactID
    var confirmation: Confirmation
  }
  var version: Version { Version(id: id, confirmation: confirmation) }
}
