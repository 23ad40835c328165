import Delivery

/// Which signals of a batch get a message of their own. Each idea counts once, where it came first.
struct SendChoice {
  private struct Idea {
    var place: Int
    var key: String
    var priority: UInt8
    var score: Double
    var hasChart: Bool
  }

  private var ideas: [Idea] = []
  private var seen: Set<String> = []

  mutating func add(_ place: Int, _ letter: Letter, _ score: Double) {
    guard seen.insert(letter.key).inserted else { return }
    ideas.append(Idea(place: place, key: letter.key, priority: letter.priority.rawValue, score: score, hasChart: !letter.photos.isEmpty))
  }

  /// In the order of the stream.
  var places: [Int] { ideas.map(\.place) }

  /// Those with charts, where there are enough to go together.
  var album: [Int] {
    let places = ideas.filter(\.hasChart).map(\.place)
    return places.count > 1 ? places : []
  }

  /// The keys of those beyond the first `most` by priority, then score; what is in the album is told there.
  func rest(beyond most: Int, besides album: [Int]) -> Set<String> {
    let album = Set(album)
    let ranked = ideas.sorted { ($0.priority, -$0.score, $0.place) < ($1.priority, -$1.score, $1.place) }
    return Set(ranked.dropFirst(most).filter { !album.contains($0.place) }.map(\.key))
  }
}
