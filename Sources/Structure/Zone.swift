import Market

/// The part of a price zone's life that blocks and gaps share, seen from the side it serves: price comes from above, `near` is its upper edge.
struct Zone {
  var near: Double
  var far: Double
  /// Bar at whose close it was known; its age counts from there.
  var knownIndex: Int
  /// Deepest penetration so far, 0…1.
  var depth = 0.0
  /// Times that price came in from outside.
  var touches = 0
  /// The newest bar in contact.
  private var contactIndex = -1

  init(near: Double, far: Double, knownIndex: Int) {
    self.near = near
    self.far = far
    self.knownIndex = knownIndex
  }

  /// The same prices serving the other side after a close through them at `index`: what was the far edge is met first.
  func turned(at index: Int) -> Zone {
    var zone = Zone(near: -far, far: -near, knownIndex: knownIndex)
    zone.contactIndex = index
    return zone
  }

  /// Takes a bar that traded at the near edge or beyond.
  /// - Returns: whether it is a new touch or went deeper. The excursion that turned a zone over counts as neither.
  mutating func meet(_ view: View, index: Int) -> Bool {
    let isNew = contactIndex != index - 1
    contactIndex = index
    guard isNew || touches > 0 else { return false }
    if isNew { touches += 1 }
    let size = near - far
    // To four decimals, cut: a zone is whole only when price has passed all of it.
    let depth = size > 0 ? min(1, ((near - view.low) / size * 10_000).rounded(.towardZero) / 10_000) : 1
    guard depth > self.depth else { return isNew }
    self.depth = depth
    return true
  }

}

protocol ZoneHolder {
  var zone: Zone { get set }
  var id: FactID { get }
}

/// Live zones of one side in the order in which they became known.
struct ZoneList<Element: ZoneHolder> {
  private(set) var items: [Element] = []
  /// Their near edges, side by side, as every bar is compared with them.
  fileprivate var edges: [Double] = []
  /// The highest near edge: a bar that stays above it concerns none of them.
  private var nearest = -Double.infinity

  mutating func insert(_ item: Element) {
    var position = items.count
    while position > 0, items[position - 1].zone.knownIndex > item.zone.knownIndex { position -= 1 }
    items.insert(item, at: position)
    edges.insert(item.zone.near, at: position)
    nearest = max(nearest, item.zone.near)
  }

  /// What becomes of a zone that a bar has met.
  enum Fate { case stays, ends }

  /// Hands each zone that the bar reaches to `body`, oldest first, and drops those that end.
  @inline(__always)
  mutating func meet(_ view: View, _ body: (inout Element) -> Fate) {
    guard view.low <= nearest else { return }
    var hasEnded = false
    items.withUnsafeMutableBufferPointer { items in
      edges.withUnsafeMutableBufferPointer { edges in
        for position in edges.indices where view.low <= edges[position] && body(&items[position]) == .ends {
          edges[position] = -.infinity
          hasEnded = true
        }
      }
    }
    if hasEnded { dropEnded() }
  }

  @inline(never)
  private mutating func dropEnded() {
    var kept = 0
    var nearest = -Double.infinity
    items.withUnsafeMutableBufferPointer { items in
      edges.withUnsafeMutableBufferPointer { edges in
        for position in edges.indices where edges[position] > -.infinity {
          nearest = max(nearest, edges[position])
          if kept != position {
            items.swapAt(kept, position)
            edges[kept] = edges[position]
          }
          kept += 1
        }
      }
    }
    self.nearest = nearest
    while items.count > kept {
      items.removeLast()
      edges.removeLast()
    }
  }

  /// Hands each zone of this age or older to `body`, oldest first, and drops it.
  @inline(__always)
  mutating func expire(knownBy index: Int, _ body: (Element) -> Void) {
    guard !items.isEmpty, items[0].zone.knownIndex <= index else { return }
    var count = 0
    while count < items.count, items[count].zone.knownIndex <= index {
      body(items[count])
      count += 1
    }
    items.removeFirst(count)
    edges.removeFirst(count)
    nearest = edges.reduce(-.infinity) { max($0, $1) }
  }

  /// Changes the first zone that `matches`; false when there is none.
  mutating func change(where matches: (Element) -> Bool, _ body: (inout Element) -> Void) -> Bool {
    guard let position = items.lastIndex(where: matches) else { return false }
    body(&items[position])
    return true
  }
}

extension Nearest {
  /// Hands what was picked from these lists to `body`, nearest first.
  func forEach<Element>(of lists: Sides<ZoneList<Element>>, _ body: (Element, Direction) -> Void) {
    for pick in picks { body(pick.side == .bull ? lists.bull.items[pick.position] : lists.bear.items[pick.position], pick.side) }
  }

  /// Picks from the live zones of both sides.
  mutating func pick<Element>(_ cap: Int, of lists: Sides<ZoneList<Element>>, _ bar: Bar) {
    begin(cap: cap, lean: bar.lean)
    pick(.bull, lists.bull, bar.view.bull.close)
    pick(.bear, lists.bear, bar.view.bear.close)
    finish()
  }

  /// The newest first: they are mostly the nearest, and then the others are not looked at.
  private mutating func pick<Element: ZoneHolder>(_ side: Direction, _ list: ZoneList<Element>, _ close: Double) {
    next()
    list.edges.withUnsafeBufferPointer { edges in
      var position = edges.count
      while position > 0 {
        position -= 1
        let distance = max(0, close - edges[position])
        if admits(distance) { offer(distance, list.items[position].id, side, position) }
      }
    }
  }
}
