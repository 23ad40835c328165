import Market

/// Merges the feeds of many markets into the one order of the stream, holding one record of each.
public struct CanonicalMerge {
  private struct Entry {
    var place: StreamPlace
    var feed: Int
  }

  private let feeds: [MarketFeed]
  private let ranks: [Int]
  /// A binary heap, the next record on top.
  private var heap: [Entry] = []
  /// Feeds whose source has not ended.
  private var living = 0
  /// The latest event of a living feed.
  private var clock = Timestamp.distantPast
  private var started = false

  public init(_ feeds: [MarketFeed]) {
    self.feeds = feeds
    let order = Set(feeds.map(\.market)).sorted(by: MarketName.precedes)
    let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    ranks = feeds.map { rank[$0.market] ?? 0 }
  }

  /// Moves on to the next record.
  /// - Returns: the index of the feed that stands at it, `nil` after the last. A bucket of a source that has ended closes when the clock of
  ///   the others passes its end; one that nobody's clock has passed is still open and is not returned.
  public mutating func next() throws -> Int? {
    if started { try advanceTop() } else { try start() }
    guard let top = heap.first else { return nil }
    if !feeds[top.feed].isTail {
      clock = top.place.time
    } else if living == 0, top.place.time > clock {
      heap.removeAll()
      return nil
    }
    return top.feed
  }

  private mutating func start() throws {
    started = true
    for index in feeds.indices {
      try feeds[index].advance()
      if !feeds[index].isTail { living += 1 }
      guard let place = feeds[index].place(rank: ranks[index]) else { continue }
      heap.append(Entry(place: place, feed: index))
      var child = heap.count - 1
      while child > 0, heap[child].place < heap[(child - 1) / 2].place {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    }
  }

  private mutating func advanceTop() throws {
    guard let top = heap.first else { return }
    let feed = feeds[top.feed]
    let wasLiving = !feed.isTail
    try feed.advance()
    if wasLiving, feed.isTail { living -= 1 }
    if let place = feed.place(rank: ranks[top.feed]) {
      heap[0].place = place
    } else {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
    }
    sink()
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = 2 * parent + 1
      guard least < heap.count else { return }
      if least + 1 < heap.count, heap[least + 1].place < heap[least].place { least += 1 }
      guard heap[least].place < heap[parent].place else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
