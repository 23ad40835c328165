import CBytes

/// Where the quotes of one line are, a bit a byte. In a line without escapes every second one ends a string, so that the end of a string is known before
/// its bytes are looked at: containers are moved over without waiting for one value's end to begin with the next.
@usableFromInline
final class QuoteMap {
  /// Whether the line last read is ASCII without escapes and control bytes. Where not, the map says nothing.
  @usableFromInline private(set) var isPlain = false
  private var base: BytePointer
  private var last = 0
  private var words: UnsafeMutablePointer<UInt64>
  private var capacity = 64

  @usableFromInline init() {
    base = ("" as StaticString).utf8Start
    words = .allocate(capacity: capacity)
  }

  deinit { words.deallocate() }

  @usableFromInline
  func read(_ line: Bytes) {
    guard let start = line.baseAddress else {
      isPlain = false
      return
    }
    base = start
    last = line.count / 64
    if last >= capacity {
      words.deallocate()
      capacity = 2 * last + 1
      words = .allocate(capacity: capacity)
    }
    isPlain = cbytes_map_quotes(start, line.count, words) != 0
  }

  /// The quotes from one place on.
  private struct Cursor {
    /// The bytes that `bits` are about, and the word that they came from.
    var block: BytePointer
    var word: UnsafePointer<UInt64>
    let last: UnsafePointer<UInt64>
    var bits: UInt64

    @inline(__always)
    mutating func next() -> BytePointer? {
      while bits == 0 {
        if word == last { return nil }
        word += 1
        block += 64
        bits = word[0]
      }
      let place = block + bits.trailingZeroBitCount
      bits &= bits &- 1
      return place
    }

    /// Moves over the string that must open at `p`.
    @inline(__always)
    mutating func skipString(_ p: inout BytePointer) -> Bool {
      guard let open = next(), open == p, let close = next() else { return false }
      p = close + 1
      return true
    }

    /// `"key":` and the space before it and inside of it.
    @inline(__always)
    mutating func skipKey(_ p: inout BytePointer) -> Bool {
      if p[0] == 0x20 { skipSpace(&p) }
      guard skipString(&p) else { return false }
      if p[0] == 0x20 { skipSpace(&p) }
      guard p[0] == 0x3A else { return false }
      p += 1
      return true
    }
  }

  /// Moves over the object or array that opens at `p`, of the plain line last read, as the function of that name does for any line.
  @inline(never)
  func skipContainer(_ p: inout BytePointer, limit: Int) -> Bool {
    let from = p - base
    let word = from &>> 6
    var quotes = Cursor(block: base + word &<< 6, word: words + word, last: words + last, bits: words[word] & (~0 &<< UInt64(from & 63)))
    var outer: UInt64 = 0  // lowest bit: the container around the innermost is an object
    var isObject = false
    var depth = 0
    var q = p
    while true {
      // A value begins here, or the space before it.
      let first = q[0]
      if first == 0x22 {
        guard quotes.skipString(&q) else { return false }
      } else if first &- 48 <= 9 || first == 0x2D {
        guard NumberReader.skip(&q) else { return false }
      } else if first == 0x7B || first == 0x5B {
        if depth == limit { return false }
        q += 1
        if q[0] == 0x20 { skipSpace(&q) }
        if q[0] != first &+ 2 {
          outer = outer &<< 1 | (isObject ? 1 : 0)
          isObject = first == 0x7B
          depth &+= 1
          if isObject, !quotes.skipKey(&q) { return false }
          continue
        }
        q += 1
        if depth == 0 {
          p = q
          return true
        }
      } else if first == 0x20 {
        skipSpace(&q)
        continue
      } else if !skipLiteral(&q) {
        return false
      }
      // Behind a value inside of a container: a comma, or the ends of containers.
      while true {
        if q[0] == 0x20 { skipSpace(&q) }
        if q[0] == 0x2C {
          q += 1
          if isObject, !quotes.skipKey(&q) { return false }
          break
        }
        guard q[0] == (isObject ? 0x7D : 0x5D) else { return false }
        q += 1
        depth &-= 1
        if depth == 0 {
          p = q
          return true
        }
        isObject = outer & 1 == 1
        outer = outer &>> 1
      }
    }
  }
}
