import CBytes
import Glibc

/// A run of bytes somebody else owns. A line's bytes are valid until the reader is asked for the next line.
public typealias Bytes = UnsafeBufferPointer<UInt8>
public typealias BytePointer = UnsafePointer<UInt8>

/// Eight bytes, first byte lowest. Callers know that eight bytes are readable there.
@inlinable @inline(__always)
func load64(_ p: BytePointer) -> UInt64 { UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self)) }

/// The first `n` (at most 8) bytes at `p`, zero-padded. Eight bytes must be readable.
@inlinable @inline(__always)
func load64(_ p: BytePointer, count n: Int) -> UInt64 {
  let word = load64(p)
  return n >= 8 ? word : word & ((1 &<< UInt64(truncatingIfNeeded: n &* 8)) &- 1)
}

extension UnsafeBufferPointer where Element == UInt8 {
  @inlinable public func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount, let start = baseAddress, count > 0 else { return count == text.utf8CodeUnitCount }
    return start[0] == text.utf8Start[0] && memcmp(start, text.utf8Start, count) == 0
  }

  @inlinable public func equals(_ other: Bytes) -> Bool {
    guard count == other.count, let start = baseAddress, let otherStart = other.baseAddress else { return count == other.count }
    return memcmp(start, otherStart, count) == 0
  }

  /// Tells bytes that were altered by accident, at about ten bytes a nanosecond.
  public var checksum: UInt64 { cbytes_checksum(baseAddress, count) }

  /// Where `text` first stands; `nil` when it does not.
  public func firstOffset(of text: StaticString) -> Int? {
    let length = text.utf8CodeUnitCount
    guard count >= length else { return nil }
    return (0...count - length).first { Bytes(rebasing: self[$0..<$0 + length]).equals(text) }
  }

  /// The bytes as text; broken UTF-8 is shown as U+FFFD.
  public var text: String { String(decoding: self, as: UTF8.self) }
}

/// Lets `switch` compare bytes with literals.
@inlinable public func ~= (pattern: StaticString, bytes: Bytes) -> Bool { bytes.equals(pattern) }

extension StaticString {
  /// The literal's own bytes.
  @inlinable public var bytes: Bytes { Bytes(start: utf8Start, count: utf8CodeUnitCount) }
}
