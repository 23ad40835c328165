import Glibc
import Quoting

/// Collects whole lines and writes them to a descriptor. Every write is checked; a short write is continued.
public struct LineWriter: ~Copyable {
  /// The lines not yet written, and the one being built.
  public var buffer: ByteBuffer
  public let descriptor: Int32
  @usableFromInline let threshold: Int
  let system: SystemCalls
  /// People look at what is written, and a terminal acts on some of it.
  private let isTerminal: Bool
  public private(set) var bytesWritten = 0
  @usableFromInline var lines = 0
  /// Lines ended so far.
  public var linesWritten: Int { lines }

  public init(descriptor: Int32, threshold: Int = 256 << 10, system: SystemCalls = SystemCalls()) {
    self.descriptor = descriptor
    self.threshold = threshold
    self.system = system
    isTerminal = isatty(descriptor) == 1
    buffer = ByteBuffer(capacity: threshold + (16 << 10))
  }

  @inlinable public var pending: Int { buffer.count }

  /// Ends the line being built. Whoever drives the stage writes it out: stages never touch a descriptor.
  @inlinable @inline(__always)
  public mutating func endLine() {
    buffer.append(0x0A)
    lines += 1
  }

  /// A whole line, as it came.
  @inlinable @inline(__always)
  public mutating func copy(_ line: Bytes) {
    buffer.append(line)
    endLine()
  }

  /// Copies the record up to its final brace and opens `key`; append the value to `buffer`, then `endSplice()`.
  @inlinable @inline(__always)
  public mutating func beginSplice(_ record: Record, _ key: StaticString) {
    copyBody(of: record)
    buffer.key(key)
  }

  /// The record up to its final brace; append keys to `buffer`, then `endSplice()`.
  @inlinable @inline(__always)
  public mutating func copyBody(of record: Record) {
    buffer.append(Bytes(start: record.line.baseAddress, count: record.body))
  }

  @inlinable @inline(__always)
  public mutating func endSplice() {
    buffer.append(0x7D)
    endLine()
  }

  @inlinable @inline(__always)
  public mutating func flushIfFull() throws(WireError) {
    if buffer.count >= threshold { try flush() }
  }

  /// Writes out what is pending. After an interruption the next call goes on where this one stopped.
  @inline(never)
  public mutating func flush() throws(WireError) {
    if isTerminal { escapeHidden() }
    let total = buffer.count
    var done = 0
    while done < total {
      let signal = system.interruption()
      if signal != 0 {
        bytesWritten += done
        buffer.removeFirst(done)
        throw .interrupted(signal: signal)
      }
      let wrote = system.write(descriptor, buffer.start + done, total - done)
      if wrote >= 0 {
        done += wrote
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: _ = system.poll(descriptor, Int16(POLLOUT), -1)
      case EPIPE: throw .brokenPipe
      case let code: throw .writeFailed(errno: code)
      }
    }
    bytesWritten += total
    buffer.truncate(to: 0)
  }

  /// Records pass as they came, also what is hidden in them; for a terminal it is escaped, which says the same.
  private mutating func escapeHidden() {
    let text = Quoting.terminal(json: buffer.text)
    buffer.truncate(to: 0)
    buffer.append(text)
  }
}
