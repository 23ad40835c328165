import Glibc
import Structure
import Wire

/// A fact that stands on line after line.
protocol ListedFact {
  /// Whether the text of `other` is its own as well, but for what changes with every bar.
  func readsLike(_ other: Self) -> Bool
}

/// The JSON of facts of one series that were written lately. From one line to the next most are the same, and copying is quicker than printing.
struct FactTexts<Fact: ListedFact>: ~Copyable {
  /// Room for one text; a longer one is not remembered.
  private let stride = 768
  private let capacity: Int
  private let texts: UnsafeMutablePointer<UInt8>
  private var facts: [Fact] = []
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
    facts.reserveCapacity(capacity)
    spans.reserveCapacity(capacity)
  }

  deinit { texts.deallocate() }

  /// Where the fact's text is kept, if it was written lately.
  @inline(__always)
  private func place(of fact: Fact) -> Int? {
    for place in facts.indices where facts[place].readsLike(fact) { return place }
    return nil
  }

  private func text(at place: Int) -> Bytes { Bytes(start: texts + place * stride, count: spans[place].length) }

  private mutating func remember(_ fact: Fact, _ text: Bytes, fresh: Range<Int> = 0..<0) {
    guard text.count <= stride, let start = text.baseAddress else { return }
    let span = Span(length: text.count, fresh: fresh)
    var place = facts.count
    if place < capacity {
      facts.append(fact)
      spans.append(span)
    } else {
      place = oldest
      oldest = oldest + 1 == capacity ? 0 : oldest + 1
      facts[place] = fact
      spans[place] = span
    }
    memcpy(texts + place * stride, start, text.count)
  }

  /// Writes the fact as one JSON object whose members `members` writes.
  @inline(__always)
  mutating func write(_ fact: Fact, into out: inout ByteBuffer, _ members: (Fact, inout ByteBuffer) -> Void) {
    if let place = place(of: fact) { return out.value(raw: text(at: place)) }
    out.beginObject()
    let start = out.count - 1
    members(fact, &out)
    out.endObject()
    remember(fact, Bytes(start: out.start + start, count: out.count - start))
  }
}

extension FactTexts where Fact == OrderBlock {
  /// Writes the block with the freshness of this line.
  mutating func write(_ block: OrderBlock, into out: inout ByteBuffer) {
    if let place = place(of: block) {
      let text = text(at: place)
      let fresh = spans[place].fresh
      out.value(raw: Bytes(rebasing: text[..<fresh.lowerBound]))
      out.append(number: block.freshness)
      out.append(Bytes(rebasing: text[fresh.upperBound...]))
      return
    }
    out.beginObject()
    let start = out.count - 1
    FactRecord.members(block, into: &out)
    out.endObject()
    let text = Bytes(start: out.start + start, count: out.count - start)
    if let fresh = value(of: "\"freshness_score\":", in: text) { remember(block, text, fresh: fresh) }
  }

  /// Where the number behind `key` lies.
  private func value(of key: StaticString, in text: Bytes) -> Range<Int>? {
    for start in text.indices where text[start] == 0x22 {
      let number = start + key.utf8CodeUnitCount
      guard number < text.count, Bytes(rebasing: text[start..<number]).equals(key) else { continue }
      return text[number...].firstIndex(of: 0x2C).map { number..<$0 }
    }
    return nil
  }
}

// What may change in the life of a fact; the rest is settled by its id.

extension Pivot: ListedFact {
  func readsLike(_ other: Pivot) -> Bool { self == other }
}

extension OrderBlock: ListedFact {
  func readsLike(_ other: OrderBlock) -> Bool {
    id == other.id && touches == other.touches && mitigation == other.mitigation && direction == other.direction && state == other.state
      && sources.count == other.sources.count
  }
}

extension FairValueGap: ListedFact {
  func readsLike(_ other: FairValueGap) -> Bool {
    id == other.id && fill == other.fill && direction == other.direction && state == other.state && overlapsPrice == other.overlapsPrice
  }
}

extension StructuralBreak: ListedFact {
  func readsLike(_ other: StructuralBreak) -> Bool { id == other.id }
}

extension LiquidityPool: ListedFact {
  func readsLike(_ other: LiquidityPool) -> Bool {
    id == other.id && level == other.level && touches == other.touches && state == other.state
  }
}

extension LiquiditySweep: ListedFact {
  func readsLike(_ other: LiquiditySweep) -> Bool { id == other.id && confirmation == other.confirmation }
}
