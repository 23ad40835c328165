import Glibc

/// Splits a descriptor into lines. One buffer, reused: it doubles for long lines up to the limit, and nothing is allocated per line.
///
/// Invariant for all parsers: a returned line is followed by a newline byte and 64 readable bytes, so that none of them needs an
/// end-of-buffer test (`\n` ends strings, numbers, literals and white space alike).
public struct LineReader: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  /// Start of the bytes not yet returned, and end of the bytes read.
  @usableFromInline var head = 0
  @usableFromInline var tail = 0
  /// Bytes after `head` already known to hold no newline.
  @usableFromInline var searched = 0
  @usableFromInline var atEnd = false
  @usableFromInline var skipping = false
  public let descriptor: Int32
  public let limit: Int
  let system: SystemCalls
  /// Whether the descriptor has ended; lines may still be waiting.
  public var isAtEnd: Bool { atEnd }
  /// Bytes read so far.
  public private(set) var bytesRead = 0
  /// Those of them that stand behind the line last returned.
  public var unread: Int { tail - head }

  public static let spare = 64
  public static let defaultLimit = 1 << 20

  public init(descriptor: Int32, capacity: Int = 256 << 10, limit: Int = LineReader.defaultLimit, system: SystemCalls = SystemCalls()) {
    self.descriptor = descriptor
    self.capacity = capacity
    self.limit = limit
    self.system = system
    base = .allocate(capacity: capacity + LineReader.spare)
    base.initialize(repeating: 0, count: capacity + LineReader.spare)
  }

  deinit { base.deallocate() }

  /// The next line without its newline and without a carriage return before it, or `nil` at the end.
  /// A last line without a newline is returned as well.
  @inlinable @inline(__always)
  public mutating func next() throws(WireError) -> Bytes? {
    if let line = buffered() { return try checked(line) }
    return try refill()
  }

  /// Like `next()`, but pushes pending output out before a read that would block: a live pipe never lags, a batch never dribbles.
  @inlinable @inline(__always)
  public mutating func next(flushing output: inout LineWriter) throws(WireError) -> Bytes? {
    if let line = buffered() { return try checked(line) }
    if output.pending > 0, !atEnd, wouldBlock() { try output.flush() }
    return try refill()
  }

  /// Whether everything read has been returned and nothing more comes within `milliseconds`. A line of which only a part has come counts as coming.
  @inlinable
  public func isDry(for milliseconds: Int32) -> Bool { head >= tail && !atEnd && !arrives(within: milliseconds) }

  @usableFromInline @inline(never)
  func arrives(within milliseconds: Int32) -> Bool { system.poll(descriptor, Int16(POLLIN), milliseconds) != 0 }

  /// The rest of a line as far as it has been read, for formats whose lines may be as long as the file; `nil` at the end.
  public mutating func piece() throws(WireError) -> (bytes: Bytes, endsLine: Bool)? {
    while head == tail {
      if atEnd { return nil }
      makeRoom()
      try fill()
    }
    if let line = buffered() { return (line, true) }
    base[tail] = 0x0A
    defer {
      head = tail
      searched = 0
    }
    return (Bytes(start: base + head, count: tail - head), atEnd)
  }

  @inlinable @inline(__always)
  func checked(_ line: Bytes) throws(WireError) -> Bytes {
    if line.count > limit { throw .lineTooLong(limit: limit) }
    return line
  }

  @inlinable @inline(__always)
  mutating func buffered() -> Bytes? {
    guard head < tail, !skipping, let hit = memchr(base + head + searched, 0x0A, tail - head - searched) else { return nil }
    let length = hit.assumingMemoryBound(to: UInt8.self) - (base + head)
    searched = 0
    defer { head += length + 1 }
    return line(at: base + head, length)
  }

  @inlinable @inline(__always)
  func line(at start: UnsafeMutablePointer<UInt8>, _ length: Int) -> Bytes {
    guard length > 0, start[length - 1] == 0x0D else { return Bytes(start: start, count: length) }
    start[length - 1] = 0x0A
    return Bytes(start: start, count: length - 1)
  }

  @usableFromInline @inline(never)
  func wouldBlock() -> Bool { system.poll(descriptor, Int16(POLLIN), 0) == 0 }

  @usableFromInline @inline(never)
  mutating func refill() throws(WireError) -> Bytes? {
    while true {
      if let found = buffered() { return try checked(found) }
      if skipping {
        skipRestOfLine()
        if !skipping { continue }
      }
      searched = tail - head
      if searched > limit {
        skipping = true
        skipRestOfLine()
        throw .lineTooLong(limit: limit)
      }
      if atEnd {
        guard head < tail else { return nil }
        base[tail] = 0x0A
        let rest = line(at: base + head, tail - head)
        head = tail
        searched = 0
        return rest
      }
      makeRoom()
      try fill()
    }
  }

  private mutating func skipRestOfLine() {
    guard let hit = memchr(base + head, 0x0A, tail - head) else {
      head = tail
      searched = 0
      return
    }
    head = hit.assumingMemoryBound(to: UInt8.self) - base + 1
    searched = 0
    skipping = false
  }

  private mutating func makeRoom() {
    if head > 0 {
      memmove(base, base + head, tail - head)
      tail -= head
      head = 0
    }
    guard tail == capacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + LineReader.spare)
    larger.initialize(repeating: 0, count: capacity * 2 + LineReader.spare)
    memcpy(larger, base, tail)
    base.deallocate()
    base = larger
    capacity *= 2
  }

  private mutating func fill() throws(WireError) {
    while true {
      let signal = system.interruption()
      if signal != 0 { throw .interrupted(signal: signal) }
      let got = system.read(descriptor, base + tail, capacity - tail)
      if got > 0 {
        tail += got
        bytesRead += got
        return
      }
      if got == 0 {
        atEnd = true
        return
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: _ = system.poll(descriptor, Int16(POLLIN), -1)
      case let code: throw .readFailed(errno: code)
      }
    }
  }
}
