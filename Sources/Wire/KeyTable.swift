import Glibc

/// Byte strings to dense numbers from 0, in order of first sight: exchange, symbol and timeframe become the index of a state.
/// Open addressing; a hit allocates nothing.
public struct KeyTable: ~Copyable {
  @usableFromInline @frozen
  struct Entry {
    @usableFromInline var hash: UInt64
    /// Of the key's bytes in the arena, which has eight bytes more than it uses.
    @usableFromInline var offset: Int
    @usableFromInline var lengths: (Int32, Int32, Int32)
    @usableFromInline var id: Int32

    @usableFromInline init(hash: UInt64, offset: Int, lengths: (Int32, Int32, Int32), id: Int32) {
      self.hash = hash
      self.offset = offset
      self.lengths = lengths
      self.id = id
    }
  }
  @usableFromInline var entries: UnsafeMutablePointer<Entry>
  @usableFromInline var mask = 1023
  /// Where the key last found is, or a vacant place.
  @usableFromInline var latest = 0
  @usableFromInline var arena: UnsafeMutablePointer<UInt8>
  @usableFromInline var arenaCapacity = 4096
  @usableFromInline var arenaCount = 0
  /// Keys seen so far: the next new one gets this number.
  public private(set) var count = 0

  public init() {
    entries = .allocate(capacity: mask + 1)
    entries.initialize(repeating: KeyTable.vacant, count: mask + 1)
    arena = .allocate(capacity: arenaCapacity + 8)
  }

  deinit {
    entries.deallocate()
    arena.deallocate()
  }

  private static var vacant: Entry { Entry(hash: 0, offset: 0, lengths: (-1, -1, -1), id: -1) }

  /// The number of the key (a, b, c). Eight bytes are readable behind each part.
  @inlinable @inline(__always)
  public mutating func id(_ a: Bytes, _ b: Bytes, _ c: Bytes) -> Int {
    // Neighbouring lines are often of one series.
    if holds(entries + latest, a, b, c) { return Int(entries[latest].id) }
    let hash = KeyTable.hash(c, KeyTable.hash(b, KeyTable.hash(a, 0x1234_5678_9ABC_DEF1))) | 1
    var i = Int(truncatingIfNeeded: hash &>> 20) & mask
    while true {
      let entry = entries + i
      if entry.pointee.id < 0 { return insert(a, b, c, hash) }
      if entry.pointee.hash == hash, holds(entry, a, b, c) {
        latest = i
        return Int(entry.pointee.id)
      }
      i = (i &+ 1) & mask
    }
  }

  @inlinable @inline(__always)
  static func hash(_ bytes: Bytes, _ seed: UInt64) -> UInt64 {
    guard let p = bytes.baseAddress else { return mix(seed, 0) }
    var h = seed
    var i = 0
    while i &+ 8 < bytes.count {
      h = mix(h, load64(p + i))
      i &+= 8
    }
    return mix(h ^ UInt64(truncatingIfNeeded: bytes.count), load64(p + i, count: bytes.count &- i))
  }

  @inlinable @inline(__always)
  static func mix(_ h: UInt64, _ word: UInt64) -> UInt64 {
    let product = (h ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }

  @inlinable @inline(__always)
  func holds(_ entry: UnsafeMutablePointer<Entry>, _ a: Bytes, _ b: Bytes, _ c: Bytes) -> Bool {
    let lengths = entry.pointee.lengths
    guard Int(lengths.0) == a.count, Int(lengths.1) == b.count, Int(lengths.2) == c.count else { return false }
    let key = arena + entry.pointee.offset
    return same(key, a) && same(key + a.count, b) && same(key + a.count + b.count, c)
  }

  /// Eight bytes at a time: keys are too short for a call.
  @inlinable @inline(__always)
  func same(_ p: UnsafeMutablePointer<UInt8>, _ bytes: Bytes) -> Bool {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return true }
    var rest = bytes.count
    var i = 0
    while rest > 8 {
      if load64(p + i) != load64(start + i) { return false }
      i &+= 8
      rest &-= 8
    }
    return (load64(p + i) ^ load64(start + i)) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* rest) == 0
  }

  @usableFromInline @inline(never)
  mutating func insert(_ a: Bytes, _ b: Bytes, _ c: Bytes, _ hash: UInt64) -> Int {
    let size = a.count + b.count + c.count
    if arenaCount + size > arenaCapacity {
      arenaCapacity = max(arenaCapacity * 2, arenaCount + size)
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: arenaCapacity + 8)
      memcpy(larger, arena, arenaCount)
      arena.deallocate()
      arena = larger
    }
    let entry = Entry(
      hash: hash, offset: arenaCount, lengths: (Int32(a.count), Int32(b.count), Int32(c.count)),
      id: Int32(count))
    for part in [a, b, c] {
      guard let start = part.baseAddress else { continue }
      memcpy(arena + arenaCount, start, part.count)
      arenaCount += part.count
    }
    count += 1
    if count * 4 > mask * 3 { growTable() }
    place(entry)
    return Int(entry.id)
  }

  /// Forgets the key that was numbered last, whose number the next new one gets. No other key was placed because of it.
  public mutating func forgetNewest() {
    guard count > 0 else { return }
    count -= 1
    for i in 0...mask where Int(entries[i].id) == count {
      arenaCount = entries[i].offset
      entries[i] = KeyTable.vacant
    }
  }

  private mutating func growTable() {
    let old = entries
    let oldMask = mask
    mask = mask * 2 + 1
    entries = .allocate(capacity: mask + 1)
    entries.initialize(repeating: KeyTable.vacant, count: mask + 1)
    latest = 0
    for i in 0...oldMask where old[i].id >= 0 { place(old[i]) }
    old.deallocate()
  }

  private mutating func place(_ entry: Entry) {
    var i = Int(truncatingIfNeeded: entry.hash &>> 20) & mask
    while entries[i].id >= 0 { i = (i + 1) & mask }
    entries[i] = entry
  }
}
