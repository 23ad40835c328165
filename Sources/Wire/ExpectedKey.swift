/// The bytes `"key":` expected at one place of an object, as four masked words.
@usableFromInline @frozen
struct ExpectedKey {
  /// Longer ones are not learned.
  static let longest = 32
  @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64) = (1, 1, 1, 1)
  @usableFromInline var masks: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  @usableFromInline var length: Int32 = 0
  @usableFromInline var index: Int32 = -1

  /// Matches nothing.
  @usableFromInline init() {}

  /// `length` bytes at `p`; 32 are readable there.
  @usableFromInline init(_ p: BytePointer, length: Int, index: Int) {
    func mask(_ word: Int) -> UInt64 {
      let bytes = min(8, max(0, length - 8 * word))
      return bytes == 8 ? ~0 : (1 << UInt64(8 * bytes)) - 1
    }
    masks = (mask(0), mask(1), mask(2), mask(3))
    words = (load64(p) & masks.0, load64(p + 8) & masks.1, load64(p + 16) & masks.2, load64(p + 24) & masks.3)
    self.length = Int32(length)
    self.index = Int32(index)
  }

  @inlinable @inline(__always)
  func matches(_ p: BytePointer) -> Bool {
    guard load64(p) & masks.0 == words.0, load64(p + 8) & masks.1 == words.1 else { return false }
    return length <= 16 || (load64(p + 16) & masks.2 == words.2 && load64(p + 24) & masks.3 == words.3)
  }
}
