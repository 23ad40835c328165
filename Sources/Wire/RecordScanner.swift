import CBytes
import Glibc

/// Reads a line as one JSON object: validates all of it, and keeps the values of the wanted keys.
///
/// Lines of one kind have their keys in the same places. So for each place the scanner remembers the bytes `"key":` as two masked words, and
/// on the next line compares two loads instead of matching a name; where they differ it reads the key in full and learns it anew.
public struct RecordScanner: ~Copyable {
  /// The keys, by index; at most 64.
  public let keys: [StaticString]
  @usableFromInline let names: UnsafeMutablePointer<StaticString>
  @usableFromInline let slots: UnsafeMutablePointer<JSONValue>
  @usableFromInline let places: UnsafeMutablePointer<LearnedPlace>
  @usableFromInline let count: Int
  /// The final `}` of the line last scanned.
  @usableFromInline var closing: BytePointer
  @usableFromInline static let placeCount = 64

  public init(keys: [StaticString]) {
    self.keys = keys
    count = keys.count
    names = .allocate(capacity: count)
    for i in 0..<count { (names + i).initialize(to: keys[i]) }
    let nowhere = ("" as StaticString).utf8Start
    closing = nowhere
    slots = .allocate(capacity: count + 1)
    slots.initialize(repeating: JSONValue(start: nowhere, length: 0, kind: .missing), count: count + 1)
    places = .allocate(capacity: RecordScanner.placeCount)
    places.initialize(repeating: LearnedPlace(), count: RecordScanner.placeCount)
  }

  deinit {
    names.deallocate()
    slots.deallocate()
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
    for i in 0..<count { slots[i].kind = .missing }
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
      if learned.pointee.matches(p) {
        index = Int(learned.pointee.index)
        p += Int(learned.pointee.length)
        if p[0] <= 0x20 { skipSpace(&p) }
      } else {
        guard let read = readKey(&p, place) else { return false }
        index = read
      }
      place &+= 1
      // A key that nobody wants shares the slot behind the last one.
      let slot = slots + (index >= 0 ? index : count)
      if index >= 0, slot.pointee.kind != .missing { return false }
      guard let behind = RecordScanner.readValue(p, into: slot, wanted: index >= 0) else { return false }
      p = behind
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
    cbytes_is_ascii(line.baseAddress, line.count) != 0 || checkUTF8(line)
  }

  @usableFromInline @inline(never)
  func checkUTF8(_ line: Bytes) -> Bool { UTF8Check.firstFault(in: line) == nil }

  /// Reads the value at `start` into `slot`; returns what is behind it. A number that nobody wants is not computed.
  @inlinable @inline(__always)
  static func readValue(_ start: BytePointer, into slot: UnsafeMutablePointer<JSONValue>, wanted: Bool) -> BytePointer? {
    var p = start
    let first = p[0]
    if first == 0x22 {
      var escaped = false
      guard let end = skipString(p + 1, &escaped) else { return nil }
      slot.pointee = JSONValue(start: start + 1, length: end - start - 1, kind: .string, escaped: escaped)
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
      guard skipContainer(&p) else { return nil }
      slot.pointee = JSONValue(start: start, length: p - start, kind: first == 0x7B ? .object : .array)
      return p
    }
    guard skipLiteral(&p) else { return nil }
    slot.pointee = JSONValue(start: start, length: p - start, kind: .literal)
    return p
  }

  /// Reads the key at `p` in full and learns its place. Returns its index, −1 when nobody wants it, `nil` when it is broken.
  @usableFromInline @inline(never)
  func readKey(_ p: inout BytePointer, _ place: Int) -> Int? {
    guard p[0] == 0x22 else { return nil }
    let start = p + 1
    var escaped = false
    guard let end = skipString(start, &escaped) else { return nil }
    let index = indexOfKey(Bytes(start: start, count: end - start), escaped)
    var q = end + 1
    skipSpace(&q)
    guard q[0] == 0x3A else { return nil }
    q += 1
    if place < RecordScanner.placeCount {
      let tight = q - p == end - start + 3
      places[place] = tight && !escaped && q - p <= 16 ? LearnedPlace(p, length: q - p, index: index) : LearnedPlace()
    }
    skipSpace(&q)
    p = q
    return index
  }

  private func indexOfKey(_ key: Bytes, _ escaped: Bool) -> Int {
    let value = JSONValue(start: key.baseAddress ?? closing, length: key.count, kind: .string, escaped: escaped)
    for i in 0..<count where value.equals(keys[i]) { return i }
    return -1
  }

  /// Why `scan` refused the line.
  public func fault(in line: Bytes) -> JSONFault {
    if let fault = JSONFault.locate(in: line) { return fault }
    // The grammar is kept: a wanted key stands twice, or a wanted number is out of range.
    var seen: Set<Int> = []
    let whole = wholeLine(line)
    for (key, value) in whole.members {
      let index = indexOfKey(key, key.contains(0x5C))
      guard index >= 0 else { continue }
      let offset = key.baseAddress.map { $0 - (line.baseAddress ?? $0) - 1 } ?? 0
      if !seen.insert(index).inserted { return JSONFault(.duplicateKey, at: offset) }
      if value.kind == .number, value.number == nil { return JSONFault(.numberRange, at: offset) }
    }
    return JSONFault(.tooDeep, at: 0)
  }

  private func wholeLine(_ line: Bytes) -> JSONValue {
    var start = line.baseAddress ?? closing
    skipSpace(&start)
    return JSONValue(start: start, length: line.count, kind: .object)
  }
}

/// The bytes `"key":` expected at one place of a line.
@usableFromInline @frozen
struct LearnedPlace {
  @usableFromInline var low: UInt64 = 1
  @usableFromInline var high: UInt64 = 1
  @usableFromInline var lowMask: UInt64 = 0
  @usableFromInline var highMask: UInt64 = 0
  @usableFromInline var length: Int32 = 0
  @usableFromInline var index: Int32 = -1

  /// Matches nothing.
  @usableFromInline init() {}

  @usableFromInline init(_ p: BytePointer, length: Int, index: Int) {
    lowMask = length >= 8 ? ~0 : (1 << UInt64(8 * length)) - 1
    highMask = length >= 16 ? ~0 : length <= 8 ? 0 : (1 << UInt64(8 * (length - 8))) - 1
    low = load64(p) & lowMask
    high = load64(p + 8) & highMask
    self.length = Int32(length)
    self.index = Int32(index)
  }

  @inlinable @inline(__always)
  func matches(_ p: BytePointer) -> Bool { load64(p) & lowMask == low && load64(p + 8) & highMask == high }
}
