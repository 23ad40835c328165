import CBytes
import Glibc

/// Reads a line as one JSON object: validates all of it, and keeps the values of the wanted keys.
///
/// Lines of one kind have their keys in the same places, and many of the same strings. So for each place the scanner remembers the bytes `"key":`, and those
/// of a short `"string"` behind it, as masked words: on the next line it compares loads instead of matching names and looking for quotes; where they
/// differ it reads in full and learns anew.
///
/// A key `outer.inner` asks for a member of the wanted key `outer`, where that is an object: one reading finds both.
///
/// A line with escapes is read a second time as `PlainSpelling` writes it, so that all readers see keys and strings as
/// they are meant: `"\u0074ype"` is the key `type`, and stands twice beside it.
public struct RecordScanner: ~Copyable {
  /// The keys, by index; those of the line itself are among the first 64.
  public let keys: [StaticString]
  @usableFromInline let names: UnsafeMutablePointer<StaticString>
  /// The value before the first is the line last scanned in its plain spelling; `escaped` says that one had escapes since a
  /// line without was read.
  @usableFromInline let slots: UnsafeMutablePointer<JSONValue>
  @usableFromInline let places: UnsafeMutablePointer<LearnedPlace>
  @usableFromInline let count: Int
  private let inner: [InnerKeys]
  @usableFromInline let hasInner: Bool
  /// Of the line last scanned, where there are keys of its objects to look for.
  @usableFromInline let quotes = QuoteMap()
  private var spelling = PlainSpelling()
  /// The keys that the line last scanned has, a bit each.
  @usableFromInline var present: UInt64 = 0
  /// The final `}` of the line last scanned.
  @usableFromInline var closing: BytePointer
  @usableFromInline static let placeCount = 64

  public init(keys: [StaticString]) {
    // Everything is made before anything is stored: an optimised initialiser that reads its own half-made value has been seen to destroy it.
    let count = keys.count
    let names = UnsafeMutablePointer<StaticString>.allocate(capacity: count)
    for i in 0..<count { (names + i).initialize(to: keys[i]) }
    let nowhere = ("" as StaticString).utf8Start
    let slots = UnsafeMutablePointer<JSONValue>.allocate(capacity: count + 2) + 1
    (slots - 1).initialize(repeating: JSONValue(start: nowhere, length: 0, kind: .missing), count: count + 2)
    let places = UnsafeMutablePointer<LearnedPlace>.allocate(capacity: RecordScanner.placeCount)
    places.initialize(repeating: LearnedPlace(), count: RecordScanner.placeCount)
    let inner = RecordScanner.innerKeys(of: keys)
    self.keys = keys
    self.names = names
    self.slots = slots
    self.places = places
    self.count = count
    self.inner = inner
    hasInner = !inner.isEmpty
    closing = nowhere
  }

  private static func innerKeys(of keys: [StaticString]) -> [InnerKeys] {
    var found: [InnerKeys] = []
    for (index, key) in keys.enumerated() {
      guard let dot = key.bytes.firstIndex(of: 0x2E) else { continue }
      guard let owner = keys.firstIndex(where: { $0.bytes.equals(Bytes(rebasing: key.bytes[..<dot])) }) else { continue }
      let group = found.first { $0.owner == owner } ?? InnerKeys(owner: owner)
      if group.indices.isEmpty { found.append(group) }
      group.add(Bytes(rebasing: key.bytes[(dot + 1)...]), index: index)
    }
    return found
  }

  deinit {
    names.deallocate()
    (slots - 1).deallocate()
    places.deallocate()
  }

  /// The value of the key at `index`, in the line last scanned.
  @inlinable @inline(__always)
  public subscript(index: Int) -> JSONValue { slots[index] }

  /// The line last scanned, with its values. Valid until the next scan.
  @inlinable @inline(__always)
  public func record(_ line: Bytes) -> Record {
    Record(line: line, body: closing - (line.baseAddress ?? closing), values: UnsafePointer(slots), names: UnsafePointer(names))
  }

  /// Whether the line is a whole, valid object in which no wanted key stands twice. If not, `fault(in:)` says why.
  @inlinable
  public mutating func scan(_ line: Bytes) -> Bool {
    let isWhole = scanAsItStands(line)
    return slots[-1].escaped ? isWhole && scanPlain(line) : isWhole
  }

  /// Reads the line again without its escapes, where it has any.
  @usableFromInline @inline(never)
  mutating func scanPlain(_ line: Bytes) -> Bool {
    slots[-1] = JSONValue(start: closing, length: 0, kind: .missing)
    guard line.contains(0x5C) else { return true }
    let plain = spelling.respell(line)
    // Nothing but what must be escaped: the next line is asked again.
    if plain.count == line.count {
      slots[-1].escaped = true
      return true
    }
    let end = closing
    let isWhole = scanAsItStands(plain)
    closing = end
    slots[-1] = JSONValue(start: plain.baseAddress ?? end, length: plain.count, kind: .object, escaped: true)
    return isWhole
  }

  @inlinable @inline(__always)
  mutating func scanAsItStands(_ line: Bytes) -> Bool {
    if hasInner { prepareInner(line) }
    var seen: UInt64 = 0
    let isWhole = scan(line, &seen)
    var stale = present & ~seen
    present = seen
    while stale != 0 {
      slots[stale.trailingZeroBitCount].kind = .missing
      stale &= stale &- 1
    }
    return isWhole
  }

  @usableFromInline
  func prepareInner(_ line: Bytes) {
    quotes.read(line)
    for keys in inner { for index in keys.indices { slots[index].kind = .missing } }
  }

  @inlinable @inline(__always)
  mutating func scan(_ line: Bytes, _ seen: inout UInt64) -> Bool {
    guard var p = line.baseAddress else { return false }
    let end = p + line.count
    skipSpace(&p)
    guard p[0] == 0x7B else { return false }
    p += 1
    skipSpace(&p)
    if p[0] == 0x7D { return close(&p, end) && isUTF8(line) }
    var place = 0
    while true {
      let learned = places + (place & (RecordScanner.placeCount &- 1))
      let index: Int
      // A key that nobody wants shares the slot behind the last one, and has no bit.
      let bit: UInt64
      if learned.pointee.key.matches(p) {
        index = Int(learned.pointee.index)
        bit = learned.pointee.bit
        p += Int(learned.pointee.key.length)
        if p[0] <= 0x20 { skipSpace(&p) }
      } else {
        guard let read = readKey(&p, place) else { return false }
        index = read
        bit = self.bit(of: index)
      }
      if seen & bit != 0 { return false }
      seen |= bit
      let slot = slots + index
      if learned.pointee.string.matches(p) {
        let length = Int(learned.pointee.string.length)
        slot.pointee = JSONValue(start: p + 1, length: length &- 2, kind: .string)
        p += length
      } else if p[0] &- 48 <= 9, bit != 0 {
        let start = p
        guard let value = NumberReader.read(&p) else { return false }
        slot.pointee = JSONValue(start: start, length: p - start, kind: .number, parsed: value)
      } else {
        guard let behind = readValue(p, into: slot, wanted: bit != 0, place) else { return false }
        p = behind
      }
      place &+= 1
      if p[0] == 0x2C {
        p += 1
        if p[0] <= 0x20 { skipSpace(&p) }
        continue
      }
      skipSpace(&p)
      if p[0] == 0x2C {
        p += 1
        skipSpace(&p)
        continue
      }
      guard p[0] == 0x7D else { return false }
      return close(&p, end) && isUTF8(line)
    }
  }

  @inlinable @inline(__always)
  mutating func close(_ p: inout BytePointer, _ end: BytePointer) -> Bool {
    closing = p
    p += 1
    skipSpace(&p)
    return p == end
  }

  @inlinable @inline(__always)
  func isUTF8(_ line: Bytes) -> Bool {
    (hasInner && quotes.isPlain) || cbytes_is_ascii(line.baseAddress, line.count) != 0 || checkUTF8(line)
  }

  @usableFromInline @inline(never)
  func checkUTF8(_ line: Bytes) -> Bool { UTF8Check.firstFault(in: line) == nil }

  /// Reads the value at `start` into `slot`, and learns a short string; returns what is behind it. A number that nobody wants is not computed.
  @usableFromInline @inline(never)
  func readValue(_ start: BytePointer, into slot: UnsafeMutablePointer<JSONValue>, wanted: Bool, _ place: Int) -> BytePointer? {
    var p = start
    let first = p[0]
    if first == 0x22 {
      var escaped = false
      guard let end = skipString(p + 1, &escaped) else { return nil }
      slot.pointee = JSONValue(start: start + 1, length: end - start - 1, kind: .string, escaped: escaped)
      let length = end + 1 - start
      if escaped {
        slots[-1].escaped = true
      } else if length <= 16, place < RecordScanner.placeCount {
        places[place].string = LearnedBytes(start, length: length)
      }
      return end + 1
    }
    if first == 0x2D || first &- 48 <= 9 {
      if wanted {
        guard let value = NumberReader.read(&p) else { return nil }
        slot.pointee = JSONValue(start: start, length: p - start, kind: .number, parsed: value)
        return p
      }
      return NumberReader.skip(&p) ? p : nil
    }
    if first == 0x7B || first == 0x5B {
      if first == 0x7B, wanted, hasInner, let keys = inner.first(where: { $0.owner == slot - slots }) {
        guard keys.scan(&p, into: slots, quotes) else { return nil }
      } else {
        guard skipContainer(&p, &slots[-1].escaped) else { return nil }
      }
      slot.pointee = JSONValue(start: start, length: p - start, kind: first == 0x7B ? .object : .array)
      return p
    }
    guard skipLiteral(&p) else { return nil }
    slot.pointee = JSONValue(start: start, length: p - start, kind: .literal)
    return p
  }

  /// Reads the key at `p` in full and learns its place. Returns its index, that behind the last one when nobody wants it, `nil` when it is broken.
  @usableFromInline @inline(never)
  func readKey(_ p: inout BytePointer, _ place: Int) -> Int? {
    guard p[0] == 0x22 else { return nil }
    let start = p + 1
    var escaped = false
    guard let end = skipString(start, &escaped) else { return nil }
    if escaped { slots[-1].escaped = true }
    let index = indexOfKey(Bytes(start: start, count: end - start), escaped)
    var q = end + 1
    skipSpace(&q)
    guard q[0] == 0x3A else { return nil }
    q += 1
    if place < RecordScanner.placeCount {
      let tight = q - p == end - start + 3
      places[place].key = tight && !escaped && q - p <= 16 ? LearnedBytes(p, length: q - p) : LearnedBytes()
      places[place].index = Int32(index)
      places[place].bit = bit(of: index)
    }
    skipSpace(&q)
    p = q
    return index
  }

  @usableFromInline
  func bit(of index: Int) -> UInt64 { index == count ? 0 : 1 &<< UInt64(truncatingIfNeeded: index) }

  private func indexOfKey(_ key: Bytes, _ escaped: Bool) -> Int {
    let value = JSONValue(start: key.baseAddress ?? closing, length: key.count, kind: .string, escaped: escaped)
    for i in 0..<count where value.equals(keys[i]) && !keys[i].bytes.contains(0x2E) { return i }
    return count
  }

  /// Why `scan` refused the line.
  public func fault(in line: Bytes) -> JSONFault {
    if let fault = JSONFault.locate(in: line) { return fault }
    // The grammar is kept: a wanted key stands twice, or a wanted number is out of range.
    return fault(in: wholeLine(line), of: line, nil) ?? JSONFault(.tooDeep, at: 0)
  }

  /// - Parameter keys: those of a wanted object; `nil` for the line itself.
  private func fault(in object: JSONValue, of line: Bytes, _ keys: InnerKeys?) -> JSONFault? {
    var seen: Set<Int> = []
    for (key, value) in object.members {
      let index = keys.map { $0.index(of: key, key.contains(0x5C)) } ?? indexOfKey(key, key.contains(0x5C))
      guard index >= 0, index < count else { continue }
      let offset = key.baseAddress.map { $0 - (line.baseAddress ?? $0) - 1 } ?? 0
      if !seen.insert(index).inserted { return JSONFault(.duplicateKey, at: offset) }
      if value.kind == .number, value.number == nil { return JSONFault(.numberRange, at: offset) }
      if keys == nil, let inside = inner.first(where: { $0.owner == index }), let fault = fault(in: value, of: line, inside) { return fault }
    }
    return nil
  }

  private func wholeLine(_ line: Bytes) -> JSONValue {
    var start = line.baseAddress ?? closing
    skipSpace(&start)
    return JSONValue(start: start, length: line.count, kind: .object)
  }
}

/// What is expected at one place of a line.
@usableFromInline @frozen
struct LearnedPlace {
  /// `"key":`
  @usableFromInline var key = LearnedBytes()
  /// The string behind it, with its quotes.
  @usableFromInline var string = LearnedBytes()
  /// The key's.
  @usableFromInline var index: Int32 = 0
  /// The key's, among those that were seen.
  @usableFromInline var bit: UInt64 = 0

  @usableFromInline init() {}
}

/// Up to 16 bytes as two masked words.
@usableFromInline @frozen
struct LearnedBytes {
  @usableFromInline var low: UInt64 = 1
  @usableFromInline var high: UInt64 = 1
  @usableFromInline var lowMask: UInt64 = 0
  @usableFromInline var highMask: UInt64 = 0
  @usableFromInline var length: Int32 = 0

  /// Matches nothing.
  @usableFromInline init() {}

  @usableFromInline init(_ p: BytePointer, length: Int) {
    lowMask = length >= 8 ? ~0 : (1 << UInt64(8 * length)) - 1
    highMask = length >= 16 ? ~0 : length <= 8 ? 0 : (1 << UInt64(8 * (length - 8))) - 1
    low = load64(p) & lowMask
    high = load64(p + 8) & highMask
    self.length = Int32(length)
  }

  @inlinable @inline(__always)
  func matches(_ p: BytePointer) -> Bool { load64(p) & lowMask == low && load64(p + 8) & highMask == high }
}
