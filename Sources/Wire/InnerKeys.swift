/// The wanted members of one wanted object, found while the line is read for the first time. For each place of the object the bytes `"key":` are
/// remembered, as the scanner does for the line's own.
final class InnerKeys {
  /// Of the wanted object, and of each member, among the scanner's keys.
  let owner: Int
  private(set) var indices: [Int] = []
  private var names: [Bytes] = []
  private let places: UnsafeMutablePointer<ExpectedKey>
  private static let placeCount = 64

  init(owner: Int) {
    self.owner = owner
    places = .allocate(capacity: InnerKeys.placeCount)
    places.initialize(repeating: ExpectedKey(), count: InnerKeys.placeCount)
  }

  deinit { places.deallocate() }

  func add(_ name: Bytes, index: Int) {
    names.append(name)
    indices.append(index)
  }

  /// The index of a member; −1 where nobody wants it.
  func index(of key: Bytes, _ escaped: Bool) -> Int {
    if escaped { return JSONValue.unescape(key).withUnsafeBufferPointer { index(of: $0, false) } }
    return names.firstIndex { $0.equals(key) }.map { indices[$0] } ?? -1
  }

  /// Moves over the object that opens at `p`, and validates it; false where it is broken, or a wanted member stands twice.
  /// - Parameter quotes: of the line.
  func scan(_ p: inout BytePointer, into slots: UnsafeMutablePointer<JSONValue>, _ quotes: QuoteMap) -> Bool {
    p += 1
    if p[0] <= 0x20 { skipSpace(&p) }
    if p[0] == 0x7D {
      p += 1
      return true
    }
    var place = 0
    while true {
      let learned = places + (place & (InnerKeys.placeCount &- 1))
      var index = Int(learned.pointee.index)
      if learned.pointee.matches(p) {
        p += Int(learned.pointee.length)
        if p[0] <= 0x20 { skipSpace(&p) }
      } else {
        guard learn(&p, place, &index, &slots[-1].escaped) else { return false }
      }
      place &+= 1
      if index >= 0 {
        guard slots[index].kind == .missing, readValue(&p, into: slots + index, quotes, &slots[-1].escaped) else { return false }
      } else {
        guard skipValue(&p, quotes, &slots[-1].escaped) else { return false }
      }
      if p[0] <= 0x20 { skipSpace(&p) }
      if p[0] == 0x2C {
        p += 1
        if p[0] <= 0x20 { skipSpace(&p) }
        continue
      }
      guard p[0] == 0x7D else { return false }
      p += 1
      return true
    }
  }

  /// Reads the key at `p` in full, and remembers it where its place may be remembered.
  @inline(never)
  private func learn(_ p: inout BytePointer, _ place: Int, _ index: inout Int, _ sawEscape: inout Bool) -> Bool {
    guard p[0] == 0x22 else { return false }
    let start = p + 1
    var escaped = false
    guard let end = skipString(start, &escaped) else { return false }
    if escaped { sawEscape = true }
    index = self.index(of: Bytes(start: start, count: end - start), escaped)
    var q = end + 1
    skipSpace(&q)
    guard q[0] == 0x3A else { return false }
    q += 1
    if place < InnerKeys.placeCount {
      let isPlain = q - p == end - start + 3 && !escaped && q - p <= ExpectedKey.longest
      places[place] = isPlain ? ExpectedKey(p, length: q - p, index: index) : ExpectedKey()
    }
    skipSpace(&q)
    p = q
    return true
  }

  /// One level deeper than a container that the line holds itself.
  private static let limit = nestingLimit - 1

  @inline(__always)
  private func readValue(
    _ p: inout BytePointer, into slot: UnsafeMutablePointer<JSONValue>, _ quotes: QuoteMap, _ sawEscape: inout Bool
  ) -> Bool {
    let start = p
    let first = p[0]
    if first &- 48 <= 9 || first == 0x2D {
      guard let number = NumberReader.read(&p) else { return false }
      slot.pointee = JSONValue(start: start, length: p - start, kind: .number, parsed: number)
    } else if first == 0x22 {
      var escaped = false
      guard let end = skipString(p + 1, &escaped) else { return false }
      p = end + 1
      if escaped { sawEscape = true }
      slot.pointee = JSONValue(start: start + 1, length: end - start - 1, kind: .string, escaped: escaped)
    } else if first == 0x7B || first == 0x5B {
      guard skipContainer(&p, quotes, &sawEscape) else { return false }
      slot.pointee = JSONValue(start: start, length: p - start, kind: first == 0x7B ? .object : .array)
    } else {
      guard skipLiteral(&p) else { return false }
      slot.pointee = JSONValue(start: start, length: p - start, kind: .literal)
    }
    return true
  }

  private func skipContainer(_ p: inout BytePointer, _ quotes: QuoteMap, _ sawEscape: inout Bool) -> Bool {
    quotes.isPlain
      ? quotes.skipContainer(&p, limit: InnerKeys.limit) : Wire.skipContainer(&p, &sawEscape, limit: InnerKeys.limit)
  }

  @inline(__always)
  private func skipValue(_ p: inout BytePointer, _ quotes: QuoteMap, _ sawEscape: inout Bool) -> Bool {
    let first = p[0]
    if first &- 48 <= 9 || first == 0x2D { return NumberReader.skip(&p) }
    if first == 0x7B || first == 0x5B { return skipContainer(&p, quotes, &sawEscape) }
    guard first == 0x22 else { return skipLiteral(&p) }
    guard let end = skipString(p + 1, &sawEscape) else { return false }
    p = end + 1
    return true
  }
}
