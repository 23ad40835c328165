import Glibc

/// Stores bytes into room reserved for them: no check of room, no comma of its own. For what stands many times on a line; its literals hold keys, quotes
/// and commas: `pen.put(#","state":""#)`.
@frozen
public struct BytePen {
  /// Where the next byte goes.
  public var end: UnsafeMutablePointer<UInt8>
  /// Whether each number so far was one.
  @usableFromInline var isFinite = true

  @inlinable @inline(__always)
  init(end: UnsafeMutablePointer<UInt8>) { self.end = end }

  @inlinable @inline(__always)
  public mutating func put(_ byte: UInt8) {
    end[0] = byte
    end += 1
  }

  @inlinable @inline(__always)
  public mutating func put(_ text: StaticString) {
    memcpy(end, text.utf8Start, text.utf8CodeUnitCount)
    end += text.utf8CodeUnitCount
  }

  /// One literal or the other.
  @inlinable @inline(__always)
  public mutating func put(_ choice: Bool, _ yes: StaticString, _ no: StaticString) {
    if choice { put(yes) } else { put(no) }
  }

  @inlinable @inline(__always)
  public mutating func put(_ bytes: Bytes) {
    if let from = bytes.baseAddress { memcpy(end, from, bytes.count) }
    end += bytes.count
  }

  /// At most 10 significant digits, in at most 40 bytes.
  public mutating func put(number: Double) {
    end = NumberWriter.write(number, to: end)
    if !number.isFinite { isFinite = false }
  }

  public mutating func put(integer: Int) { end = NumberWriter.write(integer, to: end) }
}

extension ByteBuffer {
  /// Reserves `room` bytes and lets `body` write into them.
  @inlinable @inline(__always)
  public mutating func write(room: Int, _ body: (inout BytePen) -> Void) {
    reserve(room)
    var pen = BytePen(end: end)
    body(&pen)
    advance(to: pen.end)
    if !pen.isFinite { noteNonFinite() }
  }
}
